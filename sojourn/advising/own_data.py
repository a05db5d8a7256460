"""What advice keeps about a student, as plain data to take along."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from sojourn.advising import appointments, queue
from sojourn.advising.models import (
    AppointmentNote,
    AppointmentState,
    NextStep,
    Question,
    SelfArrangedPlace,
    TicketState,
    WaitingState,
)
from sojourn.people import audit
from sojourn.people.models import User


def release_bookings(user: User, now: dt.datetime) -> None:
    """Release what others could have, before an account is deleted.

    These are booked times, waits and walk-in numbers. Deleting the rows alone would free a time
    without offering it to those who wait.
    """
    for waiting in user.weeks_waited_for.filter(
        state__in=[WaitingState.WAITING, WaitingState.OFFERED]
    ).select_related("diary"):
        appointments.stop_waiting(waiting, now)
    for standing in user.appointments.filter(
        state=AppointmentState.BOOKED, starts_at__gt=now
    ).select_related("diary"):
        appointments.cancel(standing, user, now)
    for ticket in user.tickets.filter(state=TicketState.WAITING).select_related("diary"):
        queue.leave(ticket, now)


def erase(user: User, now: dt.datetime) -> None:
    """Release bookings, and take the student's name off the trail, before the account goes.

    What was talked about and written goes with the account; that it happened still counts.
    """
    release_bookings(user, now)
    rows: tuple[QuerySet[Any], ...] = (
        user.appointments.all(),
        user.tickets.all(),
        user.questions.all(),
        user.self_arranged_places.all(),
    )
    for each in rows:
        audit.forget(each.model, each.values_list("pk", flat=True))


def export(user: User) -> dict[str, Any]:
    """Export everything but the office's own notes."""
    return {
        "appointments": [
            {
                "starts": each.starts_at.isoformat(),
                "ends": each.ends_at.isoformat(),
                "state": each.state,
                "way_of_looking": each.route or None,
                "topic": each.topic,
                "question": each.question,
            }
            for each in user.appointments.all()
        ],
        "weeks_waited_for": [
            {"week": each.week.isoformat(), "state": each.state, "topic": each.topic,
             "question": each.question}
            for each in user.weeks_waited_for.all()
        ],
        "walk_in_numbers": [
            {"day": each.day.isoformat(), "number": each.number, "state": each.state,
             "topic": each.topic}
            for each in user.tickets.all()
        ],
        "notes_shared_with_you": [
            {"at": each.created_at.isoformat(), "text": each.text}
            for each in AppointmentNote.objects.filter(student=user, is_shared=True)
        ],
        "next_steps": [
            {
                "text": each.text,
                "by": each.due_on.isoformat() if each.due_on else None,
                "done": each.done_at.isoformat() if each.done_at else None,
            }
            for each in NextStep.objects.filter(student=user)
        ],
        "questions": [
            {
                "asked": each.asked_at.isoformat(),
                "subject": each.subject,
                "state": each.state,
                "messages": _messages(each),
            }
            for each in Question.objects.filter(asker=user).order_by("asked_at")
        ],
        "self_arranged_places": [
            {
                "told": each.proposed_at.isoformat(),
                "state": each.state,
                "institution": each.institution.slug if each.institution else None,
                "institution_name": each.institution_name or None,
                "city": each.city or None,
                "country": each.country or None,
                "website": each.website or None,
                "department": each.department or None,
                "supervisor": each.supervisor_name or None,
                "supervisor_mail_address": each.supervisor_email or None,
                "kind": each.kind,
                "subject": each.subject,
                "first_day": each.starts_on.isoformat(),
                "last_day": each.ends_on.isoformat(),
                "messages": _messages(each),
            }
            for each in user.self_arranged_places.select_related("institution").order_by(
                "proposed_at"
            )
        ],
    }  # fmt: skip


def _messages(thread: Question | SelfArrangedPlace) -> list[dict[str, Any]]:
    """Export what both sides wrote, oldest first, with the names of the files."""
    written = thread.messages.prefetch_related("files").order_by("number")
    return [
        {
            "at": each.written_at.isoformat(),
            "by": each.side,
            "text": each.text,
            "files": [file.name for file in each.files.all()],
        }
        for each in written
    ]
