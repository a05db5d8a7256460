"""Words that carry meaning, where they stand in a text, and how much two words look similar."""

from __future__ import annotations

import zlib
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.search.analysis import STOPWORDS, WORD, folded, stem
from sojourn.engines.similarity.texts import Version

# Character n-grams of these lengths, the word's ends counted as characters.
SHORTEST_GRAM, LONGEST_GRAM = 3, 5
# N-grams are numbered by a hash of fixed size: an edited course never renumbers the others.
GRAMS = 1 << 20

# What every course description says of itself: it is no ground for a similarity.
BOILERPLATE = frozenset(
    word
    for line in (resources.files(__package__) / "common_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, folded, and where it is."""

    folded: str
    start: int
    end: int


def words_at(text: str) -> list[Word]:
    """Find every word of a text with its place."""
    return [
        Word(plain, match.start(), match.end())
        for match in WORD.finditer(text)
        if (plain := folded(match.group()))
    ]


def telling_words(text: str) -> list[str]:
    """Return the folded words of a text without those that say nothing."""
    return [word.folded for word in words_at(text) if word.folded not in STOPWORDS]


def word_counts(version: Version) -> Counter[str]:
    """Count how often each telling word is used in a course's text."""
    counts: Counter[str] = Counter()
    for sentence in version.sentences:
        counts.update(telling_words(sentence))
    return counts


@lru_cache(maxsize=65_536)
def word_stem(word: str, language: str) -> str:
    """Return the stem of a folded word; in a language without a stemmer the word itself."""
    return stem(word, language) if language in ("en", "nl") else word


def grams_of(word: str) -> list[str]:
    """Return the character n-grams of a word, its ends marked by a blank."""
    padded = f" {word} "
    return [
        padded[start : start + length]
        for length in range(SHORTEST_GRAM, LONGEST_GRAM + 1)
        for start in range(len(padded) - length + 1)
    ]


def gram_numbers(word: str) -> NDArray[np.int32]:
    """Return the n-grams of a word as numbers, repeated where they repeat."""
    numbers = [zlib.crc32(gram.encode()) % GRAMS for gram in grams_of(word)]
    return np.array(numbers, dtype=np.int32)


@lru_cache(maxsize=16_384)
def _gram_set(word: str) -> frozenset[str]:
    return frozenset(grams_of(word))


def word_similarity(one: str, other: str) -> float:
    """Return what two words have in common, from 0 to 1: the Dice coefficient of their n-grams."""
    ours, theirs = _gram_set(one), _gram_set(other)
    return 2 * len(ours & theirs) / (len(ours) + len(theirs))
