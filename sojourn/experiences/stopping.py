"""Addresses that must never be written to again, stored as a hash.

The seal is keyed with the installation's secret. It says whether an address that somebody types is
among them; it cannot be turned back into one.
"""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings

from sojourn.experiences.models import StoppedAddress


def _seal(email: str) -> str:
    key = f"sojourn.experiences.stopped:{settings.SECRET_KEY}".encode()
    return hmac.new(key, email.strip().casefold().encode(), hashlib.sha256).hexdigest()


def is_stopped(email: str) -> bool:
    """Tell whether the person at this address asked us never to write again."""
    return StoppedAddress.objects.filter(seal=_seal(email)).exists()


def stop_address(email: str) -> None:
    """Never write to this address again; twice changes nothing."""
    StoppedAddress.objects.get_or_create(seal=_seal(email))
