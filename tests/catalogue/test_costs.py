"""What a stay costs: the rules of `catalogue.snapshot.costs`, one by one and as laws."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.snapshot.costs import (
    SCOPES,
    CostFigure,
    PaidStay,
    Rate,
    RatesWithOffice,
    central_bank_rates,
    cost_range,
    estimate_of,
    months_of,
    most_specific,
)
from sojourn.catalogue.snapshot.types import (
    ExchangeRate,
    Provenance,
)
from sojourn.common.languages import Text
from sojourn.engines.budget import EuroRange

DAY = dt.date(2026, 10, 30)


class FixedRates:
    def rate(self, currency: str) -> Rate | None:
        return {"SEK": Rate(Decimal("0.1"), DAY)}.get(currency)


def figure(item: str = "housing", scope: str = "country", **values: object) -> CostFigure:
    defaults: dict[str, object] = {
        "slug": f"{scope}-{item}", "scope": scope, "item": item, "per": "month",
        "low": Decimal(400), "typical": Decimal(500), "high": Decimal(700), "currency": "EUR",
        "year": 2026, "checked_on": None, "certainty": "estimate", "note": Text(),
        "provenance": Provenance(),
    }  # fmt: skip
    return CostFigure(**defaults | values)  # type: ignore[arg-type]


def test_the_most_specific_figure_of_an_item_counts_alone() -> None:
    figures = [
        figure("housing", "everywhere", typical=Decimal(1)),
        figure("housing", "country", typical=Decimal(2)),
        figure("housing", "opportunity", typical=Decimal(4)),
        figure("travel", "everywhere"),
    ]
    assert [(one.item, one.scope) for one in most_specific(figures)] == [
        ("housing", "opportunity"),
        ("travel", "everywhere"),
    ]


def test_two_figures_of_one_scope_both_count() -> None:
    figures = [figure("fees", slug="exam"), figure("fees", slug="library")]
    assert len(most_specific(figures)) == 2


def test_monthly_weekly_and_single_lines() -> None:
    stay = Decimal("4.345") * 2  # two months
    found = cost_range(
        [
            figure("housing", per="month", typical=Decimal(500)),
            figure("food", per="week", low=Decimal(10), typical=Decimal(10), high=Decimal(10)),
            figure("travel", per="once", low=Decimal(90), typical=Decimal(90), high=Decimal(90)),
        ],
        stay,
        "SE",
    )
    assert found is not None
    assert [line.total_typical for line in found.lines] == [
        Decimal("1000.00"),
        Decimal("86.90"),
        Decimal("90.00"),
    ]
    assert found.typical == Decimal("1176.90")
    assert found.months == Decimal("2.0")


def cup(per_euro: str, day: dt.date, provenance: Provenance = Provenance()) -> ExchangeRate:  # noqa: B008 (frozen)
    return ExchangeRate(f"cup-{day}", "CUP", Decimal(per_euro), day, "official", provenance)


def test_an_office_rate_counts_where_the_bank_has_none() -> None:
    rates = RatesWithOffice([cup("25", DAY), cup("20", DAY - dt.timedelta(days=9))], FixedRates())
    found = cost_range([figure(currency="CUP")], Decimal("4.345"), "CU", rates)
    assert found is not None
    line = found.lines[0]
    assert line.typical == Decimal("20.00")  # 500 CUP at 25 for a euro: the latest day counts
    assert line.rate_on == DAY
    assert line.office_rate == cup("25", DAY)
    assert "housing" not in found.missing


def test_the_bank_goes_before_the_office() -> None:
    own = replace(cup("1", DAY), currency="SEK")
    assert RatesWithOffice([own], FixedRates()).rate("SEK") == FixedRates().rate("SEK")


def test_a_figure_by_a_rate_that_is_an_example_is_one_too() -> None:
    rates = RatesWithOffice([cup("25", DAY, Provenance(is_example=True))], FixedRates())
    found = cost_range([figure(currency="CUP")], Decimal(10), "CU", rates)
    assert found is not None
    assert found.has_examples


@given(
    st.decimals("0.000001", "1e9", places=6),
    st.decimals("0.000001", "1e9", places=6),
)
def test_the_more_one_euro_buys_the_less_a_line_costs(one: Decimal, other: Decimal) -> None:
    low, high = sorted((one, other))
    totals = []
    for rate in (high, low):
        found = cost_range(
            [figure(currency="CUP")],
            Decimal(10),
            "CU",
            RatesWithOffice([cup(str(rate), DAY)], FixedRates()),
        )
        assert found is not None
        totals.append(found.typical)
    assert totals[0] <= totals[1]


def test_another_currency_is_converted_at_a_dated_rate() -> None:
    found = cost_range([figure(currency="SEK")], Decimal("4.345"), "SE", FixedRates())
    assert found is not None
    line = found.lines[0]
    assert (line.low, line.typical, line.high) == (Decimal(40), Decimal(50), Decimal(70))
    assert line.rate_on == DAY
    assert line.currency == "SEK"


def test_an_unknown_currency_leaves_the_item_missing_instead_of_free() -> None:
    found = cost_range(
        [figure("housing", currency="CUP"), figure("travel")], Decimal(10), "CU", FixedRates()
    )
    assert found is not None
    assert [line.item for line in found.lines] == ["travel"]
    assert "housing" in found.missing


def test_the_installed_table_knows_the_krona_and_not_the_cuban_peso() -> None:
    rate = central_bank_rates.rate("SEK")
    assert rate is not None
    assert Decimal("0.05") < rate.euros < Decimal("0.2")
    assert rate.on.year >= 2026
    assert central_bank_rates.rate("CUP") is None
    assert central_bank_rates.rate("nonsense") is None


def test_what_nobody_has_a_figure_for_is_listed() -> None:
    found = cost_range([figure("daily_life")], Decimal(10), "CU")
    assert found is not None
    assert found.missing == ("travel", "housing", "insurance", "visa")
    inside = cost_range([figure("housing")], Decimal(10), "SE")
    assert inside is not None
    assert inside.missing == ("travel", "food", "daily_life", "insurance")


def test_an_example_among_the_lines_marks_the_range() -> None:
    plain = cost_range([figure()], Decimal(10), "SE")
    example = cost_range([figure(provenance=Provenance(is_example=True))], Decimal(10), "SE")
    assert plain is not None
    assert example is not None
    assert (plain.has_examples, example.has_examples) == (False, True)


def test_without_a_figure_there_is_no_range() -> None:
    assert cost_range([], Decimal(10), "SE") is None


@pytest.mark.parametrize(("weeks", "months"), [(20, "4.6"), (10, "2.3"), (4, "0.9")])
def test_weeks_as_months(weeks: int, months: str) -> None:
    assert months_of(Decimal(weeks)) == Decimal(months)


amounts = st.decimals(0, 20_000, places=2)


@st.composite
def figures(draw: st.DrawFn) -> CostFigure:
    low, typical, high = sorted(draw(st.tuples(amounts, amounts, amounts)))
    return figure(
        draw(st.sampled_from(["housing", "food", "travel", "fees"])),
        draw(st.sampled_from(SCOPES)),
        per=draw(st.sampled_from(["month", "week", "once"])),
        low=low, typical=typical, high=high,
        currency=draw(st.sampled_from(["EUR", "SEK"])),
    )  # fmt: skip


@pytest.mark.slow
@given(st.lists(figures(), max_size=12), st.integers(1, 60))
def test_laws_of_a_range(entered: list[CostFigure], weeks: int) -> None:
    found = cost_range(entered, Decimal(weeks), "SE", FixedRates())
    if not entered:
        assert found is None
        return
    assert found is not None
    assert found.low <= found.typical <= found.high
    assert found.typical == sum(line.total_typical for line in found.lines)
    assert found.low == sum(line.total_low for line in found.lines)
    assert found.high == sum(line.total_high for line in found.lines)
    # Every item that was entered is counted, in one scope alone.
    assert {line.item for line in found.lines} == {one.item for one in entered}
    for item in {line.item for line in found.lines}:
        assert len({line.scope for line in found.lines if line.item == item}) == 1
    # A longer stay never costs less.
    longer = cost_range(entered, Decimal(weeks + 1), "SE", FixedRates())
    assert longer is not None
    assert longer.typical >= found.typical


@pytest.mark.slow
@given(st.lists(figures(), min_size=1, max_size=8), st.integers(1, 60))
def test_a_wider_scope_never_changes_what_a_narrower_one_says(
    entered: list[CostFigure], weeks: int
) -> None:
    own = [figure(one.item, "opportunity") for one in entered]
    alone = cost_range(own, Decimal(weeks), "SE", FixedRates())
    wider = [one for one in entered if one.scope != "opportunity"]
    both = cost_range([*own, *wider], Decimal(weeks), "SE", FixedRates())
    assert alone is not None
    assert both is not None
    assert (both.low, both.typical, both.high) == (alone.low, alone.typical, alone.high)


# --- What returned students paid ----------------------------------------------------------

TWO_MONTHS = Decimal("4.345") * 2
EXAMPLE = Provenance(None, True)


def stays(count: int, **paid: int) -> list[PaidStay]:
    amounts = {item: Decimal(amount) for item, amount in paid.items()}
    return [PaidStay(2023 + number, None, amounts) for number in range(count)]


def test_three_reports_move_their_line_and_the_total() -> None:
    # Housing for two months: 800, 1000, 1400; five eighths of it and three eighths of 1,800.
    found = cost_range(
        [figure("housing"), figure("travel", per="once")], TWO_MONTHS, "SE",
        paid=stays(3, housing=1800),
    )  # fmt: skip
    assert found is not None
    assert [(one.item, one.count, one.weight) for one in found.reported] == [
        ("housing", 3, Decimal("0.375"))
    ]
    assert estimate_of(found, "housing") == EuroRange(
        Decimal("1175.00"), Decimal("1300.00"), Decimal("1550.00")
    )
    assert found.typical == Decimal("1800.00")  # and 500 for travel
    assert (found.reported[0].first_year, found.reported[0].last_year) == (2023, 2025)


def test_two_reports_or_none_leave_everything_as_it_was() -> None:
    bare = cost_range([figure("housing")], TWO_MONTHS, "SE")
    assert cost_range([figure("housing")], TWO_MONTHS, "SE", paid=stays(2, housing=9000)) == bare


def test_what_is_paid_by_the_month_is_brought_to_the_length_of_this_stay() -> None:
    longer = [
        PaidStay(2025, 20, {"housing": Decimal(2000), "travel": Decimal(300)}) for _n in range(3)
    ]
    found = cost_range([], Decimal(10), "SE", paid=longer)
    assert found is not None
    assert {one.item: one.paid_middle for one in found.reported} == {"housing": 1000, "travel": 300}


def test_a_line_that_only_reports_know_is_not_missing_any_more() -> None:
    found = cost_range([figure("housing")], TWO_MONTHS, "SE", paid=stays(4, travel=250))
    assert found is not None
    assert "travel" not in found.missing
    assert estimate_of(found, "travel") == EuroRange.exactly(Decimal(250))


def test_a_figure_with_others_in_it_is_compared_with_their_sum() -> None:
    whole = figure("daily_life", covers=("housing", "food"))
    part = cost_range([whole], TWO_MONTHS, "SE", paid=stays(5, housing=1000, daily_life=200))
    assert part is not None
    assert part.reported == ()  # food is in the figure and not in the reports
    found = cost_range(
        [whole], TWO_MONTHS, "SE", paid=stays(5, housing=1000, daily_life=200, food=300)
    )
    assert found is not None
    assert [(one.item, one.paid_middle) for one in found.reported] == [("daily_life", 1500)]


def test_an_example_never_moves_a_figure_with_a_source() -> None:
    sourced, invented = figure("housing"), figure("food", provenance=EXAMPLE)
    examples = [replace(one, is_example=True) for one in stays(3, housing=9000, food=9000)]
    found = cost_range([sourced, invented], TWO_MONTHS, "SE", paid=examples)
    assert found is not None
    assert [(one.item, one.is_example) for one in found.reported] == [("food", True)]
    real = cost_range([sourced], TWO_MONTHS, "SE", paid=[*examples, *stays(3, housing=1800)])
    assert real is not None
    assert (real.reported[0].count, real.reported[0].paid_high) == (3, 1800)
    assert not real.reported[0].is_example
