"""Mail goes through the queue: with its transaction, and delivered by the worker."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from sojourn.config.worker import run_waiting_tasks
from sojourn.people import delivery
from sojourn.people.mail import AttachmentNotQueuedError
from sojourn.people.models import MailState, OutboxMail
from sojourn.people.tasks import deliver_mail

QUEUED = "sojourn.people.mail.QueuedEmailBackend"
LOCAL = "django.core.mail.backends.locmem.EmailBackend"

# The worker looks after its own connections, so each test commits in earnest.
pytestmark = pytest.mark.django_db(transaction=True)


class NobodyHome(BaseEmailBackend):
    """A mail server that cannot be reached."""

    def send_messages(self, email_messages: Any) -> int:
        raise smtplib.SMTPServerDisconnected


@pytest.fixture(autouse=True)
def queue() -> Any:
    with override_settings(EMAIL_BACKEND=QUEUED, MAIL_DELIVERY_BACKEND=LOCAL):
        yield


def test_a_mail_waits_for_the_worker_and_arrives_whole() -> None:
    message = EmailMultiAlternatives(
        "Grüße aan José", "tekst", "office@example.org", ["a@example.org"], ["b@example.org"],
        reply_to=["c@example.org"], headers={"X-Round": "2027"},
    )  # fmt: skip
    message.attach_alternative("<p>tekst</p>", "text/html")
    message.send()
    assert mail.outbox == []

    run_waiting_tasks()

    (arrived,) = mail.outbox
    assert isinstance(arrived, EmailMultiAlternatives)
    assert (arrived.subject, arrived.body) == ("Grüße aan José", "tekst")
    assert (arrived.to, arrived.bcc, arrived.reply_to) == (
        ["a@example.org"],
        ["b@example.org"],
        ["c@example.org"],
    )
    assert arrived.extra_headers["X-Round"] == "2027"
    assert [tuple(each) for each in arrived.alternatives] == [("<p>tekst</p>", "text/html")]


def test_mail_about_something_undone_is_never_sent() -> None:
    def send_and_fail() -> None:
        with transaction.atomic():
            mail.send_mail("You are in", "…", "office@example.org", ["a@example.org"])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        send_and_fail()
    run_waiting_tasks()
    assert mail.outbox == []


def test_a_mail_is_delivered_once() -> None:
    mail.send_mail("Once", "…", "office@example.org", ["a@example.org"])
    run_waiting_tasks()
    run_waiting_tasks()
    assert len(mail.outbox) == 1


@pytest.mark.slow
@override_settings(MAIL_DELIVERY_BACKEND=f"{__name__}.NobodyHome")
def test_a_mail_server_that_is_away_is_tried_again_later() -> None:
    mail.send_mail("Later", "…", "office@example.org", ["a@example.org"])
    run_waiting_tasks()
    waiting = OutboxMail.objects.get()
    again = DBTaskResult.objects.get(status=TaskResultStatus.READY)
    assert (waiting.state, waiting.attempts) == (MailState.WAITING, 1)
    assert waiting.last_error == "SMTPServerDisconnected"
    assert again.task_path == deliver_mail.module_path
    assert again.run_after == waiting.next_try_at > timezone.now()


@override_settings(MAIL_DELIVERY_BACKEND=f"{__name__}.NobodyHome")
def test_after_the_last_attempt_the_failure_stays_visible_and_can_be_sent_anew() -> None:
    mail.send_mail("Never", "…", "office@example.org", ["a@example.org"])
    OutboxMail.objects.update(attempts=delivery.ATTEMPTS - 1)
    run_waiting_tasks()
    given_up = OutboxMail.objects.get()
    assert given_up.state == MailState.FAILED

    delivery.retry(given_up)
    with override_settings(MAIL_DELIVERY_BACKEND=LOCAL):
        run_waiting_tasks()
    assert [message.subject for message in mail.outbox] == ["Never"]


def test_a_link_that_lets_somebody_in_is_gone_once_it_is_delivered() -> None:
    mail.send_mail("Reset", "https://…/key", "office@example.org", ["a@example.org"])
    run_waiting_tasks()
    kept = OutboxMail.objects.get()
    assert (kept.state, kept.is_secret, kept.content) == (MailState.SENT, True, {})


def test_an_attachment_is_refused_at_once_and_not_lost_later() -> None:
    message = EmailMessage("Contract", "…", "office@example.org", ["a@example.org"])
    message.attach("contract.pdf", b"%PDF", "application/pdf")
    with pytest.raises(AttachmentNotQueuedError):
        message.send()
