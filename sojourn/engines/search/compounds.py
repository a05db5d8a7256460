"""Words written as one that the index has as several: 'halfminor', 'hartchirurgie'."""

from __future__ import annotations

from collections.abc import Callable

SHORTEST = 4  # letters of a part: shorter words are found by chance in others
# What Dutch puts between the parts of a compound.
LINKS = ("", "s", "e", "en", "n")


def parts_of(word: str, is_known: Callable[[str], bool], most: int = 3) -> tuple[str, ...]:
    """Return the fewest known words that the word is made of, or nothing.

    Of two ways to cut it the one counts whose first part is longest.
    """
    for count in range(2, most + 1):
        if found := _cut(word, is_known, count):
            return found
    return ()


def _cut(word: str, is_known: Callable[[str], bool], count: int) -> tuple[str, ...]:
    if count == 1:
        return (word,) if len(word) >= SHORTEST and is_known(word) else ()
    for end in range(len(word) - SHORTEST, SHORTEST - 1, -1):
        first = word[:end]
        if not is_known(first):
            continue
        for link in LINKS:
            if word.startswith(link, end) and (
                rest := _cut(word[end + len(link) :], is_known, count - 1)
            ):
                return (first, *rest)
    return ()
