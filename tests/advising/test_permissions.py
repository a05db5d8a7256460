"""Nobody reads or changes another's appointments by any address, whoever they are."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.advising import appointment_notes, queue
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    NextStep,
    SlotRule,
    Ticket,
    WeekWaiting,
)
from sojourn.catalogue.models import Absence, WalkInChange
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.appointments import urls as office_urls
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.portal.appointments import urls
from tests.experiences.by_link import SUPERVISOR, supervisor_by_link
from tests.portal.test_advice import WHO, open_hours
from tests.support.accounts import STUDENT, account

pytestmark = pytest.mark.slow

SECRET = "zebra-4711"
STUDENTS_SIDE = ["visitor", "other student", SUPERVISOR, "coordinator", "operator"]
NOT_THE_OFFICE = ["visitor", "student", "other student", SUPERVISOR]


@dataclass(frozen=True)
class Annas:
    """What Anna has standing, each holding the secret word."""

    client: Client
    appointment: Appointment
    offer: Appointment
    waiting: WeekWaiting
    ticket: Ticket
    step: NextStep
    rule: SlotRule
    absence: Absence

    def address(self, side: str, route: str) -> str:
        given: dict[str, Any] = {
            "slug": WHO, "step_id": self.step.pk, "code": self.waiting.code,
            "appointment_id": self.offer.pk if "offers" in route else self.appointment.pk,
            "ticket_id": self.ticket.pk, "kind": "appointment", "subject_id": self.appointment.pk,
            "number": self.absence.pk if "absent" in route else self.rule.pk,
            "hour": "coordinator-monday", "year": 2027, "month": 1, "day": 4,
        }  # fmt: skip
        for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
            route = re.sub(rf"<(?:\w+:)?{part}>", str(given[part]), route)
        return f"/en/{side}/{route}"


def advice(annas: Annas) -> list[str]:
    return [annas.address("advice", str(each.pattern)) for each in urls.urlpatterns]


def office(annas: Annas) -> list[str]:
    return [annas.address("office", str(each.pattern)) for each in office_urls.urlpatterns]


def kept() -> list[object]:
    """Every row of advice, but for when it was last looked at."""
    return [
        sorted(map(str, model.objects.values_list()))
        for model in (
            Appointment, WeekWaiting, NextStep, AppointmentNote, SlotRule, Diary, Absence,
            WalkInChange,
        )
    ] + [list(Ticket.objects.filter(topic=SECRET).values_list())]  # fmt: skip


@pytest.fixture
def annas(leiden: Snapshot) -> Annas:
    diary = open_hours()
    anna = User.objects.create_user("anna@example.org", first_name="Anna")
    author = User.objects.create_user("author@example.org")
    now = timezone.now()
    week = timezone.localdate()
    waiting = WeekWaiting.objects.create(
        diary=diary, student=anna, week=week - dt.timedelta(days=week.weekday()), topic=SECRET,
        question=SECRET, state="offered",
    )  # fmt: skip
    made = [
        Appointment.objects.create(
            diary=diary, student=anna, starts_at=now + dt.timedelta(days=day),
            ends_at=now + dt.timedelta(days=day, minutes=20), topic=SECRET, question=SECRET,
            state=state, offer_ends_at=now + dt.timedelta(hours=5) if state == "offered" else None,
            waited=waiting if state == "offered" else None,
        )
        for day, state in ((2, "booked"), (3, "offered"))
    ]  # fmt: skip
    appointment = appointment_notes.NoteSubject(anna, appointment=made[0])
    appointment_notes.write_shared_note(appointment, author, SECRET, now)
    client = Client()
    client.force_login(anna)
    return Annas(
        client, made[0], made[1], waiting, queue.take_number(diary, anna, "", SECRET, now),
        appointment_notes.agree_on(appointment, author, SECRET, None, now), diary.rules.all()[0],
        Absence.objects.create(
            contact=diary.contact, first_day=dt.date(2030, 1, 1), last_day=dt.date(2030, 1, 2),
            is_example=True,
        ),
    )  # fmt: skip


@pytest.fixture
def somebody(db: None) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        if who == SUPERVISOR:
            return supervisor_by_link()
        client = Client()
        if who != "visitor":
            role = who if who in (Role.COORDINATOR, Role.OPERATOR) else STUDENT
            client.force_login(
                account(f"{who.replace(' ', '-')}@example.org", role)
            )  # fmt: skip
        return client

    return make


def test_the_owner_finds_it_on_the_pages(annas: Annas) -> None:
    """Without this the tests below could pass on empty pages."""
    for page in ("/en/advice/", f"/en/advice/appointments/{annas.appointment.pk}/", "/en/plan/"):
        assert SECRET in annas.client.get(page).content.decode(), page


@pytest.mark.parametrize("who", STUDENTS_SIDE)
def test_no_page_of_advice_shows_annas_appointments_to_anybody_else(
    annas: Annas, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for address in advice(annas):
        answer = client.get(address)
        assert SECRET not in answer.content.decode(), address
        assert answer.status_code in (200, 302, 403, 404, 405), (address, answer.status_code)
        if answer.status_code != 405 and "/account/" not in answer.headers.get("Location", ""):
            assert "no-store" in answer.headers.get("Cache-Control", "no-store"), address


@pytest.mark.parametrize("who", STUDENTS_SIDE)
def test_nothing_that_anybody_else_sends_changes_annas_appointments(
    annas: Annas, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    before = kept()
    everything = {
        "slot": annas.appointment.starts_at.isoformat(), "topic": "mine", "question": "mine",
        "done": "1", "answer": "yes", "sure": "1", "route": "by-country",
    }  # fmt: skip
    for address in advice(annas):
        client.post(address, everything)
    assert kept() == before


@pytest.mark.parametrize("who", NOT_THE_OFFICE)
def test_the_office_is_closed_to_others(
    annas: Annas, somebody: Callable[[str], Client], who: str
) -> None:
    client = annas.client if who == "student" else somebody(who)
    before = kept()
    for address in office(annas):
        for answer in (client.get(address), client.post(address, {"sure": "1", "do": "cancel"})):
            # 405 comes before the door and says nothing.
            assert answer.status_code in (
                (302, 405) if who in ("visitor", SUPERVISOR) else (403, 405)
            ), address
            assert SECRET not in answer.content.decode()
    assert kept() == before


@pytest.mark.parametrize("who", ["coordinator", "operator"])
def test_those_who_work_there_get_in(
    annas: Annas, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for address in office(annas):
        assert client.get(address).status_code in (200, 302, 405), address
        assert client.post(address, {}).status_code in (200, 302, 404, 405, 422), address


@pytest.mark.parametrize("who", ["student", "coordinator"])
def test_what_does_not_exist_is_said_so(
    annas: Annas, somebody: Callable[[str], Client], who: str
) -> None:
    nobody = "00000000-0000-4000-8000-000000000000"
    client = annas.client if who == "student" else somebody(who)
    side = "advice" if who == "student" else "office"
    assert client.get(f"/en/{side}/appointments/{nobody}/").status_code == 404
    assert client.get(f"/en/{side}/line/nobody/").status_code == 404


def test_no_address_of_advice_holds_a_number_that_can_be_counted_up() -> None:
    for each in urls.urlpatterns:
        parts = re.findall(r"<(\w+):(\w+)>", str(each.pattern))
        assert all(
            kind in ("uuid", "slug") or name in ("year", "month", "day") for kind, name in parts
        )
