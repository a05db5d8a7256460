"""The subjects nearest in meaning to words that nothing has: 'psychiatrie' is near neuroscience.

Asked only where a search finds nothing at all. The sentence model is loaded at the first such
search of a process (1.4 seconds, 117 MB) and answers within some milliseconds after that.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sojourn.catalogue.similarity.build import SIGNALS, WORDS
from sojourn.catalogue.snapshot.search import synonyms_of
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Subject
from sojourn.common.languages import LANGUAGES
from sojourn.engines.search import Synonyms
from sojourn.engines.search.analysis import asked_words
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    UniversalSentenceEncoder,
    Vectors,
)

logger = logging.getLogger(__name__)

MOST = 3
# Measured on the subjects of Leiden: what is near has 0.30 and more (psychiatry to neuroscience
# 0.37, epilepsy 0.36), what is of another world less (robots 0.20, guitar 0.23, letters 0.21).
NEAR = 0.30
# How much further than the nearest one another may be.
BEHIND = 0.10
READ = 100


@lru_cache(maxsize=1)
def _model() -> UniversalSentenceEncoder | None:
    if os.environ.get(SIGNALS) == WORDS:
        return None
    try:
        return UniversalSentenceEncoder()
    except ModelMissingError as error:
        logger.warning("%s", error)
        return None


@dataclass(frozen=True)
class _Directions:
    """Where each subject lies, seen from the middle of all.

    What all have in common says nothing: to the model every word that ends in -ology is alike.
    """

    middle: Vectors
    subjects: Vectors

    def of(self, vectors: Vectors) -> Vectors:
        return _of_length_one(vectors.mean(axis=0) - self.middle)


@lru_cache(maxsize=4)
def _directions(
    names: tuple[tuple[str, ...], ...], groups: tuple[tuple[str, ...], ...]
) -> _Directions | None:
    """Return the directions of subjects, each by its names, with the synonyms of the edition."""
    model = _model()
    if model is None or not names:
        return None
    synonyms = synonyms_of(groups)
    centres = np.vstack([model.encode(_said_of(each, synonyms)).mean(axis=0) for each in names])
    middle = centres.mean(axis=0)
    return _Directions(middle, _of_length_one(centres - middle))


def near_subjects(snapshot: Snapshot, text: str) -> tuple[Subject, ...]:
    """Return the few subjects nearest in meaning; none where none is near."""
    records = snapshot.records
    used = {slug for one in records.opportunities.values() for slug in one.subjects}
    subjects = [subject for slug, subject in records.subjects.items() if slug in used]
    names = tuple(tuple(one.name.in_language(each) for each in LANGUAGES) for one in subjects)
    groups = records.edition.synonyms
    directions, model = _directions(names, groups), _model()
    if directions is None or model is None:
        return ()
    asked = directions.of(model.encode(_ways_to_say(text, synonyms_of(groups))))
    similarity = directions.subjects @ asked
    enough = max(NEAR, float(similarity.max()) - BEHIND)
    order = np.argsort(-similarity, kind="stable")[:MOST]
    return tuple(subjects[place] for place in order if similarity[place] >= enough)


def _said_of(names: tuple[str, ...], synonyms: Synonyms) -> tuple[str, ...]:
    """Return the names of a subject, and what else the edition calls it or a word of it."""
    said = []
    for name in names:
        said += _ways_to_say(name, synonyms)
        for word in asked_words(name):
            said += [" ".join(words) for words in synonyms.others((word,))]
    return tuple(dict.fromkeys(said))


def _ways_to_say(text: str, synonyms: Synonyms) -> list[str]:
    shown = " ".join(text[:READ].split())
    others = synonyms.others(tuple(asked_words(shown)))
    return [shown, *(" ".join(words) for words in others)]


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    found: Vectors = np.divide(vectors, lengths, where=lengths > 0, out=np.zeros_like(vectors))
    return found
