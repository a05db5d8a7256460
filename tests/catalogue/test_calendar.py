"""Walk-in hours as real dates: clocks that change, holidays, absences, rules that begin and end."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.calendar import next_walk_ins, public_holiday
from sojourn.catalogue.snapshot.types import (
    Absence,
    Contact,
    EditionInfo,
    Provenance,
    WalkInChange,
    WalkInHour,
)
from sojourn.common.languages import Text

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOTHING = Text()
EDITION = EditionInfo(
    slug="test",
    name=Text({"en": "Test", "nl": "Test"}),
    short_name="T",
    home="home",
    home_city=Text({"en": "Leiden", "nl": "Leiden"}),
    tagline=NOTHING,
    time_zone="Europe/Amsterdam",
    holidays_country="NL",
    synonyms=(),
)
MONDAY = WalkInHour(
    slug="monday",
    weekday=0,
    starts=dt.time(14),
    ends=dt.time(15),
    room="V5-28",
    valid_from=None,
    valid_until=None,
    note=NOTHING,
    provenance=Provenance(),
)
COORDINATOR = Contact(
    slug="coordinator",
    name="",
    role="coordinator",
    title=Text({"en": "Coordinator", "nl": "Coördinator"}),
    institution="home",
    unit_name=NOTHING,
    room="",
    email="",
    phone="",
    website="",
    help_with=NOTHING,
    programmes=(),
    walk_in_hours=(MONDAY,),
    absences=(),
    opportunities=(),
)


def at(year: int, month: int, day: int, hour: int = 9) -> dt.datetime:
    return dt.datetime(year, month, day, hour, tzinfo=AMSTERDAM)


def days(contact: Contact, now: dt.datetime, limit: int) -> list[dt.date]:
    return [hour.starts.date() for hour in next_walk_ins(contact, EDITION, now, limit)]


def test_the_next_monday_is_the_next_walk_in_hour() -> None:
    (hour,) = next_walk_ins(COORDINATOR, EDITION, at(2026, 11, 24), 1)
    assert hour.starts == at(2026, 11, 30, 14)
    assert hour.ends == at(2026, 11, 30, 15)
    assert hour.room == "V5-28"


def test_an_hour_that_has_begun_is_still_open_and_one_that_ended_is_not() -> None:
    assert days(COORDINATOR, at(2026, 11, 30, 14), 1) == [dt.date(2026, 11, 30)]
    assert days(COORDINATOR, at(2026, 11, 30, 15), 1) == [dt.date(2026, 12, 7)]


@pytest.mark.parametrize("now", [at(2026, 10, 20), at(2027, 3, 23)])
def test_the_hour_stays_at_two_when_the_clocks_change(now: dt.datetime) -> None:
    hours = next_walk_ins(COORDINATOR, EDITION, now, 3)
    assert {hour.starts.strftime("%H:%M") for hour in hours} == {"14:00"}
    utc = {hour.starts.astimezone(dt.UTC).hour for hour in hours}
    assert utc <= {12, 13}


def test_easter_monday_is_skipped_and_named_in_both_languages() -> None:
    upcoming = next_walk_ins(COORDINATOR, EDITION, at(2027, 3, 23), 1)
    assert [hour.starts.date() for hour in upcoming] == [dt.date(2027, 4, 5)]
    (easter,) = upcoming.skipped
    assert easter.date == dt.date(2027, 3, 29)
    assert easter.reason == Text({"en": "Easter Monday", "nl": "Tweede paasdag"})


def test_kings_day_is_a_holiday_and_an_unknown_country_has_none() -> None:
    assert public_holiday("NL", dt.date(2027, 4, 27)) == Text(
        {"en": "King's Day", "nl": "Koningsdag"}
    )
    assert public_holiday("XX", dt.date(2027, 4, 27)) is None


def test_an_absence_is_skipped_with_its_reason_and_its_mark() -> None:
    away = replace(
        COORDINATOR,
        absences=(
            Absence(
                dt.date(2026, 12, 21),
                dt.date(2027, 1, 1),
                Text({"en": "Break", "nl": "Vakantie"}),
                True,
            ),
        ),
    )
    upcoming = next_walk_ins(away, EDITION, at(2026, 12, 16), 1)
    assert [hour.starts.date() for hour in upcoming] == [dt.date(2027, 1, 4)]
    assert [(day.date.day, day.is_example) for day in upcoming.skipped] == [(21, True), (28, True)]


def test_a_rule_begins_and_ends_on_its_days() -> None:
    rule = replace(MONDAY, valid_from=dt.date(2026, 12, 7), valid_until=dt.date(2026, 12, 14))
    contact = replace(COORDINATOR, walk_in_hours=(rule,))
    assert days(contact, at(2026, 11, 24), 5) == [dt.date(2026, 12, 7), dt.date(2026, 12, 14)]


def test_nobody_who_has_no_hours_has_a_next_one() -> None:
    assert days(replace(COORDINATOR, walk_in_hours=()), at(2026, 11, 24), 3) == []


@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2029, 12, 31)), st.integers(0, 6))
def test_hours_fall_on_their_weekday_in_order_and_never_on_a_holiday(
    moment: dt.datetime, weekday: int
) -> None:
    now = moment.replace(tzinfo=dt.UTC)
    contact = replace(COORDINATOR, walk_in_hours=(replace(MONDAY, weekday=weekday),))
    hours = list(next_walk_ins(contact, EDITION, now, 6))
    assert len(hours) == 6
    assert hours == sorted(hours, key=lambda hour: hour.starts)
    for hour in hours:
        assert hour.ends > now
        assert hour.starts.weekday() == weekday
        assert hour.starts.hour == 14
        assert public_holiday("NL", hour.starts.date()) is None


def changed(date: dt.date, **otherwise: object) -> Contact:
    """The coordinator, whose Monday hour is otherwise on that date."""
    change = WalkInChange(date, False, None, None, "", "", NOTHING)
    return replace(
        COORDINATOR,
        walk_in_hours=(replace(MONDAY, changes=(replace(change, **otherwise),)),),  # type: ignore[arg-type]
    )


def test_an_hour_that_is_cancelled_on_one_date_is_named_with_its_reason() -> None:
    reason = Text({"en": "Ill", "nl": "Ziek"})
    day = dt.date(2026, 11, 30)
    found = next_walk_ins(
        changed(day, is_cancelled=True, note=reason), EDITION, at(2026, 11, 27), 1
    )
    assert found.hours[0].starts.date() == dt.date(2026, 12, 7)
    assert [(skip.date, skip.reason) for skip in found.skipped] == [(day, reason)]


def test_an_hour_that_is_moved_on_one_date_keeps_what_was_not_changed() -> None:
    found = next_walk_ins(
        changed(dt.date(2026, 11, 30), starts=dt.time(16), ends=dt.time(17)),
        EDITION,
        at(2026, 11, 27),
        2,
    )
    first, second = found.hours
    assert (first.starts.hour, first.room, first.is_changed) == (16, "V5-28", True)
    assert (second.starts.hour, second.is_changed) == (14, False)


def test_a_change_of_a_day_on_which_the_hour_does_not_fall_changes_nothing() -> None:
    found = next_walk_ins(
        changed(dt.date(2026, 12, 1), is_cancelled=True), EDITION, at(2026, 11, 27), 1
    )
    assert found.hours[0].starts.date() == dt.date(2026, 11, 30)


@given(
    st.sampled_from(
        [dt.date(2026, 10, 12), dt.date(2026, 12, 14), dt.date(2027, 3, 15), dt.date(2028, 2, 14)]
    ),
    st.lists(st.tuples(st.integers(0, 7), st.booleans(), st.integers(0, 22)), max_size=5),
)
def test_whatever_is_changed_each_week_has_its_hour_or_a_reason(
    first: dt.date, changes: list[tuple[int, bool, int]]
) -> None:
    """Across both changes of the clock, the turn of the year and a leap day."""
    known = {
        first + dt.timedelta(days=7 * week): WalkInChange(
            first + dt.timedelta(days=7 * week), is_cancelled, dt.time(hour), dt.time(hour, 59),
            "", "", NOTHING,
        )
        for week, is_cancelled, hour in changes
    }  # fmt: skip
    contact = replace(COORDINATOR, walk_in_hours=(replace(MONDAY, changes=tuple(known.values())),))
    now = dt.datetime.combine(first, dt.time(), AMSTERDAM)
    found = next_walk_ins(contact, EDITION, now, 12)
    held = {hour.starts.date(): hour for hour in found.hours}
    gone = {skip.date for skip in found.skipped}
    assert len(held) == 12
    assert not held.keys() & gone
    days = sorted(held.keys() | gone)
    assert days == [first + dt.timedelta(days=7 * number) for number in range(len(days))]
    for day, hour in held.items():
        change = known.get(day)
        assert change is None or not change.is_cancelled
        assert hour.starts.time() == (change.starts if change else dt.time(14))
        assert hour.starts.astimezone(dt.UTC) < hour.ends.astimezone(dt.UTC)
