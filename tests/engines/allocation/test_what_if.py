"""A what-if names who gains and who loses, before anything is published."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import (
    AllocationError,
    Application,
    Change,
    Choice,
    Opportunity,
    Problem,
    allocate,
    difference,
)
from tests.engines.allocation.problems import SEED, examples, rounds

ROUND = Problem(
    "what-if",
    SEED,
    (Opportunity("first", 1), Opportunity("second", 1)),
    (
        Application.with_one_score("ann", "all", ["first", "second"], 9),
        Application.with_one_score("ben", "all", ["first", "second"], 8),
        Application.with_one_score("cem", "all", ["first", "second"], 7),
    ),
)


def test_a_seat_more_helps_a_chain_of_students() -> None:
    told = difference(allocate(ROUND), allocate(ROUND.with_seats("first", 2)))
    assert told.gains == (
        Change("ben", "second", "first", 2, 1),
        Change("cem", None, "second", None, 2),
    )
    assert (told.losses, told.unchanged) == ((), 1)


def test_another_weight_has_winners_and_losers() -> None:
    reweighed = replace(
        ROUND,
        applications=tuple(
            replace(
                a,
                choices=tuple(
                    Choice(c.opportunity, 10 if a.id == "cem" else c.score) for c in a.choices
                ),
            )
            for a in ROUND.applications
        ),
    )
    told = difference(allocate(ROUND), allocate(reweighed))
    assert [change.application for change in told.gains] == ["cem"]
    assert [change.application for change in told.losses] == ["ann", "ben"]


def test_other_lists_cannot_be_compared() -> None:
    fewer = replace(ROUND, applications=ROUND.applications[:2])
    with pytest.raises(AllocationError, match="same applications and the same lists"):
        difference(allocate(ROUND), allocate(fewer))


@pytest.mark.slow
@given(rounds(most_students=6), st.integers(0, 2))
@examples(100)
def test_a_seat_more_never_hurts_anyone_where_minimums_and_maximums_stay(
    problem: Problem, which: int
) -> None:
    """More seats are never bad for any student (Kelso and Crawford 1982; resource monotonicity)."""
    opportunity = problem.opportunities[which % len(problem.opportunities)]
    more = problem.with_seats(opportunity.id, opportunity.seats + 1)
    assert difference(allocate(problem), allocate(more)).losses == ()
