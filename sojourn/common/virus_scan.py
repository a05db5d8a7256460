"""Asks the scanner of SOJOURN_SCAN_COMMAND about a file that somebody sent."""

from __future__ import annotations

import logging
import shlex
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings

logger = logging.getLogger("sojourn.files")

SCAN_SECONDS = 60


def is_clean(path: Path) -> bool:
    """Tell whether the scanner accepts the file; one that cannot run refuses everything."""
    if not settings.SCAN_COMMAND:
        return True
    command = [*shlex.split(settings.SCAN_COMMAND), str(path)]
    try:
        # The command is the operator's own, and the path is made of hexadecimal digits.
        done = subprocess.run(command, capture_output=True, timeout=SCAN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        logger.warning("the virus scanner could not run: %s", type(error).__name__)
        return False
    return done.returncode == 0


def is_clean_content(content: bytes) -> bool:
    """Tell the same of what is not kept as a file: it lies in one while the scanner looks."""
    if not settings.SCAN_COMMAND:
        return True
    with tempfile.NamedTemporaryFile(dir=settings.DATA) as file:
        file.write(content)
        file.flush()
        return is_clean(Path(file.name))
