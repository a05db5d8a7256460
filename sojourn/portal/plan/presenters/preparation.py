"""A place's languages and the dates before departure, as their pages tell them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import LearningHours, Records
from sojourn.common.languages import language_name, page_language
from sojourn.design import components
from sojourn.engines.language import HoursRange
from sojourn.engines.language.gap import Outlook as LanguageOutlook
from sojourn.engines.timeline import Outlook
from sojourn.planning.dates import PlannedStep, Preparation
from sojourn.planning.departure import Departure
from sojourn.planning.language import NeedOutcome, StayLanguages
from sojourn.planning.top_five import TopFive
from sojourn.portal.plan.presenters import costs, top_five
from sojourn.portal.plan.presenters.fit_text import NotTheirs
from sojourn.portal.shared import formatting, labels, sources, urls
from sojourn.portal.shared.links import Link

# --- Language -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Origin:
    text: str
    source: components.Source | None
    example: bool


@dataclass(frozen=True)
class Need:
    use: str
    language: str
    asked: str
    """'B2: following lectures and discussions', or that no level is named."""
    is_required: bool
    own: str
    hours: str
    outlook: str
    standing: str
    """good, warn, bad or unknown: for the mark beside the words."""
    advice: str
    origins: tuple[Origin, ...]
    source: components.Source | None
    example: bool


@dataclass(frozen=True)
class LanguagePage:
    title: str
    where: str
    departure: str
    needs: tuple[Need, ...]
    courses: tuple[Link, ...]
    asks_profile: bool


def languages(records: Records, stay: StayLanguages) -> LanguagePage:
    place = stay.opportunity
    return LanguagePage(
        title=str(place.title),
        where=costs.where(records, place),
        departure=departure(stay.departure),
        needs=tuple(_need(stay, outcome) for outcome in stay.needs),
        courses=tuple(Link(str(course.title), urls.course(course.slug)) for course in stay.courses),
        asks_profile=any(not outcome.own_is_known for outcome in stay.needs),
    )


def departure(found: Departure | None) -> str:
    """'30 August 2027', 'September 2027'."""
    if found is None:
        return ""
    if found.is_exact:
        return formatting.day(found.day)
    return f"{formatting.month(found.day.month)} {found.day.year}"


def _need(stay: StayLanguages, outcome: NeedOutcome) -> Need:
    need = outcome.need
    language = language_name(need.language, page_language())
    meaning = labels.cefr(need.level)
    words, standing = _outlook(stay, outcome)
    guessing = not outcome.own_is_known and outcome.gap is not None
    if guessing:
        words, standing = _("Fill in your level first: this counts from zero."), "unknown"
    return Need(
        use=labels.language_use(need.use),
        language=formatting.sentence_case(language),
        asked=f"{need.level}: {meaning}" if need.level else _("no level given"),
        is_required=need.is_required,
        own=_own(outcome),
        hours=_hours(outcome),
        outlook=words,
        standing=standing,
        advice="" if guessing else _advice(stay, outcome, language),
        origins=tuple(_origin(row) for row in outcome.figures),
        source=sources.of_fact(need.provenance),
        example=need.provenance.is_example,
    )


def _own(outcome: NeedOutcome) -> str:
    if outcome.own:
        return f"{outcome.own}: {labels.cefr(outcome.own)}"
    return _("none yet") if outcome.own_is_known else _("not filled in")


def hours_range(hours: HoursRange) -> str:
    if hours.low == hours.high:
        return _("%(hours)s hours") % {"hours": formatting.number(hours.low)}
    return _("%(low)s to %(high)s hours") % {
        "low": formatting.number(hours.low),
        "high": formatting.number(hours.high),
    }


def _hours(outcome: NeedOutcome) -> str:
    if outcome.gap is None:
        return ""
    if outcome.gap.outlook is LanguageOutlook.NO_GAP:
        return _("none")
    if outcome.gap.hours is None:
        return _("not known for this language")
    return hours_range(outcome.gap.hours)


def _outlook(stay: StayLanguages, outcome: NeedOutcome) -> tuple[str, str]:
    gap = outcome.gap
    if gap is None:
        return _("Ask the host which level it expects."), "unknown"
    pace = formatting.number(stay.hours_a_week) if stay.hours_a_week is not None else ""
    if gap.outlook is LanguageOutlook.NO_GAP:
        return _("You have this level."), "good"
    if gap.outlook is LanguageOutlook.FITS:
        return _("Possible before you leave, at %(pace)s hours a week.") % {"pace": pace}, "good"
    if gap.outlook is LanguageOutlook.MAY_FIT:
        return (
            _("Possible only if it goes well, at %(pace)s hours a week.") % {"pace": pace},
            "warn",
        )
    if gap.outlook is LanguageOutlook.DOES_NOT_FIT:
        return _("Not possible before you leave, at %(pace)s hours a week.") % {"pace": pace}, "bad"
    if gap.hours is None:
        return _("There is no published figure for this language, so we cannot say."), "unknown"
    if stay.departure is None:
        return _("We do not know yet when this stay begins."), "unknown"
    return _("Say how many hours a week you have, and we calculate it."), "unknown"


def _advice(stay: StayLanguages, outcome: NeedOutcome, language: str) -> str:
    gap = outcome.gap
    if gap is None or gap.outlook is LanguageOutlook.NO_GAP:
        return ""
    parts = []
    if gap.hours_a_week is not None and gap.hours_a_week.high > 0:
        low, high = gap.hours_a_week.low, gap.hours_a_week.high
        pace = f"{low}" if low == high else _("%(low)s to %(high)s") % {"low": low, "high": high}
        parts.append(
            _("To be there by %(day)s takes %(pace)s hours a week from now.")
            % {"day": departure(stay.departure), "pace": pace}
        )
    if outcome.need.use == "patients":
        parts.append(
            _(
                "On a ward you need the patients' language, whatever language the "
                "lectures use. Ask whether there is an interpreter."
            )
        )
    if outcome.need.is_required and gap.outlook is LanguageOutlook.DOES_NOT_FIT:
        parts.append(
            _("Ask the coordinator whether a lower level is enough, or look at another place.")
        )
    elif gap.hours is not None and gap.hours.high > 0:
        parts.append(
            _("Look for a group course in %(language)s, and start now.") % {"language": language}
        )
    return " ".join(parts)


def _origin(row: LearningHours) -> Origin:
    hours = hours_range(HoursRange(row.low, row.high))
    if row.measure == "guided_hours":
        what = _("%(hours)s from zero to %(level)s, measured for English") % {
            "hours": hours,
            "level": row.level,
        }
    else:
        what = _("%(hours)s of class to a working level, for speakers of English") % {
            "hours": hours
        }
    parts = [what, labels.certainty(row.certainty).lower()]
    if row.checked_on is not None:
        parts.append(costs.checked(row.checked_on))
    return Origin(", ".join(parts), sources.of_fact(row.provenance), row.provenance.is_example)


# --- Dates --------------------------------------------------------------------------------


@dataclass(frozen=True)
class StepLine:
    """One step towards one place."""

    day: dt.date
    """By which it stands in the timeline."""
    name: str
    when: str
    """'Begin by 3 March 2027', or its last day."""
    length: str
    outlook: str
    standing: str
    about: str
    example: bool
    sources: tuple[components.Source, ...]


@dataclass(frozen=True)
class TimelineStep:
    """A step of the one timeline, and the places that it is for."""

    line: StepLine
    places: tuple[str, ...]
    is_for_all: bool
    is_departure: bool = False


@dataclass(frozen=True)
class WayPart:
    """The way to one choice."""

    anchor: str
    rank: int
    title: str
    city: str
    href: str
    not_theirs: NotTheirs | None
    """That it is for others; then there are no dates."""
    departure: str
    leaves: dt.date | None
    round: str
    """That the days of this round are not known yet; empty where they may be."""
    verdict: str
    standing: str
    later: str
    steps: tuple[StepLine, ...]


@dataclass(frozen=True)
class NoDates:
    """A choice that there is nothing to count back from, and why."""

    rank: int
    title: str
    href: str
    why: str


def without_dates(records: Records, entries: TopFive) -> tuple[NoDates, ...]:
    """Countries, and places that are not offered any more."""
    found = []
    for rank, entry in enumerate(entries, start=1):
        if entry.key in records.opportunities:
            continue
        name = top_five.named(records, entry.key)
        why = (
            _("A country has no dates of its own. Choose a place there to see its dates here.")
            if entry.is_country
            else _("This place is no longer offered. You could put another one here.")
        )
        found.append(NoDates(rank, name.title, name.href, why))
    return tuple(found)


def way(records: Records, found: Preparation, not_theirs: NotTheirs | None = None) -> WayPart:
    slug = found.opportunity.slug
    steps = (
        () if not_theirs else tuple(_step(step, _can_begin(found, step)) for step in found.steps)
    )
    verdict, standing = _verdict(found, steps)
    return WayPart(
        anchor=f"way-{slug}",
        rank=found.rank,
        title=str(found.opportunity.title),
        city=str(records.institutions[found.opportunity.hosts[0]].city),
        href=urls.opportunity(slug),
        not_theirs=not_theirs,
        departure="" if not_theirs else departure(found.departure),
        leaves=None if not_theirs or found.departure is None else found.departure.day,
        round=_round(found),
        verdict=verdict,
        standing=standing,
        later=departure(found.next_possible),
        steps=steps,
    )


def timeline(ways: Sequence[WayPart]) -> tuple[TimelineStep, ...]:
    """Put the steps of all places into one line; what is the same for several is said once."""
    there = [way for way in ways if way.steps]
    found: dict[tuple[bool, StepLine], list[str]] = {}
    for way in there:
        for step in way.steps:
            found.setdefault((False, step), []).append(f"{way.rank}. {way.city}")
        if way.leaves is not None:
            leave = StepLine(
                way.leaves, _("You leave"), way.departure, "", "", "leave", "", False, ()
            )
            found.setdefault((True, leave), []).append(f"{way.rank}. {way.city}")
    steps = (
        TimelineStep(line, tuple(places), len(places) == len(there), is_departure)
        for (is_departure, line), places in found.items()
    )
    return tuple(sorted(steps, key=lambda one: (one.line.day, one.is_departure, one.line.name)))


def _round(found: Preparation) -> str:
    if not found.is_of_a_later_year:
        return ""
    return _(
        "That is your year for this place. The days of that round are not known yet, so we count "
        "with how long each step takes."
    )


def _verdict(found: Preparation, lines: Sequence[StepLine]) -> tuple[str, str]:
    if found.timeline is None:
        return _("We do not know yet when this stay starts, so we cannot count back from it."), (
            "unknown"
        )
    late = [
        str(step.step.name)
        for step in found.steps
        if step.dated.outlook in (Outlook.TOO_LATE, Outlook.PASSED)
    ]
    if late:
        return _("Too late for this departure: %(steps)s.") % {
            "steps": formatting.listed([name.lower() for name in late])
        }, "bad"
    if not found.timeline.is_possible:
        return _("Two dates conflict; see below."), "bad"
    if any(step.dated.outlook is Outlook.HURRY for step in found.steps):
        return _("Possible if you begin now and nothing takes long."), "warn"
    if any(step.dated.outlook is Outlook.UNKNOWN for step in found.steps):
        return _("Probably possible: we do not know how long everything takes."), "warn"
    tight = [line.name.lower() for line in lines if line.standing == "warn"]
    if tight:
        return _("Possible, but there is little time for: %(steps)s.") % {
            "steps": formatting.listed(list(dict.fromkeys(tight)))
        }, "warn"
    return _("There is still time for everything."), "good"


_OUTLOOKS = {
    Outlook.IN_TIME: "good",
    Outlook.HURRY: "warn",
    Outlook.TOO_LATE: "bad",
    Outlook.PASSED: "bad",
    Outlook.UNKNOWN: "unknown",
}


def _can_begin(way: Preparation, found: PlannedStep) -> dt.date:
    """Return the safe day to begin, but never before the published days of what it waits for."""
    waits_for = [
        step.deadline.date
        for step in way.steps
        if step.deadline is not None and found.step.slug in step.step.before
    ]
    begins = max([found.dated.begin_safely, *waits_for])
    return min(begins, found.dated.done_by)


def _step(found: PlannedStep, start: dt.date) -> StepLine:
    dated = found.dated
    is_tight = start > dated.begin_safely and dated.outlook is Outlook.IN_TIME
    if found.deadline is not None and found.step.kind != "application":
        when = _("On %(day)s") % {"day": formatting.day(found.deadline.date)}
        is_tight = False
    elif found.deadline is not None:
        when = _("Last day %(day)s; begin by %(start)s") % {
            "day": formatting.day(found.deadline.date),
            "start": formatting.day(start),
        }
    elif dated.step.days_low is None:
        when = _("Done by %(day)s") % {"day": formatting.day(dated.done_by)}
    elif is_tight:
        when = _("Not before %(start)s, done by %(day)s") % {
            "start": formatting.day(start),
            "day": formatting.day(dated.done_by),
        }
    else:
        when = _("Begin by %(start)s, done by %(day)s") % {
            "start": formatting.day(start),
            "day": formatting.day(dated.done_by),
        }
    by_deadline = found.deadline is not None
    example = found.deadline.provenance.is_example if found.deadline else found.step.is_example
    origin = (
        [found.deadline.provenance.source]
        if found.deadline and found.deadline.provenance.source
        else list(found.step.sources)
    )
    return StepLine(
        day=min(start, dated.done_by) if found.deadline is None else dated.done_by,
        name=str(found.deadline.label) if found.deadline and found.deadline.label
        else str(found.step.name),
        when=when,
        length=_length(dated.step.days_low, dated.step.days_high),
        outlook=_("Tight: there is less time than it may take")
        if is_tight else _outlook_words(found),
        standing="bad" if dated.collides else "warn" if is_tight else _OUTLOOKS[dated.outlook],
        about=str(found.step.about),
        example=example or (found.step.is_example and not by_deadline),
        sources=sources.of_entry(origin),
    )  # fmt: skip


def _length(low: int | None, high: int | None) -> str:
    if low is None or high is None:
        return _("not known how long it takes")
    return formatting.weeks(max(1, round(low / 7)), max(1, round(high / 7)))


def _outlook_words(found: PlannedStep) -> str:
    dated = found.dated
    if dated.collides:
        return _("Too late for the next step")
    if dated.outlook is Outlook.IN_TIME:
        return _("In time")
    if dated.outlook is Outlook.HURRY:
        return _("Only if it goes fast: start by %(day)s at the latest") % {
            "day": formatting.day(dated.begin_at_last)
        }
    if dated.outlook is Outlook.PASSED:
        return _("This date has passed")
    if dated.outlook is Outlook.TOO_LATE:
        return _("Too late: even if it goes fast, it had to start by %(day)s") % {
            "day": formatting.day(dated.begin_at_last)
        }
    if found.step.kind == "language":
        return _("Say how many hours a week you have for the language")
    return _("Not known how long it takes")
