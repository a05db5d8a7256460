"""Puts a backup back: database, files and signing key of one installation.

Everything is read and checked before anything is touched. What was there is not deleted: it is
put aside in a folder `replaced-…` of the data folder.
"""

from __future__ import annotations

import enum
import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from sojourn.common.data_folder import data_folder
from sojourn.config.backup import (
    CHUNK,
    DATA,
    DATABASE,
    FORMAT,
    KEY,
    MANIFEST,
    Entry,
    Manifest,
    kept_files,
    migrations_here,
)
from sojourn.config.database_copy import Database, chosen_database
from sojourn.config.running import stopped

LONGEST_MANIFEST = 64 << 20


class RestoreError(Exception):
    """Nothing was restored; the message says why and what to do."""


class WhenOccupied(enum.Enum):
    """What to do when the installation already holds something."""

    REFUSE = "refuse"
    PUT_ASIDE = "put aside"


@dataclass(frozen=True)
class Restored:
    """What a restore did."""

    manifest: Manifest
    put_aside: Path | None
    """Where the things are that were here before."""

    @property
    def has_key(self) -> bool:
        return DATA + KEY in self.manifest.files


def read_manifest(backup: Path) -> Manifest:
    """Return what the backup says about itself. Raises RestoreError if it is no backup of ours."""
    try:
        with zipfile.ZipFile(backup) as archive:
            with archive.open(MANIFEST) as listed:
                manifest = _manifest(json.loads(listed.read(LONGEST_MANIFEST)))
            held = {member.filename for member in archive.infolist()} - {MANIFEST}
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, OSError) as error:
        raise RestoreError(f"{backup} is not a backup that Sojourn wrote, or not whole.") from error
    if manifest.format != FORMAT:
        raise RestoreError(
            f"{backup} was written by another Sojourn ({manifest.sojourn}), in a form that this "
            f"one ({FORMAT}) does not read."
        )
    if held != set(manifest.files) or not all(map(_is_ours, held)) or DATABASE not in held:
        raise RestoreError(f"{backup} does not hold what its own list says.")
    return manifest


def _manifest(read: dict[str, Any]) -> Manifest:
    files = {str(name): Entry(**entry) for name, entry in read["files"].items()}
    return Manifest(**(read | {"files": files, "migrations": list(read["migrations"])}))


def _is_ours(name: str) -> bool:
    """Return a name that stays inside the data folder, written the one way we write it."""
    if name == DATABASE:
        return True
    inner = name.removeprefix(DATA)
    path = PurePosixPath(inner)
    return (
        name.startswith(DATA)
        and inner == path.as_posix()
        and not path.is_absolute()
        and not {"..", ".", ""} & set(path.parts)
        and "\\" not in inner
        and "\0" not in inner
    )


def restore_backup(
    backup: Path, when_occupied: WhenOccupied, advance: Callable[[int], None]
) -> Restored:
    """Put the backup in the place of this installation's data.

    Raises RestoreError, DatabaseCopyError or StillRunningError; then nothing was changed.
    """
    manifest = read_manifest(backup)
    database = chosen_database()
    _refuse_unfit(manifest, database)
    folder = data_folder()
    with stopped():
        if when_occupied is WhenOccupied.REFUSE:
            _refuse_occupied(folder, database)
        try:
            with tempfile.TemporaryDirectory(dir=folder, prefix=".restore-") as workshop:
                _unpack(backup, manifest, Path(workshop), advance)
                aside = _swap(Path(workshop), folder, database)
        except OSError as error:
            raise RestoreError(f"{error.filename or folder}: {error.strerror}.") from error
    return Restored(manifest, aside)


def _refuse_unfit(manifest: Manifest, database: Database) -> None:
    if manifest.engine != database.engine:
        raise RestoreError(
            f"The backup holds a {manifest.engine} database and DATABASE_URL chooses "
            f"{database.engine}: choose {manifest.engine} to restore it."
        )
    if unknown := sorted(set(manifest.migrations) - migrations_here()):
        raise RestoreError(
            f"The backup was made by a newer Sojourn (this one does not know {unknown[0]}). "
            "Bring the code up to date first."
        )


def _refuse_occupied(folder: Path, database: Database) -> None:
    there = [str(path.relative_to(folder)) for path in kept_files(folder)]
    if not database.is_empty():
        there.insert(0, f"a {database.engine} database")
    if there:
        more = f" and {len(there) - 3} more" if len(there) > 3 else ""
        raise RestoreError(
            f"There is something here already ({', '.join(there[:3])}{more}), so nothing was "
            f"changed. With --overwrite it is put aside in {folder} first."
        )


def _unpack(
    backup: Path, manifest: Manifest, workshop: Path, advance: Callable[[int], None]
) -> None:
    with zipfile.ZipFile(backup) as archive:
        for name, entry in manifest.files.items():
            target = workshop / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(0o600)
            try:
                found = _write(archive, name, target, entry.bytes, advance)
            except zipfile.BadZipFile as error:
                raise RestoreError(f"{backup} is damaged at {name}.") from error
            if found != entry:
                raise RestoreError(f"{backup} is damaged at {name}.")


def _write(
    archive: zipfile.ZipFile,
    name: str,
    target: Path,
    at_most: int,
    advance: Callable[[int], None],
) -> Entry:
    digest = hashlib.sha256()
    size = 0
    with archive.open(name) as source, target.open("wb") as handle:
        # One byte too many ends it: a file that says it is small cannot fill the disk.
        while size <= at_most and (piece := source.read(CHUNK)):
            digest.update(piece)
            handle.write(piece)
            size += len(piece)
            advance(len(piece))
    return Entry(digest.hexdigest(), size)


def _swap(workshop: Path, folder: Path, database: Database) -> Path | None:
    """Old things aside, new things in. The database first: only that can still be refused."""
    aside = folder / f"replaced-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    try:
        database.replace_by(workshop / DATABASE, aside)
        for path in list(kept_files(folder)):
            away = aside / path.relative_to(folder)
            away.parent.mkdir(parents=True, exist_ok=True)
            path.rename(away)
        unpacked = workshop / DATA
        for path in sorted(unpacked.rglob("*")) if unpacked.is_dir() else []:
            if path.is_file():
                place = folder / path.relative_to(unpacked)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path, place)
    finally:
        if not any(aside.iterdir()):
            aside.rmdir()
    return aside if aside.exists() else None
