"""The subjects nearest in meaning to words that nothing has: 'psychiatrie' is near neuroscience.

Asked only where a search finds nothing at all. The sentence model is loaded at the first such
search of a process (1.4 seconds, 117 MB) and answers within some milliseconds after that.
"""

from __future__ import annotations

import logging
import os
from functools import lru_cache

import numpy as np

from sojourn.catalogue.similarity.build import SIGNALS, WORDS
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
# Measured on the subjects of Leiden: what is near has 0.41 and more ("alzheimer" to ageing), what
# is of another world at most 0.36 ("robots", "guitar", "football", letters at random).
NEAR = 0.40
# How much further than the nearest one another may be.
BEHIND = 0.12
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


@lru_cache(maxsize=4)
def _vectors(names: tuple[str, ...]) -> Vectors | None:
    model = _model()
    return model.encode(names) if model else None


def near_subjects(snapshot: Snapshot, text: str) -> tuple[Subject, ...]:
    """Return the few subjects nearest in meaning; none where none is near."""
    records = snapshot.records
    used = {slug for one in records.opportunities.values() for slug in one.subjects}
    subjects = [subject for slug, subject in records.subjects.items() if slug in used]
    names = tuple(subject.name.in_language(one) for subject in subjects for one in LANGUAGES)
    vectors, model = _vectors(names) if names else None, _model()
    if vectors is None or model is None:
        return ()
    asked = model.encode(_ways_to_say(text, Synonyms(records.edition.synonyms))).mean(axis=0)
    length = float(np.linalg.norm(asked))
    if not length:
        return ()
    similarity = (vectors @ (asked / length)).reshape(len(subjects), len(LANGUAGES)).max(axis=1)
    enough = max(NEAR, float(similarity.max()) - BEHIND)
    order = np.argsort(-similarity, kind="stable")[:MOST]
    return tuple(subjects[place] for place in order if similarity[place] >= enough)


def _ways_to_say(text: str, synonyms: Synonyms) -> list[str]:
    shown = " ".join(text[:READ].split())
    others = synonyms.others(tuple(asked_words(shown)))
    return [shown, *(" ".join(words) for words in others)]
