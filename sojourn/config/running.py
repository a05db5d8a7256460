"""Knows whether this installation is at work, so that nobody replaces its data underneath it.

`serve` and `worker` share a lock on a file in the data folder; `restore` wants it alone. The lock
is given back when the process dies, however it dies. It speaks of this machine only.
"""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Iterator
from typing import IO

from sojourn.common.data_folder import data_folder


class StillRunningError(Exception):
    """Sojourn is at work on this data folder; the message says what to do."""


def _open_lock() -> IO[str]:
    return (data_folder() / "running.lock").open("w")


@contextlib.contextmanager
def at_work() -> Iterator[None]:
    """Hold the shared lock. Waits while a restore is going on; forked children hold it too."""
    with _open_lock() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def stopped() -> Iterator[None]:
    """Hold the lock alone. Raises StillRunningError if anybody is at work."""
    with _open_lock() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StillRunningError(
                f"Sojourn is running on {data_folder()}. Stop it first, then restore."
            ) from error
        yield
