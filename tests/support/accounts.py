"""Accounts for tests: a student's, or one of staff with a role."""

from __future__ import annotations

from typing import Any

from sojourn.people.models import User

STUDENT = "student"


def account(email: str, kind: str = STUDENT, password: str | None = None, **fields: Any) -> User:
    """Make an account of this kind: a student's, or of somebody with this role.

    `programme` names the degree programme of the role; without it the role is for all.
    """
    return User.objects.create_user(email, password, role="" if kind == STUDENT else kind, **fields)
