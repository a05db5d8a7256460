"""How hurried a long computation is: at once, or in slices beside requests that must not wait."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

T = TypeVar("T")


class Pace(Protocol):
    """Called between small pieces of work; may rest before it returns."""

    def step(self) -> None: ...


class Hurried:
    """Never rests: the first build, the tests and the command line have nobody to make way for."""

    def step(self) -> None:
        return None


class Considerate:
    """Works in slices of `work` seconds with a rest of `rest` seconds after each.

    While a thread computes in pure Python, every request in the process shares the interpreter
    with it; a thread that rests half of the time at most doubles what they take.
    """

    def __init__(self, work: float = 0.001, rest: float = 0.001) -> None:
        self._work = work
        self._rest = rest
        self._slice_began = time.perf_counter()

    def step(self) -> None:
        if time.perf_counter() - self._slice_began < self._work:
            return
        time.sleep(self._rest)
        self._slice_began = time.perf_counter()


def paced(items: Iterable[T], pace: Pace) -> Iterator[T]:
    """The items, with a possible rest after each."""
    for item in items:
        yield item
        pace.step()
