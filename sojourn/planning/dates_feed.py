"""The secret address of a plan's calendar: made, looked up, withdrawn. One at a time."""

from __future__ import annotations

import hashlib
import secrets

from django.utils import timezone

from sojourn.planning.changes import changing, note_change
from sojourn.planning.models import DatesFeed, Plan


class FeedWithdrawnError(Exception):
    """The owner of the address has withdrawn it."""


def open_feed(plan: Plan | None) -> DatesFeed | None:
    """Return the feed that works, if there is one."""
    return None if plan is None else plan.dates_feeds.filter(withdrawn_at__isnull=True).first()


def make_feed(plan: Plan) -> str:
    """Make a new secret address, shown once; the one before stops working."""
    token = secrets.token_urlsafe(24)
    with changing(plan) as locked:
        _withdraw(locked)
        feed = DatesFeed.objects.create(plan=locked, token_hash=_hashed(token))
        note_change(locked, "plan.dates_feed_made", feed=feed.pk)
    return token


def withdraw_feed(plan: Plan) -> None:
    """Take the address back."""
    with changing(plan) as locked:
        if _withdraw(locked):
            note_change(locked, "plan.dates_feed_withdrawn")


def plan_of_feed(token: str) -> Plan | None:
    """Return the plan of an address, or None. Raises FeedWithdrawnError for a withdrawn one."""
    feed = DatesFeed.objects.select_related("plan").filter(token_hash=_hashed(token)).first()
    if feed is None:
        return None
    if feed.withdrawn_at is not None:
        raise FeedWithdrawnError
    return feed.plan


def _withdraw(plan: Plan) -> int:
    return plan.dates_feeds.filter(withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
