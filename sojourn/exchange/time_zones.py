"""Writes a time zone's rules into a calendar: one for winter and one for summer, each every year.

Lists of dates (RDATE) are allowed as well, but widely used readers are an hour off with them. They
are written only for a zone whose changes follow no rule of the week. icalendar can write zones
too, but gives the onset of summer time an hour late: RFC 5545 section 3.6.5 wants it in the local
time before the change.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_SECOND = dt.timedelta(seconds=1)
_EPOCH = 1970  # where programs expect rules to begin
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# A rule of the week is believed when it held for so many years around the calendar's own.
_YEARS_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Change:
    """A moment at which clocks are set otherwise."""

    onset: dt.datetime  # by the clock as it was until then, without a zone
    before: dt.timedelta
    after: dt.timedelta
    name: str


@dataclass(frozen=True, slots=True)
class YearlyRule:
    """A change that comes every year: the first, second … or last (-1) such weekday of a month."""

    week: int
    weekday: int
    first: Change
    """Moved to the first year of all."""


def time_zone(zone: ZoneInfo, first_day: dt.date, last_day: dt.date) -> Timezone:
    """Return the rules of the zone, which hold from one day to another at least."""
    component = Timezone()
    component.add("tzid", zone.key)
    years = range(first_day.year - 1, max(last_day.year, first_day.year + _YEARS_LOOKED_AT) + 1)
    changes = list(changes_between(zone, dt.date(years[0], 1, 1), dt.date(years[-1] + 1, 1, 1)))
    rules = _yearly_rules(changes, years)
    if not changes:
        start = _at(zone, dt.datetime.combine(first_day, dt.time(), dt.UTC))
        begins = dt.datetime.combine(dt.date(_EPOCH, 1, 1), dt.time())
        always = Change(begins, start.after, start.after, start.name)
        _add(component, [always], is_summer=False)
    elif rules:
        for rule in rules:
            _add(component, [rule.first], is_summer=_is_forward(rule.first), rule=rule)
    else:
        _add_dates(component, zone, first_day, last_day)
    return component


def _yearly_rules(changes: Sequence[Change], years: range) -> list[YearlyRule]:
    """Return the two rules that all changes follow; none where they do not."""
    found = []
    for is_forward in (True, False):
        alike = [each for each in changes if _is_forward(each) == is_forward]
        if [each.onset.year for each in alike] != list(years):
            return []
        first = alike[0]
        same = {
            (each.onset.month, each.onset.weekday(), each.onset.time(), each.before, each.after)
            for each in alike
        }
        week = _week_of_all([each.onset for each in alike])
        if len(same) > 1 or week is None:
            return []
        day = _day(_EPOCH, first.onset.month, first.onset.weekday(), week)
        moved = Change(
            dt.datetime.combine(day, first.onset.time()), first.before, first.after, first.name
        )
        found.append(YearlyRule(week, first.onset.weekday(), moved))
    return found


def _week_of_all(days: Sequence[dt.datetime]) -> int | None:
    """Return which one in its month a weekday always is, the last (-1) before a counted one."""
    if all(day.day > calendar.monthrange(day.year, day.month)[1] - 7 for day in days):
        return -1
    weeks = {(day.day - 1) // 7 + 1 for day in days}
    return weeks.pop() if len(weeks) == 1 else None


def _day(year: int, month: int, weekday: int, week: int) -> dt.date:
    days = [
        day
        for day in calendar.Calendar().itermonthdates(year, month)
        if day.month == month and day.weekday() == weekday
    ]
    return days[week if week < 0 else week - 1]


def _add_dates(component: Timezone, zone: ZoneInfo, first_day: dt.date, last_day: dt.date) -> None:
    start = _at(zone, dt.datetime.combine(first_day, dt.time(), dt.UTC))
    changes = [start, *changes_between(zone, first_day, last_day)]

    def kind(change: Change) -> tuple[dt.timedelta, dt.timedelta, str]:
        return change.before, change.after, change.name

    for _, alike in groupby(sorted(changes, key=kind), key=kind):
        in_order = sorted(alike, key=lambda change: change.onset)
        _add(component, in_order, is_summer=_is_forward(in_order[0]))


def _add(
    component: Timezone,
    changes: Sequence[Change],
    *,
    is_summer: bool,
    rule: YearlyRule | None = None,
) -> None:
    first, *others = changes
    written = TimezoneDaylight() if is_summer else TimezoneStandard()
    written.add("dtstart", first.onset)
    written.add("tzoffsetfrom", first.before)
    written.add("tzoffsetto", first.after)
    written.add("tzname", first.name)
    if rule is not None:
        day = f"{rule.week}{_WEEKDAYS[rule.weekday]}"
        written.add("rrule", {"freq": "yearly", "bymonth": first.onset.month, "byday": day})
    if others:
        written.add("rdate", [change.onset for change in others])
    component.add_component(written)


def _is_forward(change: Change) -> bool:
    return change.after > change.before


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
    )


def _offset(zone: ZoneInfo, moment: dt.datetime) -> dt.timedelta:
    return moment.astimezone(zone).utcoffset() or dt.timedelta()
