"""Compares all courses of a catalogue: the work of the worker."""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.catalogue.similarity.vectors import SentenceVectors
from sojourn.common.data_folder import data_folder
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import CourseIndex, Sentences, in_order
from sojourn.engines.similarity.languages import with_real_languages
from sojourn.engines.similarity.meaning import (
    EnglishSentenceEncoder,
    ManyLanguagesEncoder,
    ModelMissingError,
    Packed,
    UniversalSentenceEncoder,
)
from sojourn.engines.similarity.texts import CourseText, sentences_of, title_of, whole_text

logger = logging.getLogger(__name__)

# "words" compares courses by their words alone: for machines with little memory.
SIGNALS = "SOJOURN_SIMILARITY"
WORDS = "words"
MAY_LINGER = 1_000  # sentences that no course says any more
COURSES_AT_ONCE = 500

_missing: set[str] = set()  # models that could not be used in this process


def signals() -> str:
    """Return what courses are compared by: the names of the sentence models, or "words"."""
    if os.environ.get(SIGNALS) == WORDS:
        return WORDS
    models = (UniversalSentenceEncoder, EnglishSentenceEncoder, ManyLanguagesEncoder)
    return "+".join(model.name for model in models if model.name not in _missing) or WORDS


def build_index(texts: Collection[CourseText], groups: Sequence[Sequence[str]]) -> CourseIndex:
    """Compare these courses; by their words alone where no sentence model can be used."""
    ordered = in_order([with_real_languages(text) for text in texts])
    concepts = Concepts(groups)
    if os.environ.get(SIGNALS) == WORDS:
        return CourseIndex.build(ordered, concepts)
    in_english = all(text.main is None or text.main.language == "en" for text in ordered)
    # The slowest model works beside the others: it computes outside Python, on another core.
    with ThreadPoolExecutor(1) as beside:
        many_languages = (
            None if in_english else beside.submit(_vectors, ManyLanguagesEncoder, ordered, title_of)
        )
        meaning = _vectors(UniversalSentenceEncoder, ordered, sentences_of)
        english = _vectors(EnglishSentenceEncoder, ordered, whole_text)
        return CourseIndex.build(
            ordered,
            concepts,
            meaning,
            english,
            many_languages.result() if many_languages else None,
        )


Said = Callable[[CourseText, frozenset[str]], Sequence[str]]


def _vectors(
    model: type[UniversalSentenceEncoder | EnglishSentenceEncoder | ManyLanguagesEncoder],
    texts: Sequence[CourseText],
    said: Said,
) -> Sentences | None:
    """Return the vectors of what each course says, or None where the model cannot be used."""
    if model.name in _missing:
        return None
    store = SentenceStore(data_folder() / "similarity.sqlite3", model.name)
    per_course = [said(text, model.languages) for text in texts]
    try:
        found = all_vectors(per_course, SentenceVectors(store, model), model.dimensions)
    except ModelMissingError as error:
        logger.warning("%s", error)
        _missing.add(model.name)
        return None
    _tidy(store, [sentence for course in per_course for sentence in course])
    return found


def all_vectors(
    per_course: Sequence[Sequence[str]], vectors: SentenceVectors, dimensions: int
) -> Sentences:
    """Return everything that the courses say in one table, filled piece by piece."""
    sizes = np.array([len(course) for course in per_course], dtype=np.int64)
    packed: Packed = np.empty((int(sizes.sum()), dimensions), dtype=np.int8)
    done = 0
    for start in range(0, len(per_course), COURSES_AT_ONCE):
        some = per_course[start : start + COURSES_AT_ONCE]
        said = [sentence for course in some for sentence in course]
        known = vectors.of(said)
        for sentence in said:
            packed[done] = known[sentence]
            done += 1
    return Sentences.of_courses(packed, sizes)


def _tidy(store: SentenceStore, said: Sequence[str]) -> None:
    """Drop from the store what no course says any more, once that is more than is still said."""
    with contextlib.suppress(OSError, sqlite3.Error):
        if store.size() > 2 * len(said) + MAY_LINGER:
            store.keep_only(said)
