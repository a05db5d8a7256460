"""Counts of what is rare that all processes and machines share: rows of the database.

A row names nobody: its key is a digest under the installation's secret, and it goes when it does
not count any more.
"""

from __future__ import annotations

import datetime as dt
import math
import time

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from limits import RateLimitItem

from sojourn.people.models import RequestCount


def spend(item: RateLimitItem, *names: str, cost: int = 1) -> int:
    """Count a request by these names. Return how many seconds it has to wait, 0 if it may go on.

    The window before weighs on this one by the part of it that is less than a window ago, as in the
    limits that each process counts. What is refused is not counted.
    """
    seconds = item.get_expiry()
    expires = timezone.now() + dt.timedelta(seconds=2 * seconds)
    with transaction.atomic():
        row, _made = RequestCount.objects.select_for_update().get_or_create(
            key=_key(str(seconds), *names), defaults={"until": expires}
        )
        # Of the one who holds the row, so that windows follow each other; where the clock of this
        # machine is behind, the window that another has begun goes on.
        now = max(time.time(), row.window * seconds)
        _move_to(row, int(now // seconds))
        left = seconds - now % seconds
        if math.floor(row.previous * left / seconds + row.count) + cost > item.amount:
            return max(1, math.ceil(left))
        row.count += cost
        row.until = expires
        row.save()
    return 0


def is_first(name: str, seconds: float) -> bool:
    """Tell whether nobody asked by this name within its seconds, and remember that somebody did."""
    now = timezone.now()
    expires = now + dt.timedelta(seconds=seconds)
    with transaction.atomic():
        row, is_new = RequestCount.objects.select_for_update().get_or_create(
            key=_key("once", name), defaults={"until": expires}
        )
        if is_new:
            return True
        if row.until > now:
            return False
        row.until = expires
        row.save()
        return True


def release(name: str) -> None:
    """Forget that somebody asked by this name, or what was counted by it."""
    RequestCount.objects.filter(key__in=[_key("once", name), _key("moments", name)]).delete()


def moments_of(name: str) -> list[float] | None:
    """Return when something was done by this name; None where nothing counts."""
    kept = RequestCount.objects.filter(key=_key("moments", name), until__gt=timezone.now())
    return kept.values_list("moments", flat=True).first()


def keep_moments(name: str, moments: list[float], seconds: float) -> None:
    """Keep when something was done by this name, for so long."""
    until = timezone.now() + dt.timedelta(seconds=seconds)
    RequestCount.objects.update_or_create(
        key=_key("moments", name), defaults={"moments": moments, "until": until}
    )


def delete_old() -> int:
    """Delete what does not count any more. Return how many rows."""
    gone, _each = RequestCount.objects.filter(until__lt=timezone.now()).delete()
    return gone


def _move_to(row: RequestCount, window: int) -> None:
    if window > row.window:
        row.previous = row.count if window == row.window + 1 else 0
        row.count = 0
        row.window = window


def _key(*parts: str) -> str:
    return salted_hmac(
        "sojourn.people.shared_counts", "\0".join(parts), algorithm="sha256"
    ).hexdigest()
