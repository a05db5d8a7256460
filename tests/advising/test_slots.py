"""Slots are real times: whole, in order, never two at once, whatever clocks and calendars do."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sojourn.advising.slots import monday_of, slots_between

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
AUTUMN, SPRING = dt.date(2026, 10, 25), dt.date(2027, 3, 28)


@dataclass(frozen=True)
class Rule:
    weekday: int
    starts: dt.time
    ends: dt.time
    length: int = 20
    gap: int = 0
    room: str = ""
    online_link: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


times = st.times().map(lambda time: time.replace(second=0, microsecond=0, fold=0))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    starts, ends = sorted(draw(st.tuples(times, times)))
    return Rule(
        draw(st.integers(0, 6)), starts, ends,
        draw(st.integers(5, 240)), draw(st.integers(0, 120)),
    )  # fmt: skip


# Around the changes of the clock, the turn of the year, Easter and a leap day.
days = st.sampled_from([AUTUMN, SPRING, dt.date(2026, 12, 31), dt.date(2028, 2, 28)]).flatmap(
    lambda day: st.integers(-9, 9).map(lambda by: day + dt.timedelta(days=by))
)


@pytest.mark.slow
@given(st.lists(rules(), max_size=4), days, st.integers(0, 20), st.sets(st.integers(0, 20)))
@example([Rule(6, dt.time(1), dt.time(4))], AUTUMN, 0, set())
@example([Rule(6, dt.time(1), dt.time(4))], SPRING, 0, set())
@example([Rule(6, dt.time(2, 15), dt.time(2, 45))], SPRING, 0, set())
def test_slots_are_whole_in_order_and_never_two_at_once(
    known: list[Rule], first: dt.date, length: int, closed: set[int]
) -> None:
    last = first + dt.timedelta(days=length)
    shut = {first + dt.timedelta(days=number) for number in closed}
    slots = slots_between(known, first, last, AMSTERDAM, lambda day: day in shut)
    for one, other in pairwise(slots):
        assert one.ends <= other.starts
    lengths = {rule.length for rule in known}
    for slot in slots:
        assert slot.starts.tzinfo is dt.UTC
        assert (slot.ends - slot.starts) / dt.timedelta(minutes=1) in lengths
        local = slot.starts.astimezone(AMSTERDAM)
        # A time by the clock that does not exist (or exists twice) is nobody's appointment:
        # there and back again is the same.
        assert local.astimezone(dt.UTC) == slot.starts
        assert first <= local.date() <= last + dt.timedelta(days=1)
        assert local.date() not in shut or local.time() < dt.time(4)


@pytest.mark.slow
@given(days, st.integers(0, 6), st.integers(6, 20))
def test_a_rule_stays_at_its_hour_when_the_clocks_change(
    first: dt.date, weekday: int, hour: int
) -> None:
    rule = Rule(weekday, dt.time(hour), dt.time(hour + 1), 30)
    slots = slots_between([rule], first, first + dt.timedelta(days=28), AMSTERDAM, lambda _: False)
    local = [slot.starts.astimezone(AMSTERDAM) for slot in slots]
    assert {moment.weekday() for moment in local} == {weekday}
    assert {moment.hour for moment in local} == {hour}
    assert len(local) in (8, 10)  # four or five such days, two slots each


def test_the_same_hour_is_another_moment_before_and_after_the_change() -> None:
    rule = Rule(6, dt.time(10), dt.time(11), 60)
    slots = slots_between([rule], AUTUMN - dt.timedelta(days=7), AUTUMN, AMSTERDAM, lambda _: False)
    assert [slot.starts.hour for slot in slots] == [8, 9]


def test_the_night_of_25_october_has_an_hour_more_and_that_of_28_march_one_less() -> None:
    rule = Rule(6, dt.time(1), dt.time(4), 30)
    autumn = slots_between([rule], AUTUMN, AUTUMN, AMSTERDAM, lambda _: False)
    spring = slots_between([rule], SPRING, SPRING, AMSTERDAM, lambda _: False)
    assert (len(autumn), len(spring)) == (8, 4)


def test_a_gap_is_kept_and_a_slot_that_does_not_fit_is_none() -> None:
    rule = Rule(0, dt.time(10), dt.time(11), 20, 5)
    slots = slots_between(
        [rule], dt.date(2026, 11, 30), dt.date(2026, 11, 30), AMSTERDAM, lambda _: False
    )
    assert [slot.starts.astimezone(AMSTERDAM).strftime("%H:%M") for slot in slots] == [
        "10:00",
        "10:25",
    ]


def test_a_rule_begins_and_ends_on_its_days() -> None:
    rule = Rule(
        0, dt.time(10), dt.time(11), 60,
        valid_from=dt.date(2026, 12, 1), valid_until=dt.date(2026, 12, 14),
    )  # fmt: skip
    slots = slots_between(
        [rule], dt.date(2026, 11, 23), dt.date(2027, 1, 4), AMSTERDAM, lambda _: False
    )
    assert [slot.starts.day for slot in slots] == [7, 14]


@given(st.dates())
def test_a_week_begins_on_monday(day: dt.date) -> None:
    assert monday_of(day).weekday() == 0
    assert 0 <= (day - monday_of(day)).days < 7
