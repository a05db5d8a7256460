"""`sojourn people`, as the person who runs the installation types it."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from click.testing import CliRunner, Result
from django.test import Client
from django.utils import timezone

from sojourn.advising.models import Question
from sojourn.catalogue import acting, services
from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.cli import cli
from sojourn.people.models import AuditEvent, OutboxMail, SecurityEvent, SecurityEventKind, User
from sojourn.people.roles import Role
from sojourn.people_commands import ROLES
from tests.support.accounts import account


def typed(*words: str) -> Result:
    return CliRunner().invoke(cli, ["people", *words])


@pytest.fixture
def carla(db: None) -> User:
    return account("carla@example.org", Role.COORDINATOR, "a long pass phrase")


def test_the_command_offers_every_role() -> None:
    assert set(ROLES) == set(Role.values)


@pytest.mark.slow
def test_invite_prints_the_link_that_the_mail_holds(leiden: Snapshot, client: Client) -> None:
    shown = typed(
        "invite", "carla@example.org", "--role", "coordinator",
        "--programme", "medicine-bsc", "--programme", "medicine-msc",
    )  # fmt: skip
    assert shown.exit_code == 0, shown.output
    link = shown.output.split()[-1]
    assert link in OutboxMail.objects.get().content["body"]
    assert "SOJOURN_URL is not set" in shown.stderr
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200
    carla = User.objects.get(email="carla@example.org")
    held = set(carla.role_assignments.values_list("programme", flat=True))
    assert held == {"medicine-bsc", "medicine-msc"}
    assert "invited, has not been in yet" in typed("list").output


def test_a_programme_that_nobody_knows_invites_nobody(leiden: Snapshot) -> None:
    shown = typed("invite", "carla@example.org", "--role", "board", "--programme", "law")
    assert shown.exit_code == 1
    assert "medicine-bsc" in shown.output
    assert not User.objects.exists()


def test_list_says_that_nobody_works_here_and_how_to_begin(db: None) -> None:
    assert "people invite" in typed("list").output


def test_a_role_is_given_until_a_day_and_taken_away(carla: User) -> None:
    assert typed("role", "carla@example.org", "secretary", "--until", "2099-01-31").exit_code == 0
    assert carla.role_assignments.get(role=Role.SECRETARY).until == dt.date(2099, 1, 31)
    assert typed("role", "carla@example.org", "secretary", "--take-away").exit_code == 0
    assert [held.role for held in carla.role_assignments.all()] == [Role.COORDINATOR]
    assert typed("role", "carla@example.org", "secretary", "--take-away").exit_code == 1


def test_a_student_is_invited_and_not_just_given_a_role(db: None) -> None:
    account("anna@example.org")
    shown = typed("role", "anna@example.org", "operator")
    assert shown.exit_code == 1
    assert "invite" in shown.output


def test_a_closed_account_is_out_at_once_and_its_work_is_listed(
    carla: User, client: Client
) -> None:
    client.force_login(carla)
    asked = Question.objects.create(
        reply_email="bob@example.org", language="en", subject="Rooms", assignee=carla,
        waiting_since=timezone.now(),
    )  # fmt: skip
    shown = typed("deactivate", "CARLA@example.org")
    assert shown.exit_code == 0, shown.output
    assert f"/en/office/questions/{asked.pk}/" in shown.output
    assert client.get("/en/office/").status_code == 302
    assert "_auth_user_id" not in client.session
    carla.refresh_from_db()
    assert carla.role_assignments.exists()  # the history stays
    assert AuditEvent.objects.filter(about=carla, action="account.closed").exists()
    assert "closed" in typed("list").output
    assert typed("deactivate", "carla@example.org").exit_code == 1
    assert typed("invite", "carla@example.org", "--role", "coordinator").exit_code == 0
    assert "invited" in typed("list").output


def test_a_lost_second_step_is_taken_off_and_its_owner_is_told(carla: User, client: Client) -> None:
    TOTP.activate(carla, "A" * 32)
    client.force_login(carla)
    assert "with a second step" in typed("list").output
    assert typed("reset-second-step", "carla@example.org").exit_code == 0
    assert "no second step yet" in typed("list").output
    assert client.get("/en/office/").status_code == 302
    assert OutboxMail.objects.get().to == ["carla@example.org"]
    assert AuditEvent.objects.filter(about=carla, action="second_step.reset").exists()
    assert typed("reset-second-step", "carla@example.org").exit_code == 1


@pytest.mark.parametrize("command", ["deactivate", "reset-second-step"])
def test_an_address_that_nobody_has_is_one_sentence(db: None, command: str) -> None:
    shown = typed(command, "nobody@example.org")
    assert shown.exit_code == 1
    assert shown.output.count("\n") == 1


@pytest.mark.slow
def test_students_from_elsewhere_are_listed_let_in_and_refused(leiden: Snapshot) -> None:
    Edition.objects.update(student_domains=["student.example.org"])
    services.publish_change()
    guest = account("guest@example.com", password="a long pass phrase")
    assert "guest@example.com" in typed("waiting").output
    assert typed("let-in", "guest@example.com").exit_code == 0
    assert acting.may_act(guest)
    assert "Nobody waits" in typed("waiting").output
    assert typed("refuse", "guest@example.com").exit_code == 0
    assert not acting.may_act(guest)
    account("carla@example.org", Role.COORDINATOR)
    assert typed("let-in", "carla@example.org").exit_code != 0


def test_one_person_or_everybody_is_signed_out(db: None) -> None:
    ada, bert = account("ada@example.org"), account("bert@example.org")
    browsers = [Client() for _ in range(3)]
    for client, user in zip(browsers, (ada, ada, bert), strict=True):
        client.force_login(user)

    def who_is_in() -> list[bool]:
        return [client.get("/en/account/name/").status_code == 200 for client in browsers]

    assert who_is_in() == [True, True, True]
    assert "2 browsers" in typed("sign-out", "Ada@example.org").output
    assert who_is_in() == [False, False, True]
    assert typed("sign-out").exit_code == 2
    assert typed("sign-out", "ada@example.org", "--everybody").exit_code == 2
    assert "1 browsers" in typed("sign-out", "--everybody").output
    assert who_is_in() == [False, False, False]
    noted = SecurityEvent.objects.filter(kind=SecurityEventKind.SIGNED_OUT).order_by("pk")
    assert [(each.about, each.detail) for each in noted] == [
        (ada.pk, "everywhere (2)"),
        (None, "everybody (1)"),
    ]
