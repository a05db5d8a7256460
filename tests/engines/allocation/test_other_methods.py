"""Serial dictatorship, rank-maximal and most-placed results, and the comparison of all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from sojourn.engines.allocation import (
    AllocationError,
    Application,
    Choice,
    Method,
    MethodReport,
    NotApplicable,
    Opportunity,
    Problem,
    Quota,
    allocate,
    compare_methods,
    report,
    write_result,
)
from tests.engines.allocation import oracle
from tests.engines.allocation.problems import SEED, examples, large_round, places, rounds

pytestmark = pytest.mark.slow


@given(rounds(most_students=7, most_opportunities=1, longest_list=1))
@examples(200)
def test_serial_dictatorship_equals_deferred_acceptance_for_one_opportunity(
    problem: Problem,
) -> None:
    queue = allocate(problem, Method.SERIAL_DICTATORSHIP)
    assert queue.placements == allocate(problem).placements


@given(rounds(most_students=7, with_minimums=False))
@examples(200)
def test_serial_dictatorship_equals_deferred_acceptance_with_one_score_per_student(
    problem: Problem,
) -> None:
    level = replace(
        problem,
        applications=tuple(
            replace(
                a,
                choices=tuple(Choice(c.opportunity, len(a.choices) % 2 + 2) for c in a.choices),
            )
            for a in problem.applications
        ),
    )
    queue = allocate(level, Method.SERIAL_DICTATORSHIP)
    assert queue.placements == allocate(level).placements


def test_serial_dictatorship_refuses_a_round_with_scores_per_choice() -> None:
    problem = Problem(
        "two",
        SEED,
        (Opportunity("here", 1), Opportunity("there", 1)),
        (Application("one", "all", (Choice("here", 1), Choice("there", 2))),),
    )
    with pytest.raises(AllocationError, match="one score per student"):
        allocate(problem, Method.SERIAL_DICTATORSHIP)


def test_serial_dictatorship_refuses_minimums_over_several_opportunities() -> None:
    problem = Problem(
        "two",
        SEED,
        (Opportunity("here", 1, (Quota("all", minimum=1),)), Opportunity("there", 1)),
        (Application("one", "all", (Choice("here", 1),)),),
    )
    with pytest.raises(AllocationError, match="cannot promise minimums"):
        allocate(problem, Method.SERIAL_DICTATORSHIP)


def _profile(problem: Problem, matching: oracle.Matching) -> list[int]:
    ranks = [oracle.rank_of(a, matching[a.id]) for a in problem.applications if matching[a.id]]
    return [ranks.count(rank) for rank in range(3)]


@given(rounds())
@examples(80)
def test_rank_maximal_has_the_best_profile_of_all(problem: Problem) -> None:
    within = [m for m in oracle.all_matchings(problem) if oracle.is_within_limits(problem, m)]
    got = places(allocate(problem, Method.RANK_MAXIMAL))
    assert got in within
    assert _profile(problem, got) == max(_profile(problem, each) for each in within)


@given(rounds())
@examples(80)
def test_most_placed_places_most_and_then_has_the_smallest_sum_of_ranks(problem: Problem) -> None:
    def merit(matching: oracle.Matching) -> tuple[int, int]:
        profile = _profile(problem, matching)
        return (-sum(profile), sum(rank * count for rank, count in enumerate(profile)))

    within = [m for m in oracle.all_matchings(problem) if oracle.is_within_limits(problem, m)]
    got = places(allocate(problem, Method.MOST_PLACED))
    assert got in within
    assert merit(got) == min(merit(each) for each in within)


@given(rounds())
@examples(60)
def test_a_report_counts_what_fairness_is_given_up(problem: Problem) -> None:
    for method in (Method.DEFERRED_ACCEPTANCE, Method.RANK_MAXIMAL, Method.MOST_PLACED):
        told = report(allocate(problem, method))
        pairs = oracle.blocking_pairs(problem, places(told.result))
        assert told.blocking_pairs == len(pairs)
        assert told.students_passed_over == len({student for student, _ in pairs})
        assert sum(told.placed_by_rank) + told.not_placed == len(problem.applications)


def test_the_comparison_shows_the_trade_between_fairness_and_ranks() -> None:
    problem = large_round(students=300, places=20, seats=8, number=3)
    reports = {each.method: each for each in compare_methods(problem)}
    fair = reports[Method.DEFERRED_ACCEPTANCE]
    ranks = reports[Method.RANK_MAXIMAL]
    most = reports[Method.MOST_PLACED]
    assert isinstance(fair, MethodReport)
    assert isinstance(ranks, MethodReport)
    assert isinstance(most, MethodReport)
    assert isinstance(reports[Method.SERIAL_DICTATORSHIP], NotApplicable)
    assert fair.blocking_pairs == 0
    assert ranks.blocking_pairs > 0
    assert ranks.placed_by_rank > fair.placed_by_rank
    assert most.not_placed <= min(fair.not_placed, ranks.not_placed)


def test_a_result_that_passes_students_over_has_no_file() -> None:
    problem = large_round(students=20, places=3, seats=2, number=1)
    with pytest.raises(AllocationError, match="for comparison only"):
        write_result(allocate(problem, Method.RANK_MAXIMAL))
