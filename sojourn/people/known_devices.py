"""Browsers in which somebody signed in before: a signed cookie, and nothing kept here.

It opens nothing. It only keeps what others try from locking the owner of an account out.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.crypto import salted_hmac

from sojourn.people.models import User

_SALT = "sojourn.people.known_devices"
_AGE = 180 * 24 * 3600
_MOST_ACCOUNTS = 3


@dataclass(frozen=True)
class Device:
    """An account that was in here: its key, this browser's own number, and a seal.

    The seal changes with the password, so that choosing another forgets every device.
    """

    account: int
    number: str
    seal: str


def devices_of(request: HttpRequest) -> list[Device]:
    """Read the cookie; empty where there is none or somebody else made it."""
    text = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
    try:
        said = signing.loads(text, salt=_SALT, max_age=_AGE) if text else []
        return [Device(int(account), str(number), str(seal)) for account, number, seal in said]
    except (signing.BadSignature, ValueError, TypeError):
        return []


def device_of(request: HttpRequest, email: str) -> Device | None:
    """Find the device on which the account with this address was signed in to before."""
    devices = devices_of(request)
    if not devices:
        return None
    user = User.objects.filter(email__iexact=email).first()
    if user is None:
        return None
    seal = _seal(user)
    return next((each for each in devices if (each.account, each.seal) == (user.pk, seal)), None)


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Let this browser be known to the account that signed in."""
    others = [each for each in devices_of(request) if each.account != user.pk]
    here = Device(user.pk, secrets.token_urlsafe(9), _seal(user))
    kept = [here, *others][:_MOST_ACCOUNTS]
    response.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        signing.dumps([[each.account, each.number, each.seal] for each in kept], salt=_SALT),
        max_age=_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _seal(user: User) -> str:
    return salted_hmac(_SALT, user.password, algorithm="sha256").hexdigest()[:16]
