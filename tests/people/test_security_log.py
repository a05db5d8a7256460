"""Security events are noted without a name or an address, and the operator reads them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth import authenticate
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from sojourn.advising import files, questions
from sojourn.advising.models import StoredFile
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from sojourn.people import security_log
from sojourn.people.models import SecurityEvent, SecurityEventKind
from sojourn.people.role_assignments import grant_role
from sojourn.people.roles import Role
from tests.support.accounts import account

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
Kind = SecurityEventKind


def kinds() -> list[str]:
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", flat=True))


@pytest.mark.django_db
def test_a_wrong_password_is_noted_without_the_address() -> None:
    anna = account("anna.jansen@example.org")
    for address in ("Anna.Jansen@example.org", "nobody@example.org", "NOBODY@example.org "):
        assert authenticate(RequestFactory().post("/"), email=address, password="wrong") is None
    known, first, second = SecurityEvent.objects.order_by("pk")
    assert (known.kind, known.about, known.detail) == (Kind.NOT_LET_IN, anna.pk, "")
    assert first.about is None
    assert first.detail == second.detail != ""
    everything = str(list(SecurityEvent.objects.values()))
    assert "anna" not in everything.lower()
    assert "nobody" not in everything.lower()


def test_staff_who_download_a_person_s_file_are_noted(leiden: Any) -> None:
    student = account("anna.jansen@example.org")
    kept = files.store_uploads([SimpleUploadedFile("plan of anna.pdf", PDF)])
    asked = questions.ask(
        Asker(student, "", "en"), "Cuba", NewMessage("See the file", uuid.uuid4(), kept)
    )
    file = StoredFile.objects.get()
    coordinator = account("carla@example.org", "coordinator")
    client = Client()
    client.force_login(coordinator)
    SecurityEvent.objects.all().delete()
    address = f"/en/office/questions/{asked.pk}/files/{file.pk}/"
    assert client.get(address).status_code == 200
    noted = SecurityEvent.objects.get()
    assert (noted.kind, noted.actor) == (Kind.FILE_READ, coordinator.pk)
    assert str(file.pk) in noted.detail
    assert "anna" not in noted.detail


def test_a_refusal_and_a_look_at_an_account_are_noted(leiden: Any) -> None:
    student = account("anna.jansen@example.org")
    client = Client()
    client.force_login(student)
    SecurityEvent.objects.all().delete()
    assert client.get("/en/office/").status_code == 403
    assert kinds() == [Kind.REFUSED]
    assert client.get("/en/plan/").status_code == 200
    assert kinds() == [Kind.REFUSED]


@pytest.mark.django_db
def test_changed_rights_are_noted() -> None:
    operator = account("operator@example.org", "operator")
    person = account("carla@example.org")
    SecurityEvent.objects.all().delete()
    grant_role(person, Role.COORDINATOR, by=operator)
    noted = SecurityEvent.objects.get()
    assert (noted.kind, noted.actor, noted.about) == (
        Kind.RIGHTS_CHANGED, operator.pk, person.pk,
    )  # fmt: skip
    assert "coordinator" in noted.detail


@pytest.mark.parametrize(("role", "status"), [("coordinator", 403), ("operator", 200)])
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_operator_reads_them_and_nobody_else(
    leiden: Any, role: str, status: int, language: str
) -> None:
    client = Client()
    somebody = account("somebody@example.org", role)
    client.force_login(somebody)
    security_log.note(Kind.RIGHTS_CHANGED, actor=somebody, detail="role.given")
    page = client.get(f"/{language}/office/security/")
    assert page.status_code == status
    if status == 200:
        assert "role.given" in page.content.decode()
        assert f"account {somebody.pk}" in page.content.decode()


@pytest.mark.django_db
def test_old_events_go() -> None:
    security_log.note(Kind.SIGNED_IN)
    event = SecurityEvent.objects.get()
    assert security_log.delete_old_events(event.at + security_log.KEPT / 2) == 0
    assert security_log.delete_old_events(event.at + security_log.KEPT * 2) == 1


@pytest.mark.parametrize("code_is_right", [True, False])
def test_which_steps_were_taken_is_noted(code_is_right: bool, leiden: Any) -> None:
    carla = account("carla@example.org", "coordinator", password="wind-mill-42-canal")
    secret = generate_totp_secret()
    TOTP.activate(carla, secret)
    SecurityEvent.objects.all().delete()
    client = Client()
    client.post("/en/account/login/", {"login": carla.email, "password": "wind-mill-42-canal"})
    assert kinds() == []
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    typed = code if code_is_right else f"{(int(code) + 1) % 10**6:06}"
    client.post("/en/account/2fa/authenticate/", {"code": typed})
    noted = SecurityEvent.objects.get()
    if code_is_right:
        assert (noted.kind, noted.actor, noted.detail) == (
            Kind.SIGNED_IN, carla.pk, "password totp",
        )  # fmt: skip
    else:
        assert (noted.kind, noted.about, noted.detail) == (
            Kind.NOT_LET_IN, carla.pk, "second step",
        )  # fmt: skip


def test_asking_for_what_is_somebody_else_s_is_noted_once(leiden: Any) -> None:
    client = Client()
    client.force_login(account("anna.jansen@example.org"))
    SecurityEvent.objects.all().delete()
    address = f"/en/apply/results/{uuid.uuid4()}/"
    for _ in range(3):
        assert client.get(address).status_code == 404
    noted = SecurityEvent.objects.get()
    assert noted.kind == Kind.REFUSED
    assert noted.detail.split()[0] == "results:result"
    assert client.get("/en/no-such-page/").status_code == 404
    assert SecurityEvent.objects.count() == 1


def test_a_link_s_secret_is_not_noted(leiden: Any) -> None:
    client = Client()
    client.force_login(account("anna.jansen@example.org"))
    SecurityEvent.objects.all().delete()
    file = uuid.uuid4()
    assert client.get(f"/en/questions/read/a-secret/files/{file}/").status_code == 404
    assert SecurityEvent.objects.get().detail == f"questions:file-read {file}"
