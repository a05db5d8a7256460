"""`sojourn transfer`: every row goes to PostgreSQL and comes back the same."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.support import ready
from tests.support.database import database_of_its_own
from tests.support.site import environment, sojourn

pytestmark = pytest.mark.server


def contents(file: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a SQLite file, as SQLite itself gives it."""
    with contextlib.closing(sqlite3.connect(file)) as database:
        tables = [
            name
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            if not name.startswith("sqlite_") and name != "django_migrations"
        ]
        return {
            table: sorted(
                (
                    tuple(map(plain, row))
                    for row in database.execute(f'SELECT * FROM "{table}"').fetchall()
                ),
                key=repr,
            )
            for table in tables
        }


def plain(value: object) -> object:
    """PostgreSQL keeps the keys of JSON in an order of its own."""
    if isinstance(value, str) and value.startswith(("{", "[")):
        with contextlib.suppress(ValueError):
            return json.dumps(json.loads(value), sort_keys=True)
    return value


@pytest.fixture
def empty_database(worker_id: str) -> Iterator[str]:
    with database_of_its_own(f"{worker_id}-transfer") as database:
        yield database["DATABASE_URL"]


@pytest.mark.postgres
def test_an_installation_goes_to_postgresql_and_comes_back_the_same(
    tmp_path: Path, empty_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_URL")
    env = environment(tmp_path)
    assert sojourn("load", str(ready.EDITION), env=env).returncode == 0
    assert sojourn("demo", "accounts", env=env).returncode == 0
    before = contents(tmp_path / "sojourn.sqlite3")
    assert len(before["people_user"]) > 5

    there = sojourn("transfer", empty_database, env=env)
    assert there.returncode == 0, there.stderr
    assert contents(tmp_path / "sojourn.sqlite3") == before  # only read
    with psycopg.connect(empty_database) as database:
        counted = database.execute("SELECT count(*) FROM people_user").fetchone()
        assert counted == (len(before["people_user"]),)
        # The next row gets a number of its own.
        following = database.execute(
            "SELECT nextval(pg_get_serial_sequence('people_user', 'id')) > max(id) FROM people_user"
        ).fetchone()
        assert following == (True,)

    again = sojourn("transfer", empty_database, env=env)
    assert again.returncode == 1
    assert "not empty" in again.stderr

    back = sojourn("transfer", "sqlite", env=env | {"DATABASE_URL": empty_database})
    assert back.returncode == 0, back.stderr
    assert contents(tmp_path / "sojourn.sqlite3") == before
    assert list(tmp_path.glob("replaced-*/sojourn.sqlite3"))
    assert sojourn("migrate", env=env).stdout.strip() == "Nothing to do."


@pytest.mark.long
def test_nonsense_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    if os.environ.get("DATABASE_URL"):
        pytest.skip("says something about the SQLite file")
    env = environment(tmp_path)
    assert sojourn("migrate", env=env).returncode == 0
    before = contents(tmp_path / "sojourn.sqlite3")
    for to in ("sqlite", "mysql://somewhere/x", "postgresql://nobody@127.0.0.1:1/nothing"):
        refused = sojourn("transfer", to, env=env)
        assert refused.returncode == 1
        assert len(refused.stderr.strip().splitlines()) == 1, refused.stderr
    assert contents(tmp_path / "sojourn.sqlite3") == before
