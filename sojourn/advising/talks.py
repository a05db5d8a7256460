"""What comes of a talk: notes for the office or for both, and steps that stand in the plan."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, NextStep, TalkNote, Ticket
from sojourn.people import audit
from sojourn.people.models import User


@dataclass(frozen=True)
class Talk:
    """What a note or a step is about: a student, and the talk it came from."""

    student: User
    appointment: Appointment | None = None
    ticket: Ticket | None = None


def write_private_note(talk: Talk, author: User, text: str, now: dt.datetime) -> TalkNote:
    """Keep a note that only the office reads."""
    return _note(talk, author, text, now, "talk_note.private")


def write_shared_note(talk: Talk, author: User, text: str, now: dt.datetime) -> TalkNote:
    """Keep a note that the student reads too."""
    return _note(talk, author, text, now, "talk_note.shared")


def agree_on(
    talk: Talk, author: User, text: str, due_on: dt.date | None, now: dt.datetime
) -> NextStep:
    """Put a step into the student's plan. The same step of the same talk again adds none."""
    wanted = text.strip()
    if not wanted:
        raise AdvisingError(_("Say what the step is."))
    with transaction.atomic():
        made, is_new = NextStep.objects.get_or_create(
            student=talk.student,
            appointment=talk.appointment,
            ticket=talk.ticket,
            text=wanted,
            defaults={"author": author, "due_on": due_on, "created_at": now},
        )
        if is_new:
            audit.record("next_step.agreed", actor=author, about=talk.student, on=made)
        return made


def take_back(step: NextStep, actor: User) -> None:
    """Remove a step that was agreed by mistake, unless the student has done it."""
    with transaction.atomic():
        if step.done_at is None:
            # On the talk, whose history outlives the step.
            talk = step.appointment or step.ticket or step
            audit.record("next_step.removed", actor=actor, about=step.student, on=talk)
            step.delete()


def mark_done(step: NextStep, now: dt.datetime) -> None:
    """The student did it."""
    _mark(step, now, "next_step.done")


def mark_open(step: NextStep) -> None:
    """The student did not do it after all."""
    _mark(step, None, "next_step.reopened")


def steps_of(student: User) -> QuerySet[NextStep]:
    """Everything agreed with a student: open ones first, by their day."""
    return NextStep.objects.filter(student=student).order_by(
        F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "created_at"
    )


def find_step(step_id: uuid.UUID, student: User) -> NextStep | None:
    """A student's own step."""
    return NextStep.objects.filter(pk=step_id, student=student).first()


def shared_notes_of(appointment: Appointment) -> QuerySet[TalkNote]:
    """What the student may read about a talk."""
    return appointment.notes.filter(is_shared=True)


def notes_about(student: User) -> QuerySet[TalkNote]:
    """All notes about a student, for the office, newest first."""
    return TalkNote.objects.filter(student=student).select_related("author")


def _note(talk: Talk, author: User, text: str, now: dt.datetime, action: str) -> TalkNote:
    wanted = text.strip()
    if not wanted:
        raise AdvisingError(_("The note is empty."))
    with transaction.atomic():
        # Sent twice by a nervous hand, it is one note.
        made, is_new = TalkNote.objects.get_or_create(
            student=talk.student,
            appointment=talk.appointment,
            ticket=talk.ticket,
            text=wanted,
            is_shared=action == "talk_note.shared",
            defaults={"author": author, "created_at": now},
        )
        if is_new:
            audit.record(action, actor=author, about=talk.student, on=made)
        return made


def _mark(step: NextStep, done_at: dt.datetime | None, action: str) -> None:
    with transaction.atomic():
        held = NextStep.objects.select_for_update().get(pk=step.pk)
        if (held.done_at is None) != (done_at is None):
            held.done_at = done_at
            held.save(update_fields=["done_at"])
            audit.record(action, actor=held.student, about=held.student, on=held)
