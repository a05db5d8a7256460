"""Which students somebody of the office knows: by their programme, or by a row about them."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from sojourn.advising.models import Appointment, Question, SelfArrangedPlace, Ticket
from sojourn.experiences.models import Report
from sojourn.people.models import User
from sojourn.people.visibility import Casework
from sojourn.selection.models import Application

# The account that a row is about.
_ABOUT: tuple[tuple[type[Casework], str], ...] = (
    (Appointment, "student"),
    (Ticket, "student"),
    (Question, "asker"),
    (SelfArrangedPlace, "student"),
    (Application, "owner"),
    (Report, "writer"),
)


def students_seen_by(reader: User) -> QuerySet[User]:
    """Find the students of one's programmes, and those about whom one may see a row.

    What is shown about each is narrowed again, row by row: somebody who was asked a question by a
    student of another programme finds that question there and nothing else.
    """
    seen = Q(pk__in=User.objects.visible_to(reader).values("pk"))
    for model, account in _ABOUT:
        seen |= Q(pk__in=model.objects.visible_to(reader).values(account))
    return User.objects.filter(seen, is_staff=False)
