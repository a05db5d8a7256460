"""Writes a time zone's rules into a calendar, for the years that the calendar speaks of.

icalendar can do this too, but writes the onset of summer time an hour late: RFC 5545 section
3.6.5 wants it in the local time before the change.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_SECOND = dt.timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Change:
    """A moment at which clocks are set otherwise."""

    onset: dt.datetime  # by the clock as it was until then, without a zone
    before: dt.timedelta
    after: dt.timedelta
    name: str
    is_summer_time: bool


def time_zone(zone: ZoneInfo, first_day: dt.date, last_day: dt.date) -> Timezone:
    """Return the rules of the zone from one day to another."""
    component = Timezone()
    component.add("tzid", zone.key)
    start = _at(zone, dt.datetime.combine(first_day, dt.time(), dt.UTC))
    changes = [start, *changes_between(zone, first_day, last_day)]

    def kind(change: Change) -> tuple[bool, dt.timedelta, dt.timedelta, str]:
        return change.is_summer_time, change.before, change.after, change.name

    for _, alike in groupby(sorted(changes, key=kind), key=kind):
        first, *others = sorted(alike, key=lambda change: change.onset)
        rule = TimezoneDaylight() if first.is_summer_time else TimezoneStandard()
        rule.add("dtstart", first.onset)
        rule.add("tzoffsetfrom", first.before)
        rule.add("tzoffsetto", first.after)
        rule.add("tzname", first.name)
        if others:
            rule.add("rdate", [change.onset for change in others])
        component.add_component(rule)
    return component


def changes_between(zone: ZoneInfo, first_day: dt.date, last_day: dt.date) -> Iterator[Change]:
    """Every change of the clock in that time, found by asking for the offset day by day."""
    moment = dt.datetime.combine(first_day, dt.time(), dt.UTC)
    end = dt.datetime.combine(last_day, dt.time(), dt.UTC)
    while moment < end:
        following = moment + dt.timedelta(days=1)
        if _offset(zone, moment) != _offset(zone, following):
            yield _at(zone, _first_second_after_change(zone, moment, following))
        moment = following


def _first_second_after_change(
    zone: ZoneInfo, before: dt.datetime, after: dt.datetime
) -> dt.datetime:
    while after - before > _SECOND:
        middle = before + dt.timedelta(seconds=(after - before) // _SECOND // 2)
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    return after


def _at(zone: ZoneInfo, moment: dt.datetime) -> Change:
    local = moment.astimezone(zone)
    before = _offset(zone, moment - _SECOND)
    return Change(
        onset=(moment + before).replace(tzinfo=None),
        before=before,
        after=_offset(zone, moment),
        name=local.tzname() or zone.key,
        is_summer_time=bool(local.dst()),
    )


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
