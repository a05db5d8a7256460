"""Sentence vectors on disk, by the sentence: computed once, shared by every process of a machine.

It is a cache in the data folder and never the truth: when it is lost, or cannot be used, it is
computed again. A sentence is found by a hash, so an edited course costs its new sentences alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import logging
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from sojourn.engines.similarity.meaning import Packed

logger = logging.getLogger(__name__)

AT_ONCE = 500  # variables in one query


def key_of(sentence: str) -> bytes:
    return hashlib.blake2b(sentence.encode(), digest_size=12).digest()


class SentenceStore:
    """A small SQLite file with a row for each sentence and model."""

    def __init__(self, path: Path, model: str) -> None:
        self.path = path
        self.model = model

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            # What a power cut takes away is computed again.
            connection.executescript("PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;")
            connection.execute(
                "CREATE TABLE IF NOT EXISTS sentence "
                "(model TEXT, key BLOB, vector BLOB, PRIMARY KEY (model, key)) WITHOUT ROWID"
            )
            with connection:
                yield connection
        finally:
            connection.close()

    def read(self, sentences: Sequence[str]) -> dict[str, Packed]:
        """Return the vectors of those sentences that are known."""
        by_key = {key_of(sentence): sentence for sentence in sentences}
        keys = list(by_key)
        found: dict[str, Packed] = {}
        with self._open() as connection:
            for start in range(0, len(keys), AT_ONCE):
                some = keys[start : start + AT_ONCE]
                marks = ",".join("?" * len(some))
                for key, vector in connection.execute(
                    f"SELECT key, vector FROM sentence WHERE model = ? AND key IN ({marks})",  # noqa: S608 (marks are question marks)
                    (self.model, *some),
                ):
                    found[by_key[key]] = np.frombuffer(vector, dtype=np.int8)
        return found

    def write(self, sentences: Sequence[str], vectors: Packed) -> None:
        with self._open() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO sentence VALUES (?, ?, ?)",
                (
                    (self.model, key_of(sentence), vector.tobytes())
                    for sentence, vector in zip(sentences, vectors, strict=True)
                ),
            )

    def size(self) -> int:
        with self._open() as connection:
            asked = "SELECT count(*) FROM sentence WHERE model = ?"
            count: int = connection.execute(asked, (self.model,)).fetchone()[0]
            return count

    def keep_only(self, sentences: Sequence[str]) -> None:
        """Drop what no course says any more."""
        with self._open() as connection:
            connection.execute("CREATE TEMP TABLE wanted (key BLOB PRIMARY KEY) WITHOUT ROWID")
            connection.executemany(
                "INSERT OR IGNORE INTO wanted VALUES (?)",
                ((key_of(sentence),) for sentence in sentences),
            )
            connection.execute(
                "DELETE FROM sentence WHERE model = ? AND key NOT IN (SELECT key FROM wanted)",
                (self.model,),
            )
