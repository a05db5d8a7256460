"""The lines of a budget: estimates, the student's own figures, help, and what is left to pay.

How the pieces combine, in words that a page can repeat:

- The total's low end adds the low ends of all lines, its high end the high ends: the widest
  range, as if everything turned out cheap, or everything dear. Real totals mostly lie well
  inside. We add ends rather than squares because prices in one city move together, which the
  root-sum-of-squares rule for independent quantities (JCGM 100:2008, 5.1) does not allow for.
- A figure that the student enters replaces the line in the total; the estimate stays beside it.
- A month is 30.4375 days (365.25 / 12).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sojourn.engines.budget.money import EuroRange

DAYS_A_MONTH = Decimal("30.4375")


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One line for the whole stay.

    `estimate` is None where no figure exists, `own` where the student entered none. `counted` is
    what goes into the total, None if nothing is known.
    """

    item: str
    estimate: EuroRange | None
    own: Decimal | None = None

    def __post_init__(self) -> None:
        if self.own is not None and not (self.own.is_finite() and self.own >= 0):
            raise ValueError(f"the figure for {self.item} must be a positive amount of euros")

    @property
    def counted(self) -> EuroRange | None:
        return self.estimate if self.own is None else EuroRange.exactly(self.own)


@dataclass(frozen=True, slots=True)
class Budget:
    """Costs, help and what is left to pay; `missing` names the items that nobody could fill."""

    costs: EuroRange
    help_received: EuroRange
    to_pay: EuroRange
    to_pay_a_month: EuroRange | None
    missing: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        return not self.missing


def combine(lines: Sequence[BudgetLine], help_received: EuroRange, days: int) -> Budget:
    """Return the whole budget of a stay of so many days (0: nobody knows how long)."""
    costs = EuroRange.nothing()
    for line in lines:
        if line.counted is not None:
            costs += line.counted
    to_pay = costs.less(help_received)
    a_month = to_pay.times(DAYS_A_MONTH / Decimal(days)).rounded() if days else None
    return Budget(
        costs=costs,
        help_received=help_received,
        to_pay=to_pay,
        to_pay_a_month=a_month,
        missing=tuple(line.item for line in lines if line.counted is None),
    )
