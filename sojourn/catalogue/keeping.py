"""How long what concerns people is kept: by rules of the edition, ended by the worker each night.

Each area says for its kinds of records which of them have had their time at a moment, and deletes
those; so a page shows today what goes next week, by the same rule.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from django.db.models import QuerySet

from sojourn.catalogue.models import Edition
from sojourn.people import audit
from sojourn.people.models import AuditEvent, User
from sojourn.people.visibility import CaseworkQuerySet

AHEAD = dt.timedelta(days=7)
"""So long before something goes the office sees it; so a rule that is new, as after an upgrade, or
was changed, deletes nothing before it has stood for so long."""
RULE = "retention.rule"

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Kind:
    """A kind of record that goes by itself once its time is over."""

    name: str
    field: str
    """The rule of the edition, in days."""
    due: Callable[[dt.datetime], tuple[Rows, ...]]
    """The rows whose time is over at a moment."""
    delete: Callable[[dt.datetime], int]
    """Delete those of now; how many there were."""
    person: str
    """From such a row to the account that it is about."""

    @property
    def days(self) -> int:
        return days_of(self.field)


def days_of(field: str) -> int:
    """Return what the edition says, or where there is none, what an edition says by default."""
    said = Edition.objects.values_list(field, flat=True).first()
    return said or int(getattr(Edition(), field))


def seen_by(reader: User, rows: Rows) -> Rows:
    """Keep the rows that somebody of the office may see."""
    return cast("CaseworkQuerySet[Any]", rows).visible_to(reader)


def stands(kind: Kind, now: dt.datetime) -> bool:
    """Tell whether a rule has been as it is for a week; one that nobody saw before begins now."""
    rules = AuditEvent.objects.filter(action=RULE, object_id=kind.name)
    last = rules.order_by("-at", "-pk").first()
    if last is not None and last.details.get("days") == kind.days:
        return last.at <= now - AHEAD
    AuditEvent.objects.create(
        at=now, action=RULE, object_type=audit.RETENTION, object_id=kind.name,
        details={"days": kind.days},
    )  # fmt: skip
    return False


def end(kind: Kind, now: dt.datetime) -> int:
    """Delete what has had its time, and keep in the audit trail how much it was."""
    if not stands(kind, now):
        return 0
    count = kind.delete(now)
    if count:
        audit.record_deletion(kind.name, count)
    return count


def gone_since(then: dt.datetime) -> Counter[str]:
    """Count what has been deleted since, by the name of the kind."""
    counted: Counter[str] = Counter()
    for name, details in AuditEvent.objects.filter(action=audit.DELETED, at__gt=then).values_list(
        "object_id", "details"
    ):
        counted[name] += details["count"]
    return counted
