"""The plan at a glance: how far one is, what comes next."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.facets import next_deadline
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.languages import language_title, page_language
from sojourn.design import components
from sojourn.planning.departure import own_departure
from sojourn.planning.fit import FitList
from sojourn.planning.models import TOP_FIVE_SIZE
from sojourn.planning.profile import Profile
from sojourn.planning.top_five import Entry, TopFive
from sojourn.portal.plan.presenters import fit_text, top_five
from sojourn.portal.shared import formatting, labels, urls
from sojourn.portal.shared.matters import Matter
from sojourn.portal.shared.standing import Stand

# The page has a part of its own for appointments.
_SHOWN_ELSEWHERE = ("appointment", "time-offered")


@dataclass(frozen=True)
class Line:
    """A place of the top five in one line."""

    title: str
    where: str
    href: str
    tone: str
    verdict: str
    rests_on_examples: bool
    note: str


@dataclass(frozen=True)
class Date:
    iso: str
    day: str
    text: str
    href: str
    example: bool


@dataclass(frozen=True)
class OverviewPage:
    stand: Stand
    also: tuple[Matter, ...]
    lines: tuple[Line, ...]
    free: tuple[int, ...]
    dates: tuple[Date, ...]
    answers: tuple[components.Fact, ...]


def page(
    snapshot: Snapshot,
    profile: Profile,
    entries: TopFive,
    fits: FitList,
    stand: Stand,
) -> OverviewPage:
    records = snapshot.records
    return OverviewPage(
        stand=stand,
        also=tuple(each for each in stand.also if each.kind not in _SHOWN_ELSEWHERE),
        lines=tuple(_line(records, entry, fits, profile) for entry in entries),
        free=() if stand.has_applied else tuple(range(len(entries) + 1, TOP_FIVE_SIZE + 1)),
        dates=_dates(snapshot, profile, entries, fits),
        answers=answers(records, profile),
    )


def entries(records: Records, entries: TopFive) -> list[top_five.Named]:
    return [top_five.named(records, entry.key) for entry in entries]


def with_answers_of(own: Profile, other: Profile) -> Profile:
    """Where the other profile says something, it counts; programme and year move together."""
    shown = {
        name: getattr(other, name)
        for name in Profile.__dataclass_fields__
        if name != "revision" and getattr(other, name) not in ("", None, ())
    }
    languages = {known.code: known for known in (*own.languages, *other.languages)}
    return replace(own, **{**shown, "languages": tuple(languages.values())})


def answers(records: Records, profile: Profile) -> tuple[components.Fact, ...]:
    """Return what the profile says, in short."""
    language = page_language()
    found = []
    programme = records.programmes.get(profile.programme)
    if programme is not None:
        found.append((_("Programme"), str(programme.short_name)))
    if profile.year is not None:
        found.append((_("Year"), str(profile.year)))
    if profile.ects_earned is not None:
        found.append((_("Earned"), formatting.ects_points(profile.ects_earned)))
    if profile.languages:
        shown = [f"{language_title(known.code)} {known.level}" for known in profile.languages]
        found.append((_("Languages"), ", ".join(shown)))
    if profile.budget is not None:
        found.append((_("Budget"), formatting.euros(profile.budget)))
    wishes = [
        *(labels.kind(kind) for kind in profile.wished_kinds),
        *(fit_text.period_name(period) for period in profile.wished_periods),
        *(
            str(records.subjects[slug].name)
            for slug in profile.wished_subjects
            if slug in records.subjects
        ),
        *(names.country_name(code, language) for code in profile.wished_countries),
    ]
    if wishes:
        found.append((_("Wishes"), ", ".join(wishes)))
    return tuple(components.Fact(label, value) for label, value in found)


def _line(records: Records, entry: Entry, fits: FitList, profile: Profile) -> Line:
    name = top_five.named(records, entry.key)
    fit = fits.of(entry.key)
    return Line(
        title=name.title,
        where=name.where,
        href=name.href,
        tone=fit_text.tone(fit.verdict) if fit else "",
        verdict=fit_text.verdict(fit, profile) if fit else "",
        rests_on_examples=bool(fit and fit_text.examples(records, fit)),
        note=entry.note,
    )


def _dates(
    snapshot: Snapshot, profile: Profile, entries: TopFive, fits: FitList
) -> tuple[Date, ...]:
    """Return the next day to apply for each place on the list, soonest first.

    Not of a place for others, nor of one that is this student's only in a later year: the day of
    that round is not known yet.
    """
    records, today = snapshot.records, snapshot.built_on
    found: list[tuple[dt.date, Date]] = []
    for entry in entries:
        place = records.opportunities.get(entry.key)
        due = next_deadline(place, today) if place else None
        if place is None or due is None:
            continue
        _departure, is_later = own_departure(records, place, profile, today)
        if is_later or fits.is_for_others(entry.key):
            continue
        found.append(
            (
                due.date,
                Date(
                    due.date.isoformat(),
                    formatting.day(due.date),
                    str(place.title),
                    urls.opportunity(place.slug),
                    due.provenance.is_example,
                ),
            )
        )
    return tuple(date for _day, date in sorted(found, key=lambda one: (one[0], one[1].text)))
