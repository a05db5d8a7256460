"""A mail server that refuses, dawdles, forgets: nothing is lost, nothing arrives twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core.mail import EmailMessage
from django.test import override_settings
from django.utils import timezone

from sojourn.config.worker import run_waiting_tasks
from sojourn.people import delivery, outbox
from sojourn.people.mail import enqueue
from sojourn.people.models import MailState, OutboxMail
from sojourn.people.outbox import Letter, Recipient
from sojourn.people.tasks import deliver_mail
from tests.support.site import free_port

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Server:
    """Answers each attempt in the order of `answers`, then takes everything."""

    answers: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    asked: int = 0
    waits: float = 1.5

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.asked += 1
        answer = self.answers.pop(0) if self.answers else "take"
        content = envelope.content or b""
        assert isinstance(content, bytes)
        identity = next(
            line.split(b":", 1)[1].strip().decode()
            for line in content.splitlines()
            if line.lower().startswith(b"message-id:")
        )
        if answer == "drop":
            transport: Any = server.transport
            transport.abort()
            return "421 gone"
        if answer == "take and drop":
            self.taken.append(identity)
            transport = server.transport
            transport.abort()
            return "421 gone"
        if answer == "wait":
            await asyncio.sleep(self.waits)
        elif answer != "take":
            return answer
        if answer == "wait":
            return "451 too late"
        self.taken.append(identity)
        return "250 OK"


@contextlib.contextmanager
def serving(*answers: str) -> Iterator[Server]:
    server = Server(list(answers))
    port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with override_settings(
            MAIL_DELIVERY_BACKEND="django.core.mail.backends.smtp.EmailBackend",
            EMAIL_HOST="127.0.0.1", EMAIL_PORT=port, EMAIL_TIMEOUT=1,
        ):  # fmt: skip
            yield server
    finally:
        controller.stop()


def write(number: int) -> OutboxMail:
    return outbox.post(
        key=f"letter:{number}",
        to=Recipient(f"student{number}@example.org", "en"),
        write=lambda: Letter("Hello", ("…",)),
    )


def work_until_nothing_waits(most: int = 20) -> None:
    """The worker, with its clock turned on past every wait."""
    for _ in range(most):
        run_waiting_tasks()
        waiting = OutboxMail.objects.filter(state=MailState.WAITING)
        if not waiting.exists():
            return
        waiting.update(next_try_at=timezone.now())
        from sojourn.people.tasks import deliver_mail

        for mail in waiting:
            deliver_mail.enqueue(mail.pk)


@pytest.mark.slow
@pytest.mark.parametrize(
    "first", ["451 busy", "421 closing", "drop", "wait"], ids=["busy", "closing", "drop", "slow"]
)
def test_a_mail_that_was_not_taken_is_sent_again_and_arrives_once(first: str) -> None:
    with serving(first) as server:
        mail = write(1)
        work_until_nothing_waits()
    mail.refresh_from_db()
    assert (mail.state, mail.attempts) == (MailState.SENT, 2)
    assert len(server.taken) == 1


def test_a_second_copy_after_a_lost_yes_carries_the_same_message_id() -> None:
    with serving("take and drop") as server:
        write(1)
        work_until_nothing_waits()
    assert len(server.taken) == 2
    assert len(set(server.taken)) == 1


@pytest.mark.slow
def test_a_refusal_for_good_is_not_tried_again_and_is_seen() -> None:
    with serving("550 no such box") as server:
        mail = write(1)
        work_until_nothing_waits()
    mail.refresh_from_db()
    assert (mail.state, mail.last_error, server.asked) == (
        MailState.FAILED,
        "SMTPDataError 550",
        1,
    )
    assert "example.org" not in mail.last_error


@pytest.mark.slow
def test_many_mails_through_a_bad_day_each_arrive_once() -> None:
    bad_day = ["451 busy", "drop", "take", "421 closing", "wait", "take", "drop", "take"] * 2
    with serving(*bad_day) as server:
        for number in range(12):
            write(number)
        work_until_nothing_waits()
    assert set(OutboxMail.objects.values_list("state", flat=True)) == {MailState.SENT}
    assert set(Counter(server.taken).values()) == {1}
    assert len(server.taken) == 12


def test_no_mail_server_at_all_loses_nothing() -> None:
    with override_settings(
        MAIL_DELIVERY_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1", EMAIL_PORT=free_port(), EMAIL_TIMEOUT=1,
    ):  # fmt: skip
        mail = write(1)
        run_waiting_tasks()
    mail.refresh_from_db()
    assert mail.state == MailState.WAITING
    assert mail.last_error == "ConnectionRefusedError"


def test_a_mail_in_the_hands_of_one_worker_is_not_taken_by_another() -> None:
    mail = write(1)
    now = timezone.now()
    assert delivery.claim(mail.pk, now) is not None
    assert delivery.claim(mail.pk, now) is None
    assert delivery.claim(mail.pk, now + delivery.CLAIM_LASTS * 2) is not None


def test_a_mail_that_lies_in_a_file_is_not_called_delivered(settings: Any, tmp_path: Path) -> None:
    settings.MAIL_DELIVERY_BACKEND = delivery.FILES
    settings.EMAIL_FILE_PATH = str(tmp_path)
    mail = enqueue(EmailMessage("Hello", "text", to=["a@example.org"]), key="k", language="en")
    deliver_mail.call(mail.pk)
    mail.refresh_from_db()
    assert mail.state == MailState.FILED
    assert "Delivered" not in mail.get_state_display()
    assert list(tmp_path.iterdir())
