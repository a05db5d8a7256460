"""The history of one desk: who changed which of its hours, absences and rules, and when.

Rows of hours come and go; their events name the contact, so that the history outlives them.
"""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q, QuerySet

from sojourn.advising.models import Diary, SlotRule
from sojourn.catalogue.models import Absence, Contact, WalkInChange, WalkInHour
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User

Facts = dict[str, str | int]
_KINDS = (WalkInHour, WalkInChange, Absence, SlotRule, Diary)


def record(
    action: str,
    on: models.Model,
    *,
    contact: int,
    actor: User | None,
    now: Facts | None = None,
    was: Facts | None = None,
) -> None:
    """Record a change at the desk of `contact` (its key): the values now and before."""
    audit.record(
        action,
        actor=actor,
        about=None,
        on=on,
        details={"desk": contact, "now": now or {}, "was": was or {}},
    )


def events(contact: int) -> QuerySet[AuditEvent]:
    """List what was done at a desk, newest first, and to its contact in the admin."""
    kinds = [kind._meta.label_lower for kind in _KINDS]
    of_the_desk = Q(object_type__in=kinds, details__desk=contact)
    in_the_admin = Q(
        object_type=Contact._meta.label_lower, object_id=str(contact), action__startswith="admin."
    )
    return AuditEvent.objects.filter(of_the_desk | in_the_admin).select_related("actor")


def has_events(kind: type[models.Model]) -> bool:
    """Tell whether a record of that kind was ever kept at a desk."""
    return AuditEvent.objects.filter(
        object_type=kind._meta.label_lower, details__has_key="desk"
    ).exists()


def of_hour(hour: WalkInHour | SlotRule) -> Facts:
    """Describe a weekly hour or slot rule by plain values."""
    return _known(
        weekday=hour.weekday,
        starts=f"{hour.starts:%H:%M}",
        ends=f"{hour.ends:%H:%M}",
        valid_from=_day(hour.valid_from),
        valid_until=_day(hour.valid_until),
    )


def of_change(change: WalkInChange) -> Facts:
    """Describe the change of one date by plain values."""
    return _known(
        first_day=change.date.isoformat(),
        starts=f"{change.starts:%H:%M}" if change.starts else "",
        ends=f"{change.ends:%H:%M}" if change.ends else "",
    )


def of_absence(absence: Absence) -> Facts:
    """Describe an absence by plain values."""
    return _known(first_day=absence.first_day.isoformat(), last_day=absence.last_day.isoformat())


def _known(**facts: str | int) -> Facts:
    return {name: value for name, value in facts.items() if value != ""}


def _day(value: dt.date | None) -> str:
    return value.isoformat() if value else ""
