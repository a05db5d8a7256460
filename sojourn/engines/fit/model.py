"""What fit is worked out from: places as columns of numbers, and one student.

The code that builds the columns decides which number stands for which programme, language, subject
or country; the engine only compares them. Unknown figures are NaN, unknown codes are -1. What a
place has several of (windows, languages, agreements) is in columns of their own, with the number of
the place beside each.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Marks = NDArray[np.bool_]

ANY_PROGRAMME = -1
UNKNOWN = -1
# Months from which an academic year is the new one (August: some hosts begin then).
FIRST_MONTH_OF_YEAR = 8


@dataclass(frozen=True, slots=True)
class Places:
    """Opportunities as columns. Every column of places has the length of `slugs`."""

    slugs: tuple[str, ...]
    # Mobility windows: which place, for which programme, in which year of it, from which month
    # (0: not known).
    window_place: Codes
    window_programme: Codes
    window_year: Codes
    window_month: Codes
    # Languages: which place, which language, which level (0 to 6), a condition or only a help.
    need_place: Codes
    need_language: Codes
    need_level: Codes
    need_is_required: Marks
    need_counts_full: Marks
    # Agreements of the hosts: for which programme, how many seats, until which day (an ordinal).
    agreement_place: Codes
    agreement_programme: Codes
    agreement_seats: Numbers
    agreement_until: Numbers
    # Facts, one a place.
    required_ects: Numbers
    seats: Numbers
    next_deadline: Numbers  # an ordinal; NaN: none ahead
    has_deadlines: Marks
    advised_against: Codes  # 1: yes, 0: no, -1: not known
    cost_low: Numbers  # what the student would pay; NaN: not known
    cost_high: Numbers
    rating_total: Numbers  # sum of the mean ratings (1 to 5) of its reports
    rating_count: Numbers
    country: Codes
    kind: Codes
    subjects: Marks  # a row a place, a column a subject
    periods: Marks

    def __len__(self) -> int:
        return len(self.slugs)


@dataclass(frozen=True, slots=True)
class Student:
    """What a student has said. Everything may be unsaid."""

    today: dt.date
    programme: int = UNKNOWN
    # Programmes that follow on the student's own, such as the master after the bachelor.
    later_programmes: frozenset[int] = frozenset()
    # How many years the student's own programme takes.
    programme_years: int | None = None
    year: int | None = None
    ects: float | None = None
    # Rank (0 to 6) by language. A student who names one language is taken to know no other.
    languages: Mapping[int, int] = field(default_factory=dict)
    # How many weeks it takes to reach a level of a language (its number and the level's rank) in
    # the hours that the student has; what is not named cannot be said.
    weeks_to_learn: Mapping[tuple[int, int], float] = field(default_factory=dict)
    budget: float | None = None
    wished_subjects: frozenset[int] = frozenset()
    wished_countries: frozenset[int] = frozenset()
    wished_periods: frozenset[int] = frozenset()
    wished_kinds: frozenset[int] = frozenset()

    @property
    def academic_year(self) -> int:
        """Return the calendar year in which the current academic year began."""
        return self.today.year - (self.today.month < FIRST_MONTH_OF_YEAR)
