"""Input that makes no sense is refused with a message that names it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sojourn.engines.allocation import (
    AllocationError,
    Application,
    Choice,
    Opportunity,
    Problem,
    Quota,
    allocate,
)
from tests.engines.allocation.problems import SEED

HERE = Opportunity("here", 2)
ONE = Application("one", "all", (Choice("here", 1),))
GOOD = Problem("round", SEED, (HERE,), (ONE,))


def _with(opportunity: Opportunity = HERE, *applications: Application) -> Problem:
    return replace(GOOD, opportunities=(opportunity,), applications=applications or (ONE,))


@pytest.mark.parametrize(
    ("problem", "message"),
    [
        (replace(GOOD, round=""), "round's name is empty"),
        (replace(GOOD, seed="x"), "seed"),
        (replace(GOOD, score_digits=10), "decimals"),
        (replace(GOOD, opportunities=(HERE, HERE)), "'here' is listed twice"),
        (_with(replace(HERE, id="")), "id is empty"),
        (_with(replace(HERE, seats=-1)), "seats of opportunity 'here' is -1"),
        (_with(replace(HERE, quotas=(Quota("a"), Quota("a")))), "two quotas"),
        (_with(replace(HERE, quotas=(Quota("a", 2, 1),))), "more than its maximum"),
        (_with(replace(HERE, quotas=(Quota("a", 2), Quota("b", 1)))), "add up to 3"),
        (_with(replace(HERE, minimum_score=2**60)), "too large"),
        (_with(HERE, ONE, ONE), "Application 'one' is listed twice"),
        (_with(HERE, replace(ONE, category="")), "category of application 'one' is empty"),
        (_with(HERE, replace(ONE, id="\ud800")), "not valid Unicode"),
        (_with(HERE, replace(ONE, choices=(Choice("there", 1),))), "not in this round"),
        (_with(HERE, replace(ONE, choices=ONE.choices * 2)), "chooses 'here' twice"),
        (_with(HERE, replace(ONE, choices=(Choice("here", 2**60),))), "too large"),
        (_with(HERE, replace(ONE, choices=(), holds="here")), "must then be its last"),
        (
            _with(replace(HERE, seats=0), replace(ONE, holds="here")),
            "places given are never taken back",
        ),
        (
            _with(
                replace(HERE, quotas=(Quota("all", 0, 0),)),
                replace(ONE, holds="here"),
            ),
            "where their maximum is 0",
        ),
    ],
)
def test_what_is_wrong_is_named(problem: Problem, message: str) -> None:
    assert allocate(GOOD).placements[0].opportunity == "here"
    with pytest.raises(AllocationError, match=message):
        allocate(problem)


def test_a_score_is_written_as_people_read_it() -> None:
    assert replace(GOOD, score_digits=3).format_score(7400) == "7.400"
    assert GOOD.format_score(7) == "7"


def test_another_number_of_seats_is_another_problem() -> None:
    assert GOOD.with_seats("here", 5).opportunities[0].seats == 5
    with pytest.raises(AllocationError, match="no opportunity 'there'"):
        GOOD.with_seats("there", 5)


def test_an_unknown_application_has_no_placement() -> None:
    with pytest.raises(AllocationError, match="no application 'two'"):
        allocate(GOOD).placement_of("two")
