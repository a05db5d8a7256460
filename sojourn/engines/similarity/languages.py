"""Which language a text is in: the one it is said to be in, unless its words are clearly others.

A university that has no English course descriptions fills in its own. What a sentence model makes
of a language that it does not know is noise, so that its vote must not count there.
"""

from __future__ import annotations

import hashlib
import importlib
from dataclasses import replace
from functools import lru_cache
from typing import Any

from cachetools import LRUCache, cached

from sojourn.engines.similarity.texts import CourseText, Version

# Titles are too short to tell languages apart: the detector is then never so sure.
SURE = 0.95
KEPT = 200_000  # answers; the same courses are asked about with every new catalogue


@lru_cache(maxsize=1)
def _identifier() -> Any:
    langid = importlib.import_module("py3langid.langid")
    return langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE, norm_probs=True)


def language_of(version: Version) -> str:
    """Return the language that a text is really in."""
    return _found(". ".join(version.sentences)) or version.language


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=12).digest()


@cached(LRUCache(KEPT), key=_digest)
def _found(text: str) -> str:
    """Return the language of the text if its words leave no doubt; empty otherwise."""
    language, probability = _identifier().classify(text)
    return str(language) if probability >= SURE else ""


def with_real_languages(text: CourseText) -> CourseText:
    """Return the course with each version named by the language that it is in."""
    return replace(
        text,
        versions=tuple(
            replace(version, language=language_of(version)) for version in text.versions
        ),
    )
