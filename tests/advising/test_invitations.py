"""Calendar mails as two independent programs read them: icalendar and vobject."""

from __future__ import annotations

import datetime as dt

import icalendar
import pytest
import vobject

from sojourn.advising import appointments, itip
from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.models import Appointment, Diary, SlotRule
from sojourn.people.models import OutboxMail
from tests.advising.conftest import AMSTERDAM, NOW, MakeStudent, at

WISH = AppointmentRequest("Secret subject 4711", "Secret question 4711")


@pytest.fixture
def booked(diary: Diary, student: MakeStudent) -> Appointment:
    return appointments.book(diary, student("anna"), at(2, 10), WISH, NOW)


def read(text: str) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(text)
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def test_a_request_says_when_where_and_with_whom(booked: Appointment) -> None:
    part = itip.request(booked, NOW)
    assert part.method == "REQUEST"
    event = read(part.text)
    assert event.decoded("dtstart") == at(2, 10)
    assert event.decoded("dtend") == at(2, 10, 20)
    assert str(event["location"]) == "room V5-28"
    assert "Evelien Hack" in str(event["summary"])
    assert str(event["attendee"]).lower() == "mailto:anna@example.org"
    assert event.errors == []
    other = vobject.readOne(part.text)
    other.validate()
    assert other.method.value == "REQUEST"
    assert other.vevent.dtstart.value == at(2, 10)
    assert other.vevent.uid.value == str(event["uid"])


def test_one_event_lives_on_with_a_rising_sequence(booked: Appointment) -> None:
    texts = [itip.request(booked, NOW).text]
    moved = appointments.move(booked, at(2, 10, 40), NOW)
    texts.append(itip.request(moved, NOW).text)
    gone = appointments.cancel(moved, moved.student, NOW)
    texts.append(itip.cancellation(gone, NOW).text)
    events = [read(text) for text in texts]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [int(event["sequence"]) for event in events] == [0, 1, 2]
    assert [str(event["status"]) for event in events] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    last = vobject.readOne(texts[-1])
    last.validate()
    assert last.method.value == "CANCEL"
    assert last.vevent.sequence.value == "2"


def test_what_it_is_about_stays_out_of_mails_and_calendars(booked: Appointment) -> None:
    assert "4711" not in itip.request(booked, NOW).text
    mail = OutboxMail.objects.get()
    assert "4711" not in mail.subject + str(mail.content)
    assert "text/calendar; method=REQUEST" in str(mail.content)


@pytest.mark.parametrize(
    ("month", "day", "year", "utc"),
    [(10, 20, 2026, 8), (10, 27, 2026, 9), (3, 23, 2027, 9), (3, 30, 2027, 8)],
)
def test_ten_in_the_morning_is_ten_before_and_after_the_clocks_change(
    diary: Diary, student: MakeStudent, month: int, day: int, year: int, utc: int
) -> None:
    SlotRule.objects.update(weekday=1)  # Tuesdays
    when = dt.datetime(year, month, day, 10, tzinfo=AMSTERDAM)
    made = appointments.book(diary, student("anna"), when, WISH, when - dt.timedelta(days=8))
    text = itip.request(made, NOW).text
    for parsed in (read(text).decoded("dtstart"), vobject.readOne(text).vevent.dtstart.value):
        assert parsed.astimezone(dt.UTC).hour == utc
        assert parsed.astimezone(AMSTERDAM).hour == 10


def test_a_reader_of_dutch_gets_it_in_dutch(diary: Diary, student: MakeStudent) -> None:
    anna = student("anna")
    anna.language = "nl"
    anna.save()
    appointments.book(diary, anna, at(2, 10), WISH, NOW)
    mail = OutboxMail.objects.get()
    assert "woensdag 2 december" in mail.subject
    assert "/nl/advice/appointments/" in str(mail.content)
