"""Puts every mail into the outbox, so that it goes out exactly when its transaction commits.

A page that sends mail never waits for a mail server, and a mail about something that was rolled
back is never sent.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from sojourn import scheduling
from sojourn.common.languages import known_language, page_language
from sojourn.people.delivery import DELIVER_MAIL
from sojourn.people.models import OutboxMail, User


class Readable(Enum):
    """Who may read what a mail says, besides whom it is for."""

    BY_THE_OFFICE = auto()
    BY_NOBODY_ELSE = auto()
    """It holds a link that lets its reader in, or what two people say to one another."""


class AttachmentNotQueuedError(Exception):
    """Mail with attachments does not go through the outbox; store the file and link to it."""


class QueuedEmailBackend(BaseEmailBackend):
    """Django's mail backend that writes a row of the outbox for each message."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        for message in email_messages:
            enqueue(
                message,
                key=f"account:{uuid.uuid4()}",
                language=page_language(),
                # Allauth and Django write only about accounts: ways in.
                readable=Readable.BY_NOBODY_ELSE,
            )
        return len(email_messages)


def enqueue(
    message: EmailMessage,
    *,
    key: str,
    language: str,
    readable: Readable = Readable.BY_THE_OFFICE,
    receiver: User | None = None,
) -> OutboxMail:
    """Write the mail and the task that sends it, both or neither.

    Two who post one key at the same moment get one row: the second finds that of the first.
    """
    with transaction.atomic():
        mail, is_new = OutboxMail.objects.get_or_create(
            key=key,
            defaults={
                "to": list(message.to),
                "receiver": receiver,
                "language": known_language(language),
                "subject": str(message.subject)[:300],
                "content": as_content(message) | {"message_id": message_id(key)},
                "is_secret": readable is Readable.BY_NOBODY_ELSE,
            },
        )
        if is_new:
            scheduling.enqueue(DELIVER_MAIL, mail.pk)
    return mail


def message_id(key: str) -> str:
    """Return the same id for every attempt, so that a mail server can drop a second copy."""
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >") or "localhost"
    digest = hashlib.blake2b(f"{settings.SECRET_KEY}:{key}".encode(), digest_size=16).hexdigest()
    return f"<{digest}@{domain}>"


def as_content(message: EmailMessage) -> dict[str, Any]:
    """Return the message as JSON, to store in a row."""
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
