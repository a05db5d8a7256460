"""An amount of euros that nobody knows exactly: low, typical, high."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class EuroRange:
    """Euros from `low` to `high` with the `typical` amount between them."""

    low: Decimal
    typical: Decimal
    high: Decimal

    def __post_init__(self) -> None:
        if not (self.low.is_finite() and self.typical.is_finite() and self.high.is_finite()):
            raise ValueError("an amount must be a finite number of euros")
        if not self.low <= self.typical <= self.high:
            raise ValueError(
                f"an amount runs from low to high, not {self.low}, {self.typical}, {self.high}"
            )

    @classmethod
    def exactly(cls, amount: Decimal) -> EuroRange:
        """Return an amount that is known."""
        return cls(amount, amount, amount)

    @classmethod
    def nothing(cls) -> EuroRange:
        return cls.exactly(ZERO)

    def __add__(self, other: EuroRange) -> EuroRange:
        return EuroRange(self.low + other.low, self.typical + other.typical, self.high + other.high)

    def less(self, help_received: EuroRange) -> EuroRange:
        """Return what is left to pay after help, never below nothing.

        The lowest outcome pairs the lowest cost with the most help, the highest outcome the
        highest cost with the least.
        """
        return EuroRange(
            max(ZERO, self.low - help_received.high),
            max(ZERO, self.typical - help_received.typical),
            max(ZERO, self.high - help_received.low),
        )

    def times(self, factor: Decimal) -> EuroRange:
        """Return the range that many times over; `factor` is not negative."""
        if factor < 0:
            raise ValueError("an amount cannot be taken a negative number of times")
        return EuroRange(self.low * factor, self.typical * factor, self.high * factor)

    def rounded(self) -> EuroRange:
        """To whole cents, half a cent up."""
        return EuroRange(
            self.low.quantize(CENT, ROUND_HALF_UP),
            self.typical.quantize(CENT, ROUND_HALF_UP),
            self.high.quantize(CENT, ROUND_HALF_UP),
        )
