"""Signed-in browsers: since when, seen last, ended one by one or all at once, and by themselves."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.urls import is_api_path
from sojourn.people.models import User

# Keys of the session: when somebody signed in, and was last there, in seconds.
BEGAN, SEEN = "signed_in_at", "seen_at"
# The session is written no more often than this.
_WRITTEN_EVERY = 60


class SessionAgeMiddleware:
    """Ends the sessions of staff after a day's work, or an hour that nobody was there.

    Those of students end after thirty days, and by their cookie after a fortnight.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        # Without the cookie the session stays untouched, so that an answer does not vary by it.
        has_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_cookie and not is_api_path(request.path) and SESSION_KEY in request.session:
            self._look(request, int(time.time()))
        return self.get_response(request)

    def _look(self, request: HttpRequest, now: int) -> None:
        session = request.session
        began = session.setdefault(BEGAN, now)
        seen = session.setdefault(SEEN, now)
        if now - began > settings.STAFF_SESSION_SECONDS or now - seen > settings.STAFF_IDLE_SECONDS:
            user = request.user
            is_too_old = now - began > settings.LONGEST_SESSION_SECONDS
            if isinstance(user, User) and (is_too_old or not user.is_student):
                logout(request)
                messages.info(request, _("You were signed out, because it was a while ago."))
                return
        if now - seen >= _WRITTEN_EVERY and not _asked_by_a_script(request):
            session[SEEN] = now
            UserSession.objects.filter(session_key=session.session_key).update(
                last_seen_at=timezone.now()
            )


def begin_session(request: HttpRequest | None, **_signal: Any) -> None:
    """Note when somebody signed in."""
    session = getattr(request, "session", None)
    if session is not None:
        session[BEGAN] = session[SEEN] = int(time.time())


def end_sessions(user: User) -> int:
    """End every session of a person. Return how many there were."""
    open_ones = Session.objects.filter(expire_date__gt=timezone.now())
    keys = [
        each.session_key
        for each in open_ones.iterator()
        if each.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=keys).delete()
    UserSession.objects.filter(user=user).delete()
    return len(keys)


def end_all_sessions() -> int:
    """End every session of everybody. Return how many there were."""
    UserSession.objects.all().delete()
    gone, _each = Session.objects.all().delete()
    return gone


def end_session(user: User, number: int) -> bool:
    """End one session of a person, by its row. Return whether it was theirs."""
    found = UserSession.objects.filter(user=user, pk=number).first()
    if found is None:
        return False
    found.end()
    return True


def forget_ended_sessions() -> int:
    """Delete what is noted of sessions that are over. Return how many."""
    going_on = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    gone: int = UserSession.objects.exclude(session_key__in=going_on).delete()[0]
    return gone


def _asked_by_a_script(request: HttpRequest) -> bool:
    """Tell a page that keeps itself fresh from somebody who is there."""
    return request.method == "GET" and request.headers.get("Sec-Fetch-Dest") == "empty"
