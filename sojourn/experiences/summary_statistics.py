"""Summary statistics of several reports: ratings, how many, over which years.

A mean is made of three reports or more. Below that it would be somebody's opinion dressed up as a
figure, so there is none; the reports themselves stand below it anyway.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sojourn.catalogue.choices import RatingCriterion
from sojourn.catalogue.snapshot.types import Report

FEWEST = 3
MARKS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class RatingSpread:
    """How often each rating of one criterion was given."""

    criterion: str
    counts: tuple[int, ...]
    """How many gave 1, 2, 3, 4 and 5."""

    @property
    def number(self) -> int:
        return sum(self.counts)

    @property
    def mean(self) -> Decimal | None:
        """Return the mean to one decimal; None when fewer than three gave a rating."""
        if self.number < FEWEST:
            return None
        total = sum(mark * count for mark, count in zip(MARKS, self.counts, strict=True))
        mean = Decimal(total) / self.number
        return mean.quantize(Decimal("0.1"), ROUND_HALF_UP)


@dataclass(frozen=True)
class SummaryStatistics:
    """What several reports say together."""

    number: int
    first_year: int
    last_year: int
    spreads: tuple[RatingSpread, ...]
    is_example: bool
    """Whether they are examples, because there is no other."""
    left_out: int
    """How many examples were left out, because there are others."""


def summarise(reports: Iterable[Report]) -> SummaryStatistics | None:
    """Summarise reports; None where there is none.

    An invented mark never moves a true one: examples count only where there is nothing else.
    """
    found = list(reports)
    real = [report for report in found if not report.is_example]
    counted = real or found
    if not counted:
        return None
    years = [report.year for report in counted]
    return SummaryStatistics(
        number=len(counted),
        first_year=min(years),
        last_year=max(years),
        spreads=_spreads(counted),
        is_example=not real,
        left_out=len(found) - len(counted),
    )


def _spreads(counted: Sequence[Report]) -> tuple[RatingSpread, ...]:
    given: dict[str, list[int]] = {}
    for report in counted:
        for criterion, mark in report.ratings:
            given.setdefault(criterion, []).append(mark)
    return tuple(
        RatingSpread(criterion, tuple(given[criterion].count(mark) for mark in MARKS))
        for criterion in RatingCriterion.values
        if criterion in given
    )
