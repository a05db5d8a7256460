"""Deferred acceptance against textbooks, brute force, and its own theorems."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import (
    Application,
    Choice,
    Opportunity,
    Problem,
    Quota,
    allocate,
    lots,
)
from sojourn.engines.allocation import columns as columns_module
from sojourn.engines.allocation.columns import columns_of
from sojourn.engines.allocation.stability import (
    blocking_choices,
    cut_offs,
    is_stable,
    keeps_limits,
)
from tests.engines.allocation import oracle
from tests.engines.allocation.problems import (
    SEED,
    examples,
    large_round,
    places,
    round_of,
    rounds,
    shuffled,
)

pytestmark = pytest.mark.slow


def test_gale_and_shapley_1962_example_1_gives_every_proposer_their_first_choice() -> None:
    problem = round_of(
        {"alpha": "ABC", "beta": "BCA", "gamma": "CAB"},
        {
            "A": ["beta", "gamma", "alpha"],
            "B": ["gamma", "alpha", "beta"],
            "C": ["alpha", "beta", "gamma"],
        },
    )
    assert places(allocate(problem)) == {"alpha": "A", "beta": "B", "gamma": "C"}
    assert len(oracle.all_stable_matchings(problem)) == 3


def test_gale_and_shapley_1962_example_2_has_one_stable_matching() -> None:
    problem = round_of(
        {"alpha": "ABCD", "beta": "ADCB", "gamma": "BACD", "delta": "DBCA"},
        {
            "A": ["delta", "gamma", "alpha", "beta"],
            "B": ["beta", "delta", "alpha", "gamma"],
            "C": ["delta", "alpha", "beta", "gamma"],
            "D": ["gamma", "beta", "alpha", "delta"],
        },
    )
    expected = {"alpha": "C", "beta": "D", "gamma": "A", "delta": "B"}
    assert oracle.all_stable_matchings(problem) == [expected]
    assert places(allocate(problem)) == expected


def test_roth_1985_the_only_stable_matching_is_not_the_one_the_colleges_would_all_like() -> None:
    problem = round_of(
        {
            "s1": ["C3", "C1", "C2"],
            "s2": ["C2", "C1", "C3"],
            "s3": ["C1", "C3", "C2"],
            "s4": ["C1", "C2", "C3"],
        },
        {
            "C1": ["s1", "s2", "s3", "s4"],
            "C2": ["s1", "s2", "s3", "s4"],
            "C3": ["s3", "s1", "s2", "s4"],
        },
        {"C1": 2},
    )
    expected = {"s1": "C3", "s2": "C2", "s3": "C1", "s4": "C1"}
    assert oracle.all_stable_matchings(problem) == [expected]
    assert places(allocate(problem)) == expected
    liked_by_colleges: oracle.Matching = {"s1": "C2", "s2": "C1", "s3": "C3", "s4": "C1"}
    assert not oracle.is_stable(problem, liked_by_colleges)


def test_a_tie_is_broken_by_lot_and_by_nothing_else() -> None:
    names = [f"student-{number}" for number in range(12)]
    problem = Problem(
        "tie",
        SEED,
        (Opportunity("place", 3),),
        tuple(Application.with_one_score(name, "all", ["place"], 7) for name in names),
    )
    lot = lots(SEED, names)
    got = {p.application for p in allocate(problem).placements if p.opportunity}
    assert got == {name for name in names if lot[name] <= 3}


def test_the_next_lot_wins_the_tie_however_late_it_comes() -> None:
    """The loser of the first place arrives in a later round, one lot ahead of who is there."""
    first, second, third = sorted("abcdefgh", key=lots(SEED, "abcdefgh").__getitem__)[2:5]
    lists = {first: ["wanted", "place"], second: ["wanted", "place"], third: ["place"]}
    problem = Problem(
        "late",
        SEED,
        (Opportunity("wanted", 1), Opportunity("place", 1)),
        tuple(Application.with_one_score(n, "all", lists.get(n, []), 7) for n in "abcdefgh"),
    )
    got = places(allocate(problem))
    assert (got[first], got[second], got[third]) == ("wanted", "place", None)


def test_a_minimum_brings_a_category_in_before_better_scores() -> None:
    problem = Problem(
        "minimum",
        SEED,
        (Opportunity("place", 2, (Quota("science", minimum=1),)),),
        (
            Application.with_one_score("best", "medicine", ["place"], 9),
            Application.with_one_score("good", "medicine", ["place"], 8),
            Application.with_one_score("fair", "science", ["place"], 5),
        ),
    )
    assert places(allocate(problem)) == {"best": "place", "good": None, "fair": "place"}


def test_a_minimum_that_nobody_claims_is_open_to_all() -> None:
    problem = Problem(
        "soft",
        SEED,
        (Opportunity("place", 2, (Quota("science", minimum=2),)),),
        (
            Application.with_one_score("best", "medicine", ["place"], 9),
            Application.with_one_score("good", "medicine", ["place"], 8),
        ),
    )
    assert places(allocate(problem)) == {"best": "place", "good": "place"}


def test_a_maximum_leaves_a_seat_empty_rather_than_being_exceeded() -> None:
    problem = Problem(
        "maximum",
        SEED,
        (Opportunity("place", 3, (Quota("medicine", maximum=1),)),),
        (
            Application.with_one_score("best", "medicine", ["place"], 9),
            Application.with_one_score("good", "medicine", ["place"], 8),
            Application.with_one_score("fair", "science", ["place"], 5),
        ),
    )
    assert places(allocate(problem)) == {"best": "place", "good": None, "fair": "place"}


def test_an_empty_round_gives_an_empty_result() -> None:
    assert allocate(Problem("empty", SEED, (), ())).placements == ()


@given(rounds())
@examples(250)
def test_the_result_is_stable_and_no_stable_matching_is_better_for_anyone(
    problem: Problem,
) -> None:
    result = places(allocate(problem))
    stable = oracle.all_stable_matchings(problem)
    assert result in stable
    for other in stable:
        for application in problem.applications:
            assert oracle.rank_of(application, result[application.id]) <= oracle.rank_of(
                application, other[application.id]
            )


@given(rounds())
@examples(100)
def test_the_same_students_are_placed_in_every_stable_matching(problem: Problem) -> None:
    """The rural hospitals theorem (Roth 1986; Hatfield and Milgrom 2005, theorem 8)."""
    placed = [
        {name for name, place in matching.items() if place is not None}
        for matching in oracle.all_stable_matchings(problem)
    ]
    assert all(each == placed[0] for each in placed)


@given(rounds(most_students=6, most_opportunities=1, longest_list=1))
@examples(300)
def test_one_opportunity_chooses_the_best_set_by_definition(problem: Problem) -> None:
    opportunity = problem.opportunities[0]
    applicants = [a for a in problem.applications if oracle.is_welcome(opportunity, a)]
    got = {name for name, place in places(allocate(problem)).items() if place is not None}
    assert got == oracle.choose(problem, opportunity, applicants)


@given(rounds(most_students=6, most_opportunities=1, longest_list=1), st.data())
@examples(300)
def test_choice_is_substitutable_and_one_applicant_fewer_never_means_more_chosen(
    problem: Problem, data: st.DataObject
) -> None:
    """The two properties that make deferred acceptance stable, best for students, and honest."""
    if not problem.applications:
        return
    gone = data.draw(st.sampled_from(problem.applications))
    others = tuple(a for a in problem.applications if a is not gone)
    chosen = {n for n, p in places(allocate(problem)).items() if p}
    without = {n for n, p in places(allocate(replace(problem, applications=others))).items() if p}
    assert chosen - {gone.id} <= without  # substitutability
    assert len(without) <= len(chosen)  # the law of aggregate demand
    if gone.id not in chosen:
        assert without == chosen  # irrelevance of rejected applicants


@given(rounds(most_students=4), st.data())
@examples(60)
def test_no_student_gains_by_another_order_or_a_shorter_list(
    problem: Problem, data: st.DataObject
) -> None:
    """Dubins and Freedman 1981; Roth 1982. With a full list the truth is the best list."""
    if not problem.applications:
        return
    liar = data.draw(st.sampled_from(problem.applications))
    honest = places(allocate(problem))[liar.id]
    for size in range(len(liar.choices) + 1):
        for choices in permutations(liar.choices, size):
            told = tuple(
                replace(a, choices=choices) if a is liar else a for a in problem.applications
            )
            got = places(allocate(replace(problem, applications=told)))[liar.id]
            assert oracle.rank_of(liar, honest) <= oracle.rank_of(liar, got)


@given(rounds(most_students=4), st.data())
@examples(150)
def test_blocking_pairs_of_any_result_are_counted_as_by_hand(
    problem: Problem, data: st.DataObject
) -> None:
    problem = problem.in_canonical_order()
    within = [m for m in oracle.all_matchings(problem) if oracle.is_within_limits(problem, m)]
    matching = data.draw(st.sampled_from(within))
    columns = columns_of(problem)
    rows = _rows(problem, matching)
    limits = cut_offs(columns, rows)
    assert keeps_limits(columns, limits)
    blocking = blocking_choices(columns, rows, limits)
    owner = columns.student_of_choice()[blocking]
    target = columns.choice_opportunity[blocking]
    found = {
        (problem.applications[int(a)].id, problem.opportunities[int(o)].id)
        for a, o in zip(owner, target, strict=True)
    }
    assert found == set(oracle.blocking_pairs(problem, matching))


@given(rounds(), st.data())
@examples(100)
def test_seats_and_maximums_exceeded_are_seen(problem: Problem, data: st.DataObject) -> None:
    problem = problem.in_canonical_order()
    matching = data.draw(st.sampled_from(oracle.all_matchings(problem)))
    columns = columns_of(problem)
    limits = cut_offs(columns, _rows(problem, matching))
    assert keeps_limits(columns, limits) == oracle.is_within_limits(problem, matching)


def _rows(problem: Problem, matching: oracle.Matching) -> np.ndarray:
    """A matching as the engine writes it: each student's row, or -1."""
    rows, row = [], 0
    opportunities = {o.id: o for o in problem.opportunities}
    for application in problem.applications:
        mine = -1
        for choice in application.choices:
            if not oracle.is_welcome(opportunities[choice.opportunity], application):
                continue
            if matching[application.id] == choice.opportunity:
                mine = row
            row += 1
        rows.append(mine)
    return np.array(rows, dtype=np.int64)


@given(rounds(), st.integers(0, 10**6))
@examples(60)
def test_the_order_of_the_input_decides_nothing(problem: Problem, number: int) -> None:
    assert allocate(shuffled(problem, number)) == allocate(problem)


@pytest.mark.parametrize("number", range(4))
def test_a_large_round_is_stable(number: int) -> None:
    problem = large_round(students=3000, places=[40, 150, 700, 1][number], seats=9, number=number)
    result = allocate(problem)
    assert is_stable(result.columns, result.placed)
    assert any(placement.opportunity for placement in result.placements)


@pytest.mark.parametrize("number", range(3))
def test_scores_too_far_apart_to_pack_give_the_same_result(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = large_round(students=200, places=12, seats=5, number=number)
    expected = allocate(problem).placements
    top = max(c.score or 0 for a in problem.applications for c in a.choices)

    def far(score: int | None) -> int:
        return 2**52 if score == top else (score or 0) - 2**52

    stretched = replace(
        problem,
        opportunities=tuple(
            replace(o, minimum_score=None if o.minimum_score is None else far(200))
            for o in problem.opportunities
        ),
        applications=tuple(
            replace(
                a,
                choices=tuple(Choice(c.opportunity, far(c.score)) for c in a.choices),
            )
            for a in problem.applications
        ),
    )
    assert allocate(stretched).placements == expected
    # 200 students need 8 bits, 12 places 4, held or not 1: 20 leaves room for order only.
    monkeypatch.setattr(columns_module, "KEY_BITS", 20)
    assert allocate(problem).placements == expected
    monkeypatch.setattr(columns_module, "KEY_BITS", 15)
    with pytest.raises(ValueError, match="too many applications"):
        allocate(problem)


def test_far_more_seats_than_students_cost_no_memory() -> None:
    problem = Problem(
        "wide",
        SEED,
        (Opportunity("place", 2**50), Opportunity("other", 2**50)),
        (Application.with_one_score("one", "all", ["other", "place"], 1),),
    )
    assert places(allocate(problem)) == {"one": "other"}
