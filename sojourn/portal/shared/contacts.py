"""People and offices one can ask, with the next days on which one can walk in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.catalogue import calendar
from sojourn.catalogue.snapshot.types import Contact, Records
from sojourn.design import components
from sojourn.portal.shared import formatting, sources, urls


@dataclass(frozen=True)
class Moment:
    """One walk-in hour on one day."""

    date: str
    """'Monday 30 November', to begin a line with."""
    date_inside: str
    """The same inside a sentence: 'maandag 30 november'."""
    datetime: str
    detail: str
    """'14:00 to 15:00, room V5-28'"""
    note: str = ""
    online_link: str = ""
    is_changed: bool = False
    """Whether it is otherwise than the rule says."""


@dataclass(frozen=True)
class Skipped:
    """A day on which the hour falls away, and why."""

    date: str
    reason: str
    example: bool


@dataclass(frozen=True)
class Person:
    slug: str
    name: str
    title: str
    place: str
    """Unit or institution, and room."""
    href: str
    institution_href: str
    email: str
    phone: str
    website: str
    help_with: str
    weekly: tuple[str, ...]
    """'Every Monday, 14:00 to 15:00, room V5-28'"""
    moments: tuple[Moment, ...]
    skipped: tuple[Skipped, ...]
    calendar: str
    sources: tuple[components.Source, ...]
    example: bool

    @property
    def next(self) -> Moment | None:
        return self.moments[0] if self.moments else None

    @property
    def later(self) -> tuple[Moment, ...]:
        return self.moments[1:]


def _room(room: str) -> str:
    return _("room %(room)s") % {"room": room} if room else ""


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def moment(walk_in: calendar.WalkIn) -> Moment:
    return Moment(
        date=formatting.sentence_case(formatting.weekday_and_day(walk_in.starts.date())),
        date_inside=formatting.weekday_and_day(walk_in.starts.date()),
        datetime=walk_in.starts.isoformat(timespec="minutes"),
        detail=_joined(
            formatting.hours(walk_in.starts, walk_in.ends),
            _room(walk_in.room),
            _("online") if walk_in.online_link else "",
        ),
        note=str(walk_in.note),
        online_link=walk_in.online_link,
        is_changed=walk_in.is_changed,
    )


# How far ahead walk-in hours are shown.
SHOWN = 5


def _weekly(contact: Contact) -> tuple[str, ...]:
    return tuple(
        _("Every %(weekday)s, %(hours)s, %(room)s")
        % {
            "weekday": formatting.weekday(hour.weekday),
            "hours": formatting.hours(hour.starts, hour.ends),
            "room": _room(hour.room or contact.room),
        }
        for hour in contact.walk_in_hours
    )


def _place(records: Records, contact: Contact) -> str:
    institution = records.institutions.get(contact.institution)
    return _joined(
        str(contact.unit_name),
        str(institution.name) if institution and not institution.is_home else "",
        _room(contact.room),
    )


def person(records: Records, contact: Contact, now: dt.datetime) -> Person:
    ahead = calendar.next_walk_ins(contact, records.edition, now, SHOWN)
    title = str(contact.title)
    return Person(
        slug=contact.slug,
        name=contact.name or title,
        title=title if contact.name else "",
        place=_place(records, contact),
        href=urls.contacts(contact.slug),
        institution_href=urls.institution(contact.institution),
        email=contact.email,
        phone=contact.phone,
        website=contact.website,
        help_with=str(contact.help_with),
        weekly=_weekly(contact),
        moments=tuple(moment(walk_in) for walk_in in ahead.hours),
        skipped=tuple(_skipped(day) for day in ahead.skipped),
        calendar=urls.walk_in_calendar(contact.slug),
        sources=sources.of_entry(contact.sources),
        example=contact.is_example,
    )


def _skipped(day: calendar.SkippedDay) -> Skipped:
    return Skipped(
        date=formatting.sentence_case(formatting.weekday_and_day(day.date)),
        reason=str(day.reason),
        example=day.is_example,
    )


def people(records: Records, slugs: Iterable[str], now: dt.datetime) -> tuple[Person, ...]:
    """Those of them whom a visitor may see, whom one can visit first."""
    known = [records.contacts[slug] for slug in slugs if slug in records.contacts]
    known.sort(key=lambda contact: not contact.walk_in_hours)
    return tuple(person(records, contact, now) for contact in known)


def with_walk_in_hour(records: Records) -> list[Contact]:
    """Whom one can visit; a coordinator first."""
    found = [contact for contact in records.contacts.values() if contact.walk_in_hours]
    return sorted(found, key=lambda contact: contact.role != "coordinator")


@dataclass(frozen=True)
class Group:
    title: str
    people: tuple[Person, ...]


@dataclass(frozen=True)
class ContactsPage:
    description: str
    walk_ins: tuple[Person, ...]
    groups: tuple[Group, ...]


def page(records: Records, now: dt.datetime) -> ContactsPage:
    """Whom one can visit, whom one can ask at home, and whom abroad."""
    walk_ins = [person(records, contact, now) for contact in with_walk_in_hour(records)]
    others = [contact for contact in records.contacts.values() if not contact.walk_in_hours]
    at_home = [c for c in others if c.institution == records.edition.home]
    away = [c for c in others if c.institution != records.edition.home]
    groups = (
        Group(
            _("At %(name)s") % {"name": records.edition.short_name},
            tuple(person(records, contact, now) for contact in at_home),
        ),
        Group(_("For one place"), tuple(person(records, contact, now) for contact in away)),
    )
    first = walk_ins[0].next if walk_ins else None
    description = _("Who answers questions about studying abroad, where, and when.")
    if first:
        description = _("Who answers your questions. Next walk-in hour: %(date)s, %(detail)s.") % {
            "date": first.date_inside,
            "detail": first.detail,
        }
    return ContactsPage(
        description, tuple(walk_ins), tuple(group for group in groups if group.people)
    )
