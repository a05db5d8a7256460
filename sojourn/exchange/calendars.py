"""Writes deadlines and walk-in hours as calendars (iCalendar, RFC 5545 and RFC 7986).

The same catalogue gives the same bytes: ids are made from slugs and dates, and the time stamp is
when the catalogue last changed, so that a calendar program sees a change only where there is one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Calendar, Event
from icalendar.prop import vDuration

from sojourn.catalogue.calendar import WalkIn
from sojourn.catalogue.models import DeadlineKind
from sojourn.catalogue.snapshot.types import (
    Contact,
    Deadline,
    EditionInfo,
    Institution,
    Opportunity,
)
from sojourn.exchange.time_zones import time_zone

PRODUCT = "-//Sojourn//Study abroad//EN"
# How often a calendar program should look again.
REFRESH = dt.timedelta(hours=12)
# How long a moment lasts, such as that of a deadline.
AT_ONCE = dt.timedelta(minutes=1)
# Time zone rules hold for the events' years; the whole history would be 2 kB.
ZONE_MARGIN = dt.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar."""

    uid: str
    starts: dt.datetime | dt.date  # a date alone lasts the whole day
    ends: dt.datetime | None
    summary: str
    description: str
    location: str
    url: str
    category: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A calendar to subscribe to: its name, its page and its entries."""

    uid: str
    name: str
    description: str
    page: str
    language: str
    edition: EditionInfo
    changed_at: dt.datetime  # when the catalogue it was made from was last changed
    today: dt.date
    entries: tuple[Entry, ...]


def deadline_entry(
    deadline: Deadline, opportunity: Opportunity, edition: EditionInfo, page: str
) -> Entry:
    """Return a deadline as an entry: at its time, or all day where it has none."""
    zone = ZoneInfo(edition.time_zone)
    starts: dt.datetime | dt.date = deadline.date
    if deadline.time is not None:
        starts = dt.datetime.combine(deadline.date, deadline.time, zone)
    what = str(deadline.label) or str(DeadlineKind(deadline.kind).label)
    lines = [str(opportunity.title), page]
    if deadline.provenance.is_example:
        lines.insert(0, _("This date is an example, not a fact."))
    elif deadline.provenance.source:
        source = deadline.provenance.source
        lines.append(_("Source: %(title)s") % {"title": source.title})
    return Entry(
        uid=_uid("deadline", deadline.slug, edition),
        starts=starts,
        ends=None,
        summary=_example_mark(f"{what}: {opportunity.title}", deadline.provenance.is_example),
        description="\n".join(lines),
        location="",
        url=page,
        category=_("Deadlines"),
    )


def walk_in_entry(
    walk_in: WalkIn, contact: Contact, institution: Institution, edition: EditionInfo, page: str
) -> Entry:
    """One walk-in hour on one day."""
    hour = walk_in.hour
    place = [walk_in.room, str(contact.unit_name), str(institution.name), str(institution.city)]
    who = str(contact.title) if not contact.name else f"{contact.name}, {contact.title}"
    lines = [who, str(contact.help_with), str(walk_in.note), walk_in.online_link, page]
    is_example = hour.provenance.is_example or contact.is_example
    if is_example:
        lines.insert(0, _("This hour is an example, not a fact."))
    summary = _("Walk-in hour: %(who)s") % {"who": contact.name or str(contact.title)}
    return Entry(
        uid=_uid("walk-in", f"{hour.slug}-{walk_in.starts:%Y%m%d}", edition),
        starts=walk_in.starts,
        ends=walk_in.ends,
        summary=_example_mark(summary, is_example),
        description="\n".join(line for line in lines if line),
        location=", ".join(dict.fromkeys(part for part in place if part)),
        url=page,
        category=_("Walk-in hours"),
    )


def write(feed: Feed) -> bytes:
    """Return the calendar as a file."""
    zone = ZoneInfo(feed.edition.time_zone)
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("uid", feed.uid)
    calendar.add("name", feed.name, parameters={"language": feed.language})
    calendar.add("description", feed.description, parameters={"language": feed.language})
    calendar.add("url", feed.page)
    calendar.add("refresh-interval", vDuration(REFRESH), parameters={"value": "DURATION"})
    # What older programs look for instead.
    calendar.add("x-wr-calname", feed.name)
    calendar.add("x-wr-timezone", feed.edition.time_zone)
    calendar.add("x-published-ttl", vDuration(REFRESH))
    days = [feed.today, *(_day(entry.starts) for entry in feed.entries)]
    calendar.add_component(time_zone(zone, min(days) - ZONE_MARGIN, max(days) + ZONE_MARGIN))
    for entry in feed.entries:
        calendar.add_component(_event(entry, feed))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: Entry, feed: Feed) -> Event:
    language = {"language": feed.language}
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", feed.changed_at.astimezone(dt.UTC).replace(microsecond=0))
    event.add("dtstart", entry.starts)
    if entry.ends is not None:
        event.add("dtend", entry.ends)
    elif isinstance(entry.starts, dt.datetime):
        # An event without an end lasts a day in some programs, and none in others.
        event.add("dtend", entry.starts + AT_ONCE)
    else:
        event.add("dtend", entry.starts + dt.timedelta(days=1))  # the end is not included
    event.add("summary", entry.summary, parameters=language)
    event.add("description", entry.description, parameters=language)
    if entry.location:
        event.add("location", entry.location, parameters=language)
    event.add("url", entry.url)
    event.add("categories", [entry.category])
    event.add("class", "PUBLIC")
    # A deadline or an open hour must not make anybody look busy.
    event.add("transp", "TRANSPARENT")
    return event


def _day(moment: dt.datetime | dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _uid(kind: str, slug: str, edition: EditionInfo) -> str:
    # Not the host name: a site that moves must not double everybody's calendar.
    return f"{kind}-{slug}@{edition.slug}.sojourn"


def feed_uid(kind: str, edition: EditionInfo, *parts: str) -> str:
    """Return the id of a whole calendar."""
    return _uid("calendar", "-".join([kind, *parts]), edition)


def _example_mark(summary: str, is_example: bool) -> str:
    return _("%(summary)s (example)") % {"summary": summary} if is_example else summary


def in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """By day, then time, then id, so that the file is the same every time."""

    def key(entry: Entry) -> tuple[dt.date, bool, str, str]:
        timed = isinstance(entry.starts, dt.datetime)
        return _day(entry.starts), timed, entry.starts.isoformat(), entry.uid

    return tuple(sorted(entries, key=key))
