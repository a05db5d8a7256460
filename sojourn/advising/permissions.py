"""Who may do what in advising; `people.permissions` says how rules are asked."""

from __future__ import annotations

from django.db.models import QuerySet

from sojourn.advising.models import SelfArrangedPlace
from sojourn.people.models import User
from sojourn.people.permissions import Person, holds
from sojourn.people.roles import ADVISING, DECIDING
from sojourn.people.visibility import Casework


def may_advise(user: Person, row: Casework | None = None) -> bool:
    """Tell whether somebody may answer, take notes, call and book for the student of a row."""
    return holds(user, ADVISING, row)


def advised_by(user: User) -> QuerySet[User]:
    """Find those whom somebody may answer, call and write to."""
    return User.objects.in_units_of(user, ADVISING)


def may_keep_hours(user: Person) -> bool:
    """Tell whether somebody may change the hours of a contact."""
    return holds(user, ADVISING)


def may_decide_on_place(user: Person, place: SelfArrangedPlace | None = None) -> bool:
    """Tell whether somebody may approve or decline a self-arranged place."""
    return holds(user, DECIDING, place)


def may_publish_answers(user: Person) -> bool:
    """Tell whether somebody may publish and change answers for everybody."""
    return holds(user, DECIDING)
