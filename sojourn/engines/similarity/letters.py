"""Similarity by letters: character n-grams, so that "immunologie" finds "immunology".

A course's n-gram vector is its words times the n-grams of each word, so only the two factors are
kept: with 100,000 courses that is a tenth of the memory, and a question costs two sparse products.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sojourn.engines.similarity.texts import CourseText, Version
from sojourn.engines.similarity.words import GRAMS, gram_numbers, word_counts

Floats = NDArray[np.float32]
BLOCK = 512  # rows at a time


@dataclass(frozen=True, slots=True)
class Row:
    """One version of one course as a row of the table."""

    course: int
    language: str
    version: Version | None


def rows_of(texts: Sequence[CourseText]) -> list[Row]:
    """Return a row for each version; a course without words still gets an empty one."""
    return [
        Row(number, version.language if version else "", version)
        for number, text in enumerate(texts)
        for version in (text.versions or (None,))
    ]


@dataclass(frozen=True, eq=False)
class LetterIndex:
    """Every version of every course, its words and the n-grams of the words."""

    words: sparse.csr_matrix  # version x word: 1 + ln(how often)
    grams: sparse.csr_matrix  # word x n-gram: how often, times how telling
    telling: Floats  # of each n-gram: the logarithm of how rare it is
    lengths: Floats  # of each version's n-gram vector
    course: NDArray[np.int64]  # of each version
    languages: NDArray[np.str_]  # of each version
    first: NDArray[np.int64]  # each course's first version

    @classmethod
    def build(cls, texts: Sequence[CourseText]) -> LetterIndex:
        rows = rows_of(texts)
        vocabulary: dict[str, int] = {}
        words = count_words(rows, vocabulary)
        plain = gram_table(list(vocabulary))
        telling = how_telling(words, plain)
        grams = (plain @ sparse.diags(telling, dtype=np.float32)).tocsr()
        course = np.array([row.course for row in rows], dtype=np.int64)
        return cls(
            words=words,
            grams=grams,
            telling=telling,
            lengths=gram_lengths(words, grams),
            course=course,
            languages=np.array([row.language for row in rows], dtype="<U3"),
            first=np.searchsorted(course, np.arange(len(texts))),
        )

    def cosines(self, version: Version) -> Floats:
        """Return what each version has in common with this one, from 0 to 1."""
        asked = self.gram_vector(version)
        length = float(np.sqrt(asked @ asked))
        if not length:
            return np.zeros(len(self.course), dtype=np.float32)
        by_word = self.grams @ asked
        found = self.words @ by_word
        return np.asarray(found / (np.maximum(self.lengths, 1e-9) * length), dtype=np.float32)

    def gram_vector(self, version: Version) -> Floats:
        vector = np.zeros(GRAMS, dtype=np.float32)
        for word, times in word_counts(version).items():
            numbers = gram_numbers(word)
            np.add.at(vector, numbers, self.telling[numbers] * np.float32(1 + np.log(times)))
        return vector

    def best_of_versions(self, by_version: Floats) -> Floats:
        """Return the best of each course's versions."""
        if len(self.first) == len(by_version):
            return by_version
        return np.asarray(np.maximum.reduceat(by_version, self.first), dtype=np.float32)


def count_words(rows: Iterable[Row], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """Versions by words; a word met for the first time gets the next number."""
    columns, values = array("i"), array("f")
    ends = [0]
    for row in rows:
        counts = word_counts(row.version) if row.version else {}
        for word, times in counts.items():
            columns.append(vocabulary.setdefault(word, len(vocabulary)))
            values.append(1 + log(times))
        ends.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(ends)),
        shape=(len(ends) - 1, len(vocabulary)),
    )


def gram_table(words: Sequence[str]) -> sparse.csr_matrix:
    """Words by n-grams."""
    numbers = [gram_numbers(word) for word in words]
    ends = np.cumsum([0, *map(len, numbers)])
    columns = np.concatenate(numbers) if numbers else np.zeros(0, dtype=np.int32)
    table = sparse.csr_matrix(
        (np.ones(len(columns), dtype=np.float32), columns, ends), shape=(len(words), GRAMS)
    )
    table.sum_duplicates()
    return table


def how_telling(words: sparse.csr_matrix, grams: sparse.csr_matrix) -> Floats:
    """ln((versions + 1) / (versions with the n-gram + 1/2)), never below a tenth."""
    versions = words.shape[0]
    having = np.zeros(GRAMS, dtype=np.float64)
    for start in range(0, versions, BLOCK):
        block = words[start : start + BLOCK] @ grams
        having += np.bincount(block.indices, minlength=GRAMS)
    telling: Floats = np.maximum(np.log((versions + 1) / (having + 0.5)), 0.1).astype(np.float32)
    return telling


def gram_lengths(words: sparse.csr_matrix, grams: sparse.csr_matrix) -> Floats:
    found = np.zeros(words.shape[0], dtype=np.float32)
    for start in range(0, words.shape[0], BLOCK):
        block = words[start : start + BLOCK] @ grams
        found[start : start + BLOCK] = np.sqrt(
            np.asarray(block.multiply(block).sum(axis=1)).ravel()
        )
    return found
