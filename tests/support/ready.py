"""Installations made once and then copied: tables, the Leiden edition, demo accounts.

Making the tables takes longer than most tests, and several tests start a site of their own. What
they begin with is therefore made once, by the real commands, and kept in `.ready/`: a data folder,
and on PostgreSQL a database beside it. Its name holds a digest of all it was made of and the date,
so an old one is never taken for a new one.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import psycopg
from psycopg import sql

from tests.support.database import database_of_its_own
from tests.support.site import PROJECT, environment, sojourn

EDITION = PROJECT / "editions" / "leiden"
HARBOUR_EDITION = PROJECT / "tests" / "catalogue" / "edition" / "harbour"
FOLDER = PROJECT / ".ready"
DATABASE = "sojourn.sqlite3"
KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Ready:
    """What an installation holds: `base` and then what the command of `sojourn` put there.

    `made_of` are the files, as patterns from the project's folder, that decide what that is;
    `then` is Python for after the command.
    """

    name: str
    command: tuple[str, ...]
    made_of: tuple[str, ...]
    base: Ready | None = None
    then: str = ""


MIGRATED = Ready(
    "migrated",
    ("migrate",),
    (
        "sojourn/*/migrations/*.py",
        "sojourn/*/models.py",
        "sojourn/*/models/*.py",
        "sojourn/config/*.py",
        "requirements/base.txt",
    ),
)
# The catalogue imports from these folders and from no other (`make lint` holds it).
_CATALOGUE = tuple(
    f"sojourn/{layer}/**/*.py" for layer in ("catalogue", "people", "design", "engines", "common")
)
# What the worker of each site would do first: the sentence model alone takes ten seconds.
_COMPARE_COURSES = (
    "import django; django.setup()\n"
    "from sojourn.catalogue.acting import let_everybody_in\n"
    "from sojourn.catalogue.index_writer import write_what_is_missing\n"
    # Tests name their people at example.org.
    "let_everybody_in()\n"
    "write_what_is_missing()"
)
VECTORS = "similarity.sqlite3"
LEIDEN = Ready(
    "leiden",
    ("load", str(EDITION)),
    (*_CATALOGUE, "editions/leiden/**/*"),
    MIGRATED,
    _COMPARE_COURSES,
)
HARBOUR = Ready(
    "harbour",
    ("load", str(HARBOUR_EDITION)),
    (*_CATALOGUE, "tests/catalogue/edition/harbour/**/*"),
    MIGRATED,
)
DEMO_ACCOUNTS = Ready("accounts", ("demo", "accounts"), ("sojourn/**/*.py",), LEIDEN)
STATIC_MADE_OF = ("sojourn/*/static/**/*", "sojourn/design/**/*", "requirements/base.txt")
COLLECT = (
    "import django; django.setup()\n"
    "from sojourn.config.installation import collect_static_files\n"
    "collect_static_files()"
)


@contextlib.contextmanager
def installation(ready: Ready, folder: Path, name: str) -> Iterator[dict[str, str]]:
    """The environment of an installation in `folder` that begins as a copy of the ready one."""
    shutil.copytree(folder_of(ready), folder, dirs_exist_ok=True)
    put_static_files_into(folder)
    with database_of_its_own(name, _database_name(ready)) as database:
        yield environment(folder, **database)


def put_static_files_into(folder: Path) -> None:
    """Spare a server that begins in this data folder the seconds of collecting them."""
    shutil.copytree(_static_files(), folder / "static", dirs_exist_ok=True)


def folder_of(ready: Ready) -> Path:
    """The data folder of the ready installation; made when this is the first to ask."""
    made = FOLDER / f"{ready.name}-{_digest(ready)}"
    with _one_at_a_time(ready.name):
        if not made.exists() or not _database_is_there(ready):
            _make(ready, made)
    return made


def copy_of_database(ready: Ready, target: str) -> None:
    """The ready database under another name (on SQLite: at that path), in place of what is there.

    The copy on PostgreSQL is the caller's to drop.
    """
    source = folder_of(ready) / DATABASE
    if _postgres():
        _copy_on_postgres(_database_name(ready), target)
    else:
        for left in (target, f"{target}-wal", f"{target}-shm"):
            Path(left).unlink(missing_ok=True)
        shutil.copyfile(source, target)


def _make(ready: Ready, made: Path) -> None:
    base = folder_of(ready.base) if ready.base else None  # before its database is copied
    template = _database_name(ready.base) if ready.base else None
    name = f"{_database_name(ready)}_being_made"
    with _taking_its_place(made) as folder, database_of_its_own(name, template) as database:
        if base is not None:
            shutil.copytree(base, folder, dirs_exist_ok=True)
        done = sojourn(*ready.command, env=environment(folder, **database), seconds=280)
        assert done.returncode == 0, done.stdout + done.stderr
        if ready.then:
            _run(ready.then, folder, **database)
        if database:
            _copy_on_postgres(f"sojourn_{name}", _database_name(ready))
        else:
            _close_for_good(folder / DATABASE)


def _run(script: str, folder: Path, **database: str) -> None:
    """Run Python with the settings of the installation in this folder."""
    settings = {"DJANGO_SETTINGS_MODULE": "sojourn.config.settings"} | database
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(folder, **settings), cwd=PROJECT, check=False, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


@cache
def _static_files() -> Path:
    """Static files as a server collects them before it begins."""
    made = FOLDER / f"static-{_digest_of(STATIC_MADE_OF)}"
    with _one_at_a_time("static"):
        if not made.exists():
            with _taking_its_place(made) as folder:
                _run(COLLECT, folder)
                for collected in (folder / "static").iterdir():
                    collected.rename(folder / collected.name)
                (folder / "static").rmdir()
    return made


@contextlib.contextmanager
def _one_at_a_time(what: str) -> Iterator[None]:
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / f"{what}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextlib.contextmanager
def _taking_its_place(made: Path) -> Iterator[Path]:
    """A folder to fill that is called `made` when all went well; forgets old ones of its kind."""
    shutil.rmtree(made, ignore_errors=True)
    folder = made.with_name(f"{made.name}-being-made")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    now = folder.stat().st_mtime  # files know the real time, also where the clock is moved
    kind = made.name.rsplit("-", 1)[0]
    for old in FOLDER.glob(f"{kind}-*"):
        if now - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    yield folder
    folder.rename(made)


def _close_for_good(file: Path) -> None:
    """Everything in the one file, so that it can be copied."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _postgres() -> str:
    url = os.environ.get("DATABASE_URL", "")
    return url if url.startswith("postgres") else ""


def _database_is_there(ready: Ready) -> bool:
    """A cluster of another run may have listened at the same address."""
    if not _postgres():
        return True
    with psycopg.connect(_postgres()) as admin:
        found = "SELECT 1 FROM pg_database WHERE datname = %s"
        return admin.execute(found, [_database_name(ready)]).fetchone() is not None


def _copy_on_postgres(source: str, target: str) -> None:
    with psycopg.connect(_postgres(), autocommit=True) as admin:
        names = sql.Identifier(target), sql.Identifier(source)
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*names))


def _database_name(ready: Ready) -> str:
    return f"ready_{ready.name.replace('-', '_')}_{_digest(ready)}"


@cache
def _digest(ready: Ready) -> str:
    # Loading an edition writes down when; making the tables does not.
    base = f"{_digest(ready.base)} {datetime.now(UTC).date()}" if ready.base else ""
    return _digest_of(ready.made_of, f"{base} {_postgres()}")


def _digest_of(patterns: tuple[str, ...], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for pattern in patterns:
        for file in sorted(PROJECT.glob(pattern)):
            if file.is_file():
                digest.update(str(file.relative_to(PROJECT)).encode() + b"\0")
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


if __name__ == "__main__":
    for kind in (MIGRATED, LEIDEN, HARBOUR):
        folder_of(kind)
