"""What a stay costs, as far as known: which figures apply, and what they add up to.

The rules, in full:

- A figure is given for one opportunity, one host, one country or everywhere. For each item
  (travel, housing, ...) the most specific scope that has a figure wins; its lines count, the
  lines of wider scopes for that item do not.
- A stay of *w* weeks is *w* / 4.345 months. A line per month counts that many times, one per week
  *w* times, one paid once a single time. The same length is used for low, typical and high: the
  range says how prices differ, not how long people stay.
- The totals are the sums of the lines' low, typical and high ends. The true total is between
  the low and the high one; that every line is low at once is unlikely, so the range is wide
  rather than too narrow.
- Everything is in EUR. A figure in another currency is converted at the last rate that the
  European Central Bank had published in the installed table; the line keeps that rate's date.
  Where that table has no rate of the currency, the office's latest one counts, and the line keeps
  it with its source. A figure whose currency neither has is left out: its item is not known.
- An expected item without any figure is listed as missing, never counted as zero.
- What returned students say they paid moves an item once three have said so, and the more the
  more of them there are (`engines.budget.reports` has the formula and its source). What is paid
  by the month or week is first brought to the length of this stay. Where a figure has other items
  in it, only reports that name all of these count, with their sum.
- Reports that are examples never move a figure that has a source: an invented amount moves
  made-up ones only, and none where there is a real report.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Protocol

from currency_converter import CurrencyConverter

from sojourn.catalogue.choices import COSTS_BY_LENGTH, EXPECTED_COSTS
from sojourn.catalogue.snapshot.types import (
    CostLine,
    CostRange,
    ExchangeRate,
    Period,
    Provenance,
    ReportedItem,
)
from sojourn.common.languages import Text
from sojourn.engines.budget import EuroRange, weigh_in

WEEKS_A_MONTH = Decimal("4.345")
SCOPES = ("opportunity", "institution", "country", "everywhere")  # most specific first
CENT = Decimal("0.01")

# Countries in which a student with an EU passport needs no visa to study.
FREE_MOVEMENT = frozenset([
    "AT", "BE", "BG", "HR", "CY", "CZ", "DK", "EE", "FI", "FR", "DE", "GR", "HU", "IE", "IT", "LV",
    "LT", "LU", "MT", "NL", "PL", "PT", "RO", "SK", "SI", "ES", "SE", "IS", "LI", "NO", "CH",
])  # fmt: skip


@dataclass(frozen=True, slots=True)
class CostFigure:
    """One figure as it was entered, in its own currency."""

    slug: str
    scope: str
    item: str
    per: str
    low: Decimal
    typical: Decimal
    high: Decimal
    currency: str
    year: int
    checked_on: dt.date | None
    certainty: str
    note: Text
    provenance: Provenance
    covers: tuple[str, ...] = ()  # other items that the figure has in it


@dataclass(frozen=True, slots=True)
class PaidStay:
    """What one returned student paid, EUR by item, over `weeks` (None: the usual length)."""

    year: int
    weeks: int | None
    paid: Mapping[str, Decimal]
    is_example: bool = False

    def for_a_stay(self, item: str, weeks: Decimal) -> Decimal:
        """Return what the item would have been over that many weeks."""
        amount = self.paid[item]
        if item in COSTS_BY_LENGTH and self.weeks:
            return amount * weeks / self.weeks
        return amount


@dataclass(frozen=True, slots=True)
class Rate:
    """How many euros one unit of a currency is worth, and on which day that was so."""

    euros: Decimal
    on: dt.date
    of_office: ExchangeRate | None = None  # None: the European Central Bank's


class Rates(Protocol):
    def rate(self, currency: str) -> Rate | None: ...


@lru_cache(maxsize=1)
def _central_bank_table() -> CurrencyConverter:
    return CurrencyConverter()


class CentralBankRates:
    """The European Central Bank's table that is installed with the software."""

    @lru_cache(maxsize=64)  # noqa: B019 (one instance a process)
    def rate(self, currency: str) -> Rate | None:
        """Return the last known rate, or None for a currency that the table does not have."""
        table = _central_bank_table()
        if currency not in table.currencies or currency == "EUR":
            return None
        day = table.bounds[currency].last_date
        return Rate(Decimal(str(table.convert(1, currency, "EUR", date=day))), day)


central_bank_rates = CentralBankRates()


class RatesWithOffice:
    """The central bank's rates, and the office's where the bank has none of a currency."""

    def __init__(
        self, of_office: Iterable[ExchangeRate], of_bank: Rates = central_bank_rates
    ) -> None:
        self._of_bank = of_bank
        self._of_office: dict[str, ExchangeRate] = {}
        for rate in sorted(of_office, key=lambda rate: rate.valid_on):
            self._of_office[rate.currency] = rate

    def rate(self, currency: str) -> Rate | None:
        """Return the rate that counts; of several of the office's the one of the latest day."""
        if found := self._of_bank.rate(currency):
            return found
        own = self._of_office.get(currency)
        return Rate(1 / own.per_euro, own.valid_on, own) if own else None


def stay_weeks(
    weeks_min: int | None, weeks_max: int | None, period: Period | None
) -> Decimal | None:
    """Return the typical length of a stay: the middle of its range, else what its dates say."""
    known = [weeks for weeks in (weeks_min, weeks_max) if weeks]
    if known:
        return Decimal(sum(known)) / len(known)
    if period is None:
        return None
    if period.starts_on and period.ends_on:
        return Decimal((period.ends_on - period.starts_on).days + 1) / 7
    if period.starts_month and period.ends_month:
        months = (period.ends_month - period.starts_month) % 12 + 1
        return Decimal(months) * WEEKS_A_MONTH
    return None


def months_of(weeks: Decimal) -> Decimal:
    """Return a number of weeks as months, to one decimal."""
    return (weeks / WEEKS_A_MONTH).quantize(Decimal("0.1"), ROUND_HALF_UP)


def times_paid(per: str, weeks: Decimal) -> Decimal:
    """How often a line is paid during a stay."""
    if per == "month":
        return weeks / WEEKS_A_MONTH
    if per == "week":
        return weeks
    return Decimal(1)


def most_specific(figures: Iterable[CostFigure]) -> list[CostFigure]:
    """For each item the figures of the most specific scope that has any, in the order given."""
    figures = list(figures)
    best: dict[str, int] = {}
    for figure in figures:
        rank = SCOPES.index(figure.scope)
        best[figure.item] = min(rank, best.get(figure.item, rank))
    return [figure for figure in figures if SCOPES.index(figure.scope) == best[figure.item]]


def missing_items(known: Iterable[str], country: str) -> tuple[str, ...]:
    """Return the expected items for which nobody has entered a figure."""
    known = set(known)
    expected: list[str] = list(EXPECTED_COSTS)
    if "daily_life" in known:
        expected.remove("food")
    if country not in FREE_MOVEMENT:
        expected.append("visa")
    return tuple(item for item in expected if item not in known)


def _euros(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _line(figure: CostFigure, weeks: Decimal, rates: Rates) -> CostLine | None:
    """Return the line in EUR and over the whole stay.

    None when its currency cannot be converted.
    """
    rate = None
    euros = Decimal(1)
    if figure.currency != "EUR":
        rate = rates.rate(figure.currency)
        if rate is None:
            return None
        euros = rate.euros
    times = times_paid(figure.per, weeks)
    return CostLine(
        slug=figure.slug,
        item=figure.item,
        per=figure.per,
        low=_euros(figure.low * euros),
        typical=_euros(figure.typical * euros),
        high=_euros(figure.high * euros),
        currency=figure.currency,
        total_low=_euros(figure.low * euros * times),
        total_typical=_euros(figure.typical * euros * times),
        total_high=_euros(figure.high * euros * times),
        scope=figure.scope,
        year=figure.year,
        checked_on=figure.checked_on,
        certainty=figure.certainty,
        note=figure.note,
        provenance=figure.provenance,
        rate_on=rate.on if rate else None,
        office_rate=rate.of_office if rate else None,
        covers=figure.covers,
    )


def is_invented(line: CostLine) -> bool:
    """Whether the figure is an example, or the rate by which it was converted."""
    rate = line.office_rate
    return line.provenance.is_example or (rate is not None and rate.provenance.is_example)


def cost_range(
    figures: Iterable[CostFigure],
    weeks: Decimal,
    country: str,
    rates: Rates = central_bank_rates,
    paid: Sequence[PaidStay] = (),
) -> CostRange | None:
    """Return what a stay of that many weeks costs; None when there are neither figures nor reports.

    `paid` is what returned students of this very place reported.
    """
    known: dict[str, set[str]] = {}  # item -> the items that its figures have in them
    found = []
    for figure in most_specific(figures):
        line = _line(figure, weeks, rates)
        if line is not None:
            found.append(line)
            known.setdefault(figure.item, {figure.item}).update(figure.covers)
    reported = _weighed_in(found, known, weeks, paid)
    if not found and not reported:
        return None
    moved = {one.item for one in reported}
    parts = [
        *(
            EuroRange(line.total_low, line.total_typical, line.total_high)
            for line in found
            if line.item not in moved
        ),
        *(EuroRange(one.low, one.typical, one.high) for one in reported),
    ]
    total = sum(parts, EuroRange.nothing())
    return CostRange(
        low=total.low,
        typical=total.typical,
        high=total.high,
        lines=tuple(found),
        missing=missing_items(set().union(moved, *known.values()), country),
        months=months_of(weeks),
        has_examples=any(is_invented(line) for line in found)
        or any(one.is_example for one in reported),
        reported=reported,
    )


def estimate_of(costs: CostRange, item: str) -> EuroRange | None:
    """Return what an item comes to over the whole stay, with reports weighed in.

    None: not known.
    """
    for one in costs.reported:
        if one.item == item:
            return EuroRange(one.low, one.typical, one.high)
    return _together(line for line in costs.lines if line.item == item)


def _together(lines: Iterable[CostLine]) -> EuroRange | None:
    amounts = [EuroRange(line.total_low, line.total_typical, line.total_high) for line in lines]
    return sum(amounts, EuroRange.nothing()) if amounts else None


def _weighed_in(
    lines: Sequence[CostLine],
    known: Mapping[str, set[str]],
    weeks: Decimal,
    paid: Sequence[PaidStay],
) -> tuple[ReportedItem, ...]:
    """Return the items that reports move, in the order of the lines.

    Then those without a figure.
    """
    if not paid:
        return ()
    bundles = {item: set(items) for item, items in known.items()}
    if "daily_life" in known and "food" not in known:
        # Most published figures for daily life have food in them (see EXPECTED_COSTS).
        bundles["daily_life"].add("food")
    inside = set().union(*bundles.values())
    named = dict.fromkeys(item for stay in paid for item in stay.paid)
    bundles |= {item: {item} for item in named if item not in inside}
    found = []
    for item, bundle in bundles.items():
        of_item = [line for line in lines if line.item == item]
        stays = [stay for stay in paid if bundle <= stay.paid.keys()]
        one = _weighed(item, of_item, bundle, weeks, stays)
        if one is not None:
            found.append(one)
    return tuple(found)


def _weighed(
    item: str,
    lines: Sequence[CostLine],
    bundle: set[str],
    weeks: Decimal,
    stays: Sequence[PaidStay],
) -> ReportedItem | None:
    real = [stay for stay in stays if not stay.is_example]
    if not real and any(not is_invented(line) for line in lines):
        return None
    counted = real or stays
    amounts = [sum((stay.for_a_stay(one, weeks) for one in bundle), Decimal(0)) for stay in counted]
    result = weigh_in(_together(lines), amounts)
    if result is None:
        return None
    years = [stay.year for stay in counted]
    return ReportedItem(
        item=item,
        count=result.count,
        weight=result.weight,
        first_year=min(years),
        last_year=max(years),
        paid_low=result.paid.low,
        paid_middle=result.paid.typical,
        paid_high=result.paid.high,
        low=result.estimate.low,
        typical=result.estimate.typical,
        high=result.estimate.high,
        is_example=not real or any(is_invented(line) for line in lines),
    )
