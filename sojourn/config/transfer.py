"""Takes an installation from SQLite to PostgreSQL or back: every row, compared afterwards.

The tables of the target are made by Sojourn's own migrations, in a process of their own. Then all
rows are copied in one transaction, and both sides are counted and summed up: a sum over the values
as Python reads them, so that it is the same on both databases. The source is only read. The files
of the data folder stay where they are.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dj_database_url
from django.apps import apps
from django.core.management.color import no_style
from django.db import Error as DatabaseError
from django.db import connections, models, transaction

from sojourn.common.data_folder import data_folder
from sojourn.config.database_copy import SQLITE_NAME, PostgresDatabase, SqliteDatabase
from sojourn.config.running import stopped

SOURCE, TARGET = "default", "target"
SQLITE = "sqlite"
ROWS_AT_ONCE = 500
# Written by the migrations themselves.
NOT_COPIED = {"django_migrations"}

Model = type[models.Model]


class TransferError(Exception):
    """Nothing was transferred; the message says why and what to do."""


@dataclass(frozen=True)
class Transferred:
    """What a transfer did."""

    tables: int
    rows: int
    next_step: str


@dataclass(frozen=True)
class Sum:
    """The rows of a table: how many, and a sum of their values in which order plays no part."""

    rows: int
    values: int


def transfer(to: str) -> Transferred:
    """Copy everything into an empty PostgreSQL database, or into the SQLite file.

    `to` is the address of a PostgreSQL database, or `sqlite`. Raises TransferError,
    DatabaseCopyError or StillRunningError.
    """
    vendor = connections[SOURCE].vendor
    if (to == SQLITE) is (vendor == "sqlite"):
        raise TransferError(
            "This installation is on SQLite: name the PostgreSQL database to go to."
            if vendor == "sqlite"
            else "This installation is on PostgreSQL: it can go to `sqlite`."
        )
    with stopped():
        if to == SQLITE:
            return _to_sqlite()
        return _to_postgresql(to)


def _to_postgresql(url: str) -> Transferred:
    if not url.startswith(("postgres://", "postgresql://")):
        raise TransferError("Write postgresql://USER:PASSWORD@HOST/NAME, or sqlite.")
    if not PostgresDatabase(url).is_empty():
        raise TransferError("The database to go to is not empty, so nothing was changed.")
    _make_tables(DATABASE_URL=url)
    tables, rows = _copy(dict(dj_database_url.parse(url)))
    return Transferred(
        tables, rows, "Start Sojourn with DATABASE_URL set to that database from now on."
    )


def _to_sqlite() -> Transferred:
    folder = data_folder()
    target = folder / SQLITE_NAME
    with tempfile.TemporaryDirectory(dir=folder, prefix=".transfer-") as workshop:
        draft = Path(workshop, SQLITE_NAME)
        _make_tables(SOJOURN_DATA=workshop)
        settings = {"ENGINE": "django.db.backends.sqlite3", "NAME": draft}
        tables, rows = _copy(settings)
        if target.exists():
            aside = folder / f"replaced-{datetime.now().astimezone():%Y%m%d-%H%M%S}"
            aside.mkdir(mode=0o700)
            SqliteDatabase(target).replace_by(draft, aside)
        else:
            draft.replace(target)
    return Transferred(tables, rows, "Start Sojourn without DATABASE_URL from now on.")


def _make_tables(**chosen: str) -> None:
    ours = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "sojourn", "migrate"],
        env=ours | chosen,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["it did not say why"]
        raise TransferError(f"The tables cannot be made there: {lines[-1]}")


def _copy(settings: dict[str, Any]) -> tuple[int, int]:
    """Copy every row into the database of these settings, and compare. Return tables and rows."""
    plain = {"OPTIONS": {}, "USER": "", "PASSWORD": "", "HOST": "", "PORT": ""}
    connections.settings[TARGET] = connections.settings[SOURCE] | plain | settings
    target = connections[TARGET]
    try:
        found = _models()
        _refuse_unknown_tables(found)
        with transaction.atomic(using=SOURCE), transaction.atomic(using=TARGET):
            with target.cursor() as cursor:
                for model in found:  # what the migrations wrote
                    cursor.execute(f"DELETE FROM {target.ops.quote_name(model._meta.db_table)}")  # noqa: S608
            sums = {}
            for model in found:
                sums[model] = _copy_table(model)
            with target.cursor() as cursor:
                for statement in target.ops.sequence_reset_sql(no_style(), found):
                    cursor.execute(statement)
            for model, expected in sums.items():
                if (there := sum_of(model, TARGET)) != expected:
                    raise TransferError(
                        f"{model._meta.db_table} is not the same on both sides "
                        f"({expected.rows} and {there.rows} rows); nothing was changed."
                    )
            target.check_constraints()
    except DatabaseError as error:
        raise TransferError(f"The rows cannot be copied: {error}") from error
    finally:
        target.close()
        del connections[TARGET]
        del connections.settings[TARGET]
    return len(sums), sum(each.rows for each in sums.values())


def _models() -> list[Model]:
    """Every table that Sojourn has, those between two others included."""
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy
    ]


def _refuse_unknown_tables(found: list[Model]) -> None:
    source = connections[SOURCE]
    with source.cursor() as cursor:
        there = set(source.introspection.table_names(cursor))
    unknown = there - {model._meta.db_table for model in found} - NOT_COPIED
    if unknown:
        raise TransferError(
            f"There is a table that Sojourn does not know ({min(unknown)}), so nothing was changed."
        )


def _copy_table(model: Model) -> Sum:
    fields = _fields(model)
    names = [field.attname for field in fields]
    total, count = 0, 0
    waiting: list[SimpleNamespace] = []

    def write() -> None:
        if waiting:
            # Raw: the values as they are, whatever a field would do to a new row.
            _all_rows(model, TARGET)._insert(waiting, fields=fields, using=TARGET, raw=True)  # type: ignore[attr-defined]
            waiting.clear()

    for row in _rows(model, SOURCE, names):
        total, count = (total + _digest(row)) % (1 << 256), count + 1
        waiting.append(SimpleNamespace(**dict(zip(names, row, strict=True))))
        if len(waiting) >= ROWS_AT_ONCE:
            write()
    write()
    return Sum(count, total)


def sum_of(model: Model, using: str) -> Sum:
    """Count the rows of a table and sum up their values."""
    total, count = 0, 0
    for row in _rows(model, using, [field.attname for field in _fields(model)]):
        total, count = (total + _digest(row)) % (1 << 256), count + 1
    return Sum(count, total)


def _fields(model: Model) -> list[Any]:
    return [field for field in model._meta.local_concrete_fields if not field.generated]


def _all_rows(model: Model, using: str) -> models.QuerySet[Any]:
    # Not by a manager: those of texts in several languages read another column than they say.
    return models.QuerySet(model=model, using=using).order_by()


def _rows(model: Model, using: str, names: list[str]) -> Iterator[tuple[Any, ...]]:
    yield from _all_rows(model, using).values_list(*names).iterator(chunk_size=ROWS_AT_ONCE)


def _digest(row: tuple[Any, ...]) -> int:
    text = "\x1f".join(map(_plain, row))
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest(), "big")


def _plain(value: object) -> str:
    """Return the value as text, the same whichever database it came from."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict):  # PostgreSQL keeps the keys of JSON in an order of its own
        return "{" + ",".join(f"{key!r}:{_plain(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_plain, value)) + "]"
    return repr(value)
