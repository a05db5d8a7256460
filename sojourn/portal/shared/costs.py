"""What a stay costs, line by line, each with where it comes from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.costs import is_invented
from sojourn.catalogue.snapshot.types import CostLine, CostRange, ReportedItem
from sojourn.design import components
from sojourn.engines.budget import weight_of_reports
from sojourn.portal.shared import formatting, labels, sources
from sojourn.portal.shared.cards import SCALE


@dataclass(frozen=True)
class Figure:
    """A published figure behind a line."""

    about: str
    """'for this country, 2025, official'"""
    note: str
    source: components.Source | None
    rate_source: components.Source | None
    """Of the office's exchange rate, where one was used."""


@dataclass(frozen=True)
class Line:
    name: str
    basis: str
    """'€450 to 650 a month', or nothing for what is paid once."""
    reported: str
    """What returned students paid and how far that moves the line; mostly nothing."""
    low: str
    typical: str
    high: str
    range: components.Range
    """Drawn on one scale for all lines of the table."""
    figures: tuple[Figure, ...]
    example: bool


@dataclass(frozen=True)
class Table:
    lines: tuple[Line, ...]
    low: str
    typical: str
    high: str
    total: components.Range
    length: str
    """How long a stay the figures are for."""
    missing: tuple[str, ...]
    missing_text: str
    has_examples: bool
    how_reports_count: str
    """Where reports move a line."""


def _basis(line: CostLine) -> str:
    if line.per == "once":
        return ""
    return f"{formatting.euro_range(line.low, line.high)} {labels.cost_period(line.per)}"


def _about(line: CostLine) -> str:
    parts = [labels.cost_scope(line.scope), _("figures of %(year)d") % {"year": line.year}]
    if not line.provenance.is_example:
        parts.append(labels.certainty(line.certainty).lower())
    if line.rate_on is not None:
        parts.append(converted(line, line.rate_on))
    return formatting.sentence_case(", ".join(parts))


def converted(line: CostLine, day: dt.date) -> str:
    """From which currency, at the rate of which day, and whose rate that is."""
    words = {"currency": line.currency, "day": formatting.day(day)}
    if line.office_rate is None:
        return _("converted from %(currency)s at the rate of %(day)s") % words
    example = _("example")
    text = (
        _(
            "converted from %(currency)s at the rate of %(day)s that our office entered, because "
            "the European Central Bank has none"
        )
        % words
    )
    return f"{text} ({example})" if line.office_rate.provenance.is_example else text


def rate_source(line: CostLine) -> components.Source | None:
    """Where the office's rate comes from, where one was used."""
    return sources.of_fact(line.office_rate.provenance) if line.office_rate else None


def reported(one: ReportedItem) -> str:
    """Return what returned students paid for an item, and how much say that has."""
    words = {
        "count": one.count,
        "years": years(one.first_year, one.last_year),
        "range": formatting.euro_range(one.paid_low, one.paid_high),
        "middle": formatting.euros(one.paid_middle),
        "share": round(one.weight * 100),
    }
    paid = (
        _("%(count)d students who went there (%(years)s) paid %(middle)s.")
        if one.paid_low == one.paid_high
        else _(
            "%(count)d students who went there (%(years)s) paid %(range)s; the "
            "median is %(middle)s."
        )
    ) % words
    if one.weight == 1:
        return f"{paid} " + _("There is no published figure, so we use this one.")
    return f"{paid} " + _("That counts for %(share)s%% of this line.") % words


def how_reports_count() -> str:
    """Return the rule, once for all lines; `engines.budget.reports` has it in full."""
    return _(
        "Where students who returned report what they paid, that changes the "
        "published figure, and more so if there are more of them: three count "
        "for %(three)d%%, five for %(five)d%%, ten for %(ten)d%%. Fewer than "
        "three change nothing."
    ) % {
        name: round(weight_of_reports(count) * 100)
        for name, count in (("three", 3), ("five", 5), ("ten", 10))
    }


def years(first: int, last: int) -> str:
    """'2025', '2023 to 2025'."""
    if first == last:
        return str(first)
    return _("%(first)d to %(last)d") % {"first": first, "last": last}


def _figure(line: CostLine) -> Figure:
    return Figure(_about(line), str(line.note), sources.of_fact(line.provenance), rate_source(line))


def _line(line: CostLine, scale: Decimal) -> Line:
    return Line(
        name=labels.cost_item(line.item),
        basis=_basis(line),
        reported="",
        low=formatting.euros(line.total_low),
        typical=formatting.euros(line.total_typical),
        high=formatting.euros(line.total_high),
        range=components.Range("", line.total_low, line.total_typical, line.total_high, scale),
        figures=(_figure(line),),
        example=is_invented(line),
    )


def _moved_line(one: ReportedItem, figures: list[CostLine], scale: Decimal) -> Line:
    """One line for all figures of an item that reports move."""
    return Line(
        name=labels.cost_item(one.item),
        basis=_basis(figures[0]) if len(figures) == 1 else "",
        reported=reported(one),
        low=formatting.euros(one.low),
        typical=formatting.euros(one.typical),
        high=formatting.euros(one.high),
        range=components.Range("", one.low, one.typical, one.high, scale),
        figures=tuple(_figure(line) for line in figures),
        example=one.is_example,
    )


def _lines(costs: CostRange, scale: Decimal) -> Iterator[Line]:
    moved = {one.item: one for one in costs.reported}
    by_item: dict[str, list[CostLine]] = {}
    for line in costs.lines:
        by_item.setdefault(line.item, []).append(line)
    for item in dict.fromkeys([*by_item, *moved]):
        if item in moved:
            yield _moved_line(moved[item], by_item.get(item, []), scale)
        else:
            yield from (_line(line, scale) for line in by_item[item])


def table(costs: CostRange | None) -> Table | None:
    if costs is None:
        return None
    low, high = formatting.to_the_fifty(costs.low), formatting.to_the_fifty(costs.high)
    highest = [line.total_high for line in costs.lines] + [one.high for one in costs.reported]
    widest = max([*highest, Decimal(1)])
    months = costs.months
    decimals = 0 if months == months.to_integral_value() else 1
    missing = tuple(labels.cost_item(item).lower() for item in costs.missing)
    return Table(
        lines=tuple(_lines(costs, widest)),
        low=formatting.euros(costs.low),
        typical=formatting.euros(costs.typical),
        high=formatting.euros(costs.high),
        total=components.Range(
            formatting.euro_range(low, high), low, costs.typical, high, max(SCALE, high)
        ),
        length=_("%(number)s months") % {"number": formatting.number(months, decimals)},
        missing=missing,
        missing_text=formatting.listed(list(missing)),
        has_examples=costs.has_examples,
        how_reports_count=how_reports_count() if costs.reported else "",
    )
