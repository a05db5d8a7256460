"""What a stay costs, as far as known: which figures apply, and what they add up to.

The rules, in full:

- A figure is given for one opportunity, one host, one country or everywhere. For each item
  (travel, housing, ...) the most specific scope that has a figure wins; its lines count, the
  lines of wider scopes for that item do not.
- A stay of *w* weeks is *w* / 4.345 months. A line per month counts that many times, one per week
  *w* times, one paid once a single time. The same length is used for low, typical and high: the
  range says how prices differ, not how long people stay.
- The totals are the sums of the lines' low, typical and high ends. The true total lies between
  the low and the high one; that every line is low at once is unlikely, so the range is wide
  rather than too narrow.
- Everything is in EUR. A figure in another currency is converted at the last rate that the
  European Central Bank had published in the installed table; the line keeps that rate's date.
- An expected item without any figure is listed as missing, never counted as zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Protocol

from currency_converter import CurrencyConverter

from sojourn.catalogue.snapshot.types import CostLine, CostRange, Provenance, Text

WEEKS_A_MONTH = Decimal("4.345")
SCOPES = ("opportunity", "institution", "country", "everywhere")  # most specific first
CENT = Decimal("0.01")

# What nearly every stay costs something for. Food is not asked for where a line for daily life
# stands, because most published figures for daily life include it.
EXPECTED_ITEMS = ("travel", "housing", "food", "daily_life", "insurance")
# Countries in which a student with an EU passport needs no visa to study.
FREE_MOVEMENT = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
        "CH",
    ]
)


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
class Rate:
    """How many euros one unit of a currency is worth, and on which day that was so."""

    euros: Decimal
    on: dt.date


class Rates(Protocol):
    def rate(self, currency: str) -> Rate | None: ...


@lru_cache(maxsize=1)
def _central_bank_table() -> CurrencyConverter:
    return CurrencyConverter()


class CentralBankRates:
    """The European Central Bank's table that is installed with the software."""

    @lru_cache(maxsize=64)  # noqa: B019 (one instance a process)
    def rate(self, currency: str) -> Rate | None:
        """The last known rate, or None for a currency that the table does not have."""
        table = _central_bank_table()
        if currency not in table.currencies or currency == "EUR":
            return None
        day = table.bounds[currency].last_date
        return Rate(Decimal(str(table.convert(1, currency, "EUR", date=day))), day)


central_bank_rates = CentralBankRates()


def months_of(weeks: Decimal) -> Decimal:
    """A number of weeks as months, to one decimal."""
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
    """The expected items for which nobody has entered a figure."""
    known = set(known)
    expected = list(EXPECTED_ITEMS)
    if "daily_life" in known:
        expected.remove("food")
    if country not in FREE_MOVEMENT:
        expected.append("visa")
    return tuple(item for item in expected if item not in known)


def _euros(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def _line(figure: CostFigure, weeks: Decimal, rates: Rates) -> CostLine | None:
    """The line in EUR and over the whole stay; None when its currency cannot be converted."""
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
    )


def cost_range(
    figures: Iterable[CostFigure],
    weeks: Decimal,
    country: str,
    rates: Rates = central_bank_rates,
) -> CostRange | None:
    """What a stay of that many weeks costs by the figures that apply; None when there are none."""
    known: set[str] = set()
    found = []
    for figure in most_specific(figures):
        line = _line(figure, weeks, rates)
        if line is not None:
            found.append(line)
            known |= {figure.item, *figure.covers}
    if not found:
        return None
    lines = tuple(found)
    return CostRange(
        low=sum((line.total_low for line in lines), Decimal(0)),
        typical=sum((line.total_typical for line in lines), Decimal(0)),
        high=sum((line.total_high for line in lines), Decimal(0)),
        lines=lines,
        missing=missing_items(known, country),
        months=months_of(weeks),
        has_examples=any(line.provenance.is_example for line in lines),
    )
