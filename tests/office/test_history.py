"""The page of all events: who may read which, filters, and that nothing is changed there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.history.presenters import AREA_OF
from sojourn.office.shared.history import WORDS
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from sojourn.people.role_assignments import grant_role
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from tests.support.accounts import account

EVENTS = "/en/office/history/"
MEDICINE, BIOMEDICAL = "medicine-bsc", "biomedical-sciences-bsc"


@pytest.fixture
def student(leiden: Snapshot) -> User:
    made = account("noor@example.org", first_name="Noor", last_name="Ødegård")
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=MEDICINE))
    return made


def browser_of(role: Role, programme: str = "") -> tuple[User, Client]:
    somebody = account(f"{role}-{programme}@example.org", role, programme=programme)
    client = Client()
    client.force_login(somebody)
    return somebody, client


def test_every_action_with_words_is_found_by_what_it_is_about() -> None:
    assert {action.partition(".")[0] for action in WORDS} == set(AREA_OF)


def test_who_did_what_to_whom_is_told_to_those_who_see_the_student(student: User) -> None:
    carla, client = browser_of(Role.COORDINATOR, MEDICINE)
    audit.record("access.let_in", actor=carla, about=student, on=student)
    shown = client.get(EVENTS).content.decode()
    assert "let the student in" in shown
    assert f"/en/office/students/{student.uuid}/" in shown
    _other, elsewhere = browser_of(Role.COORDINATOR, BIOMEDICAL)
    assert "Ødegård" not in elsewhere.get(EVENTS).content.decode()
    _reviewer, outside = browser_of(Role.REVIEWER, MEDICINE)
    assert outside.get(EVENTS).status_code == 403


def test_the_list_is_narrowed_by_time_person_and_matter(student: User) -> None:
    carla, client = browser_of(Role.COORDINATOR, MEDICINE)
    audit.record("access.let_in", actor=carla, about=student, on=student)
    old = audit.record("appointment.booked", actor=student, about=student, on=student)
    AuditEvent.objects.filter(pk=old.pk).update(at=timezone.now() - dt.timedelta(days=40))

    def rows(**asked: str) -> str:
        page = client.get(EVENTS, asked).content.decode()
        return page.partition("<tbody>")[2]

    assert "let the student in" in rows()
    assert "booked" in rows()
    assert "booked" not in rows(since="month")
    assert "booked" not in rows(by=str(carla.uuid))
    assert "let the student in" in rows(by=str(carla.uuid))
    assert "let the student in" not in rows(of="appointments")
    assert "booked" in rows(of="appointments")
    assert "let the student in" in rows(q="odegard")
    assert "let the student in" not in rows(q="somebody else")


def test_a_role_is_told_with_its_programme_and_last_day(student: User) -> None:
    operator, client = browser_of(Role.OPERATOR)
    deputy = account("dirk@example.org", Role.SECRETARY)
    grant_role(
        deputy, Role.COORDINATOR, by=operator, programme=MEDICINE, until=dt.date(2027, 1, 31)
    )
    shown = client.get(EVENTS, {"of": "accounts"}).content.decode()
    assert "gave the role" in shown
    assert "until 31 January 2027" in shown


def test_nothing_is_changed_there(student: User) -> None:
    _operator, client = browser_of(Role.OPERATOR)
    for method in (client.post, client.put, client.delete):
        assert method(EVENTS).status_code == 405
