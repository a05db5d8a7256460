"""The languages of a place against those of a student: how far, how long, what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from sojourn.catalogue.snapshot.types import (
    Course,
    LanguageNeed,
    LearningHours,
    Opportunity,
    Records,
)
from sojourn.engines.language import (
    CEFR_LEVELS,
    GuidedHours,
    HoursRange,
    LanguageGap,
    LearningEffort,
    language_gap,
)
from sojourn.planning.departure import Departure, own_departure
from sojourn.planning.profile import Profile

# ISCED-F 2013: languages, language acquisition and literature.
LANGUAGE_FIELDS = ("023", "0231")


@dataclass(frozen=True)
class NeedOutcome:
    """One use of one language: the required level, the own level, the hours between."""

    need: LanguageNeed
    own: str
    own_is_known: bool
    gap: LanguageGap | None
    """None where no level is asked for, or the tables of hours are not there."""
    figures: tuple[LearningHours, ...]
    """The figures that the hours come from."""


@dataclass(frozen=True)
class StayLanguages:
    opportunity: Opportunity
    needs: tuple[NeedOutcome, ...]
    departure: Departure | None
    hours_a_week: float | None
    courses: tuple[Course, ...]
    """Language courses of the place itself, in a language that it asks for."""

    @property
    def depends_on_profile(self) -> bool:
        """Tell whether something required cannot be judged until the student names a level."""
        return any(
            outcome.need.is_required and outcome.gap and not outcome.own_is_known
            for outcome in self.needs
        )

    @property
    def longest(self) -> HoursRange | None:
        """Return the largest gap of all that is required; None when there is none or unknown."""
        gaps = [
            outcome.gap.hours
            for outcome in self.needs
            if outcome.need.is_required and outcome.gap and outcome.gap.hours
        ]
        return max(gaps, key=lambda hours: (hours.high, hours.low), default=None)


def languages_of(
    records: Records,
    opportunity: Opportunity,
    profile: Profile,
    today: dt.date,
    hours_a_week: float | None = None,
) -> StayLanguages:
    """Compute what a student still has to learn; `hours_a_week` goes before the profile's."""
    pace = profile.hours_a_week if hours_a_week is None else hours_a_week
    departure, _is_later = own_departure(records, opportunity, profile, today)
    weeks_left = None if departure is None else (departure.day - today).days / 7
    guided, guided_figures = guided_hours(records.learning_hours)
    needs = tuple(
        _outcome(records, need, profile, guided, guided_figures, weeks_left, pace)
        for need in opportunity.languages
    )
    asked = {need.language for need in opportunity.languages}
    courses = tuple(
        course
        for slug in opportunity.courses
        if (course := records.courses.get(slug)) is not None
        and course.isced_f in LANGUAGE_FIELDS
        and course.language in asked
    )
    return StayLanguages(opportunity, needs, departure, pace, courses)


def guided_hours(
    figures: Mapping[str, LearningHours],
) -> tuple[GuidedHours | None, tuple[LearningHours, ...]]:
    """Return the table of hours to each level; None where the edition does not have all six."""
    rows = {row.level: row for row in figures.values() if row.measure == "guided_hours"}
    if set(rows) != set(CEFR_LEVELS):
        return None, ()
    table = {level: HoursRange(row.low, row.high) for level, row in rows.items()}
    try:
        return GuidedHours(table), tuple(rows[level] for level in CEFR_LEVELS)
    except ValueError:
        # The office may be half way through an edit; no hours are better than wrong ones.
        return None, ()


def hours_to_learn(
    figures: Mapping[str, LearningHours], language: str, own: str, level: str
) -> HoursRange | None:
    """Return the hours from one's own level (empty: none) to another; None where unknown."""
    guided, _figures = guided_hours(figures)
    if guided is None:
        return None
    effort, _figures = effort_of(figures, language)
    return language_gap(level, own or None, guided, effort, None, None).hours


def effort_of(
    figures: Mapping[str, LearningHours], language: str
) -> tuple[LearningEffort | None, tuple[LearningHours, ...]]:
    """Return how much harder a language is than the table's own, with its figures."""
    if any(row.measure == "guided_hours" and language in row.languages for row in figures.values()):
        return LearningEffort(), ()
    classes = [row for row in figures.values() if row.measure == "class_hours" and row.high > 0]
    own = next((row for row in classes if language in row.languages), None)
    if own is None:
        return None, ()
    easiest = min(classes, key=lambda row: (row.low, row.high))
    if easiest.low <= 0:
        return None, ()
    effort = LearningEffort.from_class_hours(
        HoursRange(own.low, own.high), HoursRange(easiest.low, easiest.high)
    )
    return effort, (own,) if own is easiest else (own, easiest)


def _outcome(
    records: Records,
    need: LanguageNeed,
    profile: Profile,
    guided: GuidedHours | None,
    guided_figures: tuple[LearningHours, ...],
    weeks_left: float | None,
    pace: float | None,
) -> NeedOutcome:
    own = profile.level_of(need.language)
    # Once one language is named, those left out count as not spoken; the profile says so.
    own_is_known = bool(profile.languages)
    if not need.level or guided is None:
        return NeedOutcome(need, own, own_is_known, None, ())
    effort, effort_figures = effort_of(records.learning_hours, need.language)
    gap = language_gap(need.level, own or None, guided, effort, weeks_left, pace)
    used = [row for row in guided_figures if row.level in {need.level, own}]
    return NeedOutcome(need, own, own_is_known, gap, (*used, *effort_figures))
