"""Every text, id, moment and file that a database holds, whatever its tables are called."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from tests.upgrade.today import NOT_KEPT

SHORTEST = 3
"""Shorter texts say nothing: codes of languages and countries, yes and no."""


def held(env: Mapping[str, str]) -> frozenset[str]:
    """The values in the database that this environment chooses. Numbers are left out."""
    url = env.get("DATABASE_URL", "")
    rows = _on_postgres(url) if url else _on_sqlite(Path(env["SOJOURN_DATA"], "sojourn.sqlite3"))
    return frozenset(value for row in rows for cell in row for value in _leaves(cell))


def _on_sqlite(file: Path) -> Iterator[Iterable[Any]]:
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        for (name,) in names:
            if name not in NOT_KEPT and not name.startswith("sqlite_"):
                yield from database.execute(f'SELECT * FROM "{name}"')


def _on_postgres(url: str) -> Iterator[Iterable[Any]]:
    question = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    with psycopg.connect(url) as database:
        for (name,) in database.execute(question).fetchall():
            if name not in NOT_KEPT:
                yield from database.execute(
                    sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))
                )


def _leaves(cell: Any) -> Iterator[str]:
    match cell:
        case str() if cell[:1] in ("{", "["):  # how SQLite keeps JSON
            try:
                yield from _leaves(json.loads(cell))
            except ValueError:
                yield cell
        case str() if len(cell) >= SHORTEST:
            yield cell
        case bytes() | memoryview():
            yield hashlib.sha256(cell).hexdigest()
        case dict():
            for each in cell.values():
                yield from _leaves(each)
        case list():
            for each in cell:
                yield from _leaves(each)
        case UUID() | dt.date() | dt.time():  # a moment is a date too
            yield str(cell)
