"""Delete stays that are over, and what was kept for emergencies, after the edition's time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Model

from sojourn.catalogue.keeping import Kind, Rows, days_of
from sojourn.mobility import incidents, whereabouts
from sojourn.mobility.models import (
    AgreementVersion,
    BoardRequest,
    CreditLine,
    SigningRequest,
    Stay,
    StayAgreement,
    StayGrant,
    StayStep,
    Transcript,
)
from sojourn.mobility.states import OVER
from sojourn.people import audit


def due_stays(now: dt.datetime) -> tuple[Rows, ...]:
    """Find what was finished or withdrawn longer ago than the edition's days."""
    oldest = now - dt.timedelta(days=days_of("keep_stays_days"))
    return (Stay.objects.filter(state__in=OVER, changed_at__lt=oldest),)


def delete_old_stays(now: dt.datetime) -> int:
    """Delete what was finished or withdrawn long ago, and the people from its trail."""
    old = due_stays(now)[0]
    deleted = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have opened it again.
            mine = old.select_for_update(of=("self",)).filter(pk=number).first()
            if mine is None:
                continue
            audit.forget(Stay, [number])
            audit.forget(StayStep, mine.steps.values_list("pk", flat=True))
            for model, lookup in _OF_STAY:
                rows = model._base_manager.filter(**{lookup: mine})
                audit.forget(model, rows.values_list("pk", flat=True))
            mine.delete()
            deleted += 1
    return deleted


_OF_STAY: tuple[tuple[type[Model], str], ...] = (
    (StayAgreement, "stay"),
    (AgreementVersion, "agreement__stay"),
    (SigningRequest, "version__agreement__stay"),
    (Transcript, "stay"),
    (StayGrant, "stay"),
    (BoardRequest, "stay"),
    (CreditLine, "stay"),
)


STAYS = Kind("stays", "keep_stays_days", due_stays, delete_old_stays, "student")
WHEREABOUTS = Kind(
    "whereabouts", "keep_whereabouts_days", whereabouts.due_whereabouts, whereabouts.erase_old,
    "student",
)  # fmt: skip
INCIDENTS = Kind(
    "incidents", "keep_incidents_days", incidents.due_people, incidents.delete_old, "student"
)
