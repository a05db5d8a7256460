"""Finding courses that resemble each other."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.similarity.methods import Fusion, Remembering, sentences_of
from bench.similarity.tasks import edition_synonyms, edition_tasks
from sojourn.engines.similarity import meaning
from sojourn.engines.similarity.certainty import (
    BY_MEANING,
    IN_ENGLISH,
    IN_OTHER_LANGUAGES,
    WORDS,
    Certainty,
    Signals,
)
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.files import opened, save
from sojourn.engines.similarity.index import (
    ONE_IN,
    CourseIndex,
    Match,
    Question,
    Sentences,
    with_neighbours,
    without_languages,
)
from sojourn.engines.similarity.languages import with_real_languages
from sojourn.engines.similarity.meaning import (
    EnglishSentenceEncoder,
    ManyLanguagesEncoder,
    ModelMissingError,
    UniversalSentenceEncoder,
    pack,
    unpack,
)
from sojourn.engines.similarity.texts import CourseText, Version, title_of, whole_text
from sojourn.engines.similarity.wordpiece import WordPieces
from sojourn.engines.similarity.words import word_similarity
from tests.engines.similarity.courses import ALL, CONCEPTS, HOST_IMMUNOLOGY, IMMUNOLOGY, catalogues

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def model() -> Remembering:
    return Remembering(UniversalSentenceEncoder())


class MadeUpModel:
    """Vectors that depend on the sentence alone, without the package."""

    name, dimensions = "made-up", 512
    languages = frozenset(["en", "nl", "de"])

    def encode(self, sentences: Sequence[str]) -> meaning.Vectors:
        rows = [
            np.random.default_rng(list(sentence.encode())).normal(size=self.dimensions)
            for sentence in sentences
        ]
        return meaning.unit(np.array(rows, dtype=np.float32).reshape(-1, self.dimensions))


class MadeUpEnglish(MadeUpModel):
    languages = frozenset(["en"])


class MadeUpManyLanguages(MadeUpModel):
    languages = frozenset(["en", "nl", "de", "sv"])


def index_of(texts: Sequence[CourseText], with_meaning: bool = True) -> CourseIndex:
    if not with_meaning:
        return CourseIndex.build(texts, CONCEPTS)
    ordered = sorted(texts, key=lambda text: text.id)
    return CourseIndex.build(
        texts,
        CONCEPTS,
        sentences_of(ordered, MadeUpModel()),
        sentences_of(ordered, MadeUpEnglish(), whole_text),
        sentences_of(ordered, MadeUpManyLanguages(), title_of),
    )


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
    found = index.nearest(index.question(IMMUNOLOGY))
    assert found[0].id == HOST_IMMUNOLOGY.id
    assert found[0].signals.certainty in (Certainty.VERY_SIMILAR, Certainty.PARTLY)
    assert found[1].signals.score < found[0].signals.score - 1


def test_it_is_found_by_words_alone_too() -> None:
    index = index_of(ALL, with_meaning=False)
    found = index.nearest(index.question(IMMUNOLOGY))
    assert found[0].id == HOST_IMMUNOLOGY.id
    assert found[0].signals.meaning is None
    assert found[0].signals.scale is WORDS


def test_a_course_never_finds_itself_and_only_those_asked_for() -> None:
    index = index_of(ALL)
    among = np.array([one == "host-heart" for one in index.ids])
    found = index.nearest(index.question(HOST_IMMUNOLOGY), among)
    assert [match.id for match in found] == ["host-heart"]


def test_a_course_without_a_word_resembles_nothing() -> None:
    empty = CourseText("empty", ())
    index = index_of([*ALL, empty])
    assert all(match.signals.certainty is None for match in index.nearest(index.question(empty)))


def test_an_unknown_text_can_be_asked_about() -> None:
    index = index_of(ALL)
    new = CourseText("new", (Version("en", "Immunology and the immune system"),))
    assert index.nearest(Question(new))[0].id == HOST_IMMUNOLOGY.id


def test_a_model_has_no_vote_on_a_language_that_it_does_not_know() -> None:
    swedish = CourseText("swedish", (Version("sv", "Immunologi", "Hur immunsystemet fungerar."),))
    klingon = CourseText("klingon", (Version("tlh", "Immunologi", "Chay' Hub porgh."),))
    index = index_of([*ALL, swedish, klingon])
    by_id = {match.id: match.signals for match in index.nearest(index.question(swedish))}
    assert by_id.pop("klingon").scale is WORDS
    assert {signals.scale for signals in by_id.values()} == {IN_OTHER_LANGUAGES}
    assert {signals.meaning for signals in by_id.values()} == {None}
    dutch = {match.id: match.signals for match in index.nearest(index.question(IMMUNOLOGY))}
    assert dutch["swedish"].scale is IN_OTHER_LANGUAGES
    assert dutch["klingon"].scale is WORDS
    assert dutch[HOST_IMMUNOLOGY.id].scale is BY_MEANING
    english = {match.id: match.signals for match in index.nearest(index.question(HOST_IMMUNOLOGY))}
    assert english["host-heart"].scale is IN_ENGLISH


def test_a_title_alone_is_never_very_similar() -> None:
    twins = [CourseText(name, (Version("en", "Immunology"),)) for name in ("one", "other")]
    index = index_of([*ALL, *twins])
    best = index.nearest(index.question(twins[0]))[0]
    assert (best.id, best.signals.certainty) == ("other", Certainty.PARTLY)
    assert best.signals.score > BY_MEANING.very_similar


def test_the_language_of_a_text_is_found_and_that_of_a_title_is_believed() -> None:
    text = "Studenten ska kunna redogöra för immunsystemets uppbyggnad och hur celler samverkar."
    mislabelled = CourseText("one", (Version("en", "Immunologi", text), Version("nl", "Hart")))
    found = with_real_languages(mislabelled)
    assert [version.language for version in found.versions] == ["sv", "nl"]


def test_a_course_is_compared_in_the_languages_that_were_found() -> None:
    said = CourseText("one", (Version("en", "Immunologi"), Version("nl", "Immunologie")))
    found = CourseText("one", (Version("sv", "Immunologi"), Version("nl", "Immunologie")))
    assert index_of([*ALL, found]).as_compared(said) == found


def test_texts_are_cut_into_the_pieces_of_the_english_model() -> None:
    pieces = WordPieces()
    # As the tokenizer that was published with the model cuts them.
    assert pieces.numbers("Immunology, 2", 128) == [101, 10047, 23041, 6779, 1010, 1016, 102]
    assert pieces.numbers("naïve café", 128) == pieces.numbers("naive cafe", 128)
    assert len(pieces.numbers("word " * 500, 128)) == 128
    assert pieces.numbers("\u4e00" * 3, 128).count(100) <= 3


def test_the_english_model_knows_what_is_alike() -> None:
    heart, cardiology, law = EnglishSentenceEncoder().encode(
        ["The heart and its diseases", "Cardiology", "Contract law"]
    )
    assert heart @ cardiology > heart @ law + 0.2


def test_the_model_of_many_languages_knows_what_is_alike() -> None:
    swedish, english, law = ManyLanguagesEncoder().encode(
        ["Reglerteknik", "Control Engineering", "Contract Law"]
    )
    assert swedish @ english > swedish @ law + 0.02


def test_swedish_titles_find_their_english_ones() -> None:
    pairs = [
        ("Reglerteknik", "Control Engineering"),
        ("Läkemedelskemi", "Medicinal Chemistry"),
        ("Den kondenserade materiens fysik", "Condensed Matter Physics"),
        ("Utvecklingsbiologi", "Developmental Biology"),
        ("Kirurgi", "Surgery"),
        ("Maskinteknik", "Mechanical Engineering"),
        ("Miljöledning", "Environmental Management"),
        ("Husbyggnad", "Building Technologies"),
    ]
    texts = [
        CourseText(f"{language}{place}", (Version(language, title),))
        for place, pair in enumerate(pairs)
        for language, title in zip(("sv", "en"), pair, strict=True)
    ]
    ordered = sorted(texts, key=lambda text: text.id)
    index = CourseIndex.build(
        texts, CONCEPTS, many_languages=sentences_of(ordered, ManyLanguagesEncoder(), title_of)
    )
    english = np.array([one.startswith("en") for one in index.ids])
    best = [
        index.nearest(index.question(text), english)[0].id == f"en{text.id[2:]}"
        for text in texts
        if text.id.startswith("sv")
    ]
    assert sum(best) >= 7


def one_each(vectors: meaning.Vectors) -> Sentences:
    return Sentences.of_courses(pack(vectors), np.ones(len(vectors), dtype=np.int64))


def test_a_vector_moves_towards_its_neighbours_and_copies_stay_copies() -> None:
    chance = np.random.default_rng(3)
    about = np.repeat(chance.normal(size=(4, 384)), 15, axis=0)
    vectors = meaning.unit((about + chance.normal(size=about.shape)).astype(np.float32))
    vectors[1] = vectors[0]
    titles = np.ones(len(vectors), dtype=bool)
    moved = unpack(with_neighbours(one_each(vectors), titles).packed)
    before = unpack(pack(vectors - vectors.sum(axis=0) / (len(vectors) + 200)))
    assert moved[0] @ moved[1] > 0.999
    for subject in range(4):
        rows = slice(15 * subject, 15 * subject + 15)
        assert (moved[rows] @ moved[rows].T).mean() > (before[rows] @ before[rows].T).mean() + 0.05
    few = one_each(vectors[: ONE_IN - 1])
    assert with_neighbours(few, titles[: ONE_IN - 1]) is few
    texts = one_each(vectors)
    assert with_neighbours(texts, ~titles) is texts


def test_what_a_language_has_in_common_is_taken_away() -> None:
    chance = np.random.default_rng(4)
    about = chance.normal(size=(200, 384)).astype(np.float32)
    swedish, english = (chance.normal(size=(1, 384)).astype(np.float32) * 3 for _ in range(2))
    vectors = meaning.unit(np.concatenate([about + swedish, about + english]))
    found = unpack(without_languages(one_each(vectors), ["sv"] * 200 + ["en"] * 200).packed)
    cosines = found @ found.T
    np.fill_diagonal(cosines, -1)
    assert (cosines[:200].argmax(axis=1) == np.arange(200, 400)).all()


def test_words_of_two_languages_look_alike() -> None:
    assert word_similarity("immunologie", "immunology") > 0.6
    assert word_similarity("immunologie", "statistics") < 0.2


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
    very, partly = {Certainty.VERY_SIMILAR}, {Certainty.VERY_SIMILAR, Certainty.PARTLY}
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
        assert close(one.nearest(one.question(text)), other.nearest(other.question(text)))


@settings(max_examples=25, deadline=None)
@given(catalogues(), st.booleans())
def test_similarity_is_symmetric(texts: list[CourseText], with_meaning: bool) -> None:
    index = index_of(texts, with_meaning)
    for one in texts:
        for other in texts:
            if one.id < other.id:
                there = index.pair(index.question(one), other.id).score
                back = index.pair(index.question(other), one.id).score
                assert there == pytest.approx(back, abs=1e-3)


@settings(max_examples=25, deadline=None)
@given(catalogues())
def test_nothing_compared_alike_is_more_like_a_course_than_its_own_copy(
    texts: list[CourseText],
) -> None:
    copies = [CourseText(f"copy-{text.id}", text.versions) for text in texts]
    index = index_of([*texts, *copies])
    for text in texts:
        copy = index.pair(index.question(text), f"copy-{text.id}")
        # The same words said to be in another language are compared by other signals.
        alike = [
            match.signals.score
            for match in index.nearest(index.question(text))
            if match.signals.scale is copy.scale
        ]
        assert copy.score >= max(alike) - 1e-3


@settings(max_examples=20, deadline=None)
@given(catalogues(), st.booleans())
def test_an_index_read_from_its_files_gives_the_same_answers(
    texts: list[CourseText], with_meaning: bool
) -> None:
    index = index_of(texts, with_meaning)
    with tempfile.TemporaryDirectory() as folder:
        save(index, Path(folder))
        again = opened(Path(folder))
    assert again.ids == index.ids
    assert again.concepts.concepts.groups == index.concepts.concepts.groups
    for text in texts:
        ours, theirs = index.nearest(index.question(text)), again.nearest(again.question(text))
        assert ours == theirs


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
    order = [None, Certainty.WEAK, Certainty.PARTLY, Certainty.VERY_SIMILAR]
    assert order.index(after.certainty) >= order.index(before.certainty)
    assert after.strength >= before.strength


# --- without the package -------------------------------------------------------------------------


def test_a_missing_package_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr(meaning.importlib, "import_module", missing)
    with pytest.raises(ModelMissingError, match="compared by their words alone"):
        UniversalSentenceEncoder()
