"""Sends mail through the task queue, so that it goes out exactly when its transaction commits.

A page that sends mail never waits for a mail server, and a mail about something that was rolled
back is never sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from sojourn.people.tasks import deliver_mail


class AttachmentNotQueuedError(Exception):
    """Mail with attachments does not go through the queue; store the file and link to it."""


class QueuedEmailBackend(BaseEmailBackend):
    """Django's mail backend that writes a task row for each message."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            deliver_mail.enqueue(as_task(message))
        return len(email_messages)


def as_task(message: EmailMessage) -> dict[str, Any]:
    """The message as JSON, which is what a task can keep."""
    if message.attachments:
        raise AttachmentNotQueuedError(message.subject)
    alternatives: list[list[str]] = []
    if isinstance(message, EmailMultiAlternatives):
        alternatives = [[str(content), kind] for content, kind in message.alternatives]
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "from_email": message.from_email,
        "to": list(message.to),
        "cc": list(message.cc),
        "bcc": list(message.bcc),
        "reply_to": list(message.reply_to),
        "headers": {name: str(value) for name, value in message.extra_headers.items()},
        "alternatives": alternatives,
    }
