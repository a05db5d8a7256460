"""The accounts of those who work in the office: close one, help out of a lost second step."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.people import audit, outbox
from sojourn.people.models import RoleAssignment, SecurityEventKind, User
from sojourn.people.outbox import Letter, Link
from sojourn.people.role_assignments import keeping_an_operator
from sojourn.people.security_log import note
from sojourn.people.sessions import end_all_sessions, end_sessions


@dataclass(frozen=True)
class Colleague:
    """Somebody who works in the office, or did."""

    user: User
    roles: tuple[RoleAssignment, ...]
    has_been_in: bool
    has_second_step: bool
    last_sign_in: dt.datetime | None


def colleagues() -> list[Colleague]:
    """List everybody of staff, those whose account is closed last."""
    with_second_step = set(
        Authenticator.objects.exclude(type=Authenticator.Type.RECOVERY_CODES).values_list(
            "user", flat=True
        )
    )
    by_single_sign_on = set(SocialAccount.objects.values_list("user", flat=True))
    found = User.objects.filter(is_staff=True).prefetch_related("role_assignments")
    return [
        Colleague(
            user,
            tuple(user.role_assignments.all()),
            user.has_usable_password() or user.pk in by_single_sign_on,
            user.pk in with_second_step,
            user.last_login,
        )
        for user in found.order_by("-is_active", "last_name", "first_name", "email")
    ]


def close_account(user: User, *, by: User | None) -> None:
    """Let somebody in no more, at once. What they did stays, under their name.

    Raises LastOperatorError.
    """
    with keeping_an_operator(by):
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
        audit.record("account.closed", actor=by, about=user, on=user)
        note(SecurityEventKind.RIGHTS_CHANGED, actor=by, about=user, detail="account.closed")
    user.forget_roles()


def sign_out(user: User, *, by: User | None) -> int:
    """End every session of a person. Return how many there were."""
    count = end_sessions(user)
    note(SecurityEventKind.SIGNED_OUT, actor=by, about=user, detail=f"everywhere ({count})")
    return count


def sign_out_everybody(*, by: User | None) -> int:
    """End every session of everybody. Return how many there were."""
    count = end_all_sessions()
    note(SecurityEventKind.SIGNED_OUT, actor=by, detail=f"everybody ({count})")
    return count


def reset_second_step(user: User, *, by: User | None) -> bool:
    """Take the second step off an account whose owner lost it, and write to them.

    They sign in with their password, and set up a new one first. Return whether there was one.
    """
    with transaction.atomic():
        gone, _each = Authenticator.objects.filter(user=user).delete()
        if not gone:
            return False
        end_sessions(user)
        event = audit.record("second_step.reset", actor=by, about=user, on=user)
        note(SecurityEventKind.RIGHTS_CHANGED, actor=by, about=user, detail="second_step.reset")
        outbox.post(key=f"second-step-reset:{event.pk}", to=user, write=_reset_letter)
    return True


def _reset_letter() -> Letter:
    return Letter(
        subject=_("Your second step was taken off"),
        paragraphs=(
            _(
                "The second step of your Sojourn account was taken off, because you said that you "
                "lost it. You are signed out everywhere."
            ),
            _("Sign in with your password, and set up a new second step."),
            _("You did not ask for this? Then choose a new password now, and tell the office."),
        ),
        link=Link(_("Sign in"), url_for("account_login")),
    )
