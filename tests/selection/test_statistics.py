"""The figures of a round: counted by hand, and adding up whatever the round."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sojourn.selection.statistics import ApplicantOutcome, summarise

PLACES = ("a", "b", "c")


def test_a_small_round_counted_by_hand() -> None:
    told = summarise(
        [
            ApplicantOutcome("medicine", ("a", "b"), given="a", has="a"),
            ApplicantOutcome("medicine", ("a", "b"), given="b", has=None),
            ApplicantOutcome("biomedicine", ("b",), given=None, has="b"),
            ApplicantOutcome("biomedicine", ("b", "a"), given=None, has=None),
        ],
        {"a": 2, "b": 1},
        withdrawn=1,
    )
    assert (told.applicants, told.withdrawn, told.given, told.without_a_place) == (4, 1, 2, 2)
    assert told.given_by_rank == (1, 1)
    assert told.accepted_by_rank == (2, 0)
    assert [(p.key, p.choices, p.first_choices, p.unused) for p in told.places] == [
        ("a", 3, 2, 1),
        ("b", 4, 2, 0),
    ]
    assert [(p.programme, p.applicants, p.given, p.accepted) for p in told.programmes] == [
        ("biomedicine", 2, 0, 1),
        ("medicine", 2, 2, 1),
    ]


def test_a_round_without_applicants_has_figures_too() -> None:
    told = summarise([], {"a": 3})
    assert (told.applicants, told.given_by_rank, told.unused) == (0, (), 3)


@st.composite
def applicants(draw: st.DrawFn) -> ApplicantOutcome:
    choices = tuple(draw(st.permutations(PLACES))[: draw(st.integers(1, 3))])
    places = st.one_of(st.none(), st.sampled_from(choices))
    return ApplicantOutcome(
        draw(st.sampled_from(("medicine", "biomedicine"))), choices, draw(places), draw(places)
    )


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(applicants(), max_size=30))
def test_every_table_adds_up_to_the_same(everybody: list[ApplicantOutcome]) -> None:
    told = summarise(everybody, dict.fromkeys(PLACES, 40))
    assert told.given == sum(p.given for p in told.places) == sum(p.given for p in told.programmes)
    assert told.accepted == sum(p.accepted for p in told.places)
    assert told.accepted == sum(p.accepted for p in told.programmes)
    assert told.applicants == sum(p.applicants for p in told.programmes)
    assert told.applicants == sum(p.first_choices for p in told.places)
    assert told.unused == told.seats - told.accepted
