"""Finding courses that resemble each other."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.similarity.methods import Fusion, Remembering, sentences_of
from bench.similarity.tasks import edition_synonyms, edition_tasks
from sojourn.engines.similarity import meaning
from sojourn.engines.similarity.certainty import SCALES, Certainty, Signals
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import CourseIndex, Match, Question, Sentences
from sojourn.engines.similarity.meaning import (
    ModelMissingError,
    UniversalSentenceEncoder,
    pack,
    unpack,
)
from sojourn.engines.similarity.texts import CourseText, Version
from sojourn.engines.similarity.words import look_alike
from tests.engines.similarity.courses import ALL, CONCEPTS, HOST_IMMUNOLOGY, IMMUNOLOGY, catalogues


@pytest.fixture(scope="module")
def model() -> Remembering:
    return Remembering(UniversalSentenceEncoder())


class MadeUpModel:
    """Vectors that depend on the sentence alone, without the package."""

    name, dimensions = "made-up", 512

    def encode(self, sentences: Sequence[str]) -> meaning.Vectors:
        rows = [
            np.random.default_rng(list(sentence.encode())).normal(size=self.dimensions)
            for sentence in sentences
        ]
        return meaning.unit(np.array(rows, dtype=np.float32).reshape(-1, self.dimensions))


def index_of(texts: Sequence[CourseText], with_meaning: bool = True) -> CourseIndex:
    ordered = sorted(texts, key=lambda text: text.id)
    sentences = sentences_of(ordered, MadeUpModel()) if with_meaning else None
    return CourseIndex.build(texts, CONCEPTS, sentences)


def close(ours: list[Match], theirs: list[Match]) -> bool:
    return [match.id for match in ours] == [match.id for match in theirs] and np.allclose(
        [match.signals.score for match in ours],
        [match.signals.score for match in theirs],
        atol=1e-4,
    )


# --- worked examples -----------------------------------------------------------------------------


def test_a_dutch_course_finds_its_english_twin(model: Remembering) -> None:
    ordered = sorted(ALL, key=lambda text: text.id)
    index = CourseIndex.build(ALL, CONCEPTS, sentences_of(ordered, model))
    found = index.nearest(index.question(IMMUNOLOGY.id))
    assert found[0].id == HOST_IMMUNOLOGY.id
    assert found[0].signals.certainty in (Certainty.VERY_ALIKE, Certainty.PARTLY)
    assert found[1].signals.score < found[0].signals.score - 1


def test_it_is_found_by_words_alone_too() -> None:
    index = index_of(ALL, with_meaning=False)
    found = index.nearest(index.question(IMMUNOLOGY.id))
    assert found[0].id == HOST_IMMUNOLOGY.id
    assert found[0].signals.meaning is None
    assert found[0].signals.scale is SCALES["words"]


def test_a_course_never_finds_itself_and_only_those_asked_for() -> None:
    index = index_of(ALL)
    among = np.array([one == "host-heart" for one in index.ids])
    found = index.nearest(index.question(HOST_IMMUNOLOGY.id), among)
    assert [match.id for match in found] == ["host-heart"]


def test_a_course_without_a_word_resembles_nothing() -> None:
    empty = CourseText("empty", ())
    index = index_of([*ALL, empty])
    assert all(match.signals.certainty is None for match in index.nearest(index.question("empty")))


def test_an_unknown_text_can_be_asked_about() -> None:
    index = index_of(ALL)
    new = CourseText("new", (Version("en", "Immunology and the immune system"),))
    assert index.nearest(Question(new))[0].id == HOST_IMMUNOLOGY.id


def test_words_of_two_languages_look_alike() -> None:
    assert look_alike("immunologie", "immunology") > 0.6
    assert look_alike("immunologie", "statistics") < 0.2


def test_packing_keeps_the_direction() -> None:
    vectors = MadeUpModel().encode(["one", "two", "three"])
    assert np.einsum("ij,ij->i", vectors, unpack(pack(vectors))).min() > 0.999


# --- the measured promises -----------------------------------------------------------------------


def test_every_course_of_the_edition_finds_its_twin_in_the_other_language(
    model: Remembering,
) -> None:
    fusion = Fusion(Concepts(edition_synonyms()), model)
    for task in edition_tasks():
        if task.name != "twin":
            continue
        scores = fusion.scores(task.questions, task.answers)
        found = (scores.argmax(axis=1) == np.arange(len(scores))).mean()
        assert found >= 0.98, task.direction


def test_words_alone_find_nine_twins_in_ten() -> None:
    fusion = Fusion(Concepts(edition_synonyms()), None)
    for task in edition_tasks():
        if task.name == "twin":
            scores = fusion.scores(task.questions, task.answers)
            assert (scores.argmax(axis=1) == np.arange(len(scores))).mean() >= 0.9


def test_the_words_for_certainty_keep_what_they_promise(model: Remembering) -> None:
    from bench.similarity.calibrate import pairs_of, share

    twins, others = pairs_of(model, ("en", "nl"))
    very, partly = {Certainty.VERY_ALIKE}, {Certainty.VERY_ALIKE, Certainty.PARTLY}
    assert share(twins, very) >= 0.9
    assert share(twins, partly) >= 0.99
    assert share(others, very) <= 0.005
    assert share(others, partly) <= 0.03


# --- properties ----------------------------------------------------------------------------------


@settings(max_examples=25, deadline=None)
@given(catalogues(), st.randoms(use_true_random=False), st.booleans())
def test_the_order_of_the_courses_changes_nothing(
    texts: list[CourseText], chance: random.Random, with_meaning: bool
) -> None:
    shuffled = chance.sample(texts, len(texts))
    one, other = index_of(texts, with_meaning), index_of(shuffled, with_meaning)
    for text in texts:
        assert close(one.nearest(one.question(text.id)), other.nearest(other.question(text.id)))


@settings(max_examples=25, deadline=None)
@given(catalogues(), st.booleans())
def test_likeness_is_the_same_from_either_side(texts: list[CourseText], with_meaning: bool) -> None:
    index = index_of(texts, with_meaning)
    for one in texts:
        for other in texts:
            if one.id < other.id:
                there = index.pair(index.question(one.id), other.id).score
                back = index.pair(index.question(other.id), one.id).score
                assert there == pytest.approx(back, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(catalogues())
def test_nothing_is_more_like_a_course_than_its_own_copy(texts: list[CourseText]) -> None:
    copies = [CourseText(f"copy-{text.id}", text.versions) for text in texts]
    index = index_of([*texts, *copies])
    for text in texts:
        best = index.nearest(index.question(text.id))[0].signals.score
        copy = index.pair(index.question(text.id), f"copy-{text.id}").score
        assert copy >= best - 1e-3


@settings(max_examples=20, deadline=None)
@given(catalogues(), catalogues(), st.booleans())
def test_an_index_made_from_another_one_knows_the_new_courses(
    before: list[CourseText], after: list[CourseText], with_meaning: bool
) -> None:
    model = MadeUpModel()

    def rows(text: CourseText) -> meaning.Packed:
        return pack(model.encode(text.main.sentences if text.main else ()))

    index = index_of(before, with_meaning).replaced(after, rows if with_meaning else None)
    assert index.ids == tuple(sorted(text.id for text in after))
    # What is in a row is what a fresh index would hold, in another order of the vocabulary.
    fresh = index_of(after, with_meaning)
    for text in after:
        for version in text.versions:
            ours = {word: index.letters.vocabulary.get(word) for word in fresh.letters.vocabulary}
            assert None not in ours.values(), version
        if with_meaning:
            assert index.meaning
            assert fresh.meaning
            place = index.number[text.id]
            assert np.array_equal(
                index.meaning.sentences.of(place), fresh.meaning.sentences.of(place)
            )
    found = index.nearest(index.question(after[0].id))
    assert {match.id for match in found} == {text.id for text in after} - {after[0].id}


@settings(max_examples=25, deadline=None)
@given(catalogues())
def test_an_unchanged_catalogue_gives_the_same_answers(texts: list[CourseText]) -> None:
    index = index_of(texts)
    again = index.replaced(list(reversed(texts)), lambda _text: pytest.fail("nothing is new"))
    for text in texts:
        assert close(index.nearest(index.question(text.id)), again.nearest(again.question(text.id)))


@given(
    *(st.floats(-5, 10) for _ in range(4)),
    st.floats(0, 5),
    st.sampled_from(["letters", "concepts", "meaning", "sentences"]),
)
def test_a_better_signal_never_makes_it_less_certain(
    letters: float, concepts: float, mean: float, best: float, more: float, which: str
) -> None:
    values = {"letters": letters, "concepts": concepts, "meaning": mean, "sentences": best}
    before = Signals(**values)
    after = Signals(**values | {which: values[which] + more})
    order = [None, Certainty.WEAK, Certainty.PARTLY, Certainty.VERY_ALIKE]
    assert order.index(after.certainty) >= order.index(before.certainty)
    assert after.strength >= before.strength


# --- without the package -------------------------------------------------------------------------


def test_a_missing_package_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(meaning.importlib, "import_module", missing)
    with pytest.raises(ModelMissingError, match="compared by their words alone"):
        UniversalSentenceEncoder()


def test_a_row_that_moves_to_the_small_table_is_still_found() -> None:
    packed = np.arange(12, dtype=np.int8).reshape(6, 2)
    sentences = Sentences.of_courses(packed, np.array([2, 1, 3]))
    new = np.array([[100, 101]], dtype=np.int8)
    after = sentences.replaced(np.array([2, -1, 0]), [new])
    assert after.of(0).tolist() == packed[3:].tolist()
    assert after.of(1).tolist() == [[100, 101]]
    assert after.of(2).tolist() == packed[:2].tolist()
    rows, first = after.take(np.array([1, 2]))
    assert rows.tolist() == [[100, 101], *packed[:2].tolist()]
    assert first.tolist() == [0, 1, 3]
