"""A student is in one appointment at a time, whoever's diary it stands in."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from sojourn.advising import appointments
from sojourn.advising.appointments import AppointmentRequest, OverlappingAppointmentError
from sojourn.advising.diaries import diary_of
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, Diary, SlotRule
from sojourn.advising.slots import Slot
from sojourn.catalogue.models import Contact
from sojourn.people.models import User
from tests.advising.conftest import NOW, MakeStudent, at

WISH = AppointmentRequest("Sweden", "Where?")
WEEK = dt.date(2026, 11, 30)
TEN = at(2, 10)


@pytest.fixture
def desk(diary: Diary) -> Diary:
    """Another desk, whose slots lie a little beside those of the first."""
    other = diary_of(Contact.objects.exclude(pk=diary.contact_id).order_by("slug")[0])
    SlotRule.objects.create(
        diary=other, weekday=2, starts=dt.time(9, 50), ends=dt.time(11), length=20
    )
    return other


def booked(student: User) -> int:
    return Appointment.objects.filter(student=student, state="booked").count()


def test_an_appointment_elsewhere_at_that_time_is_named_and_nothing_is_booked(
    diary: Diary, desk: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    appointments.book(diary, anna, TEN, WISH, NOW)
    for overlapping in (at(2, 9, 50), at(2, 10, 10)):
        with pytest.raises(OverlappingAppointmentError) as refused:
            appointments.book(desk, anna, overlapping, WISH, NOW)
        assert "2 December" in refused.value.message
    assert booked(anna) == 1
    # One after the other is no trouble.
    appointments.book(desk, anna, at(2, 10, 30), WISH, NOW)


def test_neither_side_moves_an_appointment_onto_another(
    diary: Diary, desk: Diary, student: MakeStudent, coordinator: User
) -> None:
    anna = student("anna")
    appointments.book(diary, anna, TEN, WISH, NOW)
    later = appointments.book(desk, anna, at(2, 10, 30), WISH, NOW)
    with pytest.raises(OverlappingAppointmentError):
        appointments.move(later, at(2, 10, 10), NOW)
    with pytest.raises(AdvisingError):
        appointments.move_for_office(
            later, Slot(at(2, 10, 5), at(2, 10, 25), ""), coordinator, 0, NOW
        )
    later.refresh_from_db()
    assert later.starts_at == at(2, 10, 30)


@pytest.mark.slow
def test_an_offer_is_not_taken_on_top_of_another_appointment_and_still_stands(
    diary: Diary, desk: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    holders = [
        appointments.book(diary, student(f"holder{minute}"), at(2, 10, minute), WISH, NOW)
        for minute in (0, 20, 40)
    ]
    appointments.wait_for_week(diary, anna, WEEK, WISH, NOW)
    elsewhere = appointments.book(desk, anna, at(2, 10, 10), WISH, NOW)
    appointments.cancel(holders[0], holders[0].student, NOW)
    offer = Appointment.objects.get(student=anna, state="offered")
    with pytest.raises(OverlappingAppointmentError):
        appointments.accept(offer, NOW)
    offer.refresh_from_db()
    assert offer.state == "offered"
    appointments.cancel(elsewhere, anna, NOW)
    assert appointments.accept(offer, NOW).state == "booked"


def test_the_page_of_an_offer_says_so_and_still_has_its_buttons(
    diary: Diary, desk: Diary, student: MakeStudent
) -> None:
    anna = student("anna")
    starts = timezone.now() + dt.timedelta(days=3)
    times = {"starts_at": starts, "ends_at": starts + dt.timedelta(minutes=20)}
    said = {"student": anna, "topic": "Sweden", "question": "Where?", **times}
    Appointment.objects.create(diary=desk, state="booked", **said)
    offer = Appointment.objects.create(
        diary=diary, state="offered", offer_ends_at=timezone.now() + dt.timedelta(hours=1), **said
    )
    browser = Client()
    browser.force_login(anna)
    for language, words in (
        ("en", "You have another appointment at that time"),
        ("nl", "al een andere afspraak"),
    ):
        page = browser.post(f"/{language}/advice/offers/{offer.pk}/", {"answer": "yes"})
        assert page.status_code == 409
        assert words in page.content.decode()
        assert 'value="no"' in page.content.decode()
    offer.refresh_from_db()
    assert offer.state == "offered"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_of_two_desks_booked_at_once_one_is_refused(
    diary: Diary, desk: Diary, student: MakeStudent
) -> None:
    """The second begins while the first is not committed: it has to wait, not to look."""
    anna = student("anna")
    told: list[str] = []

    def book_elsewhere() -> None:
        try:
            appointments.book(desk, anna, TEN + dt.timedelta(minutes=10), WISH, NOW)
        except AdvisingError as error:
            told.append(error.message)
        finally:
            connection.close()

    second = threading.Thread(target=book_elsewhere)
    with transaction.atomic():
        appointments.book(diary, anna, TEN, WISH, NOW)
        second.start()
        # Time in which a program that only looks would finish. One that waits cannot.
        second.join(timeout=1)
        assert second.is_alive()
    second.join()
    assert len(told) == 1
    assert booked(anna) == 1
