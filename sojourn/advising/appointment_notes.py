"""Notes on appointments, for the office or for both sides, and the steps that were agreed."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, AppointmentNote, NextStep, Ticket
from sojourn.people import audit
from sojourn.people.models import User

# A form that is sent twice comes within this time; later the same words are another note.
SENT_TWICE = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class NoteSubject:
    """What a note or a step is about: a student, and the appointment it came from."""

    student: User
    appointment: Appointment | None = None
    ticket: Ticket | None = None


def write_private_note(
    subject: NoteSubject, author: User, text: str, now: dt.datetime
) -> AppointmentNote:
    """Keep a note that only the office reads."""
    return _note(subject, author, text, now, "appointment_note.private")


def write_shared_note(
    subject: NoteSubject, author: User, text: str, now: dt.datetime
) -> AppointmentNote:
    """Keep a note that the student reads too."""
    return _note(subject, author, text, now, "appointment_note.shared")


def agree_on(
    subject: NoteSubject, author: User, text: str, due_on: dt.date | None, now: dt.datetime
) -> NextStep:
    """Put a step into the student's plan. The same step again adds none while it is open."""
    wanted = text.strip()
    if not wanted:
        raise AdvisingError(_("Write down what the step is."))
    with transaction.atomic():
        made, is_new = NextStep.objects.get_or_create(
            student=subject.student,
            appointment=subject.appointment,
            ticket=subject.ticket,
            text=wanted,
            done_at=None,
            defaults={"author": author, "due_on": due_on, "created_at": now},
        )
        if is_new:
            audit.record("next_step.agreed", actor=author, about=subject.student, on=made)
        return made


def take_back(step: NextStep, actor: User) -> bool:
    """Remove a step that was agreed by mistake; tell whether. One that the student did stays."""
    with transaction.atomic():
        held = NextStep.objects.select_for_update().filter(pk=step.pk, done_at=None).first()
        if held is None:
            return False
        # On the appointment or ticket, whose history outlives the step.
        source = held.appointment or held.ticket or held
        audit.record("next_step.removed", actor=actor, about=held.student, on=source)
        held.delete()
        return True


def mark_done(step: NextStep, now: dt.datetime) -> None:
    """Mark a step as done by the student."""
    _mark(step, now, "next_step.done")


def mark_open(step: NextStep) -> None:
    """Mark a step as not done after all."""
    _mark(step, None, "next_step.reopened")


def steps_of(student: User) -> QuerySet[NextStep]:
    """List everything agreed with a student: open steps first, by their day."""
    return steps_seen_by(student, student)


def steps_seen_by(reader: User, student: User) -> QuerySet[NextStep]:
    """List what was agreed with a student and the reader may see, in that order."""
    return (
        NextStep.objects.visible_to(reader)
        .filter(student=student)
        .order_by(
            F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "created_at"
        )
    )


def find_step(step_id: uuid.UUID, student: User) -> NextStep | None:
    """Find a step of this student."""
    return NextStep.objects.owned_by(student).filter(pk=step_id).first()


def shared_notes_of(appointment: Appointment) -> QuerySet[AppointmentNote]:
    """List the notes of an appointment that the student may read."""
    return appointment.notes.filter(is_shared=True)


def notes_about(reader: User, student: User) -> QuerySet[AppointmentNote]:
    """List the notes about a student that somebody of the office may read, newest first."""
    found = AppointmentNote.objects.visible_to(reader).filter(student=student)
    return found.select_related("author")


def _note(
    subject: NoteSubject, author: User, text: str, now: dt.datetime, action: str
) -> AppointmentNote:
    wanted = text.strip()
    if not wanted:
        raise AdvisingError(_("The note is empty."))
    with transaction.atomic():
        # Sent twice by a nervous hand, it is one note.
        made, is_new = AppointmentNote.objects.get_or_create(
            student=subject.student,
            appointment=subject.appointment,
            ticket=subject.ticket,
            text=wanted,
            is_shared=action == "appointment_note.shared",
            created_at__gt=now - SENT_TWICE,
            defaults={"author": author, "created_at": now},
        )
        if is_new:
            audit.record(action, actor=author, about=subject.student, on=made)
        return made


def _mark(step: NextStep, done_at: dt.datetime | None, action: str) -> None:
    with transaction.atomic():
        held = NextStep.objects.select_for_update().get(pk=step.pk)
        if (held.done_at is None) != (done_at is None):
            held.done_at = done_at
            held.save(update_fields=["done_at"])
            audit.record(action, actor=held.student, about=held.student, on=held)
