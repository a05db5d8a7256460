"""Delete who wrote to whom, after the time that the edition states."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sojourn.catalogue.models import Edition
from sojourn.experiences.models import Message
from sojourn.people.models import AuditEvent

DAYS = 365
"""Where no edition says otherwise."""


def delete_old_messages(now: dt.datetime) -> int:
    """Delete old rows of the log, and erase the people from the audit trail. Return how many."""
    days = Edition.objects.values_list("keep_messages_days", flat=True).first() or DAYS
    oldest = now - dt.timedelta(days=days)
    with transaction.atomic():
        AuditEvent.objects.filter(object_type=Message._meta.label_lower, at__lt=oldest).update(
            actor=None, about=None, details={}
        )
        old = list(Message.objects.filter(sent_at__lt=oldest).values_list("pk", flat=True))
        Message.objects.filter(pk__in=old).delete()
    return len(old)
