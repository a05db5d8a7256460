"""How long a piece of work takes: by the clock, and by the processor where others are at work."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Took:
    """Milliseconds."""

    median: float
    worst: float
    processor: float
    """The median of this thread's processor time."""


def measured(work: Callable[[], object], times: int) -> Took:
    clock, processor = [], []
    for _turn in range(times):
        began, began_working = time.perf_counter(), time.thread_time()
        work()
        clock.append((time.perf_counter() - began) * 1000)
        processor.append((time.thread_time() - began_working) * 1000)
    return Took(statistics.median(clock), max(clock), statistics.median(processor))
