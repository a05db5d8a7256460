"""Gives a server that a test starts a database of its own."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql


@contextlib.contextmanager
def database_of_its_own(name: str, template: str | None = None) -> Iterator[dict[str, str]]:
    """The environment that chooses a fresh database, on PostgreSQL a copy of the template's.

    On PostgreSQL that is one beside the tests' own, dropped afterwards; on SQLite the data folder
    already says it all.
    """
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        yield {}
        return
    fresh = f"sojourn_{name.replace('-', '_')}"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(fresh))
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(drop)
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        admin.execute(create.format(sql.Identifier(fresh), sql.Identifier(template or "template1")))
    try:
        yield {"DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{fresh}"))}
    finally:
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(drop)
