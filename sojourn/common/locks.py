"""Lets one process at a time do what must not be done twice, such as migrating.

On SQLite that is a lock on a file in the data folder (one machine). On PostgreSQL it is an
advisory lock in the database, which several machines share. Both are given back when the process
dies, however it dies.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
from collections.abc import Iterator

from django.db import connection

from sojourn.common.data_folder import data_folder


@contextlib.contextmanager
def one_at_a_time(task: str) -> Iterator[None]:
    """Wait until no other process of this installation is inside the block of the same name."""
    if connection.vendor == "postgresql":
        with _advisory_lock(task):
            yield
    else:
        path = data_folder() / f"{task}.lock"
        with path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


@contextlib.contextmanager
def _advisory_lock(task: str) -> Iterator[None]:
    # The lock belongs to the session, not to a transaction: migrations open their own.
    key = int.from_bytes(
        hashlib.sha256(f"sojourn:{task}".encode()).digest()[:8], "big", signed=True
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [key])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
