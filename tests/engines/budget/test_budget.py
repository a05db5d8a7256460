"""The budget engine against hand-reckoned examples and its promises."""

from __future__ import annotations

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
    Figure,
    Fixed,
    GrantRule,
    PerDayBands,
    Period,
    PerMonth,
    PurposeIn,
    Standing,
    Stated,
    Stay,
    award,
    awards,
    combine,
    estimate_line,
    for_the_whole_stay,
    with_reported_costs,
)

amounts = st.integers(0, 2_000_000).map(lambda cents: Decimal(cents) / 100)
ranges = st.lists(amounts, min_size=3, max_size=3).map(lambda three: EuroRange(*sorted(three)))


def euros(low: str, typical: str, high: str) -> EuroRange:
    return EuroRange(Decimal(low), Decimal(typical), Decimal(high))


# --- lines -------------------------------------------------------------------------------------


def test_a_monthly_figure_is_multiplied_by_the_months_of_the_stay() -> None:
    rent = Figure(euros("400", "500", "650"), Period.MONTH)
    # 140 days are 4.5996 months of 30.4375 days.
    assert for_the_whole_stay(rent, 140) == euros("1839.84", "2299.79", "2989.73")


def test_a_figure_for_once_does_not_grow_with_the_stay() -> None:
    flight = Figure(euros("150", "220", "400"), Period.ONCE)
    assert for_the_whole_stay(flight, 10) == for_the_whole_stay(flight, 300) == flight.amount


def test_two_reports_move_nothing() -> None:
    estimate = euros("1000", "1200", "1500")
    assert with_reported_costs(estimate, [Decimal(5000), Decimal(6000)]) == estimate


def test_five_reports_weigh_as_much_as_the_estimate() -> None:
    estimate = euros("1000", "1200", "1500")
    paid = [Decimal(amount) for amount in (1400, 1500, 1600, 1700, 1900)]
    assert with_reported_costs(estimate, paid) == euros("1200", "1400", "1700")


def test_reports_stand_alone_where_there_is_no_estimate() -> None:
    paid = [Decimal(300), Decimal(100), Decimal(200), Decimal(400)]
    assert with_reported_costs(None, paid) == euros("100", "250", "400")


@given(ranges, st.lists(amounts, min_size=3, max_size=60))
def test_reports_pull_the_typical_cost_towards_what_was_paid(
    estimate: EuroRange, paid: list[Decimal]
) -> None:
    moved = with_reported_costs(estimate, paid)
    assert moved is not None
    few = with_reported_costs(estimate, paid)
    many = with_reported_costs(estimate, paid * 10)
    assert few is not None
    assert many is not None
    middle = sorted(paid)[len(paid) // 2] if len(paid) % 2 else None
    if middle is not None:
        assert abs(many.typical - middle) <= abs(few.typical - middle) + Decimal("0.01")


# --- totals ------------------------------------------------------------------------------------


def test_a_line_nobody_knows_makes_the_total_incomplete() -> None:
    lines = [
        estimate_line("travel", Figure(euros("150", "220", "400"), Period.ONCE), 70),
        estimate_line("housing", None, 70),
    ]
    budget = combine(lines, EuroRange.nothing(), 70)
    assert budget.costs == euros("150", "220", "400")
    assert budget.missing == ("housing",)
    assert not budget.is_complete


def test_the_students_own_figure_replaces_the_line_in_the_total_only() -> None:
    lines = [estimate_line("travel", Figure(euros("150", "220", "400"), Period.ONCE), 70)]
    budget = combine(lines, EuroRange.nothing(), 70, own={"travel": Decimal("99.50")})
    assert budget.costs == EuroRange.exactly(Decimal("99.50"))
    assert budget.lines[0].estimate == euros("150", "220", "400")


@pytest.mark.parametrize("amount", [Decimal(-5), Decimal("NaN"), Decimal("Infinity")])
def test_an_own_figure_that_is_no_amount_is_refused(amount: Decimal) -> None:
    lines = [estimate_line("travel", None, 70)]
    with pytest.raises(ValueError, match="travel"):
        combine(lines, EuroRange.nothing(), 70, own={"travel": amount})


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


@given(st.lists(ranges, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_no_total(costs: list[EuroRange], random: object) -> None:
    lines = [BudgetLine(str(number), amount) for number, amount in enumerate(costs)]
    shuffled = list(lines)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    nothing = EuroRange.nothing()
    assert combine(lines, nothing, 90).costs == combine(shuffled, nothing, 90).costs


# --- grants: the amounts of the Erasmus+ call of 2025 (shared facts, costs) ----------------------

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


@given(st.permutations(RULES))
def test_the_order_of_rules_changes_no_total(rules: list[GrantRule]) -> None:
    assert awards(rules, STOCKHOLM)[1] == awards(RULES, STOCKHOLM)[1]
