"""The words that occur in an index, and which of them somebody may have meant."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that is there, how far it is from the one that was typed, and how common it is."""

    word: str
    distance: int
    documents: int


def allowed_distance(word: str) -> int:
    """Return how many typing errors are forgiven in a word of this length."""
    if len(word) >= 8:
        return 2
    return 1 if len(word) >= 4 else 0


def is_likely_slip(word: str, meant: str, distance: int) -> bool:
    """Whether somebody who typed `word` may have meant the other, or rather something unknown.

    Short words lie close to each other by chance: 'Lund' is not 'land' and 'Peru' not 'per'. There
    only what fingers do is forgiven: two letters swapped, one left out, one typed twice. And who
    makes two slips does not make one in the first letter: 'dermatology' is not 'hematology'.
    """
    if len(word) > 5:
        return distance == 1 or meant[:1] == word[:1]
    if sorted(word) == sorted(meant):
        return True
    if meant[:1] != word[:1]:
        return False
    if len(meant) > len(word):
        return True
    return len(meant) < len(word) and any(
        word[:place] + word[place + 1 :] == meant and word[place - 1 : place] == word[place]
        for place in range(1, len(word))
    )


def distances(word: str, others: list[str]) -> npt.NDArray[np.int16]:
    """Count insertions, deletions, replacements and swaps of neighbours to each other word.

    (Optimal string alignment: no part is edited twice.) The usual table, one row a letter of
    `word`, for all others at once.
    """
    if not others:
        return np.empty(0, dtype=np.int16)
    letters = np.array(others).view(np.uint32).reshape(len(others), -1)
    steps = np.arange(letters.shape[1] + 1, dtype=np.int16)
    before_last = last = np.broadcast_to(steps, (len(others), len(steps)))
    earlier = 0
    for row, sign in enumerate(map(ord, word), 1):
        same = letters == sign
        now = np.empty_like(last)
        now[:, 0] = row
        now[:, 1:] = np.minimum(last[:, 1:] + 1, last[:, :-1] + ~same)
        if row > 1:
            # The letter here is the one before in `word`, and the other way round.
            swapped = same[:, :-1] & (letters[:, 1:] == earlier)
            now[:, 2:] = np.where(
                swapped, np.minimum(now[:, 2:], before_last[:, :-2] + 1), now[:, 2:]
            )
        # An insertion adds one to the cell on the left: the least of all cells to the left, each
        # with its distance.
        now = np.minimum.accumulate(now - steps, axis=1) + steps
        before_last, last, earlier = last, now, sign
    lengths = np.fromiter(map(len, others), dtype=np.int64, count=len(others))
    found: npt.NDArray[np.int16] = last[np.arange(len(others)), lengths]
    return found


def _signature(word: str) -> int:
    """Encode the characters of the word as bits."""
    bits = 0
    for sign in word:
        bits |= 1 << (ord(sign) % 61)
    return bits


class Vocabulary:
    """Sorted words with the number of documents they occur in."""

    def __init__(self, words: Iterable[tuple[str, int]]) -> None:
        pairs = sorted(words)
        self._words = [word for word, _ in pairs]
        self._documents = np.array([count for _, count in pairs], dtype=np.int64)
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int16)
        self._signatures = np.array([_signature(word) for word in self._words], dtype=np.uint64)

    def __len__(self) -> int:
        return len(self._words)

    def __contains__(self, word: str) -> bool:
        place = bisect_left(self._words, word)
        return place < len(self._words) and self._words[place] == word

    def has_prefix(self, prefix: str) -> bool:
        place = bisect_left(self._words, prefix)
        return place < len(self._words) and self._words[place].startswith(prefix)

    def near(self, word: str, most: int = 8) -> list[Candidate]:
        """Return the nearest words that are there, nearest and most common first.

        Only those at the smallest distance at which there are any: who typed 'imunology' meant
        the word one letter away, not also every word two letters away. Of those only the likely
        ones (`is_likely_slip`).
        """
        allowed = allowed_distance(word)
        if not allowed:
            return []
        different = self._signatures ^ np.uint64(_signature(word))
        # An edit changes the set of signs by two at most; almost every word is out by that alone.
        possible: npt.NDArray[np.bool_] = np.bitwise_count(different) <= 2 * allowed
        possible &= np.abs(self._lengths - len(word)) <= allowed
        places = np.flatnonzero(possible)
        away = distances(word, [self._words[place] for place in places])
        if not len(away) or (nearest := int(away.min())) > allowed:
            return []
        found = [
            Candidate(self._words[place], nearest, int(self._documents[place]))
            for place in places[away == nearest]
            if is_likely_slip(word, self._words[place], nearest)
        ]
        found.sort(
            key=lambda candidate: (
                candidate.word[:1] != word[:1],
                -candidate.documents,
                candidate.word,
            )
        )
        return found[:most]
