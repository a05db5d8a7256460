"""The cache: the memory of each process, but what protects people is the same in all of them.

Allauth remembers a used code of a second step, and a used answer of a provider, by adding it to the
cache; and it keeps there how often somebody tried a code, a password or a reset. The next request
may be answered by another process or machine, so these are rows of the database.
"""

from __future__ import annotations

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

# How allauth names what it adds once and never takes back.
USED_ONCE = ("allauth.mfa.totp.used?", "jwt:iss=")
# And the moments of tries, with the lock under which it changes them.
TRIES = "allauth:rl:"


class ProcessCache(LocMemCache):
    def add(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> bool:
        if str(key).startswith((*USED_ONCE, TRIES)):
            from sojourn.people import shared_counts  # the cache is there before the models

            if not shared_counts.is_first(str(key), float(timeout or 0)):
                return False
            if str(key).startswith(TRIES):
                return True
        return super().add(key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        if not str(key).startswith(TRIES):
            return super().get(key, default, version)
        from sojourn.people import shared_counts

        found = shared_counts.moments_of(str(key))
        return default if found is None else found

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        if not str(key).startswith(TRIES):
            return super().set(key, value, timeout, version)
        from sojourn.people import shared_counts

        return shared_counts.keep_moments(str(key), value, float(timeout or 0))

    def delete(self, key: Any, version: int | None = None) -> bool:
        if not str(key).startswith(TRIES):
            return super().delete(key, version)
        from sojourn.people import shared_counts

        shared_counts.release(str(key))
        return True
