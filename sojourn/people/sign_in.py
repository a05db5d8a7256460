"""What this session has proved about who is there: how, and how long ago."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from sojourn.people.models import User


def signed_in_recently(request: HttpRequest) -> bool:
    """Tell whether somebody signed in, or proved once more who they are, minutes ago."""
    user = request.user
    if not isinstance(user, User):
        return False
    oldest = time.time() - app_settings.REAUTHENTICATION_TIMEOUT
    return any(each["at"] > oldest for each in get_authentication_records(request, user))


def has_taken_second_step(request: HttpRequest) -> bool:
    """Tell whether this session gave a code, a passkey or a recovery code, or set one up."""
    user = request.user
    if not isinstance(user, User):
        return False
    return any(each["method"] == "mfa" for each in get_authentication_records(request, user))


def came_by(request: HttpRequest, user: User) -> str:
    """Name the provider of single sign-on by which this session began; empty for any other way."""
    if not hasattr(request, "session"):
        return ""
    records = get_authentication_records(request, user)
    found = [each["provider"] for each in records if each["method"] == "socialaccount"]
    return str(found[-1]) if found else ""


def steps_taken(request: HttpRequest, user: User) -> str:
    """Name how this session began: `password totp`, `sso surfconext`, `webauthn`."""
    if not hasattr(request, "session"):
        return ""
    found = [
        f"sso {each['provider']}"
        if each["method"] == "socialaccount"
        else str(each.get("type") or each["method"])
        for each in get_authentication_records(request, user)
    ]
    return " ".join(dict.fromkeys(found))


def second_steps(user: User) -> set[str]:
    """Name the kinds of second step that an account has; recovery codes alone are none."""
    steps = Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return set(steps.values_list("type", flat=True))


def count_new_second_step(
    request: HttpRequest, user: User, authenticator: Authenticator, **_signal: Any
) -> None:
    """Let the session in which a second step is set up go on: its owner just used it."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
