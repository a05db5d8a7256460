"""Booking a talk and standing in the walk-in line, as a student's browser does it."""

from __future__ import annotations

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.advising import appointment_notes, appointments, diaries, own_data, queue
from sojourn.advising.appointments import AppointmentRequest
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, Diary, NextStep, SlotRule, Ticket
from sojourn.catalogue.models import Absence, Contact, Edition, WalkInHour
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import Text
from sojourn.people.models import User
from tests.advising.conftest import fill_top_five

WHO = "coordinator-internationalisation"
WORDS = {"route": "by-subject", "topic": "Half minor", "question": "Which one fits?"}


def open_hours(*, walk_in: bool = True) -> Diary:
    """Slots every day and a walk-in hour all day, whatever day these tests run on."""
    Absence.objects.all().delete()
    Edition.objects.update(holidays_country="ZZ")  # a country without holidays
    diary = diaries.diary_of(Contact.objects.get(slug=WHO))
    for weekday in range(7):
        SlotRule.objects.create(
            diary=diary, weekday=weekday, starts=dt.time(9), ends=dt.time(10), length=30
        )
        if walk_in:
            WalkInHour.objects.create(
                slug=f"always-{weekday}", contact=diary.contact, weekday=weekday,
                starts=dt.time(0), ends=dt.time(23, 59, 59), is_example=True,
            )  # fmt: skip
    publish_change()
    return diary


@pytest.fixture
def diary(leiden: Snapshot) -> Diary:
    return open_hours()


@pytest.fixture
def anna(db: None) -> User:
    return User.objects.create_user("anna@example.org", first_name="Anna")


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def free(diary: Diary) -> str:
    return diaries.unreserved_slots(diary, timezone.now())[0].starts.isoformat()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_student_books_moves_and_cancels(diary: Diary, anna: User, language: str) -> None:
    client = browser(anna)
    base = f"/{language}/advice/"
    assert client.get(f"{base}book/{WHO}/").status_code == 200
    answer = client.post(f"{base}book/{WHO}/", {"slot": free(diary), **WORDS}, follow=True)
    assert "Half minor" in answer.content.decode()
    made = Appointment.objects.get()
    here = f"{base}appointments/{made.pk}/"
    assert client.get(f"{base}book/{WHO}/").headers["Location"] == here
    new = free(diary)
    client.post(f"{here}move/", {"slot": new})
    made.refresh_from_db()
    assert made.starts_at.isoformat() == new
    client.post(f"{here}words/", {**WORDS, "topic": "Sweden"})
    assert "Sweden" in client.get(here).content.decode()
    assert client.get(f"{here}cancel/").status_code == 200
    client.post(f"{here}cancel/")
    made.refresh_from_db()
    assert made.state == "cancelled"


@pytest.mark.slow
def test_what_was_typed_stays_when_something_is_missing(diary: Diary, anna: User) -> None:
    answer = browser(anna).post(f"/en/advice/book/{WHO}/", {"topic": "Kept 4711"})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Kept 4711" in text
    assert "Choose a time." in text
    assert not Appointment.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("slot", ["", "x", "2026-11-30T10:00", "9" * 50, "2999-01-01T10:00Z"])
def test_a_time_that_is_none_books_nothing(diary: Diary, anna: User, slot: str) -> None:
    answer = browser(anna).post(f"/en/advice/book/{WHO}/", {"slot": slot, **WORDS})
    assert answer.status_code in (409, 422)
    assert not Appointment.objects.exists()


@pytest.mark.slow
def test_a_time_that_was_just_taken_leads_to_those_that_are_free(diary: Diary, anna: User) -> None:
    slot = free(diary)
    bert = User.objects.create_user("bert@example.org")
    browser(bert).post(f"/en/advice/book/{WHO}/", {"slot": slot, **WORDS})
    answer = browser(anna).post(f"/en/advice/book/{WHO}/", {"slot": slot, **WORDS})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "That time was just taken. These are free." in text
    assert f'value="{free(diary)}"' in text
    assert "Which one fits?" in text


@pytest.mark.slow
def test_by_country_the_page_leads_to_the_top_five_and_keeps_what_was_typed(
    diary: Diary, anna: User
) -> None:
    client = browser(anna)
    wanted = {"slot": free(diary), **WORDS, "route": "by-country", "topic": "Kept 4711"}
    answer = client.post(f"/en/advice/book/{WHO}/", wanted)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "First your top five" in text
    assert 'href="/en/plan/top-five/"' in text
    fill_top_five(anna)
    assert "Kept 4711" in client.get(f"/en/advice/book/{WHO}/").content.decode()
    client.post(f"/en/advice/book/{WHO}/", wanted)
    assert Appointment.objects.get().route == "by-country"


@pytest.mark.slow
def test_a_full_week_is_waited_for_and_what_comes_free_is_offered(diary: Diary, anna: User) -> None:
    now = timezone.now()
    slots = diaries.unreserved_slots(diary, now)
    week = diaries.week_of(slots[-1].starts)
    held = [
        appointments.book(
            diary, User.objects.create_user(f"h{n}@example.org"), slot.starts,
            AppointmentRequest("a", "b"), now,
        )
        for n, slot in enumerate(slots) if diaries.week_of(slot.starts) == week
    ]  # fmt: skip
    client = browser(anna)
    page = client.get(f"/en/advice/book/{WHO}/").content.decode()
    way = f"/en/advice/wait/{WHO}/{week.year}-{week.month}-{week.day}/"
    assert way in page
    assert client.get(way).status_code == 200
    client.post(way, WORDS)
    assert "you are the first" in client.get("/en/advice/").content.decode()
    appointments.cancel(held[0], held[0].student, now)
    offer = Appointment.objects.get(state="offered")
    there = f"/en/advice/offers/{offer.pk}/"
    assert there in client.get("/en/advice/").content.decode()
    assert client.get(there).status_code == 200
    answer = client.post(there, {"answer": "yes"}, follow=True)
    assert "The time is yours." in answer.content.decode()
    offer.refresh_from_db()
    assert offer.state == "booked"


@pytest.mark.slow
def test_an_agreed_step_stands_in_the_plan_and_is_ticked_off(diary: Diary, anna: User) -> None:
    author = User.objects.create_user("c@example.org")
    step = appointment_notes.agree_on(
        appointment_notes.NoteSubject(anna), author, "Write to Bergen 4711", None, timezone.now()
    )
    client = browser(anna)
    assert "Write to Bergen 4711" in client.get("/en/plan/").content.decode()
    client.post(f"/en/advice/steps/{step.pk}/", {"done": "1", "from": "plan"})
    assert NextStep.objects.get().done_at is not None
    client.post(f"/en/advice/steps/{step.pk}/", {})
    assert NextStep.objects.get().done_at is None


def code(diary: Diary) -> str:
    return queue.entry_code(diary, queue.queue_day(timezone.now()))


class TestTheLine:
    @pytest.mark.slow
    @pytest.mark.parametrize("typed", ["", "1", "123456", "９９９９９", "x"])
    def test_a_wrong_code_takes_no_number_and_keeps_what_was_typed(
        self, diary: Diary, typed: str
    ) -> None:
        sent = {"name": "Cem4711", "topic": "Grants4711", "code": typed}
        answer = browser().post(f"/en/advice/line/{WHO}/", sent)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "not today's code" in html.unescape(text)
        assert "Cem4711" in text
        assert "Grants4711" in text
        assert not Ticket.objects.exists()

    @pytest.mark.slow
    def test_the_code_changes_each_day_and_is_of_one_desk(self, diary: Diary) -> None:
        today = dt.date(2026, 11, 30)
        days = {queue.entry_code(diary, today + dt.timedelta(days=each)) for each in range(30)}
        assert len(days) > 25
        assert all(re.fullmatch(r"\d{5}", each) for each in days)
        other = Diary(pk=diary.pk + 1)
        assert queue.entry_code(other, today) != queue.entry_code(diary, today)

    @pytest.mark.slow
    def test_the_office_and_the_door_show_the_code(self, diary: Diary) -> None:
        desk = User.objects.create_user("desk@example.org", role="coordinator", is_demo=True)
        office = browser(desk)
        for page in (f"/en/office/line/{WHO}/", f"/nl/office/line/{WHO}/door/"):
            assert code(diary) in office.get(page).content.decode()

    @pytest.mark.slow
    def test_numbers_without_an_account_leave_room_for_students(
        self, diary: Diary, anna: User
    ) -> None:
        for _each in range(queue.MOST_ANONYMOUS):
            queue.take_number(diary, None, "x", "", timezone.now())
        with pytest.raises(AdvisingError, match="Sign in"):
            queue.take_number(diary, None, "x", "", timezone.now())
        assert queue.take_number(diary, anna, "", "", timezone.now()).number == 21

    @pytest.mark.slow
    def test_numbers_are_limited_by_network_and_hour(self, diary: Diary, settings: Any) -> None:
        settings.RATE_LIMITS = {**settings.RATE_LIMITS, "walk-in": "2/hour"}
        client = browser()
        answers = [client.post(f"/en/advice/line/{WHO}/", {"code": "0"}) for _each in range(3)]
        assert [each.status_code for each in answers] == [422, 422, 429]

    @pytest.mark.slow
    def test_a_visitor_takes_a_number_sees_the_place_and_leaves(self, diary: Diary) -> None:
        client, way = browser(), f"/en/advice/line/{WHO}/"
        assert "Take a number" in client.get(way).content.decode()
        text = client.post(way, {"name": "Cem", "code": code(diary)}, follow=True).content.decode()
        assert "You are next" in text
        assert re.search(r'<noscript>\s*<meta http-equiv="refresh"', text)
        assert client.get(f"{way}state/").json()["headline"] == "You are next"
        client.post(way, {"name": "Cem"})  # once more by a nervous thumb
        assert Ticket.objects.count() == 1
        client.post(f"{way}leave/")
        assert Ticket.objects.get().state == "left"

    @pytest.mark.slow
    def test_another_browser_sees_only_how_many_wait(self, diary: Diary) -> None:
        browser().post(f"/en/advice/line/{WHO}/", {"name": "Cem4711", "code": code(diary)})
        text = browser().get(f"/en/advice/line/{WHO}/").content.decode()
        assert "1 person waits now." in text
        assert "Cem4711" not in text

    @pytest.mark.slow
    def test_a_student_finds_the_number_on_another_device(self, diary: Diary, anna: User) -> None:
        browser(anna).post(f"/en/advice/line/{WHO}/", {})
        assert "You are next" in browser(anna).get(f"/en/advice/line/{WHO}/").content.decode()

    @pytest.mark.slow
    def test_the_page_says_when_it_is_ones_turn(self, diary: Diary) -> None:
        client, way = browser(), f"/en/advice/line/{WHO}/"
        client.post(way, {"code": f" {code(diary)} "})
        queue.call_next(diary, None, User.objects.create_user("c@example.org"), timezone.now())
        assert client.get(f"{way}state/").json()["state"] == "called"
        assert "It is your turn" in client.get(way).content.decode()

    @pytest.mark.slow
    def test_without_an_hour_no_number_is_given(self, leiden: Snapshot) -> None:
        Absence.objects.create(
            contact=Contact.objects.get(slug=WHO), first_day=timezone.localdate(),
            last_day=timezone.localdate(), is_example=True,
        )  # fmt: skip
        publish_change()
        client, way = browser(), f"/en/advice/line/{WHO}/"
        assert "No walk-in hour now" in client.get(way).content.decode()
        assert client.post(way, {}).status_code == 409


@pytest.mark.slow
def test_an_hour_changed_on_one_date_shows_everywhere(diary: Diary, anna: User) -> None:
    from sojourn.advising.hours import DateChange, change_date

    hour = WalkInHour.objects.get(slug="coordinator-monday")
    WalkInHour.objects.exclude(pk=hour.pk).delete()
    # Tomorrow, whatever day this is: on a Monday the next hour would be that of today.
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    hour.weekday = tomorrow.weekday()
    hour.save()
    change_date(
        hour, tomorrow,
        DateChange(
            starts=dt.time(16), ends=dt.time(17), room="V4-11",
            note=Text({"en": "Other room 4711"}),
        ),
        anna,
    )  # fmt: skip
    client = browser()
    for page in ("/en/contacts/", "/en/advice/"):
        assert "V4-11" in client.get(page).content.decode(), page
    calendar = client.get("/en/contacts/walk-in.ics").content.decode()
    assert "V4-11" in calendar
    assert f"{tomorrow:%Y%m%d}T160000" in calendar


@pytest.mark.slow
def test_who_deletes_the_account_gives_the_time_to_whoever_waits(diary: Diary, anna: User) -> None:
    now = timezone.now()
    slots = diaries.unreserved_slots(diary, now)
    week = diaries.week_of(slots[-1].starts)
    mine, *others = [slot for slot in slots if diaries.week_of(slot.starts) == week]
    appointments.book(diary, anna, mine.starts, AppointmentRequest("a", "b"), now)
    for number, slot in enumerate(others):
        holder = User.objects.create_user(f"h{number}@example.org")
        appointments.book(diary, holder, slot.starts, AppointmentRequest("a", "b"), now)
    bert = User.objects.create_user("bert@example.org")
    appointments.wait_for_week(diary, bert, week, AppointmentRequest("a", "b"), now)
    own_data.release_bookings(anna, now)
    anna.delete()
    assert Appointment.objects.get(state="offered").student == bert


@pytest.mark.slow
def test_a_booking_without_a_time_leads_to_the_times(diary: Diary, anna: User) -> None:
    for slot in ("", "tomorrow", "2026-12-02T10:00", "x" * 100):
        answer = browser(anna).post(
            f"/en/advice/book/{WHO}/", {"slot": slot, "topic": "Sweden 4711"}
        )
        page = answer.content.decode()
        assert answer.status_code == 422, slot
        assert 'href="#id_slot"' in page
        assert page.count('id="id_slot"') == 1
        assert "Sweden 4711" in page


@pytest.mark.slow
def test_a_cancelled_appointment_has_no_forms_that_cannot_be_sent(diary: Diary, anna: User) -> None:
    client = browser(anna)
    client.post(f"/en/advice/book/{WHO}/", {"slot": free(diary), **WORDS})
    made = Appointment.objects.get()
    here = f"/en/advice/appointments/{made.pk}/"
    client.post(f"{here}cancel/")
    for way in ("move/", "words/", "cancel/"):
        answer = client.get(f"{here}{way}", follow=True)
        assert answer.redirect_chain == [(here, 302)]
        assert "cannot be changed any more" in answer.content.decode()
    assert client.post(f"{here}cancel/").headers["Location"] == "/en/advice/"  # twice is no mistake
    client.post(f"{here}move/", {"slot": free(diary)})
    made.refresh_from_db()
    assert made.state == "cancelled"


@pytest.mark.slow
def test_a_number_taken_with_two_clicks_is_one(diary: Diary) -> None:
    page = browser().get(f"/en/advice/line/{WHO}/").content.decode()
    (sending,) = re.findall(r'name="sending" value="([0-9a-f-]{36})"', page)
    # The second click goes out before the first answer, and its session, has come.
    for click in (browser(), browser()):
        click.post(
            f"/en/advice/line/{WHO}/", {"name": "Cem", "sending": sending, "code": code(diary)}
        )
        assert 'class="big-number">1<' in click.get(f"/en/advice/line/{WHO}/").content.decode()
    assert Ticket.objects.count() == 1
    again = browser().get(f"/en/advice/line/{WHO}/").content.decode()
    assert sending not in again


@pytest.mark.slow
def test_nobody_gets_somebody_elses_number_by_its_form(diary: Diary, anna: User) -> None:
    hers = queue.take_number(diary, anna, "", "grants 4711", timezone.now())
    stranger = browser()
    answer = stranger.post(
        f"/en/advice/line/{WHO}/", {"sending": str(hers.pk), "code": code(diary)}
    )
    assert answer.status_code == 409
    assert "4711" not in answer.content.decode()
    assert stranger.post(f"/en/advice/line/{WHO}/", {"sending": "x"}).status_code in (302, 422)
    assert Ticket.objects.filter(student=anna).count() == 1
