"""What advice keeps about a student, as plain data to take along."""

from __future__ import annotations

from typing import Any

from sojourn.advising.models import NextStep, TalkNote
from sojourn.people.models import User


def export(user: User) -> dict[str, Any]:
    """Appointments, waits, numbers, shared notes, next steps; not the office's own notes."""
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
            for each in TalkNote.objects.filter(student=user, is_shared=True)
        ],
        "next_steps": [
            {
                "text": each.text,
                "by": each.due_on.isoformat() if each.due_on else None,
                "done": each.done_at.isoformat() if each.done_at else None,
            }
            for each in NextStep.objects.filter(student=user)
        ],
    }  # fmt: skip
