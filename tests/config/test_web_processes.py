"""A web process that hangs is ended; one that only takes its time to start is not."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Iterator
from multiprocessing.context import ForkProcess
from types import SimpleNamespace

import pytest

from sojourn.config.web_processes import (
    HANGS_AFTER_SECONDS,
    SECONDS_TO_START,
    SteadyServer,
)


@pytest.fixture
def child() -> Iterator[ForkProcess]:
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(60,))
    process.start()
    yield process
    process.kill()
    process.join()


def is_ended(child: ForkProcess, *, started: float, heard: float | None) -> bool:
    """Tell whether a process is ended that started, and was heard last, so many seconds ago."""
    server = SteadyServer(address="127.0.0.1", port=1, workers=1, log_dictconfig={})
    now = time.monotonic()
    server.wrks = [SimpleNamespace(idx=0, inner=child)]  # type: ignore[list-item]
    server.looked_at = now
    server.started_at[0] = now - started
    server.alive_at[0] = now - (started if heard is None else heard)
    server._end_what_hangs(now)
    child.join(5 if server.alive_at[0] == now else 0)
    return not child.is_alive()


def test_one_that_starts_on_a_busy_machine_has_its_time(child: ForkProcess) -> None:
    assert not is_ended(child, started=SECONDS_TO_START - 1, heard=None)


def test_one_that_never_says_anything_is_ended(child: ForkProcess) -> None:
    assert is_ended(child, started=SECONDS_TO_START + 1, heard=None)


def test_one_that_was_heard_and_is_silent_is_ended(child: ForkProcess) -> None:
    assert is_ended(child, started=300, heard=HANGS_AFTER_SECONDS + 1)
