"""Calendars are read back with two parsers that know nothing of each other."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import icalendar
import pytest
import vobject
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import Deadline, Opportunity, WalkInHour
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import current_snapshot, refresh_snapshot

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FEEDS = [
    "/en/deadlines.ics",
    "/nl/deadlines.ics",
    "/en/contacts/walk-in.ics",
    "/nl/contacts/walk-in.ics",
]

pytestmark = [pytest.mark.usefixtures("leiden"), pytest.mark.slow]


def fetch(url: str, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def calendar(url: str) -> icalendar.Calendar:
    response = fetch(url)
    assert response.status_code == 200, response.content[:500]
    parsed = icalendar.Calendar.from_ical(response.content)
    assert isinstance(parsed, icalendar.Calendar)
    return parsed


def events(url: str) -> list[icalendar.Event]:
    return list(calendar(url).events)


def opportunity_with_deadlines() -> str:
    records = current_snapshot().records
    return next(slug for slug, entry in records.opportunities.items() if entry.deadlines)


def change_deadline(slug: str, **fields: Any) -> Deadline:
    """Give the first deadline of an opportunity other values, as the office would."""
    deadline = Deadline.objects.filter(opportunity__slug=slug).order_by("pk").first()
    assert deadline is not None
    for name, value in fields.items():
        setattr(deadline, name, value)
    deadline.save()
    publish_change()
    refresh_snapshot()
    return deadline


@pytest.mark.parametrize("url", FEEDS)
def test_a_feed_is_a_calendar_file_that_programs_may_ask_for_again(url: str) -> None:
    response = fetch(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"].endswith('.ics"')
    again = fetch(url, **{"if-none-match": response["ETag"]})
    assert again.status_code == 304
    assert again.content == b""
    assert fetch(url, **{"if-none-match": '"another"'}).status_code == 200


@pytest.mark.parametrize("url", FEEDS)
def test_the_same_catalogue_gives_the_same_bytes(url: str) -> None:
    assert fetch(url).content == fetch(url).content


@pytest.mark.usefixtures("deadlines_ahead")
@pytest.mark.parametrize("url", FEEDS)
def test_two_parsers_see_the_same_events(url: str) -> None:
    content = fetch(url).content.decode()
    other = vobject.readOne(content, validate=True)
    ours = {
        (str(event["uid"]), event.decoded("dtstart"), str(event["summary"]))
        for event in icalendar.Calendar.from_ical(content).walk("VEVENT")
    }
    assert ours
    theirs = {
        (event.uid.value, event.dtstart.value, event.summary.value) for event in other.vevent_list
    }
    assert {(uid, summary) for uid, _, summary in ours} == {
        (uid, summary) for uid, _, summary in theirs
    }
    # The same moments, though each parser has time zone objects of its own.
    assert {_moment(start) for _, start, _ in ours} == {_moment(start) for _, start, _ in theirs}


def _moment(value: dt.datetime | dt.date) -> str:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value.isoformat()


@pytest.mark.parametrize("url", FEEDS)
def test_a_feed_keeps_to_the_standard(url: str) -> None:
    content = fetch(url).content
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))  # RFC 5545 section 3.1
    assert b"\n" not in content.replace(b"\r\n", b"")
    parsed = calendar(url)
    assert parsed["version"] == "2.0"
    assert parsed["prodid"]
    assert parsed.decoded("refresh-interval") == dt.timedelta(hours=12)
    assert str(parsed["x-published-ttl"]) in ("PT12H", "P0DT12H")
    assert str(parsed["name"]) == str(parsed["x-wr-calname"])
    assert str(parsed["x-wr-timezone"]) == "Europe/Amsterdam"
    uids = [str(event["uid"]) for event in parsed.events]
    assert len(uids) == len(set(uids))
    for event in parsed.events:
        assert event["dtstamp"]
        assert event.decoded("dtend") > event.decoded("dtstart")
        assert str(event["transp"]) == "TRANSPARENT"
        assert str(event["url"]).startswith("http://testserver/")
    used = {str(event["dtstart"].params.get("tzid", "")) for event in parsed.events} - {""}
    assert used <= {str(zone["tzid"]) for zone in parsed.walk("VTIMEZONE")}
    assert list(parsed.walk("VTIMEZONE"))


def test_ids_do_not_depend_on_the_language_or_the_name_of_the_site() -> None:
    english = {str(event["uid"]) for event in events("/en/deadlines.ics")}
    dutch = {str(event["uid"]) for event in events("/nl/deadlines.ics")}
    assert english == dutch
    assert all(uid.endswith("@leiden.sojourn") for uid in english)


def test_a_deadline_without_a_time_lasts_the_whole_day() -> None:
    slug = opportunity_with_deadlines()
    deadline = change_deadline(slug, date=dt.date(2027, 3, 28), time=None)
    event = _event(f"/en/opportunities/{slug}/deadlines.ics", deadline.slug)
    assert event.decoded("dtstart") == dt.date(2027, 3, 28)
    assert event.decoded("dtend") == dt.date(2027, 3, 29)
    assert event["dtstart"].params["value"] == "DATE"


@pytest.mark.parametrize(
    ("date", "in_utc"),
    [
        (dt.date(2027, 2, 5), "2027-02-05T22:59:00+00:00"),  # winter time
        (dt.date(2027, 7, 1), "2027-07-01T21:59:00+00:00"),  # summer time
        (dt.date(2027, 3, 28), "2027-03-28T21:59:00+00:00"),  # the day the clock goes forward
        (dt.date(2027, 10, 31), "2027-10-31T22:59:00+00:00"),  # the day it goes back
    ],
)
def test_a_deadline_with_a_time_is_right_in_summer_and_winter(date: dt.date, in_utc: str) -> None:
    slug = opportunity_with_deadlines()
    deadline = change_deadline(slug, date=date, time=dt.time(23, 59))
    url = f"/en/opportunities/{slug}/deadlines.ics"
    assert _moment(_event(url, deadline.slug).decoded("dtstart")) == in_utc
    # vobject reads the zone's rules from the file itself, so this also tries those.
    [theirs] = [
        event
        for event in vobject.readOne(fetch(url).content.decode()).vevent_list
        if deadline.slug in event.uid.value
    ]
    assert _moment(theirs.dtstart.value) == in_utc


def _event(url: str, slug: str) -> icalendar.Event:
    [event] = [event for event in events(url) if str(event["uid"]).startswith(f"deadline-{slug}@")]
    return event


def test_the_feed_of_an_opportunity_has_exactly_its_deadlines() -> None:
    slug = opportunity_with_deadlines()
    expected = {
        f"deadline-{entry.slug}@leiden.sojourn"
        for entry in current_snapshot().records.opportunities[slug].deadlines
    }
    found = events(f"/en/opportunities/{slug}/deadlines.ics")
    assert {str(event["uid"]) for event in found} == expected


def test_the_feed_of_all_deadlines_leaves_out_what_has_passed() -> None:
    slug = opportunity_with_deadlines()
    deadline = change_deadline(slug, date=current_snapshot().built_on - dt.timedelta(days=1))
    assert deadline.slug not in str([event["uid"] for event in events("/en/deadlines.ics")])
    assert _event(f"/en/opportunities/{slug}/deadlines.ics", deadline.slug)


def test_texts_are_in_the_language_of_the_address() -> None:
    slug = opportunity_with_deadlines()
    title = current_snapshot().records.opportunities[slug].title
    for language, expected in (("en", title["en"]), ("nl", title["nl"])):
        event = events(f"/{language}/opportunities/{slug}/deadlines.ics")[0]
        assert expected in str(event["summary"])
        assert event["summary"].params["language"] == language
        assert f"/{language}/opportunities/{slug}/" in str(event["url"])


def test_an_example_says_so_and_a_fact_names_its_source() -> None:
    slug = opportunity_with_deadlines()
    deadline = change_deadline(slug, is_example=True, source=None)
    event = _event(f"/en/opportunities/{slug}/deadlines.ics", deadline.slug)
    assert str(event["summary"]).endswith("(example)")
    assert "example" in str(event["description"])


def test_the_coordinators_hour_is_on_monday_at_two_in_her_room() -> None:
    found = events("/en/contacts/walk-in.ics")
    hours = [event for event in found if "V5-28" in str(event.get("location", ""))]
    assert len(hours) >= 20
    for event in hours:
        starts, ends = event.decoded("dtstart"), event.decoded("dtend")
        assert starts.weekday() == 0
        assert (starts.hour, ends.hour) == (14, 15)  # by the clock on the wall, all year
        assert starts.tzinfo is not None


def test_both_sides_of_the_change_of_the_clock_are_in_the_feed_and_right() -> None:
    starts = [event.decoded("dtstart") for event in events("/en/contacts/walk-in.ics")]
    assert starts
    for start in starts:
        assert start.utcoffset() == start.replace(tzinfo=AMSTERDAM).utcoffset(), start
    if timezone.localdate().month not in (3, 4, 10):  # else the next change may lie further ahead
        assert {start.utcoffset() for start in starts} == {
            dt.timedelta(hours=1),
            dt.timedelta(hours=2),
        }


def test_no_hour_on_a_public_holiday() -> None:
    hour = WalkInHour.objects.order_by("pk").first()
    assert hour is not None
    days = [event.decoded("dtstart").date() for event in events("/en/contacts/walk-in.ics")]
    dutch = holidays.country_holidays("NL", years=range(min(days).year, max(days).year + 1))
    assert [day for day in days if day in dutch] == []
    # The feed did reach a Monday that is one (Easter or Whit Monday), so it had to be skipped.
    mondays = {day for day in dutch if day.weekday() == 0 and min(days) < day < max(days)}
    assert mondays


def test_a_contact_has_a_feed_of_their_own() -> None:
    contact = next(
        entry for entry in current_snapshot().records.contacts.values() if entry.walk_in_hours
    )
    url = f"/en/contacts/{contact.slug}/walk-in.ics"
    slugs = tuple(f"walk-in-{hour.slug}-" for hour in contact.walk_in_hours)
    found = events(url)
    assert found
    assert all(str(event["uid"]).startswith(slugs) for event in found)
    assert contact.slug in fetch(url)["Content-Disposition"]


@pytest.mark.parametrize(
    "url", ["/en/opportunities/nowhere/deadlines.ics", "/en/contacts/nobody/walk-in.ics"]
)
def test_what_never_was_is_unknown(url: str) -> None:
    assert fetch(url).status_code == 404


def test_what_was_withdrawn_is_gone() -> None:
    slug = opportunity_with_deadlines()
    Opportunity.objects.filter(slug=slug).update(status="withdrawn")
    publish_change()
    refresh_snapshot()
    assert fetch(f"/en/opportunities/{slug}/deadlines.ics").status_code == 410
    assert slug not in fetch("/en/deadlines.ics").content.decode()


def test_a_feed_can_be_empty() -> None:
    Deadline.objects.all().delete()
    publish_change()
    refresh_snapshot()
    assert events("/en/deadlines.ics") == []


def test_only_reading_is_possible() -> None:
    assert Client().post("/en/deadlines.ics").status_code == 405


@pytest.mark.parametrize(
    ("page", "feed"),
    [
        ("/en/", "/en/deadlines.ics"),
        ("/nl/contacts/", "/nl/contacts/coordinator-internationalisation/walk-in.ics"),
    ],
)
@pytest.mark.usefixtures("deadlines_ahead")
def test_a_page_offers_to_subscribe_and_an_address_to_copy(page: str, feed: str) -> None:
    text = fetch(page).content.decode()
    assert f'href="webcal://testserver{feed}"' in text
    assert f'<code class="address">http://testserver{feed}</code>' in text
    assert f'href="{feed}"' in text
    assert fetch(feed).status_code == 200
