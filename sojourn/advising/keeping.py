"""Forgets questions and talks that are over, after the time that the edition states.

What became an answer for everybody stays: it holds nothing of whoever asked. The audit trail keeps
that something happened, when, and by whom of the office, which is all that counting needs; it no
longer says about whom.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Q, QuerySet

from sojourn.advising import diaries, files
from sojourn.advising.models import (
    Diary,
    NextStep,
    Question,
    QuestionState,
    TalkNote,
)
from sojourn.catalogue.models import Edition
from sojourn.people.models import AuditEvent, Role

DAYS = 730
"""Where no edition says otherwise; of questions and of talks."""
AT_ONCE = 500
"""Keys in one statement."""


def forget_old_questions(now: dt.datetime) -> int:
    """Delete what has waited for nobody since the edition's days. Returns how many questions."""
    oldest = now - dt.timedelta(days=_days("keep_questions_days"))
    old = Question.objects.filter(changed_at__lt=oldest).exclude(state=QuestionState.WAITING)
    forgotten = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have written on.
            mine = old.select_for_update().filter(pk=number).first()
            if mine is None:
                continue
            _forget_whom(Question, [number])
            mine.delete()
            forgotten += 1
    # The content of files whose rows are gone by now.
    files.forget_strays()
    return forgotten


def forget_old_talks(now: dt.datetime) -> int:
    """Delete appointments, numbers and waits of long ago, with notes and steps that are over.

    A step that is neither done nor due long ago stays in the plan. Returns how many appointments
    and numbers.
    """
    oldest = now - dt.timedelta(days=_days("keep_talks_days"))
    day = oldest.astimezone(diaries.zone()).date()
    forgotten = 0
    for diary in Diary.objects.all():
        with diaries.locked(diary) as held:
            appointments = held.appointments.filter(ends_at__lt=oldest)
            tickets = held.tickets.filter(day__lt=day)
            of_old_talks = Q(appointment__in=appointments) | Q(ticket__in=tickets)
            _forget(TalkNote.objects.filter(of_old_talks))
            _forget(NextStep.objects.filter(of_old_talks, _is_over(day)))
            forgotten += _forget(appointments) + _forget(tickets)
            # A week is over with its Sunday.
            _forget(held.waiting.filter(week__lt=day - dt.timedelta(days=6)))
    with transaction.atomic():
        of_no_talk = Q(appointment__isnull=True, ticket__isnull=True, created_at__lt=oldest)
        _forget(TalkNote.objects.filter(of_no_talk))
        _forget(NextStep.objects.filter(of_no_talk, _is_over(day)))
    return forgotten


def _is_over(day: dt.date) -> Q:
    return Q(done_at__isnull=False) | Q(due_on__isnull=True) | Q(due_on__lt=day)


def _days(field: str) -> int:
    return Edition.objects.values_list(field, flat=True).first() or DAYS


def _forget(rows: QuerySet[Any]) -> int:
    """Delete them, and from the trail about whom they were. Returns how many."""
    keys = list(rows.values_list("pk", flat=True))
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        _forget_whom(rows.model, some)
        rows.model._default_manager.filter(pk__in=some).delete()
    return len(keys)


def _forget_whom(kind: type[models.Model], keys: Iterable[object]) -> None:
    events = AuditEvent.objects.filter(
        object_type=kind._meta.label_lower, object_id__in=[str(key) for key in keys]
    )
    events.filter(actor__role=Role.STUDENT).update(actor=None)
    events.update(about=None)
