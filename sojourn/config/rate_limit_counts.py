"""Counts of requests in the memory of one process, for the strategies of `limits`.

The package's own memory storage starts a thread to sweep at nearly every count, which costs more
than the count and, on a busy machine, more than the search. Here the request that counts sweeps.
"""

from __future__ import annotations

import threading
import time
from math import floor

from limits.storage import SlidingWindowCounterSupport, Storage

SWEEP_SECONDS = 10


class InMemoryCounts(Storage, SlidingWindowCounterSupport):
    """A count a key, until it expires."""

    def __init__(self) -> None:
        super().__init__()
        self.counts: dict[str, tuple[int, float]] = {}
        """By key: how many, and until when they count."""
        self._lock = threading.RLock()
        self._next_sweep = 0.0

    @property
    def base_exceptions(self) -> type[Exception]:
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        now = time.time()
        with self._lock:
            if now >= self._next_sweep:
                self._next_sweep = now + SWEEP_SECONDS
                self.counts = {key: one for key, one in self.counts.items() if one[1] > now}
            count, until = self.counts.get(key, (0, 0.0))
            if until <= now:
                count, until = 0, now + expiry
            self.counts[key] = (count + amount, until)
            return count + amount

    def get(self, key: str) -> int:
        count, until = self.counts.get(key, (0, 0.0))
        return count if until > time.time() else 0

    def get_expiry(self, key: str) -> float:
        return self.counts[key][1] if key in self.counts else time.time()

    def acquire_sliding_window_entry(
        self, key: str, limit: int, expiry: int, amount: int = 1
    ) -> bool:
        with self._lock:
            now = time.time()
            previous, left, current, _ = self._window(key, expiry, now)
            if floor(previous * left / expiry + current) + amount > limit:
                return False
            self.incr(_window_key(key, expiry, now), 2 * expiry, amount)
            return True

    def get_sliding_window(self, key: str, expiry: int) -> tuple[int, float, int, float]:
        return self._window(key, expiry, time.time())

    def clear_sliding_window(self, key: str, expiry: int) -> None:
        now = time.time()
        self.clear(_window_key(key, expiry, now))
        self.clear(_window_key(key, expiry, now - expiry))

    def clear(self, key: str) -> None:
        self.counts.pop(key, None)

    def check(self) -> bool:
        return True

    def reset(self) -> int:
        with self._lock:
            count = len(self.counts)
            self.counts.clear()
            return count

    def _window(self, key: str, expiry: int, now: float) -> tuple[int, float, int, float]:
        """Return the count of the previous window and of this one, each with its seconds left."""
        previous = self.get(_window_key(key, expiry, now - expiry))
        current = self.get(_window_key(key, expiry, now))
        left = expiry - now % expiry
        return previous, left if previous else 0.0, current, left + expiry


def _window_key(key: str, expiry: int, at: float) -> str:
    return f"{key}/{int(at / expiry)}"
