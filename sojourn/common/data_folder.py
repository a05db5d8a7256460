"""The folder in which one installation keeps what is its own: database, secrets, mail."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import secrets
import shutil
import stat
import time
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parents[2]


class DataFolderError(Exception):
    """The data folder cannot be used; the message says why and what to do."""


def data_folder() -> Path:
    """Return the folder named by SOJOURN_DATA, or `var/` beside the code."""
    return Path(os.environ.get("SOJOURN_DATA") or PROJECT_ROOT / "var").expanduser().resolve()


def prepare_data_folder() -> Path:
    """Make the data folder if it is missing and prove that it can be written to.

    Raises DataFolderError with one clear sentence otherwise.
    """
    folder = data_folder()
    if PROJECT_ROOT.is_relative_to(folder):
        raise DataFolderError(
            f"SOJOURN_DATA names {folder}, where the code is: a backup would take the code along, "
            "and a restore bring old code back. Choose a folder of its own."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / f".write-test-{os.getpid()}"
        probe.write_text("")
        probe.unlink()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise DataFolderError(
            f"Sojourn cannot write to its data folder {folder} ({reason}). "
            "Give it write access, or set SOJOURN_DATA to another folder."
        ) from error
    return folder


def close_to_others() -> None:
    """Take from everybody but the owner what lies in the data folder.

    What an earlier Sojourn made was readable to the group and to others.
    """
    folder = data_folder()
    for place, _folders, names in os.walk(folder):
        for path in (Path(place), *(Path(place, name) for name in names)):
            with contextlib.suppress(OSError):  # gone meanwhile, or somebody else's
                status = path.lstat()
                if status.st_mode & 0o077 and not stat.S_ISLNK(status.st_mode):
                    path.chmod(stat.S_IMODE(status.st_mode) & 0o700)


LAST_BACKUP = "last-backup"
"""The file in the data folder that says when the last backup was made, for whoever watches."""


def last_backup() -> dt.datetime | None:
    """Return when the last backup of this data folder was made; None if never."""
    try:
        return dt.datetime.fromisoformat((data_folder() / LAST_BACKUP).read_text())
    except (OSError, ValueError):
        return None


def installed_at() -> dt.datetime:
    """Return about when this data folder came to be."""
    oldest = min((path.lstat().st_mtime for path in data_folder().iterdir()), default=time.time())
    return dt.datetime.fromtimestamp(oldest, dt.UTC)


def bytes_above_floor(floor: int) -> int:
    """Return how much more may be written before so little is free; below 0: too much was."""
    return shutil.disk_usage(data_folder()).free - floor


def secret_key() -> str:
    """Return the signing key of this installation.

    Two processes that start together agree on one key: the file is created exclusively, and
    the process that loses that race reads what the winner wrote.
    """
    if from_environment := os.environ.get("SOJOURN_SECRET_KEY"):
        return from_environment
    path = prepare_data_folder() / "secret-key"
    if not path.exists():
        draft = path.with_name(f"secret-key.{os.getpid()}")
        descriptor = os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as handle:
            handle.write(secrets.token_urlsafe(64))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()
