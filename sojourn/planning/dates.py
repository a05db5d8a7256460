"""What a student still has to do before departure: steps with dates, calculated backwards."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass

from sojourn.catalogue.snapshot.types import Deadline, Opportunity, PreparationStep, Records
from sojourn.engines.language.gap import HoursRange
from sojourn.engines.timeline import Dated, Step, Timeline, backwards
from sojourn.planning.departure import Departure, a_year_later, is_of_one_year, own_departure
from sojourn.planning.language import StayLanguages, languages_of
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile, profile_of

# Which of a place's own deadlines gives a step its day.
DEADLINES = {
    "application": ("application", "registration"),
    "result": ("result",),
    "nomination": ("nomination",),
}
MOST_DAYS = 20_000


@dataclass(frozen=True)
class PlannedStep:
    """One step with its dates, and the deadline that fixed it."""

    step: PreparationStep
    dated: Dated
    deadline: Deadline | None


@dataclass(frozen=True)
class Preparation:
    """The way to one choice. Without a departure nobody can work out a date."""

    opportunity: Opportunity
    rank: int
    departure: Departure | None
    timeline: Timeline | None
    steps: tuple[PlannedStep, ...]
    next_possible: Departure | None
    """Where this departure cannot be reached any more: the same one a year later, unless the
    programme has the place in this year of study alone."""
    is_of_a_later_year: bool = False
    """The student's own year comes after the next departure: the days of its round are not known
    yet, and the known ones are of an earlier round."""


def preparations_of(records: Records, plan: Plan | None, today: dt.date) -> tuple[Preparation, ...]:
    """Plan the preparation for each opportunity of the top five, in its order."""
    if plan is None:
        return ()
    profile = profile_of(plan)
    entries = plan.top_five.filter(opportunity__isnull=False).select_related("opportunity")
    return tuple(
        preparation_for(records, place, profile, today, entry.rank)
        for entry in entries
        if entry.opportunity is not None
        and (place := records.opportunities.get(entry.opportunity.slug)) is not None
    )


def preparation_for(
    records: Records, place: Opportunity, profile: Profile, today: dt.date, rank: int = 0
) -> Preparation:
    """Plan the preparation for one opportunity, for a student with that profile."""
    departure, is_later = own_departure(records, place, profile, today)
    if departure is None:
        return Preparation(place, rank, None, None, (), None)
    language = languages_of(records, place, profile, today)
    chosen = [s for s in records.preparation.values() if applies(s, place, profile)]
    found: dict[str, tuple[PreparationStep, Deadline | None]] = {}
    steps = []
    for step in chosen:
        hours = None if language.depends_on_profile else language.longest
        if step.kind == "language" and _nothing_to_learn(language):
            continue
        days = _length(step, hours, language.hours_a_week)
        deadline = None if is_later else _deadline(step, place.deadlines, departure.day, today)
        found[step.slug] = (step, deadline)
        low, high = days or (None, None)
        steps.append(Step(step.slug, low, high, step.before, deadline.date if deadline else None))
    timeline = backwards(steps, departure.day, today)
    return Preparation(
        opportunity=place,
        rank=rank,
        departure=departure,
        timeline=timeline,
        steps=tuple(
            PlannedStep(found[dated.step.id][0], dated, found[dated.step.id][1])
            for dated in timeline.steps
        ),
        next_possible=None
        if timeline.is_possible or is_of_one_year(records, place, profile)
        else a_year_later(departure),
        is_of_a_later_year=is_later,
    )


def applies(step: PreparationStep, place: Opportunity, profile: Profile) -> bool:
    """Tell whether a step is needed for this place and this student."""
    if step.countries and place.country not in step.countries:
        return False
    if place.country in step.not_countries:
        return False
    if step.kinds and place.kind not in step.kinds:
        return False
    return not step.citizenship or step.citizenship == profile.citizenship_group


def _nothing_to_learn(language: StayLanguages) -> bool:
    return not language.depends_on_profile and language.longest in (None, HoursRange(0, 0))


def _length(
    step: PreparationStep, hours: HoursRange | None, hours_a_week: float | None
) -> tuple[int, int] | None:
    """Return days from short to long; of a language course by its hours."""
    if step.kind == "language":
        if hours is None or not hours_a_week:
            return None
        days = (math.ceil(end / hours_a_week * 7) for end in (hours.low, hours.high))
        low, high = (min(number, MOST_DAYS) for number in days)
        return low, high
    if step.weeks_min is None or step.weeks_max is None:
        return None
    return step.weeks_min * 7, step.weeks_max * 7


def _deadline(
    step: PreparationStep, deadlines: Iterable[Deadline], departure: dt.date, today: dt.date
) -> Deadline | None:
    """Return the last one of its kind before departure, within a year and a half of it.

    A place that opens twice a year has two; the later one is still in time for this departure. One
    that has passed counts within a year alone: before that it was for the departure before.
    """
    kinds = DEADLINES.get(step.kind, ())
    ahead, passed = (departure - dt.timedelta(days) for days in (550, 365))
    fitting = [
        deadline
        for deadline in deadlines
        if deadline.kind in kinds
        and (ahead if deadline.date >= today else passed) <= deadline.date < departure
    ]
    return max(fitting, key=lambda deadline: deadline.date, default=None)
