"""Why two courses are similar, and the order of hosts."""

from __future__ import annotations

import random
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.ranking import COUNTS, SimilarPair, rank
from sojourn.engines.similarity.reasons import (
    Agreement,
    Facts,
    Marked,
    reasons,
    same_ects,
    same_field,
)
from sojourn.engines.similarity.texts import Version
from tests.engines.similarity.courses import CONCEPTS, HOST_IMMUNOLOGY, IMMUNOLOGY, versions

NOTHING = (Facts(), Facts())
OURS, THEIRS = IMMUNOLOGY.versions[0], HOST_IMMUNOLOGY.versions[0]


def marks(text: Marked) -> list[str]:
    return [piece.text for piece in text if piece.marked]


def plain(text: Marked) -> str:
    return "".join(piece.text for piece in text)


def test_what_both_name_is_marked_in_both_texts() -> None:
    found = reasons(OURS, THEIRS, CONCEPTS, NOTHING)
    assert marks(found.ours.title) == ["Immunologie"]
    assert marks(found.theirs.title) == ["Immunology"]
    assert "immuunsysteem" in marks(found.ours.summary)
    assert "immune system" in marks(found.theirs.summary)
    assert marks(found.ours.outcomes[1]) == ["cellen", "ziekteverwekkers"]
    assert ("cellen", "cells") in [(one.ours, one.theirs) for one in found.shared]


def test_everyday_words_are_no_reason() -> None:
    one = Version("en", "Explain how students work together with different people")
    assert reasons(one, one, CONCEPTS, NOTHING).shared == ()


def test_outcomes_that_mean_the_same_stand_side_by_side() -> None:
    similarity = np.array([[0.1, 0.7], [0.8, 0.2]], dtype=np.float32)
    found = reasons(OURS, THEIRS, CONCEPTS, NOTHING, similarity)
    assert [(plain(pair.ours), plain(pair.theirs)) for pair in found.outcomes] == [
        (OURS.outcomes[1], THEIRS.outcomes[0]),
        (OURS.outcomes[0], THEIRS.outcomes[1]),
    ]


def test_without_vectors_shared_words_bring_outcomes_together() -> None:
    found = reasons(OURS, THEIRS, CONCEPTS, NOTHING)
    assert (OURS.outcomes[1], THEIRS.outcomes[0]) in [
        (plain(pair.ours), plain(pair.theirs)) for pair in found.outcomes
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "agreement"),
    [
        (None, Decimal(6), Agreement.UNKNOWN),
        (Decimal(6), Decimal("6.0"), Agreement.SAME),
        (Decimal(6), Decimal("7.5"), Agreement.CLOSE),
        (Decimal(5), Decimal("7.5"), Agreement.DIFFERENT),
    ],
)
def test_credits(ours: Decimal | None, theirs: Decimal | None, agreement: Agreement) -> None:
    assert same_ects(ours, theirs) is agreement
    assert same_ects(theirs, ours) is agreement


@pytest.mark.parametrize(
    ("ours", "theirs", "agreement"),
    [
        ("", "0912", Agreement.UNKNOWN),
        ("0912", "0912", Agreement.SAME),
        ("0511", "0512", Agreement.CLOSE),
        ("0511", "0912", Agreement.DIFFERENT),
    ],
)
def test_fields_of_study(ours: str, theirs: str, agreement: Agreement) -> None:
    assert same_field(ours, theirs) is agreement


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(versions, versions, st.booleans(), st.integers(0, 10_000))
def test_reasons_are_the_same_from_either_side(
    ours: Version, theirs: Version, with_vectors: bool, seed: int
) -> None:
    shape = (len(ours.outcomes), len(theirs.outcomes))
    similarity = None
    if with_vectors:
        similarity = np.random.default_rng(seed).uniform(0, 1, shape).astype(np.float32)
    facts = Facts(Decimal(6), "bachelor", "0912"), Facts(Decimal(5), "master", "0911")
    there = reasons(ours, theirs, CONCEPTS, facts, similarity)
    turned = similarity.T if similarity is not None else None
    back = reasons(theirs, ours, CONCEPTS, (facts[1], facts[0]), turned).mirrored()
    assert {(one.ours, one.theirs) for one in there.shared} == {
        (one.ours, one.theirs) for one in back.shared
    }
    assert (there.ects, there.level, there.field) == (back.ects, back.level, back.field)
    assert (there.ours, there.theirs) == (back.ours, back.theirs)
    if with_vectors:
        assert there.outcomes == back.outcomes


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(versions, versions)
def test_marking_loses_no_letter(ours: Version, theirs: Version) -> None:
    found = reasons(ours, theirs, CONCEPTS, NOTHING)
    assert plain(found.ours.title) == ours.title
    assert plain(found.theirs.summary) == theirs.summary
    assert tuple(map(plain, found.ours.outcomes)) == ours.outcomes


# --- hosts in order ------------------------------------------------------------------------------

WEIGHTS = {"a": 6.0, "b": 6.0, "c": 12.0}
PLACES = {"here": "here", "there": "there"}


def pair(home: str, institution: str, certainty: Certainty, strength: float = 0.5) -> SimilarPair:
    return SimilarPair(home, f"{institution}-{home}", institution, certainty, strength)


def test_the_host_that_meets_most_credits_comes_first() -> None:
    found = rank(
        WEIGHTS,
        [
            pair("a", "here", Certainty.VERY_SIMILAR),
            pair("b", "here", Certainty.VERY_SIMILAR),
            pair("c", "there", Certainty.RECOGNISED),
        ],
        PLACES,
    )
    assert [(one.name, one.share) for one in found] == [("there", 0.5), ("here", 0.375)]
    assert found[0].number(Certainty.RECOGNISED) == 1


def test_a_home_course_counts_once_by_its_best_match() -> None:
    found = rank(
        WEIGHTS,
        [pair("a", "here", Certainty.PARTLY), pair("a", "here", Certainty.RECOGNISED)],
        PLACES,
    )
    assert [one.certainty for one in found[0].pairs] == [Certainty.RECOGNISED]


def test_weak_similarities_bring_no_host_into_the_list() -> None:
    assert rank(WEIGHTS, [pair("a", "here", Certainty.WEAK)], PLACES) == []


pairs = st.lists(
    st.builds(
        pair,
        st.sampled_from(["a", "b", "c"]),
        st.sampled_from(["here", "there"]),
        st.sampled_from(list(COUNTS)),
        st.floats(0, 1),
    ),
    max_size=12,
)


@pytest.mark.slow
@given(pairs, st.randoms(use_true_random=False))
def test_the_order_of_the_pairs_changes_nothing(
    found: list[SimilarPair], chance: random.Random
) -> None:
    shuffled = chance.sample(found, len(found))
    assert rank(WEIGHTS, found, PLACES) == rank(WEIGHTS, shuffled, PLACES)


@pytest.mark.slow
@given(pairs, pairs)
def test_another_pair_never_lowers_a_host(some: list[SimilarPair], more: list[SimilarPair]) -> None:
    before = {one.name: one.share for one in rank(WEIGHTS, some, PLACES)}
    after = {one.name: one.share for one in rank(WEIGHTS, [*some, *more], PLACES)}
    assert all(after[name] >= share for name, share in before.items())
