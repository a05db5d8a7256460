"""The operator reads the outbox; nobody reads what lets somebody in."""

from __future__ import annotations

import pytest
from django.core.mail import send_mail
from django.test import override_settings

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people import outbox
from sojourn.people.models import AuditEvent, MailState, OutboxMail
from sojourn.people.outbox import Letter, Recipient
from tests.office.conftest import MakeClient

PAGES = ("mail/", "mail/{number}/")


@pytest.fixture
def mail(leiden: Snapshot) -> OutboxMail:
    return outbox.post(
        key="one",
        to=Recipient("anna@example.org", "en"),
        write=lambda: Letter("Your appointment moved", ("Come on <Tuesday>.",)),
    )


@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_operator_finds_and_reads_a_mail(
    mail: OutboxMail, client_of: MakeClient, language: str
) -> None:
    operator = client_of("operator")
    listed = operator.get(f"/{language}/office/mail/").content.decode()
    assert f"/{language}/office/mail/{mail.pk}/" in listed
    read = operator.get(f"/{language}/office/mail/{mail.pk}/").content.decode()
    assert "Come on &lt;Tuesday&gt;." in read
    assert "anna@example.org" in read


@pytest.mark.parametrize(
    ("role", "status"), [("visitor", 302), ("student", 403), ("coordinator", 403)]
)
def test_nobody_else_does(mail: OutboxMail, client_of: MakeClient, role: str, status: int) -> None:
    client = client_of(role)
    for page in PAGES:
        answer = client.get("/en/office/" + page.format(number=mail.pk))
        assert answer.status_code in (302, 403)
        assert b"Tuesday" not in answer.content
    OutboxMail.objects.update(state=MailState.FAILED)
    client.post(f"/en/office/mail/{mail.pk}/again/")
    mail.refresh_from_db()
    assert mail.state == MailState.FAILED


@override_settings(EMAIL_BACKEND="sojourn.people.mail.QueuedEmailBackend")
def test_a_link_that_lets_somebody_in_is_read_by_nobody(
    leiden: Snapshot, client_of: MakeClient
) -> None:
    send_mail("Reset", "https://…/secret-key", "office@example.org", ["anna@example.org"])
    number = OutboxMail.objects.get().pk
    page = client_of("operator").get(f"/en/office/mail/{number}/").content.decode()
    assert "secret-key" not in page
    assert "so it is not shown" in page


def test_a_mail_that_was_given_up_is_sent_again_once(
    mail: OutboxMail, client_of: MakeClient
) -> None:
    operator = client_of("operator")
    OutboxMail.objects.update(state=MailState.FAILED, attempts=12)
    for _time in range(2):
        operator.post(f"/en/office/mail/{mail.pk}/again/")
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.WAITING, 0)
    assert AuditEvent.objects.filter(action="mail.sent_again").count() == 1
