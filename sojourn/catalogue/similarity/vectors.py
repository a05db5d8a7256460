"""The vectors of sentences: those that the store holds, and those that the model makes."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence

from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.engines.similarity.meaning import (
    Packed,
    SentenceModel,
    pack,
)

logger = logging.getLogger(__name__)

AT_ONCE = 256


class SentenceVectors:
    """Vectors for one comparison of the catalogue; the model is loaded when one is missing."""

    def __init__(self, store: SentenceStore, load: Callable[[], SentenceModel]) -> None:
        self._store = store
        self._load = load
        self._store_works = True
        self._model: SentenceModel | None = None

    def of(self, sentences: Sequence[str]) -> dict[str, Packed]:
        """Raise ModelMissingError where something is missing and the model cannot be used."""
        wanted = list(dict.fromkeys(sentences))
        known = self._stored(wanted)
        missing = [sentence for sentence in wanted if sentence not in known]
        for start in range(0, len(missing), AT_ONCE):
            some = missing[start : start + AT_ONCE]
            made = self._encode(some)
            self._keep(some, made)
            known |= dict(zip(some, made, strict=True))
        return known

    def _encode(self, sentences: Sequence[str]) -> Packed:
        if self._model is None:
            self._model = self._load()
        return pack(self._model.encode(sentences))

    def _stored(self, wanted: Sequence[str]) -> dict[str, Packed]:
        if self._store_works:
            try:
                return self._store.read(wanted)
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)
        return {}

    def _keep(self, sentences: Sequence[str], vectors: Packed) -> None:
        if self._store_works:
            try:
                self._store.write(sentences, vectors)
            except (OSError, sqlite3.Error) as error:
                self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        self._store_works = False
        logger.warning("sentence vectors cannot be kept: %s", error)
