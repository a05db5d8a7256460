"""Search indexes of a large catalogue: written by a process of their own, shared by the others.

Indexing a hundred thousand courses takes most of a minute of processor time, half of it in Python,
which every request of the same process would feel. So above `LARGE` entries it is left to a child
process of low priority, which reads the catalogue itself and writes the indexes into a folder
named after the moment that it read. The web processes of a machine wait for one another there:
one child serves them all, a restart finds the folder again, and the index takes memory of the
system's file cache, which all share, and not of each process.

Every process opens a private copy made of hard links, for an index that follows an edit writes new
files beside the old ones. Files of an index are never changed once written; the two lists of files
that are (`meta.json`, `.managed.json`) are copied.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import inspect
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import IO

from django.conf import settings

from sojourn.catalogue.models import Course, Opportunity
from sojourn.catalogue.snapshot import build, search, types
from sojourn.common.data_folder import PROJECT_ROOT
from sojourn.engines.search import analysis, index

logger = logging.getLogger(__name__)

LARGE = 5_000  # entries; fewer are indexed within a second
KEPT = 2  # moments that stay on disk: two processes may be one edit apart
MOVED_ON = 3  # the child's exit code when the catalogue is not the one it was asked for
LONGEST = 900  # seconds after which a child is given up
REWRITTEN = ("meta.json", ".managed.json")  # all other files of an index stay as written
READY, OPENED = "ready-", "opened-"


class UnavailableError(Exception):
    """The indexes cannot be had from a child process: make them here."""


def key_of(number: int, changed_at: dt.datetime | None, loaded_at: dt.datetime | None) -> str:
    """The name of the indexes of a catalogue at one moment, as this very program makes them."""
    said = f"{number} {changed_at} {loaded_at} {version('tantivy')} {_program()}"
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _program() -> str:
    """A digest of the code that decides what is in an index."""
    modules: tuple[ModuleType, ...] = (build, search, types, analysis, index)
    source = "".join(inspect.getsource(module) for module in modules)
    return hashlib.sha256(source.encode()).hexdigest()


def is_large(records: types.Records) -> bool:
    return len(records.opportunities) + len(records.courses) > LARGE


def is_large_in_database() -> bool:
    """About the same, before anything has been read."""
    return Opportunity.objects.count() + Course.objects.count() > LARGE


class Copy:
    """A process's own copy of the indexes; the folder goes when this object does."""

    def __init__(self, ready: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=OPENED, dir=ready.parent))
        # Held for as long as this process lives: whoever can lock it knows that nobody uses it.
        self._in_use = (self.folder / "in-use").open("w")
        fcntl.flock(self._in_use, fcntl.LOCK_EX)
        for name in ("opportunities", "courses"):
            (self.folder / name).mkdir()
            for file in (ready / name).iterdir():
                if file.suffix != ".lock":
                    _link(file, self.folder / name / file.name)
        weakref.finalize(self, _drop, self.folder, self._in_use, os.getpid())


def _link(file: Path, to: Path) -> None:
    if file.name not in REWRITTEN:
        with contextlib.suppress(OSError):  # not every file system has links
            os.link(file, to)
            return
    shutil.copyfile(file, to)


def _drop(folder: Path, in_use: IO[str], owner: int) -> None:
    if os.getpid() != owner:  # a fork of the process that uses it
        return
    shutil.rmtree(folder, ignore_errors=True)
    in_use.close()


def shelf() -> Path:
    return Path(settings.SEARCH_FOLDER)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process of this machine makes or copies indexes."""
    shelf().mkdir(parents=True, exist_ok=True)
    with (shelf() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def take(key: str) -> Copy | None:
    """A copy of the indexes of that name, made by a child process where nobody has made them.

    None when the catalogue has moved on since. Raises UnavailableError when it cannot be done.
    """
    try:
        with _alone():
            _sweep()
            ready = shelf() / f"{READY}{key}"
            if not ready.is_dir() and not _made(key, ready):
                return None
            return Copy(ready)
    except OSError as error:
        raise UnavailableError(str(error)) from error


def _made(key: str, ready: Path) -> bool:
    """Have the indexes made. False when the catalogue has moved on since."""
    with tempfile.TemporaryDirectory(prefix="making-", dir=shelf()) as folder:
        command = [sys.executable, "-m", "sojourn.catalogue.snapshot.indexing", folder, key]
        try:
            done = subprocess.run(
                command,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=LONGEST,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UnavailableError(f"no index after {LONGEST} seconds") from error
        if done.returncode == MOVED_ON:
            return False
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines()
            raise UnavailableError(said[-1] if said else f"exit code {done.returncode}")
        Path(folder, "indexes").rename(ready)
    others = sorted(shelf().glob(f"{READY}*"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in others[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)
    return True


def _sweep() -> None:
    """Remove what processes left behind that were killed."""
    for folder in shelf().glob("making-*"):  # whoever makes one holds the lock that we hold
        shutil.rmtree(folder, ignore_errors=True)
    for folder in shelf().glob(f"{OPENED}*"):
        with contextlib.suppress(OSError), (folder / "in-use").open("w") as in_use:
            fcntl.flock(in_use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(folder, ignore_errors=True)
