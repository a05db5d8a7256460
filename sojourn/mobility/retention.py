"""Delete stays that are over, after the time that the edition states."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sojourn.catalogue.models import Edition
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.states import OVER
from sojourn.people.models import AuditEvent

DAYS = 1825
"""Where no edition says otherwise."""


def delete_old_stays(now: dt.datetime) -> int:
    """Delete what was finished or withdrawn long ago, and the people from its trail."""
    days = Edition.objects.values_list("keep_stays_days", flat=True).first() or DAYS
    old = Stay.objects.filter(state__in=OVER, changed_at__lt=now - dt.timedelta(days=days))
    deleted = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have opened it again.
            mine = old.select_for_update(of=("self",)).filter(pk=number).first()
            if mine is None:
                continue
            _forget(Stay, [str(number)])
            steps = mine.steps.values_list("pk", flat=True)
            _forget(StayStep, [str(each) for each in steps])
            mine.delete()
            deleted += 1
    return deleted


def _forget(model: type[Stay | StayStep], keys: list[str]) -> None:
    AuditEvent.objects.filter(object_type=model._meta.label_lower, object_id__in=keys).update(
        about=None, details={}
    )
