"""Writes everything of one installation into one file.

The file is a ZIP: `manifest.json`, the copy of the database, and below `data/` what is in the
data folder, the signing key among it. What Sojourn makes again by itself stays out. The database
is copied first: a file that it names was there then, and files are added, not replaced.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from sojourn import __version__
from sojourn.common.data_folder import LAST_BACKUP, PROJECT_ROOT, data_folder
from sojourn.config.database_copy import SQLITE_NAME, chosen_database

FORMAT = 1
MANIFEST = "manifest.json"
DATABASE = "database"
DATA = "data/"
KEY = "secret-key"

# Made again when missing, of use to one process only, or put aside by a restore.
NOT_KEPT = (
    "static",
    "search",
    "similarity",
    "*.lock",
    "*.log",
    ".*",
    f"{SQLITE_NAME}*",
    "similarity.sqlite3*",
    "source-*.tar.gz",
    "secret-key.*",
    "replaced-*",
    LAST_BACKUP,
)
CHUNK = 1 << 20


class BackupError(Exception):
    """There is no backup; the message says why and what to do."""


@dataclass(frozen=True)
class Entry:
    """One file in the backup."""

    sha256: str
    bytes: int


@dataclass(frozen=True)
class Manifest:
    """What the backup says about itself."""

    format: int
    sojourn: str
    made_at: str
    engine: str
    migrations: list[str]
    """Those of Sojourn's own parts, as `app.name`."""
    files: dict[str, Entry]

    def as_text(self) -> str:
        return json.dumps(dataclasses.asdict(self), indent=1)


@dataclass(frozen=True)
class Backup:
    """A backup that was written."""

    path: Path
    manifest: Manifest
    bytes: int

    @property
    def has_key(self) -> bool:
        return DATA + KEY in self.manifest.files

    @property
    def file_count(self) -> int:
        """Files of the data folder, without database and key."""
        return len(self.manifest.files) - 1 - self.has_key


_NAME = re.compile(r"sojourn-\d{8}-\d{6}\.zip")


def name_now() -> str:
    """Return a name for a backup that is made now, by the clock of this machine."""
    return f"sojourn-{datetime.now().astimezone():%Y%m%d-%H%M%S}.zip"


def kept_files(folder: Path) -> Iterator[Path]:
    """Return what a backup keeps of the data folder besides the database, in a fixed order."""
    for entry in sorted(folder.iterdir()):
        if any(entry.match(pattern) for pattern in NOT_KEPT):
            continue
        if entry.is_file():
            yield entry
            continue
        for place, folders, names in os.walk(entry):
            folders.sort()
            yield from (Path(place, name) for name in sorted(names))


def migrations_here() -> frozenset[str]:
    """Return the migrations that this code knows for Sojourn's own parts, as `app.name`."""
    found = (PROJECT_ROOT / "sojourn").glob("*/migrations/[0-9]*.py")
    return frozenset(f"{path.parts[-3]}.{path.stem}" for path in found)


def write_backup(target: Path, advance: Callable[[int], None]) -> Backup:
    """Write a backup to the file `target`, readable by its owner only.

    `advance` is told of each piece of bytes that was packed. The file has its name only when it is
    whole, and never replaces another. Raises BackupError or DatabaseCopyError.
    """
    folder = data_folder()
    target = target.expanduser().resolve()
    if target.is_relative_to(folder):
        raise BackupError(
            f"Choose a place outside {folder}: what lies beside the data is lost with it."
        )
    database = chosen_database()
    if database.is_empty():
        raise BackupError("There is nothing to back up: the database is empty.")
    try:
        if target.exists():
            raise BackupError(f"{target} exists already; choose another name.")
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".sojourn-backup-") as workshop:
            copy = Path(workshop, DATABASE)
            draft = Path(workshop, "backup.zip")
            database.copy_into(copy)
            ours = {name.split(".")[0] for name in migrations_here()}
            applied = sorted(name for name in database.migrations() if name.split(".")[0] in ours)
            descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
            with os.fdopen(descriptor, "w+b") as handle:
                files = _pack(handle, copy, folder, advance)
                manifest = Manifest(
                    format=FORMAT,
                    sojourn=__version__,
                    made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                    engine=database.engine,
                    migrations=applied,
                    files=files,
                )
                with zipfile.ZipFile(handle, "a") as archive:
                    archive.writestr(MANIFEST, manifest.as_text())
                handle.flush()
                os.fsync(handle.fileno())
            _name(draft, target)
    except FileExistsError as error:
        raise BackupError(f"{target} exists already; choose another name.") from error
    except OSError as error:
        in_data = str(error.filename or "").startswith(str(folder))
        where = error.filename if in_data else target.parent
        raise BackupError(
            f"The backup cannot be made: {where} ({(error.strerror or str(error)).lower()})."
        ) from error
    _note(folder, manifest.made_at)
    return Backup(target, manifest, target.stat().st_size)


def _note(folder: Path, made_at: str) -> None:
    draft = folder / f".{LAST_BACKUP}.{os.getpid()}"
    draft.write_text(made_at)
    draft.replace(folder / LAST_BACKUP)


def remove_old_backups(newest: Path, keep: int) -> list[Path]:
    """Remove the oldest backups beside the newest one, until `keep` are left; return them.

    Only files with a name of ours are touched, and age is by that name.
    """
    beside = (path for path in newest.parent.iterdir() if _NAME.fullmatch(path.name))
    older = sorted(path for path in beside if path != newest)
    gone = older[: max(0, len(older) + 1 - keep)]
    for path in gone:
        path.unlink()
    return gone


def _name(draft: Path, target: Path) -> None:
    """Give the finished file its name, and never that of another file."""
    try:
        os.link(draft, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without hard links, such as a stick
        with target.open("xb"):
            draft.replace(target)


def _pack(
    handle: BinaryIO, copy: Path, folder: Path, advance: Callable[[int], None]
) -> dict[str, Entry]:
    with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        files = {DATABASE: _add(archive, DATABASE, copy, advance)}
        for path in kept_files(folder):
            name = DATA + path.relative_to(folder).as_posix()
            try:
                files[name] = _add(archive, name, path, advance)
            except FileNotFoundError:
                continue  # gone since the folder was read
    return files


def _add(archive: zipfile.ZipFile, name: str, path: Path, advance: Callable[[int], None]) -> Entry:
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as source:
        info = zipfile.ZipInfo(name, datetime.now().astimezone().timetuple()[:6])
        info.compress_type = zipfile.ZIP_DEFLATED
        info.external_attr = 0o600 << 16
        with archive.open(info, "w", force_zip64=True) as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                target.write(piece)
                size += len(piece)
                advance(len(piece))
    return Entry(digest.hexdigest(), size)


def bytes_to_pack() -> int:
    """About how much there is to back up, for a progress bar."""
    folder = data_folder()
    paths = [folder / SQLITE_NAME, *kept_files(folder)]
    return sum(path.stat().st_size for path in paths if path.is_file())
