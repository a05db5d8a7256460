"""Every student can read what they got and why, and nobody can read another's score from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given

from sojourn.engines.allocation import (
    AllocationError,
    Application,
    Choice,
    Explanation,
    LastAdmitted,
    Method,
    Opportunity,
    Problem,
    Quota,
    Reason,
    WhyNot,
    allocate,
    explain,
    lots,
)
from tests.engines.allocation import oracle
from tests.engines.allocation.problems import SEED, examples, large_round, rounds


def _explanation(problem: Problem, name: str) -> Explanation:
    return next(e for e in explain(allocate(problem)) if e.placement.application == name)


def _one_place(
    seats: int, students: Sequence[tuple[str, str, int | None]], *quotas: Quota
) -> Problem:
    return Problem(
        "one",
        SEED,
        (Opportunity("place", seats, quotas, 10),),
        tuple(Application(name, cat, (Choice("place", score),)) for name, cat, score in students),
        score_digits=1,
    )


def _why(problem: Problem, name: str) -> WhyNot:
    (why,) = _explanation(problem, name).why_not
    return why


def test_the_last_one_admitted_is_told_where_three_were_admitted() -> None:
    problem = _one_place(
        3, [("a", "x", 90), ("b", "x", 85), ("c", "x", 79), ("d", "x", 74), ("e", "x", 71)]
    )
    why = _why(problem, "d")
    lot = lots(SEED, "abcde")
    assert why.reason is Reason.LOWER_SCORE
    assert (why.score, why.last_admitted) == (74, LastAdmitted(79, lot["c"]))
    assert problem.format_score(79) == "7.9"
    assert (why.waiting_place, _why(problem, "e").waiting_place) == (1, 2)


def test_with_fewer_than_three_admitted_no_score_is_told() -> None:
    why = _why(_one_place(2, [("a", "x", 90), ("b", "x", 85), ("d", "x", 74)]), "d")
    assert why.reason is Reason.LOWER_SCORE
    assert why.is_hidden
    assert why.last_admitted is None


def test_a_lost_lottery_is_told_with_both_lots_unless_that_would_tell_a_score() -> None:
    tied = [(name, "x", 80) for name in "abcd"]
    lot = lots(SEED, "abcd")
    order = sorted("abcd", key=lot.__getitem__)
    loser = order[-1]
    explanation = _explanation(_one_place(3, tied), loser)
    assert explanation.lot == 4
    assert explanation.why_not[0].reason is Reason.LOST_LOTTERY
    assert explanation.why_not[0].last_admitted == LastAdmitted(80, lot[order[2]])
    hidden = _why(_one_place(2, tied), loser)
    assert hidden.is_hidden
    assert hidden.reason is Reason.LOWER_SCORE


def test_a_category_at_its_maximum_competes_within_itself_only() -> None:
    students = [(f"m{n}", "medicine", 90 - n) for n in range(5)] + [("s", "science", 20)]
    why = _why(_one_place(5, students, Quota("medicine", maximum=3)), "m3")
    assert why.reason is Reason.CATEGORY_FULL_LOWER_SCORE
    assert why.last_admitted is not None
    assert why.last_admitted.score == 88
    small = _why(_one_place(5, students, Quota("medicine", maximum=2)), "m3")
    assert small.reason is Reason.CATEGORY_FULL_LOWER_SCORE
    assert small.is_hidden


def test_the_one_open_seat_beside_a_minimum_is_not_given_away() -> None:
    """Four are admitted, but only one without a promise: that score would be one person's."""
    students = [(f"s{n}", "science", 30 + n) for n in range(3)] + [
        ("a", "medicine", 90),
        ("b", "medicine", 80),
    ]
    why = _why(_one_place(4, students, Quota("science", minimum=3)), "b")
    assert why.is_hidden
    assert why.last_admitted is None


def test_the_one_seat_under_a_minimum_is_not_given_away() -> None:
    """Four are admitted; who competes for the promised seat would learn the score of one person."""
    students = [(f"m{n}", "medicine", 90 + n) for n in range(3)] + [
        ("s", "science", 40),
        ("t", "science", 30),
    ]
    why = _why(_one_place(4, students, Quota("science", minimum=1)), "t")
    assert why.reason is Reason.LOWER_SCORE
    assert why.is_hidden
    assert why.last_admitted is None


def test_no_seat_open_to_a_category_is_said_so() -> None:
    students = [("s", "science", 30), ("a", "medicine", 90)]
    why = _why(_one_place(1, students, Quota("science", minimum=1)), "a")
    assert why.reason is Reason.NO_SEAT
    assert why.last_admitted is None


def test_not_eligible_and_below_the_minimum_score_are_told_apart() -> None:
    problem = _one_place(1, [("a", "x", None), ("b", "x", 9), ("c", "x", 10)])
    assert _why(problem, "a").reason is Reason.NOT_ELIGIBLE
    below = _why(problem, "b")
    assert below.reason is Reason.BELOW_MINIMUM_SCORE
    assert below.minimum_score == 10
    assert below.waiting_place is None


def test_a_first_choice_needs_no_reasons() -> None:
    assert _explanation(_one_place(1, [("c", "x", 10)]), "c").why_not == ()


@pytest.mark.slow
def test_an_unfair_result_is_not_explained() -> None:
    result = allocate(large_round(students=20, places=3, seats=2, number=1), Method.MOST_PLACED)
    with pytest.raises(AllocationError, match="no reasons to give"):
        explain(result)


@pytest.mark.slow
@given(rounds(most_students=6))
@examples(150)
def test_every_reason_is_true(problem: Problem) -> None:
    result = allocate(problem)
    by_name = {a.id: a for a in result.problem.applications}
    opportunities = {o.id: o for o in problem.opportunities}
    for explanation in explain(result):
        application = by_name[explanation.placement.application]
        above = oracle.rank_of(application, explanation.placement.opportunity)
        assert [w.opportunity for w in explanation.why_not] == [
            c.opportunity for c in application.choices[:above]
        ]
        for why in explanation.why_not:
            opportunity = opportunities[why.opportunity]
            there = [
                by_name[p.application]
                for p in result.placements
                if p.opportunity == why.opportunity
            ]
            own = [a for a in there if a.category == application.category]
            maximum = next(
                (q.maximum for q in opportunity.quotas if q.category == application.category), None
            )
            match why.reason:
                case Reason.NOT_ELIGIBLE:
                    assert why.score is None
                case Reason.BELOW_MINIMUM_SCORE:
                    assert (why.score or 0) < (opportunity.minimum_score or 0)
                case Reason.CATEGORY_FULL_LOWER_SCORE | Reason.CATEGORY_FULL_LOST_LOTTERY:
                    assert len(own) == maximum
                case Reason.NO_SEAT:
                    assert maximum == 0 or len(there) == opportunity.seats
                case Reason.LOWER_SCORE | Reason.LOST_LOTTERY:
                    assert len(there) == opportunity.seats
            if why.last_admitted is not None:
                assert len(there) >= 3
                scores = [
                    c.score for a in there for c in a.choices if c.opportunity == opportunity.id
                ]
                assert why.last_admitted.score in scores
                mine = (-(why.score or 0), explanation.lot)
                assert mine > (-why.last_admitted.score, why.last_admitted.lot)


def test_one_more_seat_takes_the_first_of_the_waiting_list() -> None:
    problem = large_round(students=120, places=6, seats=5, number=9)
    plain = replace(
        problem, opportunities=tuple(replace(o, quotas=()) for o in problem.opportunities)
    )
    waiting = {
        (why.opportunity, why.waiting_place): e.placement.application
        for e in explain(allocate(plain))
        for why in e.why_not
        if why.waiting_place
    }
    more = allocate(plain.with_seats("place-0002", 6))
    assert more.placement_of(waiting["place-0002", 1]).opportunity == "place-0002"
