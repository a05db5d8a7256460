"""A web process asks the worker what words mean, and holds no sentence model itself."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from pytest_django import Settings

from sojourn.catalogue.similarity import word_vectors
from sojourn.engines.similarity.meaning import ModelMissingError, UniversalSentenceEncoder


class Counting:
    """A stand-in for the model: the vector of a text is full of its length."""

    def encode(self, texts: list[str]) -> np.ndarray:
        lengths = np.array([len(text) for text in texts], dtype=np.float32)
        return np.repeat(lengths[:, None], UniversalSentenceEncoder.dimensions, axis=1)


@pytest.fixture(params=["data", "a-long-name-" * 12], ids=["short", "long"])
def folder(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Path]:
    """A folder in which the path of a socket is short, or longer than the kernel takes."""
    with TemporaryDirectory() as made:
        settings.SIMILARITY_FOLDER = Path(made, request.param)
        yield settings.SIMILARITY_FOLDER


@pytest.fixture
def answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Serve as the worker does, after one that was killed and left its socket."""
    monkeypatch.setattr(word_vectors, "_model", Counting)
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as left_behind, word_vectors._address() as address:
        left_behind.bind(address)
    word_vectors.answer_questions()
    return folder


def asked(texts: list[str]) -> np.ndarray:
    for _ in range(200):  # until the thread listens
        try:
            return word_vectors.ask_worker(texts)
        except ModelMissingError:
            time.sleep(0.02)
    return word_vectors.ask_worker(texts)


def test_the_worker_answers_in_the_order_of_the_texts(answers: Path) -> None:
    found = asked(["psychiatrie", "é\n", ""])
    assert found.shape == (3, UniversalSentenceEncoder.dimensions)
    assert found[:, 0].tolist() == [11, 2, 0]
    assert asked(["one", "two more"])[:, 5].tolist() == [3, 8]


def test_a_second_worker_leaves_the_first_alone(answers: Path) -> None:
    asked(["it listens"])
    assert word_vectors._is_answered()


def test_what_a_killed_worker_left_keeps_no_other_from_answering(folder: Path) -> None:
    folder.mkdir()
    assert not word_vectors._is_answered()
    with socket.socket(socket.AF_UNIX) as left_behind, word_vectors._address() as address:
        left_behind.bind(address)
    assert not word_vectors._is_answered()


def test_who_sends_nonsense_or_goes_away_stops_nobody(answers: Path) -> None:
    asked(["it listens"])
    for sent in (b"", b"nonsense\n", b"[1", b'{"a": 1}\n'):
        with socket.socket(socket.AF_UNIX) as other, word_vectors._address() as address:
            other.connect(address)
            other.sendall(sent)
    assert asked(["still there"])[0, 0] == 11


def test_without_a_worker_it_is_said_at_once(folder: Path) -> None:
    with pytest.raises(ModelMissingError):
        word_vectors.ask_worker(["psychiatrie"])


def test_a_disk_that_takes_no_socket_is_told_of_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    refusals = iter([OSError("no sockets here")] * 3 + [OSError("full")] + [SystemExit()])

    def refuse() -> None:
        raise next(refusals)

    monkeypatch.setattr(word_vectors, "_answer_alone", refuse)
    monkeypatch.setattr(word_vectors, "RETRY_SECONDS", 0)
    with pytest.raises(SystemExit):
        word_vectors._answer()
    told = [str(record.exc_info[1]) for record in caplog.records if record.exc_info]
    assert told == ["no sockets here", "full"]
