"""Slows down whoever guesses passwords, and nobody else.

Wrong passwords are counted for an account together with the network that tries it, and for the
network alone; each one more makes the next wait longer. A browser in which the account was signed
in to before never waits: whatever anybody does, the right password gets in there. After a hundred
wrong ones in a day it is not known any more, and counts like any other. Nobody can lock an account,
because what is tried from elsewhere counts elsewhere.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from sojourn.common.callers import client_network
from sojourn.people.known_devices import device_of
from sojourn.people.models import SignInFailures

FIRST_WAIT = dt.timedelta(seconds=15)
LONGEST_WAIT = dt.timedelta(minutes=15)
MOST_ON_A_DEVICE = 100
# Without a wrong password for this long, counting begins anew.
FORGOTTEN_AFTER = dt.timedelta(days=1)


@dataclass(frozen=True)
class Counted:
    """Something that wrong passwords are counted for, and how many nobody has to wait for."""

    key: str
    free: int
    is_shared: bool = False
    """Of several people: one who gets in does not wipe out what the others tried."""


class TooManyTriesError(Exception):
    """The next try has to wait."""

    def __init__(self, wait: dt.timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


def begin(request: HttpRequest, email: str) -> list[Counted]:
    """Count a try as wrong, before the password is looked at; `forgive` it when it was right.

    Counting first is what keeps a hundred tries at the same moment from all being looked at.
    Raises TooManyTriesError when it has to wait; then nothing is counted.
    """
    counted = _counted(request, email.strip().lower())
    now = timezone.now()
    with transaction.atomic():
        rows = []
        for each in sorted(counted, key=lambda one: one.key):
            SignInFailures.objects.get_or_create(key=each.key)
            rows.append((each, SignInFailures.objects.select_for_update().get(key=each.key)))
        wait = max((row.waits_until - now for _each, row in rows if row.waits_until), default=None)
        if wait is not None and wait > dt.timedelta():
            raise TooManyTriesError(wait)
        for each, row in rows:
            if row.last_at < now - FORGOTTEN_AFTER:
                row.count = 0
            row.count += 1
            row.last_at = now
            row.waits_until = now + _wait(row.count - each.free) if row.count >= each.free else None
            row.save()
    return counted


def forgive(counted: list[Counted]) -> None:
    """Take back what `begin` counted: the password was right."""
    with transaction.atomic():
        for each in sorted(counted, key=lambda one: one.key):
            row = SignInFailures.objects.select_for_update().filter(key=each.key).first()
            if row is None:
                continue
            if each.is_shared and row.count > 1:
                row.count -= 1
                row.waits_until = None if row.count < each.free else row.waits_until
                row.save()
            else:
                row.delete()


def forget(request: HttpRequest, email: str) -> None:
    """Begin counting anew for an account from here: its owner chose another password."""
    keys = [each.key for each in _counted(request, email.strip().lower()) if not each.is_shared]
    SignInFailures.objects.filter(key__in=keys).delete()


def delete_old() -> int:
    """Delete what is not counted any more. Return how many rows."""
    oldest = timezone.now() - FORGOTTEN_AFTER
    gone, _each = SignInFailures.objects.filter(last_at__lt=oldest).delete()
    return gone


def _counted(request: HttpRequest, email: str) -> list[Counted]:
    device = device_of(request, email)
    if device is not None and not _is_worn_out(key := _key("device", device.number)):
        return [Counted(key, free=MOST_ON_A_DEVICE + 1)]
    network = client_network(request)
    return [
        Counted(_key("account", email, network), free=5),
        # Hundreds of students sign in from behind one address of a university.
        Counted(_key("network", network), free=100, is_shared=True),
    ]


def _is_worn_out(key: str) -> bool:
    """Tell whether so much was tried on a known device that somebody else may have it."""
    young = timezone.now() - FORGOTTEN_AFTER
    tried = SignInFailures.objects.filter(key=key, last_at__gte=young, count__gte=MOST_ON_A_DEVICE)
    return tried.exists()


def _wait(more: int) -> dt.timedelta:
    doublings: int = 2 ** min(more, 10)
    return min(FIRST_WAIT * doublings, LONGEST_WAIT)


def _key(*parts: str) -> str:
    """Return what names nobody to whoever reads the table."""
    return salted_hmac(
        "sojourn.people.sign_in_limits", "\0".join(parts), algorithm="sha256"
    ).hexdigest()
