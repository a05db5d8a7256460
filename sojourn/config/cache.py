"""The cache: the memory of each process, but what may be used once is used once in all of them.

Allauth remembers a used code of a second step, and a used answer of a provider, by adding it to the
cache; the next request may be answered by another process or machine.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

# How allauth names what it adds once and never takes back.
USED_ONCE = ("allauth.mfa.totp.used?", "jwt:iss=")


class ProcessCache(LocMemCache):
    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        if str(key).startswith(USED_ONCE):
            from sojourn.people import shared_counts  # the cache is there before the models

            if not shared_counts.is_first(str(key), float(timeout or 0)):
                return False
        return super().add(key, value, timeout, version)
