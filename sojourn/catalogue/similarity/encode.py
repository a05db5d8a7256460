"""Turns sentences into vectors: a few here, many in a process of their own.

    python -m sojourn.catalogue.similarity.encode STORE    (started by this module only)

The other process runs at low priority, holds the model's memory and gives it back at its end. It
reads a JSON list of sentences a line, writes their vectors into the store and answers "done"; it
ends when its input does, hence with whoever started it.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    Packed,
    SentenceModel,
    UniversalSentenceEncoder,
    pack,
)

logger = logging.getLogger(__name__)

FEW = 200  # sentences that are encoded in this process, in a fifth of a second
AT_ONCE = 256
KEEP_MODEL = 300.0  # seconds after its last use; an editor who saves again does not wait
NO_MODEL = 3  # how the other process says that the model cannot be used


class Encoder:
    """The sentence model of this process, loaded when it is first needed."""

    def __init__(self) -> None:
        self._model: SentenceModel | None = None
        self._used = 0.0
        self._lock = threading.Lock()

    def encode(self, sentences: Sequence[str]) -> Packed:
        """Raise ModelMissingError where the model cannot be used."""
        with self._lock:
            if self._model is None:
                self._model = UniversalSentenceEncoder()
            self._used = time.monotonic()
            return pack(self._model.encode(sentences))

    def rest(self) -> None:
        """Let the model go when it was not used for a while."""
        with self._lock:
            if self._model is not None and time.monotonic() - self._used > KEEP_MODEL:
                self._model = None


encoder = Encoder()


class OtherProcess:
    """The process that encodes while this one answers requests."""

    def __init__(self, store: SentenceStore) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sojourn.catalogue.similarity.encode", str(store.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).resolve().parents[3],
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
        )

    def encode(self, sentences: Sequence[str]) -> None:
        """Have the vectors written into the store.

        Raises ModelMissingError where the model cannot be used, OSError when the process is gone.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise OSError("the encoding process has no pipes")
        for start in range(0, len(sentences), AT_ONCE):
            try:
                self._process.stdin.write(json.dumps(sentences[start : start + AT_ONCE]) + "\n")
                self._process.stdin.flush()
                answer = self._process.stdout.readline().strip()
            except BrokenPipeError:
                answer = ""
            if answer != "done":
                if self._process.wait() == NO_MODEL:
                    raise ModelMissingError("The sentence model cannot be used on this machine.")
                raise OSError(f"the encoding process ended with {self._process.returncode}")

    def end(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None and not pipe.closed:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue
        self._process.wait()


class VectorReader:
    """Gives the vectors of sentences, computing those that the store does not hold."""

    def __init__(self, store: SentenceStore) -> None:
        self._store = store
        self._other: OtherProcess | None = None
        self._store_works = True

    def __enter__(self) -> VectorReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._other is not None:
            self._other.end()

    def vectors(self, sentences: Sequence[str]) -> dict[str, Packed]:
        """Raise ModelMissingError where something is missing and the model cannot be used."""
        wanted = list(dict.fromkeys(sentences))
        known: dict[str, Packed] = {}
        if self._store_works:
            try:
                known = self._through_the_store(wanted)
            except (OSError, sqlite3.Error) as error:
                self._store_works = False
                logger.warning("sentence vectors cannot be kept: %s", error)
        missing = [sentence for sentence in wanted if sentence not in known]
        if missing:
            known |= dict(zip(missing, encoder.encode(missing), strict=True))
        return known

    def _through_the_store(self, wanted: Sequence[str]) -> dict[str, Packed]:
        known = self._store.read(wanted)
        missing = [sentence for sentence in wanted if sentence not in known]
        if not missing:
            return known
        with self._store.alone():
            # Another process may have computed them while this one waited.
            known |= self._store.read(missing)
            missing = [sentence for sentence in wanted if sentence not in known]
            if len(missing) > FEW or (missing and self._other is not None):
                if self._other is None:
                    self._other = OtherProcess(self._store)
                self._other.encode(missing)
            elif missing:
                self._store.write(missing, encoder.encode(missing))
        return known | self._store.read(missing)


def main() -> None:
    """Return the other process."""
    os.nice(10)
    try:
        model = UniversalSentenceEncoder()
    except ModelMissingError:
        sys.exit(NO_MODEL)
    store = SentenceStore(Path(sys.argv[1]), model.name)
    for line in sys.stdin:
        sentences: list[str] = json.loads(line)
        store.write(sentences, pack(model.encode(sentences)))
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
