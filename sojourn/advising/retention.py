"""Delete questions, appointments and self-arranged places that are over, after the edition's time.

What became an answer for everybody stays: it holds nothing of the person who asked. The audit trail
keeps that something happened, when, and by whom of the office, which is all that counting needs; it
no longer says about whom.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from sojourn.advising import diaries, files
from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    Diary,
    GroupMessage,
    Message,
    NextStep,
    Question,
    QuestionState,
    SelfArrangedPlace,
    SelfArrangedState,
    Ticket,
)
from sojourn.catalogue.keeping import Kind, Rows, days_of
from sojourn.people import audit

AT_ONCE = 500
"""Keys in one statement."""


def due_questions(now: dt.datetime) -> tuple[Rows, ...]:
    """Find questions without news since the edition's days that wait for nobody."""
    old = Question.objects.filter(changed_at__lt=_oldest("keep_questions_days", now))
    return (old.exclude(state=QuestionState.WAITING),)


def due_appointments(now: dt.datetime) -> tuple[Rows, ...]:
    """Find appointments, and numbers of the walk-in hour, of before the edition's days."""
    oldest = _oldest("keep_appointments_days", now)
    day = oldest.astimezone(diaries.zone()).date()
    return (
        Appointment.objects.filter(ends_at__lt=oldest),
        Ticket.objects.filter(day__lt=day),
    )


def due_self_arranged(now: dt.datetime) -> tuple[Rows, ...]:
    """Find places whose last day, and last word, are longer ago than the edition's days."""
    oldest = _oldest("keep_self_arranged_days", now)
    old = SelfArrangedPlace.objects.filter(
        ends_on__lt=oldest.astimezone(diaries.zone()).date(), changed_at__lt=oldest
    )
    return (old.exclude(state=SelfArrangedState.WAITING),)


def delete_old_questions(now: dt.datetime) -> int:
    """Delete the questions that are due. Return how many."""
    deleted = _delete_threads(Question, due_questions(now)[0])
    # What was written to several goes with the last of its threads.
    oldest = _oldest("keep_questions_days", now)
    GroupMessage.objects.filter(sent_at__lt=oldest, threads__isnull=True).delete()
    return deleted


def delete_old_self_arranged(now: dt.datetime) -> int:
    """Delete the self-arranged places that are due, with what was written. Return how many.

    The place in the catalogue that only its student sees goes with the account.
    """
    return _delete_threads(SelfArrangedPlace, due_self_arranged(now)[0])


def delete_old_appointments(now: dt.datetime) -> int:
    """Delete old appointments, numbers and waits, with notes and steps that are over.

    A step that is neither done nor due long ago stays in the plan. Returns how many appointments
    and numbers.
    """
    oldest = _oldest("keep_appointments_days", now)
    day = oldest.astimezone(diaries.zone()).date()
    old_appointments, old_tickets = due_appointments(now)
    deleted = 0
    for diary in Diary.objects.all():
        with diaries.locked(diary) as held:
            appointments = old_appointments.filter(diary=held)
            tickets = old_tickets.filter(diary=held)
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


QUESTIONS = Kind("questions", "keep_questions_days", due_questions, delete_old_questions, "asker")
APPOINTMENTS = Kind(
    "appointments", "keep_appointments_days", due_appointments, delete_old_appointments, "student"
)
SELF_ARRANGED = Kind(
    "self_arranged", "keep_self_arranged_days", due_self_arranged, delete_old_self_arranged,
    "student",
)  # fmt: skip


def _oldest(field: str, now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=days_of(field))


def _is_over(day: dt.date) -> Q:
    return Q(done_at__isnull=False) | Q(due_on__isnull=True) | Q(due_on__lt=day)


def _delete_threads(kind: type[Question] | type[SelfArrangedPlace], old: Rows) -> int:
    deleted = 0
    for number in list(old.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: somebody may just have written on.
            mine = old.select_for_update().filter(pk=number).first()
            if mine is None:
                continue
            audit.forget(kind, [number])
            audit.forget(Message, mine.messages.values_list("pk", flat=True))
            mine.delete()
            deleted += 1
    # The content of files whose rows are gone by now.
    files.delete_strays()
    return deleted


def _delete(rows: QuerySet[Any]) -> int:
    """Delete rows, and from the audit trail whom they were about. Return how many."""
    keys = list(rows.values_list("pk", flat=True))
    audit.forget(rows.model, keys)
    for begin in range(0, len(keys), AT_ONCE):
        some = keys[begin : begin + AT_ONCE]
        rows.model._default_manager.filter(pk__in=some).delete()
    return len(keys)
