"""Finds and starts Debian's chromium for tests in a real browser."""

from __future__ import annotations

import os
import shutil

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)

# The shell has no window, toolbar or tabs to draw; it takes a third less of a processor.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser")

MISSING = (
    "BROWSER TESTS SKIPPED: no chromium on this machine. "
    "Install Debian's package (apt-get install chromium-headless-shell) and run the tests again."
)


def executable() -> str | None:
    """Where chromium is, or None."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


def is_demanded() -> bool:
    """Whether a missing browser is a failure: on a CI machine it is."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
