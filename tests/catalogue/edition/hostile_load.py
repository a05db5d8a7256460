"""Loads editions, each in a process of its own, and says what that cost (see test_hostile.py).

Reads the folder of an edition a line. Django is there once: the processes are forks of this one.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import time
from pathlib import Path

import django
from django.apps import apps

# What a process with Django and the catalogue takes before it looks at any edition is not the
# edition's doing, but it counts towards the limit all the same.
django.setup()

from sojourn.catalogue.edition.load import load_edition  # noqa: E402
from sojourn.catalogue.edition.problems import EditionError  # noqa: E402


def digest() -> str:
    """One figure for everything that the catalogue's tables hold."""
    found = hashlib.sha256()
    for model in apps.get_app_config("catalogue").get_models(include_auto_created=True):
        for row in model._default_manager.order_by("pk").values_list():
            found.update(repr(row).encode())
    return found.hexdigest()


def peak_megabytes() -> float:
    """The most memory that this process ever held; unlike ru_maxrss it starts anew at the fork."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]


def load(edition: Path) -> dict[str, object]:
    before = digest()
    started = time.process_time()
    problems: list[str] | None = None
    try:
        load_edition(edition)
    except EditionError as error:
        problems = [str(problem) for problem in error.problems]
    return {
        "problems": problems,
        "seconds": time.process_time() - started,
        "megabytes": peak_megabytes(),
        "unchanged": digest() == before,
    }


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        print(json.dumps(load(Path(line.rstrip("\n")))), flush=True)
        os._exit(0)
    _pid, status = os.waitpid(child, 0)
    if status:
        sys.exit(f"the process that loaded {line} ended with {status}")
