"""The office lets people in and says whose a student number is."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.catalogue import acting, services
from sojourn.catalogue.models import DegreeProgramme, Edition
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people import student_numbers
from sojourn.people.models import AuditEvent, StudentNumber, User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from tests.support.accounts import account

PAGE = "/en/office/accounts/"


@pytest.fixture
def domains(leiden: Snapshot) -> None:
    Edition.objects.update(student_domains=["student.example.org"], staff_second_step=False)
    services.publish_change()
    refresh_snapshot()


@pytest.fixture
def office(domains: None, client: Client) -> Client:
    client.force_login(account("office@example.org", Role.COORDINATOR))
    return client


@pytest.fixture
def guest(domains: None) -> User:
    return account("guest@example.com", password="a long pass phrase", first_name="Gus")


@pytest.mark.slow
def test_the_office_lets_somebody_in(office: Client, guest: User) -> None:
    assert "guest@example.com" in office.get(PAGE).content.decode()
    assert "guest@example.com" in office.get("/en/office/").content.decode()
    sent = {"do": "let-in", "account": str(guest.pk)}
    assert office.post(PAGE, sent, follow=True).status_code == 200
    assert office.post(PAGE, sent).status_code == 302  # a double click
    assert acting.may_act(guest)
    assert AuditEvent.objects.get(action="access.let_in").about == guest
    assert "guest@example.com" not in office.get(PAGE).content.decode()


@pytest.mark.slow
def test_somebody_refused_stays_on_the_page(office: Client, guest: User) -> None:
    office.post(PAGE, {"do": "refuse", "account": str(guest.pk)})
    assert not acting.may_act(guest)
    assert "Let in after all" in office.get(PAGE).content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("sent", ["", "x", "0", "9" * 40])
def test_an_account_that_is_not_there_is_a_404(office: Client, sent: str) -> None:
    assert office.post(PAGE, {"do": "let-in", "account": sent}).status_code == 404


@pytest.mark.slow
def test_two_claims_stand_side_by_side_and_one_is_confirmed(office: Client, guest: User) -> None:
    other = account("anna@student.example.org", password="a long pass phrase")
    for user in (guest, other):
        student_numbers.claim(user, "1234567")
    page = office.get(PAGE).content.decode()
    assert "anna@student.example.org" in page
    assert "1234567" in page
    claim = StudentNumber.objects.get(owner=other)
    sent = {"do": "decide", "claim": str(claim.pk), "number": "1234567"}
    office.post(PAGE, sent)
    office.post(PAGE, sent)
    assert StudentNumber.objects.get().confirmed_by == "office"


@pytest.mark.slow
def test_a_claim_that_changed_meanwhile_is_not_confirmed(office: Client, guest: User) -> None:
    claim = student_numbers.claim(guest, "1234567")
    student_numbers.claim(guest, "7654321")
    office.post(PAGE, {"do": "decide", "claim": str(claim.pk), "number": "1234567"})
    assert not StudentNumber.objects.get().is_confirmed


@pytest.mark.slow
def test_a_list_that_was_pasted_confirms(office: Client, guest: User) -> None:
    answer = office.post(PAGE, {"do": "list", "lines": "s1234567\tguest@example.com\r\nx\r\n"})
    assert answer.status_code == 200
    assert "1 number is confirmed" in answer.content.decode()
    assert StudentNumber.objects.get().confirmed_by == "list"
    assert office.post(PAGE, {"do": "list", "lines": ""}).status_code == 422


@pytest.mark.slow
def test_another_programmes_people_are_not_shown_or_decided_on(
    domains: None, guest: User, client: Client
) -> None:
    Plan.objects.create(owner=guest, programme=DegreeProgramme.objects.get(slug="medicine-bsc"))
    client.force_login(
        account("desk@example.org", Role.COORDINATOR, programme="biomedical-sciences-bsc")
    )
    assert "guest@example.com" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"do": "let-in", "account": str(guest.pk)}).status_code == 404
    client.post(PAGE, {"do": "list", "lines": "s1234567;guest@example.com"})
    assert not StudentNumber.objects.exists()


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.BOARD, Role.REVIEWER])
def test_who_does_not_decide_stays_out(domains: None, client: Client, role: Role) -> None:
    client.force_login(account("somebody@example.org", role))
    assert client.get(PAGE).status_code == 403
