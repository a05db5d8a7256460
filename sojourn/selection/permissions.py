"""Who may do what in a selection; `people.permissions` says how rules are asked.

A round may be for several degree programmes. People who work for one of them see the round and
the applications of that programme; what concerns all applicants needs the role for all of them.
"""

from __future__ import annotations

from django.db.models import QuerySet

from sojourn.people.models import User
from sojourn.people.permissions import Person, holds, may_enter_office
from sojourn.people.roles import DECIDING, SEEING, Role
from sojourn.selection.models import Application, ReviewAssignment, Reviewer, Round
from sojourn.selection.models.rounds import OfWholeRound
from sojourn.selection.states import ReviewState

_WHOLE = OfWholeRound("pk")


def may_see_all_applicants(user: Person, round_: Round | None = None) -> bool:
    """Tell whether somebody may see every applicant of a round: its allocation, its figures."""
    if round_ is None:
        return may_enter_office(user)
    return rounds_seen_whole(user).filter(pk=round_.pk).exists()


def rounds_seen_whole(user: Person) -> QuerySet[Round]:
    """Find the rounds of which somebody may see every applicant."""
    return Round.objects.in_units_of(user, SEEING, _WHOLE)


def may_manage(user: Person, round_: Round | None = None) -> bool:
    """Tell whether somebody may set the rules of a round, publish it and allocate its seats."""
    if round_ is None:
        return holds(user, DECIDING)
    return rounds_managed_by(user).filter(pk=round_.pk).exists()


def rounds_managed_by(user: Person) -> QuerySet[Round]:
    """Find the rounds whose rules somebody may set."""
    return Round.objects.in_units_of(user, DECIDING, _WHOLE)


def may_decide(user: Person, application: Application | None = None) -> bool:
    """Tell whether somebody may decide about an application, its offers and its objection."""
    if application is not None and application.owner_id == user.pk:
        return False
    return holds(user, DECIDING, application)


def decided_by(user: Person, applications: QuerySet[Application]) -> set[int]:
    """Name those of the applications about which somebody may decide, by their keys."""
    theirs = Application.objects.in_units_of(user, DECIDING).exclude(owner=user.pk)
    return set(theirs.filter(pk__in=applications.values("pk")).values_list("pk", flat=True))


def may_review(user: Person, review: ReviewAssignment | None = None) -> bool:
    """Tell whether somebody reviews: in any round or by their role; or does this review.

    That alone opens nothing else of the office.
    """
    if not isinstance(user, User):
        return False
    if review is None:
        return holds(user, {Role.REVIEWER}) or Reviewer.objects.filter(user=user).exists()
    return review.reviewer.user_id == user.pk and review.state != ReviewState.CONFLICT
