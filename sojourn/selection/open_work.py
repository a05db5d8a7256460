"""What waits for one colleague, so that it can be handed over when they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import questions as advising_questions
from sojourn.advising.models import Appointment, AppointmentState, Question, QuestionState
from sojourn.catalogue.models import Contact
from sojourn.people.models import User
from sojourn.people.visibility import Casework
from sojourn.selection.models import ReviewAssignment
from sojourn.selection.states import ReviewState

M = TypeVar("M", bound=Casework)


@dataclass(frozen=True)
class OpenWork:
    """Something that waits for a colleague: what, and where the office finds each."""

    what: str
    paths: tuple[str, ...]
    """Addresses below the office's first page."""


def open_work_of(user: User, reader: User | None = None) -> list[OpenWork]:
    """List what is theirs to do, kind by kind; empty kinds are left out.

    Without a reader, for the command line, everything is listed.
    """
    questions = _open_questions(user, reader)
    desks = Contact.objects.filter(email__iexact=user.email)
    appointments = _seen(Appointment.objects.all(), reader).filter(
        diary__contact__in=desks,
        state__in=[AppointmentState.BOOKED, AppointmentState.OFFERED],
        ends_at__gte=timezone.now(),
    )
    reviews = _seen(ReviewAssignment.objects.all(), reader).filter(
        reviewer__user=user, state=ReviewState.ASSIGNED
    )
    found = [
        OpenWork(
            _("questions handed to them"),
            tuple(f"questions/{each.pk}/" for each in questions.order_by("asked_at")),
        ),
        OpenWork(
            _("appointments to come"),
            tuple(f"appointments/{each.pk}/" for each in appointments.order_by("starts_at")),
        ),
        OpenWork(
            _("weekly hours that students can come to"),
            tuple(f"hours/{desk.slug}/" for desk in desks if desk.walk_in_hours.exists()),
        ),
        OpenWork(
            _("reviews not done"),
            tuple(
                f"rounds/{each.application.round.slug}/"
                for each in reviews.select_related("application__round")
            ),
        ),
    ]
    return [work for work in found if work.paths]


def hand_over_questions(user: User, to: User, *, by: User) -> int:
    """Give a colleague the open questions of another that `by` may see. Return how many."""
    found = list(_open_questions(user, by))
    for question in found:
        advising_questions.assign(question, by=by, to=to)
    return len(found)


def _open_questions(user: User, reader: User | None) -> QuerySet[Question]:
    return (
        _seen(Question.objects.all(), reader)
        .filter(assignee=user)
        .exclude(state__in=[QuestionState.ANSWERED, QuestionState.CLOSED])
    )


def _seen(rows: QuerySet[M], reader: User | None) -> QuerySet[M]:
    if reader is None:
        return rows
    return rows.filter(pk__in=rows.model._default_manager.visible_to(reader).values("pk"))
