"""Signed-in browsers: end those of a person."""

from __future__ import annotations

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone

from sojourn.people.models import User


def end_sessions(user: User) -> int:
    """End every session of a person. Return how many there were."""
    open_ones = Session.objects.filter(expire_date__gt=timezone.now())
    keys = [
        each.session_key
        for each in open_ones.iterator()
        if each.get_decoded().get(SESSION_KEY) == str(user.pk)
    ]
    Session.objects.filter(session_key__in=keys).delete()
    return len(keys)
