"""What waits for one colleague, so that it can be handed over when they leave."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from sojourn.advising.models import Appointment, AppointmentState, Question, QuestionState
from sojourn.catalogue.models import Contact
from sojourn.people.models import User
from sojourn.selection.models import ReviewAssignment
from sojourn.selection.states import ReviewState


@dataclass(frozen=True)
class OpenWork:
    """Something that waits for a colleague: what, and where the office finds each."""

    what: str
    paths: tuple[str, ...]


def open_work_of(user: User) -> list[OpenWork]:
    """List what is theirs to do, kind by kind; empty kinds are left out."""
    questions = Question.objects.filter(assignee=user).exclude(
        state__in=[QuestionState.ANSWERED, QuestionState.CLOSED]
    )
    desks = Contact.objects.filter(email__iexact=user.email)
    appointments = Appointment.objects.filter(
        diary__contact__in=desks,
        state__in=[AppointmentState.BOOKED, AppointmentState.OFFERED],
        ends_at__gte=timezone.now(),
    )
    reviews = ReviewAssignment.objects.filter(reviewer__user=user, state=ReviewState.ASSIGNED)
    found = [
        OpenWork(
            "questions handed to them",
            tuple(f"questions/{each.pk}/" for each in questions.order_by("asked_at")),
        ),
        OpenWork(
            "appointments to come",
            tuple(f"appointments/{each.pk}/" for each in appointments.order_by("starts_at")),
        ),
        OpenWork(
            "weekly hours that students can come to",
            tuple(f"hours/{desk.slug}/" for desk in desks if desk.walk_in_hours.exists()),
        ),
        OpenWork(
            "reviews not done",
            tuple(
                f"rounds/{each.application.round.slug}/"
                for each in reviews.select_related("application__round")
            ),
        ),
    ]
    return [work for work in found if work.paths]
