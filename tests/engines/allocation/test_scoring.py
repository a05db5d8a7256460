"""Scores are exact, rounded once, and refuse what they cannot add up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.allocation import AllocationError, Criterion, ScoringScheme, mean
from tests.engines.allocation.problems import examples

GRADES = Criterion("grades", 2, 0, 10)
MOTIVATION = Criterion("motivation", 1, 1, 5)


def test_a_score_is_the_weighted_mean_on_one_scale() -> None:
    scheme = ScoringScheme((GRADES, MOTIVATION))
    # grades 7.5 of 10 count twice, motivation 4 of 1..5 is three quarters: 7.5 all the same
    assert scheme.score({"grades": Decimal("7.5"), "motivation": 4}) == 7500


def test_rounding_happens_once_and_half_goes_up() -> None:
    scheme = ScoringScheme((Criterion("grades", 1, 0, 10),), digits=0)
    assert scheme.score({"grades": Decimal("6.5")}) == 7
    assert scheme.score({"grades": Decimal("6.4999999999999999999999")}) == 6


def test_thirds_add_up_exactly() -> None:
    thirds = ScoringScheme(tuple(Criterion(name, 1, 0, 3) for name in "abc"), digits=9)
    assert thirds.score({"a": 1, "b": 1, "c": 1}) == 3_333_333_333
    assert sum(part.points for part in thirds.breakdown({"a": 1, "b": 1, "c": 1})) == Fraction(
        10, 3
    )


def test_a_criterion_may_weigh_nothing_in_a_what_if() -> None:
    scheme = ScoringScheme((GRADES, Criterion("language", 0, 0, 1)))
    assert scheme.score({"grades": 8, "language": 0}) == 8000


@pytest.mark.slow
@examples(100)
@given(
    st.lists(st.tuples(st.integers(0, 50), st.decimals(0, 10, places=3)), min_size=1, max_size=6)
)
def test_a_score_stays_on_its_scale_and_follows_the_exact_sum(
    parts: list[tuple[int, Decimal]],
) -> None:
    if not any(weight for weight, _ in parts):
        return
    scheme = ScoringScheme(
        tuple(Criterion(f"c{number}", weight, 0, 10) for number, (weight, _) in enumerate(parts))
    )
    score = scheme.score({f"c{number}": value for number, (_, value) in enumerate(parts)})
    exact = sum(weight * Fraction(value) for weight, value in parts) / sum(w for w, _ in parts)
    assert 0 <= score <= 10_000
    assert abs(Fraction(score, 1000) - exact) <= Fraction(1, 2000)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"grades": 8}, "no value for 'motivation'"),
        ({"grades": 12, "motivation": 3}, "must be between 0 and 10"),
        ({"grades": 7.4, "motivation": 3}, "so that the score is exact"),
        ({"grades": Decimal("NaN"), "motivation": 3}, "not a number"),
        ({"grades": 8, "motivation": 3, "charm": 1}, "'charm' is not a criterion"),
    ],
)
def test_values_that_cannot_count_are_named(values: dict[str, int], message: str) -> None:
    with pytest.raises(AllocationError, match=message):
        ScoringScheme((GRADES, MOTIVATION)).score(values)


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ((GRADES, GRADES), "same name"),
        ((Criterion("grades", 0, 0, 10),), "weight above zero"),
        ((Criterion("grades", -1, 0, 10), MOTIVATION), "below zero"),
        ((Criterion("grades", 1, 5, 5),), "range of 'grades' is empty"),
    ],
)
def test_schemes_that_make_no_sense_are_refused(
    criteria: tuple[Criterion, ...], message: str
) -> None:
    with pytest.raises(AllocationError, match=message):
        ScoringScheme(criteria)


def test_two_reviewers_have_an_exact_mean() -> None:
    assert mean([Decimal("3.5"), 4]) == Fraction(15, 4)
    with pytest.raises(AllocationError, match="nothing to take the mean of"):
        mean([])
