"""What returned students paid moves an estimate by credibility weighting, and within its bounds."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.budget import EuroRange, weigh_in, weight_of_reports

amounts = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) / 100)
ranges = st.lists(amounts, min_size=3, max_size=3).map(lambda three: EuroRange(*sorted(three)))
enough = st.lists(amounts, min_size=3, max_size=60)
CENT = Decimal("0.01")


def euros(low: str, typical: str, high: str) -> EuroRange:
    return EuroRange(Decimal(low), Decimal(typical), Decimal(high))


# --- By hand: Z = n / (n + k), Buehlmann 1967, with k = 5 ----------------------------------


def test_five_reports_weigh_as_much_as_the_estimate() -> None:
    paid = [Decimal(amount) for amount in (1400, 1500, 1600, 1700, 1900)]
    result = weigh_in(euros("1000", "1200", "1500"), paid)
    assert result is not None
    assert result.weight == Decimal("0.5")
    assert result.estimate == euros("1200", "1400", "1700")


def test_three_reports_weigh_three_eighths() -> None:
    # 5/8 of 100, 200, 400 and 3/8 of 180, 300, 500.
    result = weigh_in(euros("100", "200", "400"), [Decimal(300), Decimal(180), Decimal(500)])
    assert result is not None
    assert result.weight == Decimal("0.375")
    assert result.estimate == euros("130.00", "237.50", "437.50")


def test_two_reports_move_nothing() -> None:
    assert weigh_in(euros("1000", "1200", "1500"), [Decimal(5000), Decimal(6000)]) is None


def test_reports_stand_alone_where_there_is_no_estimate() -> None:
    result = weigh_in(None, [Decimal(300), Decimal(100), Decimal(200), Decimal(400)])
    assert result is not None
    assert result.weight == 1
    assert result.estimate == euros("100", "250", "400")


# --- Rules that always hold ---------------------------------------------------------------


@pytest.mark.slow
@given(ranges)
def test_no_reports_leave_the_estimate_as_it_was(estimate: EuroRange) -> None:
    assert weigh_in(estimate, []) is None


@pytest.mark.slow
@given(st.integers(0, 10_000), st.integers(1, 100))
def test_more_reports_have_more_say_and_never_all_of_it(count: int, more: int) -> None:
    assert weight_of_reports(count) <= weight_of_reports(count + more) < 1
    if count + more >= 3:
        assert weight_of_reports(count) < weight_of_reports(count + more)


@pytest.mark.slow
@given(ranges, enough, st.integers(2, 6))
def test_the_same_said_by_more_moves_the_estimate_further(
    estimate: EuroRange, paid: list[Decimal], times: int
) -> None:
    few, many = weigh_in(estimate, paid), weigh_in(estimate, paid * times)
    assert few is not None
    assert many is not None
    for end in ("low", "typical", "high"):
        goal = getattr(few.paid, end)
        assert getattr(many.paid, end) == goal
        left = abs(getattr(few.estimate, end) - goal)
        assert abs(getattr(many.estimate, end) - goal) <= left + CENT


@pytest.mark.slow
@given(ranges, enough, st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(
    estimate: EuroRange, paid: list[Decimal], random: object
) -> None:
    shuffled = list(paid)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert weigh_in(estimate, shuffled) == weigh_in(estimate, paid)


@pytest.mark.slow
@given(ranges, enough)
def test_the_outcome_stays_between_the_estimate_and_what_was_paid(
    estimate: EuroRange, paid: list[Decimal]
) -> None:
    result = weigh_in(estimate, paid)
    assert result is not None
    assert result.estimate.low <= result.estimate.typical <= result.estimate.high
    for end in ("low", "typical", "high"):
        one, other = sorted((getattr(estimate, end), getattr(result.paid, end)))
        assert one - CENT <= getattr(result.estimate, end) <= other + CENT
    assert min([*paid, estimate.low]) - CENT <= result.estimate.low
    assert result.estimate.high <= max([*paid, estimate.high]) + CENT


@pytest.mark.slow
@given(enough, st.integers(3, 40), amounts)
def test_a_dearer_report_never_makes_it_cheaper(
    paid: list[Decimal], position: int, more: Decimal
) -> None:
    estimate = euros("500", "800", "1200")
    dearer = list(paid)
    dearer[position % len(paid)] += more
    before, after = weigh_in(estimate, paid), weigh_in(estimate, dearer)
    assert before is not None
    assert after is not None
    assert after.estimate.typical >= before.estimate.typical
    assert after.estimate.high >= before.estimate.high
