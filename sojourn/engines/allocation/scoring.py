"""From criteria with weights to one score, in exact arithmetic, so that a rerun gives the same.

A criterion's value is brought to a scale from 0 to 1 by its own lowest and highest value; the score
is the weighted mean of those, times the scheme's highest score, rounded once, half up, to the
scheme's number of decimals. All of it is done in fractions; floats are refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from sojourn.engines.allocation.errors import AllocationError

Exact: TypeAlias = int | Decimal | Fraction


@dataclass(frozen=True, slots=True)
class Criterion:
    """One thing that counts: its name, its whole-number weight, and the range of its values."""

    name: str
    weight: int
    lowest: Exact
    highest: Exact


@dataclass(frozen=True, slots=True)
class ScoringScheme:
    """The published criteria of a round, and the scale of the score they add up to."""

    criteria: tuple[Criterion, ...]
    digits: int = 3
    highest: int = 10

    def __post_init__(self) -> None:
        names = [criterion.name for criterion in self.criteria]
        if len(set(names)) < len(names):
            raise AllocationError("Two criteria have the same name.")
        if not 0 <= self.digits <= 9:
            raise AllocationError("A score has between 0 and 9 decimals.")
        if self.highest < 1:
            raise AllocationError("The highest score must be at least 1.")
        for criterion in self.criteria:
            if criterion.weight < 0:
                raise AllocationError(f"The weight of {criterion.name!r} is below zero.")
            if _exact(criterion.lowest, criterion) >= _exact(criterion.highest, criterion):
                raise AllocationError(f"The range of {criterion.name!r} is empty.")
        if not any(criterion.weight for criterion in self.criteria):
            raise AllocationError("At least one criterion needs a weight above zero.")

    def score(self, values: Mapping[str, Exact]) -> int:
        """Return the score of one application as a whole number of the smallest step."""
        total = sum((part.points for part in self.breakdown(values)), Fraction(0))
        return _round_half_up(total * 10**self.digits)

    def breakdown(self, values: Mapping[str, Exact]) -> tuple["Part", ...]:
        """Return what each criterion adds to the score, exactly, before the one rounding."""
        weights = sum(criterion.weight for criterion in self.criteria)
        unknown = sorted(set(values) - {criterion.name for criterion in self.criteria})
        if unknown:
            raise AllocationError(f"{unknown[0]!r} is not a criterion of this round.")
        parts = []
        for criterion in self.criteria:
            if criterion.name not in values:
                raise AllocationError(f"There is no value for {criterion.name!r}.")
            value = _exact(values[criterion.name], criterion)
            lowest = _exact(criterion.lowest, criterion)
            highest = _exact(criterion.highest, criterion)
            if not lowest <= value <= highest:
                raise AllocationError(
                    f"The value for {criterion.name!r} is {values[criterion.name]}; it must be "
                    f"between {criterion.lowest} and {criterion.highest}."
                )
            share = (value - lowest) / (highest - lowest)
            parts.append(Part(criterion, share * criterion.weight * self.highest / weights))
        return tuple(parts)


@dataclass(frozen=True, slots=True)
class Part:
    """What one criterion adds to a score, in points of the scheme's scale."""

    criterion: Criterion
    points: Fraction


def mean(values: Sequence[Exact]) -> Fraction:
    """Return the exact mean, for instance of two reviewers' scores."""
    if not values:
        raise AllocationError("There is nothing to take the mean of.")
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


def _exact(value: Exact, criterion: Criterion) -> Fraction:
    if isinstance(value, float | bool) or not isinstance(value, int | Decimal | Fraction):
        raise AllocationError(
            f"The value for {criterion.name!r} is {value!r}; give a whole number, a Decimal or a "
            "Fraction, so that the score is exact."
        )
    if isinstance(value, Decimal) and not value.is_finite():
        raise AllocationError(f"The value for {criterion.name!r} is {value}, not a number.")
    return Fraction(value)


def _round_half_up(value: Fraction) -> int:
    return (value.numerator * 2 + value.denominator) // (value.denominator * 2)
