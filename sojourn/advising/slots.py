"""Turn rules into slots: times at which a student can book.

A rule speaks of wall-clock time, a slot is a moment. From the rule's first moment to its last,
slots follow one another in real time, so that a night in which the clocks change has fewer or
more of them, but never two that overlap and never one that lasts longer or shorter.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol
from zoneinfo import ZoneInfo


class Rule(Protocol):
    """What makes slots; a `SlotRule` is one."""

    @property
    def weekday(self) -> int: ...
    @property
    def starts(self) -> dt.time: ...
    @property
    def ends(self) -> dt.time: ...
    @property
    def length(self) -> int: ...
    @property
    def gap(self) -> int: ...
    @property
    def room(self) -> str: ...
    @property
    def online_link(self) -> str: ...
    @property
    def valid_from(self) -> dt.date | None: ...
    @property
    def valid_until(self) -> dt.date | None: ...


@dataclass(frozen=True, order=True)
class Slot:
    """A time that can be booked; both ends in UTC."""

    starts: dt.datetime
    ends: dt.datetime
    room: str = ""
    online_link: str = ""

    def overlaps(self, starts: dt.datetime, ends: dt.datetime) -> bool:
        return self.starts < ends and starts < self.ends


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def slots_between(
    rules: Iterable[Rule],
    first_day: dt.date,
    last_day: dt.date,
    zone: ZoneInfo,
    is_closed: Callable[[dt.date], bool],
) -> tuple[Slot, ...]:
    """List every slot from one day to another, both included, in order, none overlapping.

    Where two rules ask for the same time the one that begins first has it.
    """
    known = tuple(rules)
    found: list[Slot] = []
    day = first_day
    while day <= last_day:
        falling = [rule for rule in known if _falls_on(rule, day)]
        if falling and not is_closed(day):
            for slot in sorted(slot for rule in falling for slot in _of(rule, day, zone)):
                if not found or found[-1].ends <= slot.starts:
                    found.append(slot)
        day += dt.timedelta(days=1)
    return tuple(found)


def _falls_on(rule: Rule, day: dt.date) -> bool:
    return (
        rule.weekday == day.weekday()
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_until is None or day <= rule.valid_until)
    )


def _of(rule: Rule, day: dt.date, zone: ZoneInfo) -> Iterator[Slot]:
    starts = dt.datetime.combine(day, rule.starts, zone).astimezone(dt.UTC)
    last = dt.datetime.combine(day, rule.ends, zone).astimezone(dt.UTC)
    length, gap = dt.timedelta(minutes=rule.length), dt.timedelta(minutes=rule.gap)
    while starts + length <= last:
        yield Slot(starts, starts + length, rule.room, rule.online_link)
        starts += length + gap
