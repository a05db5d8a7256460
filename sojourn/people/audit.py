"""The audit trail: who did what to whose things, written in the transaction of the change."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import QuerySet

from sojourn.people.models import AuditEvent, User

# In details that name fields: all of a row's.
ALL_FIELDS = "*"


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


def events_of(rows: Iterable[models.Model]) -> QuerySet[AuditEvent]:
    """Find what was done to these rows, newest first; anyone who may see a row may see that."""
    keys = models.Q(pk__in=())
    for row in rows:
        keys |= models.Q(object_type=row._meta.label_lower, object_id=str(row.pk))
    return AuditEvent.objects.filter(keys).select_related("actor")
