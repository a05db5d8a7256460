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

MISSING = (
    "BROWSER TESTS SKIPPED: no chromium on this machine. "
    "Install Debian's package (apt-get install chromium) and run the tests again."
)


def executable() -> str | None:
    """Where chromium is, or None."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def is_demanded() -> bool:
    """Whether a missing browser is a failure: on a CI machine it is."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}
