"""Folders that one process writes and every other reads, such as the indexes to search by.

One that is there is complete: it comes into being by being renamed, and its files never change.
Nothing in them needs a backup.
"""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

KEPT = 2  # a process may be opening the one before the newest


@dataclass(frozen=True, slots=True)
class SharedFolders:
    """The folders of one sort. Their names begin with the format of what is in them."""

    root: Path
    format: str

    def named(self, made_of: str) -> Path:
        """Return the folder of what `made_of` names, whether it is there or not."""
        return self.root / f"{self.format}-{made_of}"

    def newest(self) -> Path | None:
        """Return the folder that was written last, if there is any."""
        found = self.root.glob(f"{self.format}-*")
        return max(found, key=_written_at, default=None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes from writing."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def write(self, made_of: str, fill: Callable[[Path], None]) -> None:
        """Have the folder filled and show it to every process; to be called `alone`."""
        for left_behind in self.root.glob("making-*"):
            shutil.rmtree(left_behind, ignore_errors=True)
        making = Path(tempfile.mkdtemp(prefix="making-", dir=self.root))
        fill(making)
        self.rename(making, made_of)
        for old in sorted(self.root.glob("v*-*"), key=_written_at)[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)

    def rename(self, folder: Path, made_of: str) -> None:
        """Make a folder the newest under this name."""
        made = self.named(made_of)
        if made.exists() and made != folder:
            shutil.rmtree(made)
        folder.rename(made)
        made.touch()


def _written_at(folder: Path) -> int:
    try:
        return folder.stat().st_mtime_ns
    except FileNotFoundError:  # removed by the process that writes
        return 0
