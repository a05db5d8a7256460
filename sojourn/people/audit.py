"""The audit trail: who did what to whose things, written in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import QuerySet

from sojourn.people.models import AuditEvent, User

# In details that name fields: all of a row's.
ALL_FIELDS = "*"
# What the worker deleted by itself.
RETENTION = "retention"
DELETED = "retention.deleted"
AT_ONCE = 500
"""Keys in one statement."""


def record(
    action: str,
    *,
    actor: User | None,
    about: User | None,
    on: models.Model,
    details: dict[str, Any] | None = None,
) -> AuditEvent:
    """Record that `actor` (None: a visitor or the system) did `action` on a record.

    `details` holds ids and values of the field's vocabulary, never free text that a person wrote.
    """
    return AuditEvent.objects.create(
        action=action,
        actor=actor,
        about=about,
        object_type=on._meta.label_lower,
        object_id=str(on.pk),
        details=details or {},
    )


def forget(kind: type[models.Model], keys: Iterable[object]) -> None:
    """Keep that something was done with rows that are deleted, and no longer about whom.

    Of those who did it only staff stay named: a student's own deeds say who the student is.
    """
    listed = [str(key) for key in keys]
    for begin in range(0, len(listed), AT_ONCE):
        events = AuditEvent.objects.filter(
            object_type=kind._meta.label_lower, object_id__in=listed[begin : begin + AT_ONCE]
        )
        events.filter(actor__is_staff=False).update(actor=None)
        events.update(about=None, details={})


def record_deletion(kind: str, count: int) -> None:
    """Record how many rows of a kind were deleted because their time was over."""
    AuditEvent.objects.create(
        action=DELETED, object_type=RETENTION, object_id=kind, details={"count": count}
    )


def events_of(rows: Iterable[models.Model]) -> QuerySet[AuditEvent]:
    """Find what was done to these rows, newest first; anyone who may see a row may see that."""
    keys = models.Q(pk__in=())
    for row in rows:
        keys |= models.Q(object_type=row._meta.label_lower, object_id=str(row.pk))
    return AuditEvent.objects.filter(keys).select_related("actor")
