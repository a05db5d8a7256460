"""The lines of a budget: an estimate with its origin, what others paid, and one's own figure.

How the pieces combine, in words that a page can repeat:

- A line for a month or a week is multiplied by the length of the stay; a month is 30.4375 days
  (365.25 / 12).
- The total's low end adds the low ends of all lines, its high end the high ends: the widest
  range, as if everything turned out cheap, or everything dear. Real totals mostly lie well
  inside. We add ends rather than squares because prices in one city move together, which the
  root-sum-of-squares rule for independent quantities (JCGM 100:2008, 5.1) does not allow for.
- What returned students report moves a line by credibility weighting (H. Buehlmann, "Experience
  rating and credibility", ASTIN Bulletin 4, 1967): weight n / (n + k) for n reports, the rest
  for the estimate. Fewer than `MINIMUM_REPORTS` reports move nothing, which also keeps a single
  student's spending private.
- A figure that the student enters replaces the line in the total; the estimate stays beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sojourn.engines.budget.money import EuroRange

DAYS_A_MONTH = Decimal("30.4375")
DAYS_A_WEEK = Decimal(7)
MINIMUM_REPORTS = 3
# Reports that weigh as much as the estimate: with this many, each has half the say.
PRIOR_REPORTS = 5


class Period(StrEnum):
    """What one figure covers."""

    ONCE = "once"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure: the amount, what it covers, and where it comes from.

    `origin` is whatever the caller wants back (a source record); the engine never looks into it.
    """

    amount: EuroRange
    per: Period
    origin: Any = None


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line for the whole stay.

    `estimate` is None where no figure exists. `reports` counts what returned students paid and
    `weight` (0 to 1) is the say that they had. `own` is the student's figure. `counted` is what
    goes into the total, None if nothing is known.
    """

    item: str
    estimate: EuroRange | None
    origin: Any = None
    reports: int = 0
    weight: Decimal = Decimal(0)
    own: Decimal | None = None

    @property
    def counted(self) -> EuroRange | None:
        return self.estimate if self.own is None else EuroRange.exactly(self.own)


@dataclass(frozen=True, slots=True)
class Budget:
    """Lines, help and what is left to pay; `missing` names the items that nobody could fill."""

    lines: tuple[BudgetLine, ...]
    costs: EuroRange
    help_received: EuroRange
    to_pay: EuroRange
    to_pay_a_month: EuroRange | None
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def for_the_whole_stay(figure: Figure, days: int) -> EuroRange:
    """What a figure comes to over a stay of `days` days."""
    if days < 0:
        raise ValueError("a stay cannot last a negative number of days")
    if figure.per is Period.ONCE:
        return figure.amount
    unit = DAYS_A_MONTH if figure.per is Period.MONTH else DAYS_A_WEEK
    return figure.amount.times(Decimal(days) / unit).rounded()


def with_reported_costs(estimate: EuroRange | None, paid: Sequence[Decimal]) -> EuroRange | None:
    """The estimate moved towards what `paid` says, all for the whole stay.

    Low and high move towards the lowest and highest amount paid, typical towards the median.
    Without an estimate, enough reports stand alone; too few leave the estimate as it was.
    """
    if len(paid) < MINIMUM_REPORTS:
        return estimate
    ordered = sorted(paid)
    middle = len(ordered) // 2
    median = ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    reported = EuroRange(ordered[0], median, ordered[-1])
    if estimate is None:
        return reported.rounded()
    weight = weight_of_reports(len(paid))
    return (estimate.times(1 - weight) + reported.times(weight)).rounded()


def weight_of_reports(count: int) -> Decimal:
    """The say of `count` reports, from 0 (too few) towards 1."""
    if count < MINIMUM_REPORTS:
        return Decimal(0)
    return Decimal(count) / Decimal(count + PRIOR_REPORTS)


def estimate_line(
    item: str, figure: Figure | None, days: int, paid: Sequence[Decimal] = ()
) -> BudgetLine:
    """One line of the budget from a figure (None: not known) and what others paid."""
    estimate = None if figure is None else for_the_whole_stay(figure, days)
    return BudgetLine(
        item=item,
        estimate=with_reported_costs(estimate, paid),
        origin=None if figure is None else figure.origin,
        reports=len(paid) if len(paid) >= MINIMUM_REPORTS else 0,
        weight=weight_of_reports(len(paid)),
    )


def combine(
    lines: Sequence[BudgetLine],
    help_received: EuroRange,
    days: int,
    own: dict[str, Decimal] | None = None,
) -> Budget:
    """The whole budget; `own` holds the figures that the student entered, by item.

    Raises ValueError for an own figure that is negative, not a number, or for no line.
    """
    filled = list(lines)
    for item, amount in (own or {}).items():
        if not amount.is_finite() or amount < 0:
            raise ValueError(f"the figure for {item} must be a positive amount of euros")
        position = next((i for i, line in enumerate(filled) if line.item == item), None)
        if position is None:
            raise ValueError(f"there is no line {item} in this budget")
        filled[position] = replace(filled[position], own=amount)
    costs = EuroRange.nothing()
    for line in filled:
        if line.counted is not None:
            costs += line.counted
    to_pay = costs.less(help_received)
    a_month = to_pay.times(DAYS_A_MONTH / Decimal(days)).rounded() if days else None
    return Budget(
        lines=tuple(filled),
        costs=costs,
        help_received=help_received,
        to_pay=to_pay,
        to_pay_a_month=a_month,
        missing=tuple(line.item for line in filled if line.counted is None),
    )
