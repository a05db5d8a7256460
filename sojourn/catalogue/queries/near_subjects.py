"""The subjects nearest in meaning to words that nothing has: 'psychiatrie' is near neuroscience.

Asked only where a search finds nothing at all, of the worker, which holds the sentence model: its
first answer takes 1.5 seconds, every other some milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from sojourn.catalogue.similarity.word_vectors import vectors_of
from sojourn.catalogue.snapshot.search import synonyms_of
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Subject
from sojourn.common.languages import LANGUAGES
from sojourn.engines.search import Synonyms
from sojourn.engines.search.analysis import asked_words
from sojourn.engines.similarity.meaning import ModelMissingError, Vectors

MOST = 3
# Measured on the subjects of Leiden: what is near has 0.30 and more (psychiatry to neuroscience
# 0.37, epilepsy 0.36), what is of another world less (robots 0.20, guitar 0.23, letters 0.21).
NEAR = 0.30
# How much further than the nearest one another may be.
BEHIND = 0.10
READ = 100


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
) -> _Directions:
    """Return the directions of subjects, each by its names, with the synonyms of the edition."""
    said = [_said_of(each, synonyms_of(groups)) for each in names]
    vectors = vectors_of([one for each in said for one in each])
    ends = np.cumsum([len(each) for each in said])[:-1]
    centres = np.vstack([each.mean(axis=0) for each in np.split(vectors, ends)])
    middle = centres.mean(axis=0)
    return _Directions(middle, _of_length_one(centres - middle))


def near_subjects(snapshot: Snapshot, text: str) -> tuple[Subject, ...]:
    """Return the few subjects nearest in meaning; none where none is near."""
    records = snapshot.records
    used = {slug for one in records.opportunities.values() for slug in one.subjects}
    subjects = [subject for slug, subject in records.subjects.items() if slug in used]
    names = tuple(tuple(one.name.in_language(each) for each in LANGUAGES) for one in subjects)
    groups = records.edition.synonyms
    if not names:
        return ()
    try:
        directions = _directions(names, groups)
        asked = directions.of(vectors_of(_ways_to_say(text, synonyms_of(groups))))
    except ModelMissingError:
        return ()
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
