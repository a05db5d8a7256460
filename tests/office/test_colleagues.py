"""Colleagues in the office: invited, given roles of some programmes, and let go with their work."""

from __future__ import annotations

import datetime as dt
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.utils import timezone

from sojourn.advising import questions
from sojourn.advising.models import Question
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.people.views import colleagues as views
from sojourn.people import staff
from sojourn.people.models import AuditEvent, OutboxMail, RoleAssignment, User
from sojourn.people.roles import EVERY_PROGRAMME, Role
from tests.support.accounts import STUDENT, account

MEDICINE, BIOMEDICAL = "medicine-bsc", "biomedical-sciences-bsc"
INVITE = "/en/office/people/invite/"


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def operator(leiden: Snapshot) -> User:
    return account("olga@example.org", Role.OPERATOR, first_name="Olga", last_name="Operator")


@pytest.fixture
def coordinator(leiden: Snapshot) -> User:
    """Somebody who decides about Biomedical Sciences alone."""
    return account("bram@example.org", Role.COORDINATOR, programme=BIOMEDICAL)


def page_of(user: User) -> str:
    return f"/en/office/people/{user.uuid}/"


def form(**changed: object) -> dict[str, object]:
    return {
        "email": "Carla@Example.org",
        "role": "coordinator",
        "programmes": [BIOMEDICAL],
        "until": "",
        "language": "nl",
        **changed,
    }


def held(email: str) -> set[tuple[str, str]]:
    found = RoleAssignment.objects.filter(user__email=email)
    return set(found.values_list("role", "programme"))


def test_a_colleague_for_one_programme_is_invited_from_the_list(operator: User) -> None:
    client = browser_of(operator)
    assert INVITE in client.get("/en/office/people/").content.decode()
    answer = client.post(INVITE, form(), follow=True)
    carla = User.objects.get(email="carla@example.org")
    assert answer.redirect_chain == [(page_of(carla), 302)]
    assert held("carla@example.org") == {("coordinator", BIOMEDICAL)}
    letter = OutboxMail.objects.get(receiver=carla)
    assert (letter.language, letter.is_secret) == ("nl", True)
    shown = answer.content.decode()
    assert "invited, has not been in yet" in shown
    assert "/account/invitation/" not in shown
    # Sent again by a browser: one account, one role, and the newer link counts.
    client.post(INVITE, form())
    assert held("carla@example.org") == {("coordinator", BIOMEDICAL)}


def test_who_decides_about_one_programme_gives_no_more_than_that(coordinator: User) -> None:
    client = browser_of(coordinator)
    shown = client.get(INVITE).content.decode()
    offered = set(re.findall(r'name="programmes" value="([^"]*)"', shown))
    assert offered == {BIOMEDICAL}
    assert 'value="operator"' not in shown
    for wrong in (
        {"role": "operator"}, {"programmes": [MEDICINE]}, {"programmes": ["*"]},
        {"programmes": []}, {"email": "no address"}, {"until": "2020-01-01"},
    ):  # fmt: skip
        assert client.post(INVITE, form(**wrong)).status_code == 422, wrong
    assert not User.objects.filter(email="carla@example.org").exists()
    client.post(INVITE, form(role="reviewer"))
    assert held("carla@example.org") == {("reviewer", BIOMEDICAL)}


def test_nobody_of_another_programme_is_touched(coordinator: User, operator: User) -> None:
    client = browser_of(coordinator)
    medicine = account("mina@example.org", Role.COORDINATOR, programme=MEDICINE)
    role = medicine.role_assignments.get()
    for colleague in (operator, medicine, coordinator):
        assert client.post(f"{page_of(colleague)}close/").status_code == 403
        assert client.post(f"{page_of(colleague)}sign-out/").status_code == 403
    assert client.post(f"{page_of(medicine)}role/{role.pk}/remove/").status_code == 403
    assert client.post(f"{page_of(medicine)}second-step/").status_code == 403
    assert client.post(f"{page_of(coordinator)}role/", form()).status_code == 403
    medicine.refresh_from_db()
    assert medicine.is_active
    assert held("mina@example.org") == {("coordinator", MEDICINE)}


def test_a_closed_account_is_opened_only_by_who_may_give_all_its_roles(
    coordinator: User, operator: User
) -> None:
    operator.is_active = False
    operator.save()
    again = form(email=operator.email, role="reviewer")
    answer = browser_of(coordinator).post(INVITE, again)
    assert answer.status_code == 422
    assert "Ask an operator" in answer.content.decode()
    operator.refresh_from_db()
    assert not operator.is_active


def test_a_student_is_not_made_a_colleague_by_mistake(operator: User) -> None:
    account("anna@example.org")
    answer = browser_of(operator).post(INVITE, form(email="anna@example.org"))
    assert answer.status_code == 422
    assert User.objects.get(email="anna@example.org").is_student


def test_a_deputy_has_a_last_day_and_giving_again_moves_it(operator: User) -> None:
    client = browser_of(operator)
    deputy = account("dirk@example.org", Role.SECRETARY)
    last = timezone.localdate() + dt.timedelta(days=30)
    gift = {"role": "coordinator", "programmes": ["*"], "until": last.isoformat()}
    client.post(f"{page_of(deputy)}role/", gift)
    assert RoleAssignment.objects.get(user=deputy, role="coordinator").until == last
    client.post(f"{page_of(deputy)}role/", gift | {"until": ""})
    given = RoleAssignment.objects.get(user=deputy, role="coordinator")
    assert (given.until, given.programme) == (None, EVERY_PROGRAMME)
    address = f"{page_of(deputy)}role/{given.pk}/remove/"
    # Two clicks: the second finds it gone.
    assert [client.post(address).status_code for _click in range(2)] == [302, 302]
    assert held("dirk@example.org") == {("secretary", EVERY_PROGRAMME)}
    shown = client.get(page_of(deputy)).content.decode()
    assert "took away the role" in shown
    assert "Coordinator, all programmes" in shown


def test_a_colleague_who_leaves_hands_over_the_open_questions(operator: User) -> None:
    student = account("noor@example.org")
    leaving = account("lea@example.org", Role.COORDINATOR, first_name="Lea", last_name="Gone")
    staying = account("sam@example.org", Role.SECRETARY)
    question = questions.ask(
        Asker(student, "", "en"), "A letter", NewMessage("Where is my letter?", uuid.uuid4())
    )
    questions.assign(question, by=operator, to=leaving)
    client = browser_of(operator)
    shown = client.get(f"{page_of(leaving)}close/").content.decode()
    assert f"/en/office/questions/{question.pk}/" in shown
    client.post(f"{page_of(leaving)}close/", {"to": str(staying.uuid)})
    leaving.refresh_from_db()
    assert not leaving.is_active
    assert Question.objects.get().assignee == staying
    assert AuditEvent.objects.filter(about=leaving, action="account.closed").count() == 1
    client.post(f"{page_of(leaving)}close/", {"to": ""})
    assert AuditEvent.objects.filter(about=leaving, action="account.closed").count() == 1


@pytest.mark.parametrize("what", ["role", "account"])
def test_two_operators_do_not_end_each_other_at_once(
    operator: User, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    other = account("otto@example.org", Role.OPERATOR)
    mine = operator.role_assignments.get()

    def meanwhile(verb: Callable[..., None]) -> Callable[..., None]:
        """Take the role of who clicks, after the page let them in and before the verb runs."""

        def late(*arguments: Any, **named: Any) -> None:
            RoleAssignment.objects.filter(pk=mine.pk).delete()
            verb(*arguments, **named)

        return late

    client = browser_of(operator)
    if what == "role":
        monkeypatch.setattr(views, "revoke_role", meanwhile(views.revoke_role))
        held_by_other = other.role_assignments.get().pk
        answer = client.post(f"{page_of(other)}role/{held_by_other}/remove/")
    else:
        monkeypatch.setattr(staff, "close_account", meanwhile(staff.close_account))
        answer = client.post(f"{page_of(other)}close/", {"to": ""})
    assert answer.status_code == 302
    assert other in User.objects.holding(Role.OPERATOR)
    said = [str(each) for each in get_messages(answer.wsgi_request)]
    assert said == [
        "Nobody would look after the installation then. Make somebody else an operator first."
    ]


@pytest.mark.parametrize("role", ["secretary", "board", "reviewer", STUDENT])
def test_the_pages_are_for_those_who_decide(role: str, leiden: Snapshot) -> None:
    somebody = account("somebody@example.org", role)
    client = browser_of(somebody)
    assert client.get("/en/office/people/").status_code == 403
    assert client.post(INVITE, form()).status_code == 403


def test_rights_are_given_only_right_after_signing_in(operator: User) -> None:
    operator.set_password("wind-mill-42-canal")
    operator.save()
    client = browser_of(operator)
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time() - 3600}]
    session.save()
    answer = client.post(INVITE, form())
    assert "reauthenticate" in answer.headers["Location"]
    assert not User.objects.filter(email="carla@example.org").exists()
