"""What returned students paid, and how far it moves an estimate.

The rule is credibility weighting (H. Buehlmann, "Experience rating and credibility", ASTIN
Bulletin 4(3), 1967, 199-207): with n reports the estimate becomes

    (1 - Z) x estimate + Z x paid,    Z = n / (n + k)

so that no report changes nothing, every further one has more say, and no number of them ever has
all of it. In theory k is the variance within a place over the variance between places; there are
too few reports to measure either, so k is a choice: five reports weigh as much as the estimate.
Low moves towards the lowest amount paid, typical towards the median, high towards the highest.
Fewer than `MINIMUM_REPORTS` move nothing: two people are no rule, and one person's spending is
their own business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median

from sojourn.engines.budget.money import EuroRange

MINIMUM_REPORTS = 3
# Reports that weigh as much as the estimate: Buehlmann's k.
PRIOR_REPORTS = 5


@dataclass(frozen=True, slots=True)
class WeighedIn:
    """An estimate after reports: how many, their say from 0 to 1, and the outcome."""

    count: int
    weight: Decimal
    paid: EuroRange
    """The lowest, the median and the highest amount paid."""
    estimate: EuroRange


def weight_of_reports(count: int) -> Decimal:
    """Return the weight of `count` reports: 0 for too few, towards 1 for many."""
    if count < MINIMUM_REPORTS:
        return Decimal(0)
    return Decimal(count) / Decimal(count + PRIOR_REPORTS)


def weigh_in(estimate: EuroRange | None, paid: Sequence[Decimal]) -> WeighedIn | None:
    """Return the estimate moved towards what was paid, all for the whole stay.

    None for too few reports.

    Without an estimate the reports stand alone, with a weight of 1.
    """
    if len(paid) < MINIMUM_REPORTS:
        return None
    reported = EuroRange(min(paid), median(paid), max(paid)).rounded()
    if estimate is None:
        return WeighedIn(len(paid), Decimal(1), reported, reported)
    weight = weight_of_reports(len(paid))
    moved = (estimate.times(1 - weight) + reported.times(weight)).rounded()
    return WeighedIn(len(paid), weight, reported, moved)
