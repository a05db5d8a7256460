"""How a plan is changed: one at a time, counted, written into the audit trail, never over another.

A page carries a short fingerprint of what it showed. A change is refused with PlanChangedError
when that has changed meanwhile (in another tab, on another device); what else changed does not
matter. `Plan.revision` counts every change, so that a page can tell that something moved at all.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.people import audit
from sojourn.planning.errors import PlanError
from sojourn.planning.models import Plan


def fingerprint(value: Any) -> str:
    """Return a short text that differs when the value does; it is no secret."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


@contextlib.contextmanager
def changing(plan: Plan) -> Iterator[Plan]:
    """Lock the plan until the change is committed, so that two tabs take turns.

    SQLite locks the whole database at BEGIN IMMEDIATE; PostgreSQL locks this row.
    """
    with transaction.atomic():
        locked = Plan.objects.select_for_update().filter(pk=plan.pk).first()
        if locked is None:
            raise PlanError(_("This plan was deleted, perhaps in another tab. Start a new one."))
        yield locked


def note_change(plan: Plan, action: str, **details: Any) -> None:
    """Count the change and write it down. `details` never hold what a person wrote."""
    plan.revision += 1
    plan.save(update_fields=["revision", "updated_at"])
    audit.record(action, actor=plan.owner, about=plan.owner, on=plan, details=details)
