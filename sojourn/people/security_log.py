"""The log of security events: who got in and who did not, who read what, whose rights changed.

It names accounts by their number and nothing else of a person; what was tried with an address that
has no account is kept under a keyed digest, by which attempts on one address are seen as such.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import logging
from typing import Any
from uuid import UUID

from allauth.mfa.signals import authentication_failed
from django.conf import settings
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.http import HttpRequest
from django.utils import timezone

from sojourn.common.request_log import current_request_id
from sojourn.common.view_marks import marks_of
from sojourn.people.models import SecurityEvent, SecurityEventKind, User
from sojourn.people.sign_in import steps_taken

logger = logging.getLogger("sojourn.security")

KEPT = dt.timedelta(days=180)
# Whoever reads about the same person again within this time is noted once.
ONCE_IN = dt.timedelta(hours=1)


def note(
    kind: SecurityEventKind,
    *,
    actor: User | None = None,
    about: User | int | None = None,
    detail: str = "",
) -> None:
    """Write an event down. `detail` is a route, a role, a digest: nothing that names a person."""
    event = SecurityEvent.objects.create(
        kind=kind,
        actor=actor.pk if actor else None,
        about=about.pk if isinstance(about, User) else about,
        detail=detail[:120],
        request_id=current_request_id(),
    )
    logger.info(
        "%s by account %s about account %s: %s", kind, event.actor, event.about, event.detail
    )


def note_reading(actor: User, about: int | None, detail: str) -> None:
    """Note that staff read about a person."""
    # The same person by another page is the same reading.
    _note_once(SecurityEventKind.PERSON_READ, actor, detail, about=about)


def note_list(actor: User, detail: str) -> None:
    """Note that staff read a list of people."""
    _note_once(SecurityEventKind.LIST_READ, actor, detail)


def _note_once(
    kind: SecurityEventKind, actor: User, detail: str, *, about: int | None = None
) -> None:
    """Note an event that is the same one when it comes again within the hour."""
    same = SecurityEvent.objects.filter(
        kind=kind, actor=actor.pk, about=about, at__gt=timezone.now() - ONCE_IN
    )
    if not about:
        same = same.filter(detail=detail[:120])
    if not same.exists():
        note(kind, actor=actor, about=about, detail=detail)


def delete_old_events(now: dt.datetime) -> int:
    gone, _each = SecurityEvent.objects.filter(at__lt=now - KEPT).delete()
    return gone


def digest(address: str) -> str:
    """Return what stands for an address: the same each time, and no way back to it."""
    key = f"{settings.SECRET_KEY}:security-log".encode()
    return hmac.new(key, address.strip().lower().encode(), hashlib.sha256).hexdigest()[:12]


def listen() -> None:
    """Hear from Django who signed in or out, and who could not."""
    user_logged_in.connect(_signed_in, dispatch_uid="sojourn.security")
    user_logged_out.connect(_signed_out, dispatch_uid="sojourn.security")
    user_login_failed.connect(_refused, dispatch_uid="sojourn.security")
    authentication_failed.connect(_wrong_code, dispatch_uid="sojourn.security")


def _signed_in(sender: object, user: User, request: HttpRequest | None = None, **_: Any) -> None:
    steps = steps_taken(request, user) if request is not None else ""
    note(SecurityEventKind.SIGNED_IN, actor=user, detail=steps)


def _signed_out(sender: object, user: User | None, **_: Any) -> None:
    if user is not None:
        note(SecurityEventKind.SIGNED_OUT, actor=user)


def _refused(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    address = str(credentials.get("email") or credentials.get("username") or "")
    about = User.objects.filter(email__iexact=address).first() if address else None
    note(SecurityEventKind.NOT_LET_IN, about=about, detail="" if about else digest(address))


def _wrong_code(sender: object, user: User, **_: Any) -> None:
    note(SecurityEventKind.NOT_LET_IN, about=user, detail="second step")


def note_answer(request: HttpRequest, status: int, is_file: bool) -> None:
    """Note what a signed-in person was refused, and which file or account staff were given."""
    user = getattr(request, "user", None)
    match = request.resolver_match
    if match is None or not isinstance(user, User):
        return
    route, marks = match.view_name, marks_of(match.func)
    person = marks.person
    if status == 403:
        note(SecurityEventKind.REFUSED, actor=user, detail=route)
    elif status == 404:
        # What is somebody else's is answered like what never was. Rows are named; a text in an
        # address may be a link's secret, or what somebody typed.
        if marks.is_private and match.kwargs:
            rows = {name: one for name, one in match.kwargs.items() if isinstance(one, int | UUID)}
            _note_once(SecurityEventKind.REFUSED, user, _named(route, rows))
    elif status == 200 and route.startswith("office:") and is_file:
        about_whom = person(**match.kwargs) if person else None
        detail = _named(route, match.kwargs)
        note(SecurityEventKind.FILE_READ, actor=user, about=about_whom, detail=detail)
    elif status in _SHOWN and person:
        note_reading(user, person(**match.kwargs), _named(route, match.kwargs))
    elif status in _SHOWN and (marks.lists_people or route in _LISTS_OF_THE_ADMIN):
        note_list(user, _named(route, match.kwargs))


# The page, or the page with a form again.
_SHOWN = (200, 409, 422)
_LISTS_OF_THE_ADMIN = ("admin:people_roleassignment_changelist",)


def _named(route: str, kwargs: dict[str, Any]) -> str:
    return f"{route} {' '.join(str(value) for value in kwargs.values())}".strip()
