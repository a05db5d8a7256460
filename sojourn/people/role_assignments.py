"""Gives roles to people and takes them away; every change is audited."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from sojourn.people import audit
from sojourn.people.models import RoleAssignment, SecurityEventKind, User
from sojourn.people.roles import EVERY_PROGRAMME, Role
from sojourn.people.security_log import note


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
    """Take a role away at once. The account stays one of staff, with its history."""
    with transaction.atomic():
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
