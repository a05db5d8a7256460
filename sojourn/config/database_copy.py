"""Copies the whole database into one file, and such a file back into the database.

A copy is consistent: it shows one moment, also while people work. SQLite's online backup reads
one snapshot of the write-ahead log; pg_dump reads in one transaction.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from sojourn.common.data_folder import data_folder

SQLITE_NAME = "sojourn.sqlite3"
# Everything of the schema that does not belong to an extension, in an order in which what goes
# with a table (its triggers, its sequences) is gone before the rest is named.
CLEARING = """
WITH here AS (SELECT oid FROM pg_namespace WHERE nspname = current_schema()),
of_extension AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
thing (turn, classid, objid, kind) AS (
    SELECT CASE relkind WHEN 'S' THEN 3 WHEN 'v' THEN 1 WHEN 'm' THEN 1 ELSE 2 END,
           'pg_class'::regclass::oid, oid,
           CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                        WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END
    FROM pg_class WHERE relnamespace IN (SELECT oid FROM here) AND relkind IN ('r','p','v','m','S')
    UNION ALL
    SELECT 4, 'pg_proc'::regclass::oid, oid, 'ROUTINE' FROM pg_proc
    WHERE pronamespace IN (SELECT oid FROM here)
    UNION ALL
    SELECT 5, 'pg_type'::regclass::oid, oid, 'TYPE' FROM pg_type
    WHERE typnamespace IN (SELECT oid FROM here) AND typtype IN ('e','d')
    UNION ALL
    SELECT 6, 'pg_collation'::regclass::oid, oid, 'COLLATION' FROM pg_collation
    WHERE collnamespace IN (SELECT oid FROM here)
)
SELECT format('DROP %s IF EXISTS %s CASCADE', kind,
              (pg_identify_object(thing.classid, thing.objid, 0)).identity)
FROM thing LEFT JOIN of_extension USING (classid, objid)
WHERE of_extension.objid IS NULL ORDER BY turn, 1
"""
APPLIED = "SELECT app, name FROM django_migrations"


class DatabaseCopyError(Exception):
    """The database could not be copied; the message says why and what to do."""


class Database(Protocol):
    """What a backup asks of a database."""

    @property
    def engine(self) -> str:
        """`SQLite` or `PostgreSQL`."""

    def copy_into(self, file: Path) -> None:
        """Write a consistent copy. Raises DatabaseCopyError."""

    def migrations(self) -> frozenset[str]:
        """Return the applied ones, as `app.name`."""

    def is_empty(self) -> bool:
        """Whether there are no tables at all."""

    def replace_by(self, copy: Path, aside: Path) -> None:
        """Put the copy in its place, and what was there into the folder `aside`.

        Raises DatabaseCopyError; then what was there is still there.
        """


def chosen_database() -> Database:
    """Return the database that DATABASE_URL chooses.

    Without it the SQLite file of the data folder.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url:
        return SqliteDatabase(data_folder() / SQLITE_NAME)
    if url.startswith(("postgres://", "postgresql://")):
        return PostgresDatabase(url)
    raise DatabaseCopyError(
        "Only the SQLite file of the data folder and PostgreSQL can be backed up and restored."
    )


@dataclass(frozen=True)
class SqliteDatabase:
    """One file, with the write-ahead log beside it."""

    path: Path
    engine: str = "SQLite"

    def _parts(self) -> list[Path]:
        """Copy the log with its database: without it the last changes are gone."""
        names = [self.path.name + end for end in ("", "-wal", "-shm")]
        return [part for name in names if (part := self.path.with_name(name)).exists()]

    def _open(self) -> contextlib.closing[sqlite3.Connection]:
        address = f"file:{quote(str(self.path))}?mode=rw"
        return contextlib.closing(sqlite3.connect(address, uri=True, timeout=30))

    def copy_into(self, file: Path) -> None:
        try:
            with self._open() as source, contextlib.closing(sqlite3.connect(file)) as copy:
                # All pages in one step: a copy in pieces begins again at every write of others.
                source.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
            _prove(file)
        except sqlite3.Error as error:
            raise DatabaseCopyError(f"The database {self.path} cannot be read: {error}.") from error

    def migrations(self) -> frozenset[str]:
        try:
            with self._open() as database:
                return frozenset(f"{app}.{name}" for app, name in database.execute(APPLIED))
        except sqlite3.Error as error:
            raise DatabaseCopyError(f"The database {self.path} cannot be read: {error}.") from error

    def is_empty(self) -> bool:
        if not self.path.exists():
            return True
        try:
            with self._open() as database:
                return not database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        except sqlite3.Error:
            return False  # something is there, if nothing we can read

    def replace_by(self, copy: Path, aside: Path) -> None:
        try:
            _prove(copy)
        except sqlite3.Error as error:
            raise DatabaseCopyError(f"The database in the backup is damaged: {error}.") from error
        for part in self._parts():
            part.rename(aside / part.name)
        copy.replace(self.path)


def _prove(file: Path) -> None:
    """Raise sqlite3.Error unless the file is a whole database."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        verdict = database.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


@dataclass(frozen=True)
class PostgresDatabase:
    """A database of a PostgreSQL server, copied by PostgreSQL's own programs."""

    url: str
    engine: str = "PostgreSQL"

    def copy_into(self, file: Path) -> None:
        self._run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={file}")

    def migrations(self) -> frozenset[str]:
        with self._connect() as connection:
            return frozenset(f"{app}.{name}" for app, name in connection.execute(APPLIED))

    def is_empty(self) -> bool:
        return not self._tables()

    def replace_by(self, copy: Path, aside: Path) -> None:
        tables = self._tables()
        if tables:
            self.copy_into(aside / "database.pgdump")
        script = copy.with_suffix(".sql")
        clear = copy.with_suffix(".clear.sql")
        _call(
            _program("pg_restore", self._version()),
            ["--no-owner", "--no-privileges", f"--file={script}", str(copy)],
            dict(os.environ),
        )
        clear.write_text("".join(f"{statement};\n" for statement in self._clearing()))
        # Both files in one transaction: what is there goes only if the new comes.
        self._run(
            "psql",
            "--no-psqlrc",
            "--quiet",
            "--output=/dev/null",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--file={clear}",
            f"--file={script}",
        )

    def _connect(self) -> psycopg.Connection[tuple[str, ...]]:
        try:
            return psycopg.connect(self.url, connect_timeout=10)
        except psycopg.Error as error:
            raise DatabaseCopyError(f"PostgreSQL does not answer: {_first_line(error)}.") from error

    def _tables(self) -> list[str]:
        question = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        with self._connect() as connection:
            return [name for (name,) in connection.execute(question)]

    def _clearing(self) -> list[str]:
        """Return the statements that remove what is there: tables, and what goes with none."""
        with self._connect() as connection:
            return [statement for (statement,) in connection.execute(CLEARING)]

    def _run(self, name: str, *arguments: str) -> None:
        # The password goes by the environment: the list of processes shows arguments to everyone.
        address = conninfo_to_dict(self.url)
        environment = dict(os.environ)
        if password := address.pop("password", None):
            environment["PGPASSWORD"] = str(password)
        where = make_conninfo("", **address)
        _call(_program(name, self._version()), [*arguments, f"--dbname={where}"], environment)

    def _version(self) -> int:
        """Return the server's major version."""
        with self._connect() as connection:
            return connection.info.server_version // 10_000


def _program(name: str, version: int) -> str:
    """Where one of PostgreSQL's programs is: the server's own version if it is here.

    An older pg_dump refuses a newer server, and what a newer one writes an older server may not
    read.
    """
    same = Path(f"/usr/lib/postgresql/{version}/bin/{name}")
    found = str(same) if same.exists() else shutil.which(name)
    if found is None:
        raise DatabaseCopyError(
            f"{name} is not installed. It comes with PostgreSQL's programs "
            "(Debian: postgresql-client)."
        )
    return found


def _call(program: str, arguments: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        [program, *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise DatabaseCopyError(f"{Path(program).name} failed: {_first_line(done.stderr)}")


def _first_line(message: object) -> str:
    lines = str(message).strip().splitlines()
    return lines[0].rstrip(".") if lines else "it did not say why"
