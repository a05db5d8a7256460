"""Delete who wrote to whom, after the time that the edition states."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sojourn.catalogue.keeping import Kind, Rows, days_of
from sojourn.experiences.models import Message
from sojourn.people.models import AuditEvent


def due_messages(now: dt.datetime) -> tuple[Rows, ...]:
    """Find the rows of the log that are older than the edition's days."""
    return (Message.objects.filter(sent_at__lt=_oldest(now)),)


def delete_old_messages(now: dt.datetime) -> int:
    """Delete old rows of the log, and erase the people from the audit trail. Return how many."""
    with transaction.atomic():
        AuditEvent.objects.filter(
            object_type=Message._meta.label_lower, at__lt=_oldest(now)
        ).update(actor=None, about=None, details={})
        old = list(due_messages(now)[0].values_list("pk", flat=True))
        Message.objects.filter(pk__in=old).delete()
    return len(old)


def _oldest(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=days_of("keep_messages_days"))


MESSAGES = Kind("messages", "keep_messages_days", due_messages, delete_old_messages, "student")
