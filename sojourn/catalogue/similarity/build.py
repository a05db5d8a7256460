"""Compares all courses of a catalogue: the work of the worker."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Collection, Sequence

import numpy as np

from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.catalogue.similarity.vectors import SentenceVectors
from sojourn.common.data_folder import data_folder
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import CourseIndex, Sentences, in_order
from sojourn.engines.similarity.meaning import ModelMissingError, Packed, UniversalSentenceEncoder
from sojourn.engines.similarity.texts import CourseText

logger = logging.getLogger(__name__)

# "words" compares courses by their words alone: for machines with little memory.
SIGNALS = "SOJOURN_LIKENESS"
WORDS = "words"
MAY_LINGER = 1_000  # sentences that no course says any more
COURSES_AT_ONCE = 500
DIMENSIONS = UniversalSentenceEncoder.dimensions

_model_is_missing = False


def signals() -> str:
    """Return what courses are compared by: the name of a sentence model, or "words"."""
    if _model_is_missing or os.environ.get(SIGNALS) == WORDS:
        return WORDS
    return UniversalSentenceEncoder.name


def build_index(texts: Collection[CourseText], groups: Sequence[Sequence[str]]) -> CourseIndex:
    """Compare these courses; by their words alone where the sentence model cannot be used."""
    global _model_is_missing
    ordered, concepts = in_order(texts), Concepts(groups)
    if signals() == WORDS:
        return CourseIndex.build(ordered, concepts)
    store = SentenceStore(data_folder() / "likeness.sqlite3", UniversalSentenceEncoder.name)
    try:
        sentences = all_sentences(ordered, SentenceVectors(store))
    except ModelMissingError as error:
        logger.warning("%s", error)
        _model_is_missing = True
        return CourseIndex.build(ordered, concepts)
    _tidy(store, ordered)
    return CourseIndex.build(ordered, concepts, sentences)


def all_sentences(texts: Sequence[CourseText], vectors: SentenceVectors) -> Sentences:
    """Return everything that the courses say in one table, filled piece by piece."""
    sizes = np.array(
        [len(text.main.sentences) if text.main else 0 for text in texts], dtype=np.int64
    )
    packed: Packed = np.empty((int(sizes.sum()), DIMENSIONS), dtype=np.int8)
    done = 0
    for start in range(0, len(texts), COURSES_AT_ONCE):
        said = _sentences(texts[start : start + COURSES_AT_ONCE])
        known = vectors.of(said)
        for sentence in said:
            packed[done] = known[sentence]
            done += 1
    return Sentences.of_courses(packed, sizes)


def _sentences(texts: Sequence[CourseText]) -> list[str]:
    return [sentence for text in texts if text.main for sentence in text.main.sentences]


def _tidy(store: SentenceStore, texts: Sequence[CourseText]) -> None:
    """Drop from the store what no course says any more, once that is more than is still said."""
    said = _sentences(texts)
    with contextlib.suppress(OSError, sqlite3.Error):
        if store.size() > 2 * len(said) + MAY_LINGER:
            store.keep_only(said)
