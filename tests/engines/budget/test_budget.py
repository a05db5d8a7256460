"""The budget engine against hand-reckoned examples and its promises."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.engines.budget import (
    Answer,
    AtMost,
    BudgetLine,
    CountryIn,
    DaysBetween,
    DistanceBetween,
    EuroRange,
    Fixed,
    GrantRule,
    PerDayBands,
    PerMonth,
    PurposeIn,
    Standing,
    Stated,
    Stay,
    award,
    awards,
    combine,
)

amounts = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) / 100)
ranges = st.lists(amounts, min_size=3, max_size=3).map(lambda three: EuroRange(*sorted(three)))


def euros(low: str, typical: str, high: str) -> EuroRange:
    return EuroRange(Decimal(low), Decimal(typical), Decimal(high))


# --- totals ------------------------------------------------------------------------------------


TRAVEL = BudgetLine("travel", euros("150", "220", "400"))


def test_a_line_nobody_knows_makes_the_total_incomplete() -> None:
    budget = combine([TRAVEL, BudgetLine("housing", None)], EuroRange.nothing(), 70)
    assert budget.costs == euros("150", "220", "400")
    assert budget.missing == ("housing",)
    assert not budget.is_complete


def test_the_students_own_figure_replaces_the_line_in_the_total_only() -> None:
    own = replace(TRAVEL, own=Decimal("99.50"))
    assert combine([own], EuroRange.nothing(), 70).costs == EuroRange.exactly(Decimal("99.50"))
    assert own.estimate == euros("150", "220", "400")


@pytest.mark.parametrize("amount", [Decimal(-5), Decimal("NaN"), Decimal("Infinity")])
def test_an_own_figure_that_is_no_amount_is_refused(amount: Decimal) -> None:
    with pytest.raises(ValueError, match="travel"):
        BudgetLine("travel", None, own=amount)


def test_what_is_left_to_pay_in_a_month_of_365_25_twelfths_of_a_day() -> None:
    # 140 days are 4.5996 months of 30.4375 days; 2,299.79 / 4.5996 = 500.
    budget = combine([BudgetLine("housing", euros("1839.84", "2299.79", "2989.73"))],
                     EuroRange.nothing(), 140)  # fmt: skip
    assert budget.to_pay_a_month == euros("400.00", "500.00", "650.00")


@pytest.mark.slow
@given(st.lists(ranges, max_size=6), ranges, ranges)
def test_more_grant_never_raises_what_one_pays(
    costs: list[EuroRange], grant: EuroRange, extra: EuroRange
) -> None:
    lines = [BudgetLine(str(number), amount) for number, amount in enumerate(costs)]
    less_help = combine(lines, grant, 90).to_pay
    more_help = combine(lines, grant + extra, 90).to_pay
    assert more_help.low <= less_help.low
    assert more_help.typical <= less_help.typical
    assert more_help.high <= less_help.high


@pytest.mark.slow
@given(st.lists(ranges, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(costs: list[EuroRange], random: object) -> None:
    lines = [BudgetLine(str(number), amount) for number, amount in enumerate(costs)]
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    nothing = EuroRange.nothing()
    assert combine(lines, nothing, 90).costs == combine(shuffled, nothing, 90).costs


# --- grants: the amounts of the Erasmus+ call of 2025 ----------------------

GROUP_1 = CountryIn(frozenset({"SE", "FR", "FI", "DE", "BE"}))
STUDY_SUPPORT = GrantRule(
    "erasmus-study-group-1",
    (GROUP_1, PurposeIn(frozenset({"study"})), DaysBetween(60, 360)),
    PerMonth(EuroRange.exactly(Decimal(390))),
    one_of="individual-support",
)
TRAVEL_500 = GrantRule(
    "erasmus-travel-500",
    (GROUP_1, DistanceBetween(500, 2000), Stated("green_travel", expected=False)),
    Fixed(EuroRange.exactly(Decimal(309))),
    one_of="travel",
)
TRAVEL_500_GREEN = GrantRule(
    "erasmus-travel-500-green",
    (GROUP_1, DistanceBetween(500, 2000), Stated("green_travel")),
    Fixed(EuroRange.exactly(Decimal(417))),
    one_of="travel",
)
SHORT_STAY = GrantRule(
    "erasmus-short",
    (GROUP_1, DaysBetween(5, 30)),
    PerDayBands(((14, Decimal(79)), (30, Decimal(56)))),
    one_of="individual-support",
)
LISF = GrantRule("lisf", (PurposeIn(frozenset({"research"})),), AtMost(Decimal(1500)))
RULES = [STUDY_SUPPORT, TRAVEL_500, TRAVEL_500_GREEN, SHORT_STAY, LISF]
STOCKHOLM = Stay("SE", 140, 1_160, "study", {"green_travel": False})


def test_a_semester_in_stockholm_by_plane() -> None:
    results, total = awards(RULES, STOCKHOLM)
    # 140 days at a thirtieth of 390, and 309 once.
    assert total == EuroRange.exactly(Decimal("1820.00") + 309)
    assert [result.standing for result in results] == [
        Standing.SEEMS_ELIGIBLE,
        Standing.SEEMS_ELIGIBLE,
        Standing.NOT_ELIGIBLE,
        Standing.NOT_ELIGIBLE,
        Standing.NOT_ELIGIBLE,
    ]


def test_twenty_days_are_paid_in_two_bands() -> None:
    result = award(SHORT_STAY, Stay("SE", 20, 1_160, "study"))
    assert result.counted == EuroRange.exactly(Decimal(14 * 79 + 6 * 56))


def test_what_the_student_did_not_say_is_not_counted() -> None:
    result = award(TRAVEL_500_GREEN, Stay("SE", 140, 1_160, "study"))
    assert result.standing is Standing.NOT_KNOWN
    assert ("green_travel", Answer.NOT_KNOWN) in result.answers
    assert result.amount == EuroRange.exactly(Decimal(417))
    assert result.counted == EuroRange.nothing()


def test_a_grant_to_compete_for_counts_only_in_the_best_case() -> None:
    result = award(LISF, Stay("ID", 70, 11_000, "research"))
    assert result.counted == euros("0", "0", "1500")


def test_of_two_grants_for_one_thing_the_better_counts() -> None:
    smaller = GrantRule("a", (), Fixed(EuroRange.exactly(Decimal(100))), one_of="same")
    larger = GrantRule("b", (), Fixed(EuroRange.exactly(Decimal(300))), one_of="same")
    for order in ([smaller, larger], [larger, smaller]):
        _, total = awards(order, STOCKHOLM)
        assert total == EuroRange.exactly(Decimal(300))


@pytest.mark.slow
@given(st.permutations(RULES))
def test_the_order_of_rules_changes_no_total(rules: list[GrantRule]) -> None:
    assert awards(rules, STOCKHOLM)[1] == awards(RULES, STOCKHOLM)[1]
