"""Gives roles to people and takes them away; every change is audited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.people import audit
from sojourn.people.models import RoleAssignment, SecurityEventKind, User
from sojourn.people.roles import EVERY_PROGRAMME, Role
from sojourn.people.security_log import note


class LastOperatorError(Exception):
    """A change that would leave the installation without an operator; the message says so."""

    def __init__(self) -> None:
        self.message = _(
            "Nobody would look after the installation then. Make somebody else an operator first."
        )
        super().__init__(self.message)


@contextmanager
def keeping_an_operator(by: User | None) -> Iterator[None]:
    """Open a transaction that is undone where it takes the last operator away.

    The command line (`by` is None) may do that: it makes a new one. Raises LastOperatorError.
    """
    with transaction.atomic():
        # Two operators who take each other's role at once come one after the other: the second
        # waits here, and finds the first one gone when it counts.
        list(RoleAssignment.objects.select_for_update().filter(role=Role.OPERATOR).order_by("pk"))
        operators = User.objects.holding(Role.OPERATOR)
        had_one = operators.exists()
        yield
        if by is not None and had_one and not operators.all().exists():
            raise LastOperatorError


def grant_role(
    user: User,
    role: Role,
    *,
    by: User | None,
    programme: str = EVERY_PROGRAMME,
    until: dt.date | None = None,
) -> RoleAssignment:
    """Give a person a role of one degree programme, or of all. Granting again moves its end.

    `by` is None for the command line and for demonstrations.
    """
    with transaction.atomic():
        assignment, _is_new = RoleAssignment.objects.update_or_create(
            user=user, role=role, programme=programme, defaults={"until": until, "granted_by": by}
        )
        user.is_staff = True
        user.save(update_fields=["is_staff"])
        _record("role.granted", assignment, by)
    user.forget_roles()
    return assignment


def revoke_role(assignment: RoleAssignment, *, by: User | None) -> None:
    """Take a role away at once. The account stays one of staff, with its history.

    Raises LastOperatorError.
    """
    with keeping_an_operator(by):
        _record("role.revoked", assignment, by)
        assignment.delete()
    assignment.user.forget_roles()


def roles_held(user: User) -> tuple[RoleAssignment, ...]:
    """Return every role that was given and not taken away, also those whose last day is over."""
    return tuple(user.role_assignments.all())


def _record(action: str, assignment: RoleAssignment, by: User | None) -> None:
    detail = f"{action} {assignment.role} {assignment.programme}".strip()
    note(SecurityEventKind.RIGHTS_CHANGED, actor=by, about=assignment.user, detail=detail)
    audit.record(
        action,
        actor=by,
        about=assignment.user,
        on=assignment,
        details={
            "role": assignment.role,
            "programme": assignment.programme,
            "until": assignment.until.isoformat() if assignment.until else "",
        },
    )
