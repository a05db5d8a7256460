"""Delete questions and appointments that are over, after the time that the edition states.

What became an answer for everybody stays: it holds nothing of the person who asked. The audit trail
keeps that something happened, when, and by whom of the office, which is all that counting needs; it
no longer says about whom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from sojourn.advising import diaries, files
from sojourn.advising.models import (
    AppointmentNote,
    Diary,
    GroupMessage,
    NextStep,
    Question,
    QuestionState,
)
from sojourn.catalogue.models import Edition
from sojourn.people.models import AuditEvent

DAYS = 730
"""Where no edition says otherwise; of questions and of appointments."""
AT_ONCE = 500
"""Keys in one statement."""


def delete_old_questions(now: dt.datetime) -> int:
    """Delete questions without news since the edition's days. Return how many."""
    oldest = now - dt.timedelta(days=_days("keep_questions_days"))
    old = Question.objects.filter(changed_at__lt=oldest).exclude(state=QuestionState.WAITING)
    deleted = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have written on.
            mine = old.select_for_update().filter(pk=number).first()
            if mine is None:
                continue
            _erase_subjects(Question, [number])
            mine.delete()
            deleted += 1
    # What was written to several goes with the last of its threads.
    GroupMessage.objects.filter(sent_at__lt=oldest, threads__isnull=True).delete()
    # The content of files whose rows are gone by now.
    files.delete_strays()
    return deleted


def delete_old_appointments(now: dt.datetime) -> int:
    """Delete old appointments, numbers and waits, with notes and steps that are over.

    A step that is neither done nor due long ago stays in the plan. Returns how many appointments
    and numbers.
    """
    oldest = now - dt.timedelta(days=_days("keep_appointments_days"))
    day = oldest.astimezone(diaries.zone()).date()
    deleted = 0
    for diary in Diary.objects.all():
        with diaries.locked(diary) as held:
            appointments = held.appointments.filter(ends_at__lt=oldest)
            tickets = held.tickets.filter(day__lt=day)
            of_old = Q(appointment__in=appointments) | Q(ticket__in=tickets)
            _delete(AppointmentNote.objects.filter(of_old))
            _delete(NextStep.objects.filter(of_old, _is_over(day)))
            deleted += _delete(appointments) + _delete(tickets)
            # A week is over with its Sunday.
            _delete(held.waiting.filter(week__lt=day - dt.timedelta(days=6)))
    with transaction.atomic():
        without_source = Q(appointment__isnull=True, ticket__isnull=True, created_at__lt=oldest)
        _delete(AppointmentNote.objects.filter(without_source))
        _delete(NextStep.objects.filter(without_source, _is_over(day)))
    return deleted


def _is_over(day: dt.date) -> Q:
    return Q(done_at__isnull=False) | Q(due_on__isnull=True) | Q(due_on__lt=day)


def _days(field: str) -> int:
    return Edition.objects.values_list(field, flat=True).first() or DAYS


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows, and from the audit trail whom they were about. Return how many."""
    keys = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        _erase_subjects(rows.model, some)
        rows.model._default_manager.filter(pk__in=some).delete()
    return len(keys)


def _erase_subjects(kind: type[models.Model], keys: Iterable[object]) -> None:
    events = AuditEvent.objects.filter(
        object_type=kind._meta.label_lower, object_id__in=[str(key) for key in keys]
    )
    events.filter(actor__is_staff=False).update(actor=None)
    events.update(about=None)
