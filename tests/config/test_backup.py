"""`sojourn backup` and `sojourn restore`: one file out, the same installation back."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import sqlite3
import stat
import subprocess
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sojourn.common.data_folder import close_to_others, last_backup
from sojourn.config import database_copy
from sojourn.config.backup import BackupError, write_backup
from sojourn.config.database_copy import DatabaseCopyError, PostgresDatabase, SqliteDatabase
from sojourn.config.restore import Restored, RestoreError, WhenOccupied, restore_backup
from sojourn.config.running import StillRunningError, at_work, stopped
from tests.support.database import database_of_its_own
from tests.support.site import environment, sojourn

pytestmark = pytest.mark.server

ON_POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")


ROWS = "SELECT note FROM note ORDER BY note"
# What does not go with a table: the functions of triggers above all.
POSTGRES_MORE = (
    """CREATE FUNCTION note_stays() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN RAISE 'a note stays'; END $$""",
    "CREATE TRIGGER note_stays BEFORE UPDATE ON note FOR EACH ROW EXECUTE FUNCTION note_stays()",
    "CREATE COLLATION plain_note (provider = icu, locale = 'und-u-ks-level1')",
    "CREATE DOMAIN short AS varchar(9) CHECK (VALUE <> '')",
    "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE VIEW notes AS SELECT note, 'good'::mood AS mood FROM note",
    "CREATE SEQUENCE numbers",
    "CREATE EXTENSION IF NOT EXISTS plpgsql",
)


@dataclass(frozen=True)
class Installation:
    """A data folder and a database, small, without Django."""

    data: Path
    url: str
    monkeypatch: pytest.MonkeyPatch

    def chosen(self) -> None:
        """From here on this is the installation that everything works on."""
        self.monkeypatch.setenv("SOJOURN_DATA", str(self.data))
        self.monkeypatch.setenv("DATABASE_URL", self.url)

    def execute(self, *statements: str) -> list[tuple[str, ...]]:
        """Run the statements; the rows of the last."""
        with contextlib.ExitStack() as stack:
            connection: Any = (
                stack.enter_context(psycopg.connect(self.url, autocommit=True))
                if self.url
                else stack.enter_context(
                    contextlib.closing(
                        sqlite3.connect(self.data / "sojourn.sqlite3", isolation_level=None)
                    )
                )
            )
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def backup(self, target: Path) -> Path:
        self.chosen()
        return write_backup(target, _nobody_watches).path

    def restore(self, backup: Path, when_occupied: WhenOccupied = WhenOccupied.REFUSE) -> Restored:
        self.chosen()
        return restore_backup(backup, when_occupied, _nobody_watches)


def _nobody_watches(_bytes: int) -> None:
    """No progress bar."""


@pytest.fixture
def install(
    tmp_path: Path, worker_id: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Installation]]:
    """Makes installations, each with a data folder and a database of its own, both empty."""
    with contextlib.ExitStack() as stack:

        def make(name: str) -> Installation:
            chosen = stack.enter_context(database_of_its_own(f"{worker_id}-{name}"))
            (tmp_path / name).mkdir()
            return Installation(tmp_path / name, chosen.get("DATABASE_URL", ""), monkeypatch)

        yield make


def a_full_one(install: Callable[[str], Installation]) -> Installation:
    old = install("old")
    old.execute(
        "CREATE TABLE django_migrations (app varchar(99), name varchar(99))",
        "INSERT INTO django_migrations VALUES ('people', '0001_initial'), ('auth', '0001_initial')",
        "CREATE TABLE note (note varchar(99) PRIMARY KEY)",
        "INSERT INTO note VALUES ('kept')",
    )
    if old.url:
        old.execute(*POSTGRES_MORE)
    (old.data / "secret-key").write_text("the key")
    (old.data / "secret-key").chmod(0o600)
    (old.data / "files" / "2026").mkdir(parents=True)
    (old.data / "files" / "2026" / "plan.pdf").write_bytes(b"%PDF plan")
    (old.data / "static").mkdir()
    (old.data / "static" / "site.css").write_text("made again")
    return old


def rewritten(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The backup with other members, and a file name of its own."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    other = backup.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return other


def with_manifest(members: dict[str, bytes], **new: Any) -> None:
    members["manifest.json"] = json.dumps(json.loads(members["manifest.json"]) | new).encode()


def test_a_backup_restored_elsewhere_is_the_same_installation(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    backup = a_full_one(install).backup(tmp_path / "backup.zip")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert "static" not in str(zipfile.ZipFile(backup).namelist())

    new = install("new")
    restored = new.restore(backup)

    assert restored.put_aside is None
    assert new.execute(ROWS) == [("kept",)]
    assert (new.data / "secret-key").read_text() == "the key"
    assert stat.S_IMODE((new.data / "secret-key").stat().st_mode) == 0o600
    assert (new.data / "files" / "2026" / "plan.pdf").read_bytes() == b"%PDF plan"


def test_restore_refuses_to_overwrite_and_when_told_to_puts_aside_what_was_there(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    old = a_full_one(install)
    backup = old.backup(tmp_path / "backup.zip")
    old.execute(
        "INSERT INTO note VALUES ('later')",
        "CREATE TABLE later (note varchar(99) REFERENCES note (note))",
    )
    (old.data / "files" / "2026" / "later.pdf").write_bytes(b"later")

    with pytest.raises(RestoreError, match="--overwrite"):
        old.restore(backup)
    assert old.execute(ROWS) == [("kept",), ("later",)]
    assert (old.data / "files" / "2026" / "later.pdf").exists()

    aside = old.restore(backup, WhenOccupied.PUT_ASIDE).put_aside
    assert aside is not None
    assert old.execute(ROWS) == [("kept",)]
    assert (aside / "files" / "2026" / "later.pdf").read_bytes() == b"later"
    assert (aside / ("database.pgdump" if old.url else "sojourn.sqlite3")).exists()
    assert not (old.data / "files" / "2026" / "later.pdf").exists()


def test_nothing_is_restored_under_a_running_site(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    old = a_full_one(install)
    backup = old.backup(tmp_path / "backup.zip")
    with (old.data / "running.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # as serve and worker do
        with pytest.raises(StillRunningError, match="Stop it first"):
            old.restore(backup, WhenOccupied.PUT_ASIDE)
    assert not list(old.data.glob("replaced-*"))


def test_serve_and_worker_say_that_they_are_at_work(
    install: Callable[[str], Installation],
) -> None:
    old = install("old")
    old.chosen()
    with at_work(), at_work(), pytest.raises(StillRunningError), stopped():
        pass
    with stopped():
        pass


def other_bytes(members: dict[str, bytes]) -> None:
    members["data/files/2026/plan.pdf"] = b"%PDF plot"


def longer(members: dict[str, bytes]) -> None:
    members["data/files/2026/plan.pdf"] += b"!" * 5_000_000


def one_too_many(members: dict[str, bytes]) -> None:
    members["data/files/extra"] = b"extra"


def way_out(members: dict[str, bytes]) -> None:
    files = json.loads(members["manifest.json"])["files"]
    files["data/../out"] = files["data/secret-key"]
    with_manifest(members, files=files)
    members["data/../out"] = members["data/secret-key"]


def newer(members: dict[str, bytes]) -> None:
    with_manifest(members, migrations=["people.0001_initial", "people.9999_from_the_future"])


def other_engine(members: dict[str, bytes]) -> None:
    with_manifest(members, engine="SQLite" if ON_POSTGRES else "PostgreSQL")


def other_form(members: dict[str, bytes]) -> None:
    with_manifest(members, format=99)


def no_manifest(members: dict[str, bytes]) -> None:
    del members["manifest.json"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (other_bytes, "damaged at data/files/2026/plan.pdf"),
        (longer, "damaged at data/files/2026/plan.pdf"),
        (one_too_many, "its own list"),
        (way_out, "its own list"),
        (newer, "newer Sojourn"),
        (other_engine, "DATABASE_URL"),
        (other_form, "another Sojourn"),
        (no_manifest, "not a backup"),
    ],
)
def test_a_backup_that_cannot_be_trusted_changes_nothing(
    install: Callable[[str], Installation],
    tmp_path: Path,
    change: Callable[[dict[str, bytes]], None],
    said: str,
) -> None:
    backup = rewritten(a_full_one(install).backup(tmp_path / "backup.zip"), change)
    new = install("new")
    with pytest.raises(RestoreError, match=said):
        new.restore(backup)
    assert {path.name for path in new.data.iterdir()} <= {"running.lock"}
    assert not (tmp_path / "out").exists()


def test_half_a_file_is_no_backup(install: Callable[[str], Installation], tmp_path: Path) -> None:
    backup = a_full_one(install).backup(tmp_path / "backup.zip")
    backup.write_bytes(backup.read_bytes()[:-500])
    with pytest.raises(RestoreError, match="not whole"):
        install("new").restore(backup)


def test_a_backup_never_replaces_a_file_and_stays_away_from_the_data(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    with pytest.raises(BackupError, match="nothing to back up"):
        install("empty").backup(tmp_path / "backup.zip")
    old = a_full_one(install)
    (tmp_path / "there.zip").write_text("mine")
    for target, word in (
        (tmp_path / "there.zip", "exists already"),
        (old.data / "inside.zip", "outside"),
        (tmp_path / "no" / "folder.zip", "no such file or directory"),
    ):
        with pytest.raises(BackupError, match=word):
            old.backup(target)
    assert (tmp_path / "there.zip").read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_the_commands_say_what_they_did_and_what_they_would_not(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    old = a_full_one(install)
    env = environment(old.data, DATABASE_URL=old.url)
    made = sojourn("backup", str(tmp_path), env=env)
    assert made.returncode == 0, made.stderr
    (backup,) = tmp_path.glob("sojourn-*.zip")
    assert str(backup) in made.stdout
    assert "signing key is inside" in made.stdout
    refused = sojourn("restore", str(backup), env=env)
    assert refused.returncode == 1
    assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
    done = sojourn("restore", "--overwrite", str(backup), env=env)
    assert done.returncode == 0, done.stderr
    assert "replaced-" in done.stdout
    assert sojourn("restore", str(tmp_path / "nowhere.zip"), env=env).returncode == 2


def test_a_backup_made_while_people_write_shows_one_moment(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    busy = a_full_one(install)
    if not busy.url:
        busy.execute("PRAGMA journal_mode=WAL")
    busy.execute("CREATE TABLE debit (text varchar(2000))", "CREATE TABLE credit (amount int)")
    begin = "BEGIN" if busy.url else "BEGIN IMMEDIATE"
    enough = threading.Event()

    def write() -> None:
        while not enough.is_set():
            busy.execute(
                begin,
                f"INSERT INTO debit VALUES ('{'x' * 2000}')",
                "INSERT INTO credit VALUES (1)",
                "COMMIT",
            )

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    try:
        backups = [busy.backup(tmp_path / f"{number}.zip") for number in range(3)]
    finally:
        enough.set()
        for writer in writers:
            writer.join()
    for number, backup in enumerate(backups):
        copy = install(f"copy-{number}")
        copy.restore(backup)
        ((debit,),) = copy.execute("SELECT count(*) FROM debit")
        ((credit,),) = copy.execute("SELECT count(*) FROM credit")
        assert debit == credit


def test_the_oldest_backups_go_and_nothing_else_does(
    install: Callable[[str], Installation], tmp_path: Path
) -> None:
    old = a_full_one(install)
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in range(1, 5):
        (folder / f"sojourn-2026010{day}-031500.zip").write_text("older")
    (folder / "sojourn-of-may.zip").write_text("mine")
    env = environment(old.data, DATABASE_URL=old.url)
    made = sojourn("backup", str(folder), "--keep", "3", env=env)
    assert made.returncode == 0, made.stderr
    left = {path.name for path in folder.iterdir()}
    newest = left - {
        "sojourn-of-may.zip",
        "sojourn-20260103-031500.zip",
        "sojourn-20260104-031500.zip",
    }
    assert len(newest) == 1
    assert len(left) == 4
    old.chosen()
    assert last_backup() is not None
    wrong = sojourn("backup", str(tmp_path / "one.zip"), "--keep", "3", env=env)
    assert wrong.returncode == 2
    assert not (tmp_path / "one.zip").exists()


@pytest.mark.long
def test_what_is_made_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    data = tmp_path / "data"
    env = environment(data)
    before = os.umask(0)
    try:
        assert sojourn("migrate", env=env).returncode == 0
    finally:
        os.umask(before)
    made = [data, *data.rglob("*")]
    assert len(made) >= 2  # on PostgreSQL the key alone
    assert not [path for path in made if path.stat().st_mode & 0o077]


def test_what_an_earlier_sojourn_left_open_is_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOJOURN_DATA", str(tmp_path))
    (tmp_path / "files").mkdir(mode=0o755)
    (tmp_path / "files" / "plan.pdf").write_text("plan")
    (tmp_path / "files" / "plan.pdf").chmod(0o644)
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.write_text("not ours")
    outside.chmod(0o644)
    (tmp_path / "link").symlink_to(outside)
    close_to_others()
    assert stat.S_IMODE((tmp_path / "files").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "files" / "plan.pdf").stat().st_mode) == 0o600
    assert stat.S_IMODE(outside.stat().st_mode) == 0o644


def test_a_damaged_database_in_a_backup_leaves_the_one_that_is_there(tmp_path: Path) -> None:
    path, copy, aside = tmp_path / "here.sqlite3", tmp_path / "copy", tmp_path / "aside"
    aside.mkdir()
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE kept (x)")
    copy.write_bytes(b"no database at all" * 500)
    with pytest.raises(DatabaseCopyError, match="damaged"):
        SqliteDatabase(path).replace_by(copy, aside)
    assert not SqliteDatabase(path).is_empty()
    assert not list(aside.iterdir())


def test_the_password_of_postgresql_is_not_in_the_list_of_processes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, Any] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.update(command=command, environment=options["env"])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(database_copy.subprocess, "run", run)
    monkeypatch.setattr(database_copy, "_program", lambda name, _version: name)
    monkeypatch.setattr(PostgresDatabase, "_version", lambda _self: 15)
    address = "postgresql://sojourn:ge%40heim@db.example/abroad?sslmode=require"
    PostgresDatabase(address).copy_into(tmp_path / "x")
    assert not any("heim" in argument for argument in seen["command"])
    assert seen["environment"]["PGPASSWORD"] == "ge@heim"
    assert any("dbname=abroad" in argument for argument in seen["command"])
    assert any("sslmode=require" in argument for argument in seen["command"])
