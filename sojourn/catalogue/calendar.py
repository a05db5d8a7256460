"""When walk-in hours really take place: rules turned into dates, holidays and absences left out.

A rule speaks of wall-clock time in the edition's zone, so an hour stays at 14:00 when the clocks
change. A day on which it would have fallen but does not is reported with the reason.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from zoneinfo import ZoneInfo

import holidays

from sojourn.catalogue.snapshot.types import (
    Contact,
    EditionInfo,
    WalkInChange,
    WalkInHour,
)
from sojourn.common.languages import FIRST, LANGUAGES, NOTHING, Text

# No rule is followed further than this; a rule that fell out for two years is no walk-in hour.
HORIZON_DAYS = 731


@dataclass(frozen=True, slots=True)
class WalkIn:
    """One walk-in hour on one day, in the edition's time zone."""

    starts: dt.datetime
    ends: dt.datetime
    room: str
    hour: WalkInHour
    contact: str  # slug
    online_link: str = ""
    note: Text = NOTHING
    is_changed: bool = False
    """Whether something differs from the rule on this date."""


@dataclass(frozen=True, slots=True)
class SkippedDay:
    """A day on which an hour would have fallen, and why it does not."""

    date: dt.date
    reason: Text
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class UpcomingWalkIns:
    """The next hours, and the days skipped before the last of them."""

    hours: tuple[WalkIn, ...]
    skipped: tuple[SkippedDay, ...]

    def __iter__(self) -> Iterator[WalkIn]:
        return iter(self.hours)

    def __len__(self) -> int:
        return len(self.hours)


def next_walk_ins(
    contact: Contact, edition: EditionInfo, now: dt.datetime, limit: int
) -> UpcomingWalkIns:
    """Return the next `limit` hours of a contact that have not ended by `now` (an aware time)."""
    zone = ZoneInfo(edition.time_zone)
    today = now.astimezone(zone).date()
    skipped: list[SkippedDay] = []
    hours = tuple(islice(_from(contact, edition, zone, now, today, skipped), limit))
    last = hours[-1].starts.date() if hours else today
    return UpcomingWalkIns(hours, tuple(day for day in skipped if day.date <= last))


def _from(
    contact: Contact,
    edition: EditionInfo,
    zone: ZoneInfo,
    now: dt.datetime,
    today: dt.date,
    skipped: list[SkippedDay],
) -> Iterator[WalkIn]:
    rules = sorted(contact.walk_in_hours, key=lambda hour: (hour.starts, hour.slug))
    if not rules:
        return
    for offset in range(HORIZON_DAYS):
        day = today + dt.timedelta(days=offset)
        falling = [hour for hour in rules if _falls_on(hour, day)]
        if not falling:
            continue
        closed = closed_on(contact, edition, day)
        if closed is not None:
            skipped.append(closed)
            continue
        held = []
        for hour in falling:
            change = next((change for change in hour.changes if change.date == day), None)
            if change is not None and change.is_cancelled:
                skipped.append(SkippedDay(day, change.note))
                continue
            occasion = _occasion(contact, hour, change, zone, day)
            if occasion.ends > now:
                held.append(occasion)
        yield from sorted(held, key=lambda occasion: (occasion.starts, occasion.hour.slug))


def _occasion(
    contact: Contact, hour: WalkInHour, change: WalkInChange | None, zone: ZoneInfo, day: dt.date
) -> WalkIn:
    """Return the hour on that day, as the rule says or as it was changed for this date."""
    starts, ends = hour.starts, hour.ends
    room, link, note = hour.room or contact.room, hour.online_link, hour.note
    if change is not None:
        starts, ends = change.starts or starts, change.ends or ends
        room, link, note = change.room or room, change.online_link or link, change.note or note
    return WalkIn(
        starts=dt.datetime.combine(day, starts, zone),
        ends=dt.datetime.combine(day, ends, zone),
        room=room,
        hour=hour,
        contact=contact.slug,
        online_link=link,
        note=note,
        is_changed=change is not None,
    )


def _falls_on(hour: WalkInHour, day: dt.date) -> bool:
    return (
        day.weekday() == hour.weekday
        and (hour.valid_from is None or hour.valid_from <= day)
        and (hour.valid_until is None or day <= hour.valid_until)
    )


def closed_on(contact: Contact, edition: EditionInfo, day: dt.date) -> SkippedDay | None:
    """Why nobody is there on a day, or None if somebody is. A holiday is surer than an absence."""
    holiday = public_holiday(edition.holidays_country, day)
    if holiday is not None:
        return SkippedDay(day, holiday)
    for absence in contact.absences:
        if absence.first_day <= day <= absence.last_day:
            return SkippedDay(day, absence.reason, absence.is_example)
    return None


def public_holiday(country: str, day: dt.date) -> Text | None:
    """Return the public holiday on a day, or None."""
    english = _holidays(country, day.year, "en_US")
    if english is None or day not in english:
        return None
    names = {FIRST: str(english[day])}
    for language in LANGUAGES[1:]:
        days = _holidays(country, day.year, language)
        if days is not None and language in days.supported_languages:
            names[language] = str(days[day])
    return Text(names)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int, language: str) -> holidays.HolidayBase | None:
    try:
        return holidays.country_holidays(country, years=year, language=language)
    except NotImplementedError:
        return None
