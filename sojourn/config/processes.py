"""Keeps the processes of one installation together, so that none outlives its parent."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Callable

# The process that started this one and looks after it.
STARTED_BY = "SOJOURN_STARTED_BY"
# The pipe on which it tells that one that it lives.
ALIVE_PIPE = "SOJOURN_ALIVE_PIPE"
_PR_SET_PDEATHSIG = 1  # Linux, <sys/prctl.h>


def die_with_parent(parent: int, signal_number: signal.Signals) -> None:
    """Ask the kernel to send this process a signal when its parent dies, even by SIGKILL.

    Only Linux can; elsewhere an orphan is possible when the parent is killed outright.
    """
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal_number)


def sign_of_life() -> Callable[[], None]:
    """Return what a child calls each second to say that it lives; nothing without a supervisor."""
    pipe = os.environ.pop(ALIVE_PIPE, "")
    if not pipe:
        return lambda: None
    descriptor = int(pipe)
    os.set_inheritable(descriptor, False)
    os.set_blocking(descriptor, False)

    def alive() -> None:
        with contextlib.suppress(OSError):  # the pipe is full while the supervisor stands still
            os.write(descriptor, b".")

    return alive
