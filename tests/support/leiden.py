"""Fills the test database with the Leiden edition, quickly.

Loading the edition takes seconds, so its rows are read once a process from a database where it is
loaded (`tests.support.ready`), kept in memory and put into the database of each test that asks for
them, inside that test's transaction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, models
from django.db.utils import ConnectionHandler

EDITION = Path(__file__).resolve().parents[2] / "editions" / "leiden"


@dataclass(frozen=True)
class TableRows:
    """Everything that one table holds."""

    table: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def catalogue_models() -> Iterable[type[models.Model]]:
    """The catalogue's tables, the many-to-many ones among them."""
    return apps.get_app_config("catalogue").get_models(include_auto_created=True)


def read_rows(database: str) -> list[TableRows]:
    """What the catalogue's tables hold in the database that Django's NAME would be."""
    settings = connection.settings_dict | {"NAME": database}
    found = []
    there = ConnectionHandler({"default": settings})["default"]
    with contextlib.closing(there), there.cursor() as cursor:
        for model in catalogue_models():
            table = model._meta.db_table
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            columns = tuple(column[0] for column in cursor.description or ())
            found.append(TableRows(table, columns, cursor.fetchall()))
    return found


def _storable(value: object) -> object:
    """SQLite reads a time of day as one but does not take it back."""
    return connection.ops.adapt_timefield_value(value) if isinstance(value, time) else value


def write_rows(tables: Iterable[TableRows]) -> None:
    """Put the rows back, in place of what the tables hold."""
    quote = connection.ops.quote_name
    tables = list(tables)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {quote(table.table)}")
        for table in tables:
            if table.rows:
                columns = ", ".join(quote(column) for column in table.columns)
                marks = ", ".join(["%s"] * len(table.columns))
                cursor.executemany(
                    f"INSERT INTO {quote(table.table)} ({columns}) VALUES ({marks})",
                    [tuple(map(_storable, row)) for row in table.rows],
                )
        for statement in connection.ops.sequence_reset_sql(no_style(), list(catalogue_models())):
            cursor.execute(statement)
