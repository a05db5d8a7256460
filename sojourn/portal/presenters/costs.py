"""What a stay costs, line by line, each with where it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import CostLine, CostRange
from sojourn.design import parts
from sojourn.portal.presenters import labels, sources, wording
from sojourn.portal.presenters.cards import SCALE


@dataclass(frozen=True)
class Line:
    name: str
    basis: str
    """'€450 to 650 a month', or nothing for what is paid once."""
    low: str
    typical: str
    high: str
    range: parts.Range
    """Drawn on one scale for all lines of the table."""
    about: str
    """'for this country, 2025, official'"""
    note: str
    source: parts.Source | None
    example: bool


@dataclass(frozen=True)
class Table:
    lines: tuple[Line, ...]
    low: str
    typical: str
    high: str
    total: parts.Range
    length: str
    """How long a stay the figures are for."""
    missing: tuple[str, ...]
    missing_text: str
    has_examples: bool


def _basis(line: CostLine) -> str:
    if line.per == "once":
        return ""
    return f"{wording.euro_range(line.low, line.high)} {labels.cost_period(line.per)}"


def _about(line: CostLine) -> str:
    said = [labels.cost_scope(line.scope), _("figures of %(year)d") % {"year": line.year}]
    if not line.provenance.is_example:
        said.append(labels.certainty(line.certainty).lower())
    if line.rate_on is not None:
        said.append(
            _("converted from %(currency)s at the rate of %(day)s")
            % {"currency": line.currency, "day": wording.day(line.rate_on)}
        )
    return wording.sentence_case(", ".join(said))


def _line(line: CostLine, scale: Decimal) -> Line:
    return Line(
        name=labels.cost_item(line.item),
        basis=_basis(line),
        low=wording.euros(line.total_low),
        typical=wording.euros(line.total_typical),
        high=wording.euros(line.total_high),
        range=parts.Range("", line.total_low, line.total_typical, line.total_high, scale),
        about=_about(line),
        note=str(line.note),
        source=sources.of_fact(line.provenance),
        example=line.provenance.is_example,
    )


def table(costs: CostRange | None) -> Table | None:
    if costs is None or not costs.lines:
        return None
    low, high = wording.to_the_fifty(costs.low), wording.to_the_fifty(costs.high)
    widest = max(line.total_high for line in costs.lines)
    months = costs.months
    decimals = 0 if months == months.to_integral_value() else 1
    missing = tuple(labels.cost_item(item).lower() for item in costs.missing)
    return Table(
        lines=tuple(_line(line, widest) for line in costs.lines),
        low=wording.euros(costs.low),
        typical=wording.euros(costs.typical),
        high=wording.euros(costs.high),
        total=parts.Range(
            wording.euro_range(low, high), low, costs.typical, high, max(SCALE, high)
        ),
        length=_("%(number)s months") % {"number": wording.number(months, decimals)},
        missing=missing,
        missing_text=wording.listed(list(missing)),
        has_examples=costs.has_examples,
    )
