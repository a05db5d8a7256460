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
    """How many slips of the finger are forgiven in a word of this length."""
    if len(word) >= 8:
        return 2
    return 1 if len(word) >= 4 else 0


def distance(left: str, right: str, limit: int) -> int:
    """Insertions, deletions, replacements and swaps of neighbours from one word to the other.

    Stops at limit + 1. (Optimal string alignment: no part is edited twice.)
    """
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before_last: list[int] = []
    last = list(range(len(right) + 1))
    for row, sign in enumerate(left, 1):
        now = [row]
        for column, other in enumerate(right, 1):
            cost = min(last[column] + 1, now[-1] + 1, last[column - 1] + (sign != other))
            if row > 1 and column > 1 and sign == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before_last[column - 2] + 1)
            now.append(cost)
        if min(now) > limit:
            return limit + 1
        before_last, last = last, now
    return min(last[-1], limit + 1)


def _signature(word: str) -> int:
    """Which signs occur in the word, as bits."""
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
        """The nearest words that are there, nearest and most common first.

        Only those at the smallest distance at which there are any: who typed 'imunology' meant
        the word one letter away, not also every word two letters away.
        """
        allowed = allowed_distance(word)
        if not allowed:
            return []
        different = self._signatures ^ np.uint64(_signature(word))
        # An edit changes the set of signs by two at most; almost every word is out by that alone.
        possible: npt.NDArray[np.bool_] = np.bitwise_count(different) <= 2 * allowed
        possible &= np.abs(self._lengths - len(word)) <= allowed
        found = [
            Candidate(self._words[place], away, int(self._documents[place]))
            for place in np.flatnonzero(possible)
            if (away := distance(word, self._words[place], allowed)) <= allowed
        ]
        if not found:
            return []
        nearest = min(candidate.distance for candidate in found)
        found = [candidate for candidate in found if candidate.distance == nearest]
        found.sort(
            key=lambda candidate: (
                candidate.word[:1] != word[:1],
                -candidate.documents,
                candidate.word,
            )
        )
        return found[:most]
