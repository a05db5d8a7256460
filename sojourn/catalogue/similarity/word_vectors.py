"""Vectors of a few words, for pages: asked of the worker, which alone holds the sentence model.

In each web process the model would take 117 MB, for the few searches that find nothing. The worker
loads it at the first question and answers on a socket beside the table of similar courses. Under
tests there is no worker: the model is loaded on the spot.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import threading
import time
from collections.abc import Sequence
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
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(WAIT_SECONDS)
            asking.connect(str(_address()))
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
    while True:
        try:
            if not _is_answered():
                _answer_alone()
        except Exception:
            logger.exception("searches without a result name no subjects near them")
        time.sleep(RETRY_SECONDS)


def _is_answered() -> bool:
    """Whether another worker of this data folder answers already."""
    with socket.socket(socket.AF_UNIX) as asking:
        return asking.connect_ex(str(_address())) == 0


def _answer_alone() -> None:
    _address().parent.mkdir(parents=True, exist_ok=True)
    _address().unlink(missing_ok=True)  # of a worker that has ended
    with _Answers(str(_address()), _Answer) as answers:
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


def _address() -> Path:
    return Path(settings.SIMILARITY_FOLDER) / SOCKET


@lru_cache(maxsize=1)
def _model() -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder()
