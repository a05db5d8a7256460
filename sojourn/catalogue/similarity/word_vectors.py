"""Vectors of a few words, for pages: asked of the worker, which alone holds the sentence model.

In each web process the model would take 117 MB, for the few searches that find nothing. The worker
loads it at the first question and answers on a socket beside the table of similar courses. Under
tests there is no worker: the model is loaded on the spot.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from socketserver import StreamRequestHandler, UnixStreamServer
from typing import Any

import numpy as np
from django.conf import settings

from sojourn.catalogue.similarity.build import SIGNALS, WORDS
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    UniversalSentenceEncoder,
    Vectors,
)

logger = logging.getLogger(__name__)

SOCKET = "words.socket"
WAIT_SECONDS = 4.0  # for the first answer the worker loads the model
RETRY_SECONDS = 30.0
LONGEST_PATH = 100  # bytes of a socket's path, with a margin
MOST_BYTES = 1_000_000  # of one question: the names of all subjects of a catalogue


def vectors_of(texts: Sequence[str]) -> Vectors:
    """Return a vector for each text; raise ModelMissingError where nobody answers."""
    if os.environ.get(SIGNALS) == WORDS:
        raise ModelMissingError("Courses are compared by their words alone.")
    if settings.SNAPSHOT_LOOKS_EACH_TIME:
        return _model().encode(texts)
    return ask_worker(texts)


def ask_worker(texts: Sequence[str]) -> Vectors:
    """Return what the worker of this machine answers; raise ModelMissingError without one."""
    try:
        with socket.socket(socket.AF_UNIX) as asking, _address() as address:
            asking.settimeout(WAIT_SECONDS)
            asking.connect(address)
            asking.sendall(json.dumps(list(texts)).encode() + b"\n")
            with asking.makefile("rb") as answer:
                answered = answer.read()
        found = np.frombuffer(answered, dtype=np.float32)
        return found.reshape(len(texts), UniversalSentenceEncoder.dimensions)
    except (OSError, ValueError) as error:
        logger.warning("the worker does not say what words mean: %s", error)
        raise ModelMissingError(f"The worker does not answer: {error}") from error


def answer_questions() -> None:
    """Start the thread of the worker that answers web processes."""
    threading.Thread(target=_answer, name="word-vectors", daemon=True).start()


def _answer() -> None:
    told = ""
    while True:
        try:
            _folder().mkdir(parents=True, exist_ok=True)
            if not _is_answered():
                _answer_alone()
        except Exception as error:
            # A disk of the network may never take a socket; that is said once.
            if told != (told := repr(error)):
                logger.exception("searches without a result name no subjects near them")
        time.sleep(RETRY_SECONDS)


def _is_answered() -> bool:
    """Whether another worker of this data folder answers already."""
    with socket.socket(socket.AF_UNIX) as asking, _address() as address:
        return asking.connect_ex(address) == 0


def _answer_alone() -> None:
    (_folder() / SOCKET).unlink(missing_ok=True)  # of a worker that has ended
    with _address() as address:
        answers = _Answers(address, _Answer)
    with answers:
        answers.serve_forever()


class _Answer(StreamRequestHandler):
    timeout = WAIT_SECONDS

    def handle(self) -> None:
        if asked := self.rfile.readline(MOST_BYTES):
            self.wfile.write(_model().encode(json.loads(asked)).tobytes())


class _Answers(UnixStreamServer):
    def handle_error(self, _request: Any, _client: Any) -> None:
        """Go on: whoever asked has gone away, or reads an answer that is too short."""
        logger.warning("a question about words was not answered", exc_info=True)


def _folder() -> Path:
    return Path(settings.SIMILARITY_FOLDER)


@contextlib.contextmanager
def _address() -> Iterator[str]:
    """Give the path of the socket, in a form that the kernel takes."""
    path = str(_folder() / SOCKET)
    if len(os.fsencode(path)) <= LONGEST_PATH:
        yield path
        return
    opened = os.open(_folder(), os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{opened}/{SOCKET}"
    finally:
        os.close(opened)


@lru_cache(maxsize=1)
def _model() -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder()
