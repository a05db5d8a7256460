"""Sentence vectors on disk."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.catalogue.similarity.vectors import SentenceVectors
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    Packed,
    SentenceModel,
    Vectors,
)


def packed(*numbers: int) -> Packed:
    return np.array([[number] * 4 for number in numbers], dtype=np.int8)


@pytest.fixture
def store(tmp_path: Path) -> SentenceStore:
    return SentenceStore(tmp_path / "similarity.sqlite3", "a-model")


class CountingModel:
    name, dimensions = "counting", 4
    languages: frozenset[str] = frozenset()
    asked: ClassVar[list[str]] = []

    def encode(self, sentences: Sequence[str]) -> Vectors:
        self.asked += sentences
        return np.array([[len(sentence)] * 4 for sentence in sentences], dtype=np.float32)


@pytest.fixture
def asked() -> list[str]:
    """The sentences that the model is asked for; every vector of it is packed to 127."""
    CountingModel.asked = []
    return CountingModel.asked


def test_what_was_written_is_read_again(store: SentenceStore) -> None:
    store.write(["één", "two"], packed(1, -2))
    found = store.read(["two", "three", "één"])
    assert {sentence: list(vector) for sentence, vector in found.items()} == {
        "één": [1, 1, 1, 1],
        "two": [-2, -2, -2, -2],
    }


def test_another_model_knows_none_of_it(store: SentenceStore) -> None:
    store.write(["one"], packed(1))
    assert SentenceStore(store.path, "another").read(["one"]) == {}


def test_what_no_course_says_any_more_is_dropped(store: SentenceStore) -> None:
    store.write(["one", "two"], packed(1, 2))
    store.keep_only(["two", "never seen"])
    assert store.size() == 1
    assert list(store.read(["one", "two"])) == ["two"]


def test_a_sentence_is_computed_once(store: SentenceStore, asked: list[str]) -> None:
    for _ in range(2):
        found = SentenceVectors(store, CountingModel).of(["aa", "bbb", "aa"])
        assert (found["aa"].tolist(), found["bbb"].tolist()) == ([127] * 4, [127] * 4)
    assert asked == ["aa", "bbb"]


def test_a_broken_store_costs_time_and_nothing_else(store: SentenceStore, asked: list[str]) -> None:
    store.path.write_bytes(b"this is no database" * 100)
    found = SentenceVectors(store, CountingModel)
    assert list(found.of(["aa"])["aa"]) == [127] * 4
    assert list(found.of(["bbb"])["bbb"]) == [127] * 4
    assert asked == ["aa", "bbb"]


@pytest.mark.usefixtures("asked")
def test_a_store_that_cannot_be_written_to_is_survived() -> None:
    store = SentenceStore(Path("/proc/nowhere/similarity.sqlite3"), "m")
    assert list(SentenceVectors(store, CountingModel).of(["aa"])["aa"]) == [127] * 4


def test_without_a_model_what_is_stored_still_counts(
    store: SentenceStore,
) -> None:
    def missing() -> SentenceModel:
        raise ModelMissingError("not here")

    store.write(["one"], packed(1))
    assert list(SentenceVectors(store, missing).of(["one"])["one"]) == [1] * 4
    with pytest.raises(ModelMissingError):
        SentenceVectors(store, missing).of(["one", "two"])
