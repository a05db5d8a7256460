"""A cache bounded by bytes: what was used longest ago leaves first."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")
ENTRY_OVERHEAD = 300  # bytes that Python itself spends on a key, a node and an object


class ByteBoundedCache(Generic[K, V]):
    """Values up to a number of bytes; safe to use from several threads."""

    def __init__(self, limit: int, size_of: Callable[[V], int]) -> None:
        self._entries: LRUCache[K, V] = LRUCache(
            limit, getsizeof=lambda value: size_of(value) + ENTRY_OVERHEAD
        )
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> float:
        """How many bytes the entries take."""
        return self._entries.currsize

    def get(self, key: K) -> V | None:
        with self._lock:
            return self._entries.get(key)

    def put(self, key: K, value: V) -> None:
        """Keep the value unless it would take more than an eighth of the room on its own."""
        with self._lock:
            self._entries.pop(key, None)
            if self._entries.getsizeof(value) <= self._entries.maxsize // 8:
                self._entries[key] = value

    def get_or_make(self, key: K, make: Callable[[], V]) -> V:
        """Return the value kept under the key, made now if there is none."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value


class FragmentCache:
    """Ready-made HTML by (kind, slug, language), such as the card of an opportunity."""

    def __init__(self, limit: int = 16_000_000) -> None:
        # Not their length: one sign beyond Latin-1, such as a dash, doubles what a text takes.
        self._cache: ByteBoundedCache[tuple[str, str, str], str] = ByteBoundedCache(
            limit, sys.getsizeof
        )

    def get(self, kind: str, slug: str, language: str, make: Callable[[], str]) -> str:
        """Return the fragment, made by `make` when it is not there yet."""
        return self._cache.get_or_make((kind, slug, language), make)
