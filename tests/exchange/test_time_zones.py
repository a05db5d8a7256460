"""A zone's rules as written give every moment of the year the zone's own offset."""

from __future__ import annotations

import datetime as dt
import io
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from icalendar import Calendar

from sojourn.exchange.time_zones import changes_between, time_zone

# With Dublin's negative summer time and Casablanca's winter time during Ramadan.
ZONES = [
    "Europe/Amsterdam",
    "Europe/Dublin",
    "America/New_York",
    "Asia/Kolkata",
    "Africa/Casablanca",
]


def written(zone: ZoneInfo) -> str:
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "test")
    calendar.add_component(time_zone(zone, dt.date(2026, 1, 1), dt.date(2029, 1, 1)))
    return calendar.to_ical().decode()


def test_summer_time_begins_at_two_by_the_clock_before_and_ends_at_three() -> None:
    changes = list(
        changes_between(ZoneInfo("Europe/Amsterdam"), dt.date(2027, 1, 1), dt.date(2028, 1, 1))
    )
    assert [change.onset for change in changes] == [
        dt.datetime(2027, 3, 28, 2, 0),
        dt.datetime(2027, 10, 31, 3, 0),
    ]
    assert [change.name for change in changes] == ["CEST", "CET"]


@pytest.mark.slow
@pytest.mark.parametrize("key", ZONES)
def test_another_reader_of_the_rules_agrees_hour_by_hour(key: str) -> None:
    zone = ZoneInfo(key)
    theirs = tzical(io.StringIO(written(zone))).get(key)
    moment = dt.datetime(2026, 2, 1, 0, 30)
    while moment < dt.datetime(2028, 12, 1):
        if _exists_once(moment, zone):
            assert theirs.utcoffset(moment) == moment.replace(tzinfo=zone).utcoffset(), moment
        moment += dt.timedelta(hours=1)


def _exists_once(moment: dt.datetime, zone: ZoneInfo) -> bool:
    """Not in the hour that is skipped, nor in the one that comes twice."""
    first, second = (moment.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    return first.utcoffset() == second.utcoffset()


@pytest.mark.parametrize("key", ["Europe/Amsterdam", "Europe/Dublin", "America/New_York"])
def test_a_zone_with_rules_of_the_week_has_two_that_come_every_year(key: str) -> None:
    (component,) = Calendar.from_ical(written(ZoneInfo(key))).walk("VTIMEZONE")
    rules = component.subcomponents
    assert sorted(rule.name for rule in rules) == ["DAYLIGHT", "STANDARD"]
    assert all("RRULE" in rule and "RDATE" not in rule for rule in rules)
    assert {rule["DTSTART"].dt.year for rule in rules} == {1970}


def test_amsterdam_is_written_as_programs_know_it() -> None:
    text = written(ZoneInfo("Europe/Amsterdam"))
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in text
    assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in text
    assert "DTSTART:19700329T020000" in text
    assert "DTSTART:19701025T030000" in text


def test_a_zone_without_summer_time_has_one_rule() -> None:
    rules = written(ZoneInfo("Asia/Kolkata"))
    assert rules.count("BEGIN:STANDARD") == 1
    assert "BEGIN:DAYLIGHT" not in rules
