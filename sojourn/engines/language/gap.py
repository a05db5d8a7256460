"""How far a student is from the level that a place asks for.

Two tables carry the estimate; both are data that the edition hands in with their sources:

- cumulative guided hours to each CEFR level, for one reference language (Cambridge English
  publishes ranges for English);
- how much effort a language takes compared with the easiest category for the same learners (the
  US Foreign Service Institute publishes class hours per category, for speakers of English).

Neither was measured on Dutch students, and neither covers both questions, so the result is a
range that a page has to call an estimate. Hours between two levels are the difference of the low
figures and the difference of the high figures, each stretched by the low and the high ratio of
effort, and rounded outwards to tens: a range never looks surer than its tables are.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

CEFR_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
ROUNDING = 10


class UnknownLevelError(ValueError):
    """A level that is not one of the six CEFR levels; the message names it."""


def rank(level: str | None) -> int:
    """0 for a beginner, 1 for A1, up to 6 for C2.

    Raises UnknownLevelError for anything else.
    """
    if not level:
        return 0
    try:
        return CEFR_LEVELS.index(level) + 1
    except ValueError:
        raise UnknownLevelError(
            f"“{level}” is not a CEFR level; use A1, A2, B1, B2, C1 or C2."
        ) from None


@dataclass(frozen=True, slots=True)
class HoursRange:
    """A number of guided hours, from `low` to `high`."""

    low: int
    high: int

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.high:
            raise ValueError(f"hours must run from low to high, not from {self.low} to {self.high}")


@dataclass(frozen=True, slots=True)
class GuidedHours:
    """Cumulative guided hours from nothing to each CEFR level, for the reference language."""

    cumulative: Mapping[str, HoursRange]

    def __post_init__(self) -> None:
        if set(self.cumulative) != set(CEFR_LEVELS):
            raise ValueError("guided hours are needed for every CEFR level from A1 to C2")
        ordered = [self.cumulative[level] for level in CEFR_LEVELS]
        for easier, harder in itertools.pairwise(ordered):
            if harder.low < easier.low or harder.high < easier.high:
                raise ValueError("a higher CEFR level cannot take fewer hours than a lower one")

    def between(self, own: str | None, required: str) -> HoursRange:
        """Hours from one level to a higher one; none when the level is already reached."""
        if rank(own) >= rank(required):
            return HoursRange(0, 0)
        target = self.cumulative[required]
        start = self.cumulative[own] if own else HoursRange(0, 0)
        low, high = sorted((target.low - start.low, target.high - start.high))
        return HoursRange(low, high)


@dataclass(frozen=True, slots=True)
class LearningEffort:
    """How many times the reference effort a language takes, as a range (1 to 1 for the easiest)."""

    low: float = 1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high:
            raise ValueError(f"effort runs from low to high, not from {self.low} to {self.high}")

    @classmethod
    def from_class_hours(cls, hours: HoursRange, easiest: HoursRange) -> LearningEffort:
        """Effort from class hours to one level: these against those of the easiest category."""
        if hours == easiest:
            return cls()
        return cls(low=max(1.0, hours.low / easiest.high), high=max(1.0, hours.high / easiest.low))


class Outlook(StrEnum):
    """Whether the hours fit before departure."""

    NO_GAP = "no_gap"
    FITS = "fits"
    MAY_FIT = "may_fit"
    DOES_NOT_FIT = "does_not_fit"
    UNKNOWN = "unknown"  # the student's level, the effort or the departure is not known


@dataclass(frozen=True, slots=True)
class LanguageGap:
    """What is between a student and one use of a language at a place.

    `hours` is None where nobody can say; `hours_a_week` is what finishing before departure takes.
    """

    required: str
    own: str | None
    hours: HoursRange | None
    hours_a_week: HoursRange | None
    outlook: Outlook


def language_gap(
    required: str,
    own: str | None,
    guided: GuidedHours,
    effort: LearningEffort | None,
    weeks_left: float | None,
    hours_a_week: float | None,
) -> LanguageGap:
    """Return the gap between `own` (None: no knowledge) and `required`, and whether time suffices.

    `effort` is None for a language without a figure; then hours stay unknown, unless the level is
    already there. `weeks_left` until departure may be 0 or negative: nothing fits then.
    Raises UnknownLevelError for a level that CEFR does not have.
    """
    if rank(own) >= rank(required):
        return LanguageGap(required, own, HoursRange(0, 0), None, Outlook.NO_GAP)
    if effort is None:
        return LanguageGap(required, own, None, None, Outlook.UNKNOWN)
    plain = guided.between(own, required)
    hours = HoursRange(
        math.floor(plain.low * effort.low / ROUNDING) * ROUNDING,
        math.ceil(plain.high * effort.high / ROUNDING) * ROUNDING,
    )
    if weeks_left is None:
        return LanguageGap(required, own, hours, None, Outlook.UNKNOWN)
    weeks = max(weeks_left, 0.0)
    pace = None
    if weeks >= 1:
        pace = HoursRange(math.ceil(hours.low / weeks), math.ceil(hours.high / weeks))
    if hours_a_week is None:
        return LanguageGap(required, own, hours, pace, Outlook.UNKNOWN)
    available = weeks * max(hours_a_week, 0.0)
    if hours.high <= available:
        outlook = Outlook.FITS
    elif hours.low <= available:
        outlook = Outlook.MAY_FIT
    else:
        outlook = Outlook.DOES_NOT_FIT
    return LanguageGap(required, own, hours, pace, outlook)
