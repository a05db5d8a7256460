"""Serve one snapshot per process and keep it up to date in the background.

A request takes the snapshot that is there; only the first request of a process waits for a build.
A thread reads the catalogue's version three times a second, builds a new snapshot when the
version, or the date in the edition's time zone, has changed, and puts it in place with one
assignment. Under tests there is no thread: `current_snapshot()` reads the version itself.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from sojourn.catalogue.models import CatalogueVersion, Edition
from sojourn.catalogue.snapshot import last_good
from sojourn.catalogue.snapshot.build import NoCatalogue, UnreadableRowError, build_records
from sojourn.catalogue.snapshot.columns import build_columns
from sojourn.catalogue.snapshot.index_files import index_folders, search_of
from sojourn.catalogue.snapshot.snapshot import CatalogueState, Snapshot
from sojourn.catalogue.snapshot.types import Records

__all__ = [
    "NoCatalogue",
    "current_snapshot",
    "current_snapshot_or_none",
    "fault_of_catalogue",
    "follow_catalogue",
    "on_new_snapshot",
    "refresh_snapshot",
    "reset_snapshot",
    "showing",
]

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3  # an edit must be visible within two seconds
RETRY_SECONDS = 5.0  # after a build that failed


class _Process:
    """What this process serves, and the thread that keeps it up to date."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.state: CatalogueState | None = None  # of the snapshot, or of an empty database
        self.fault = ""  # why the newest catalogue cannot be served
        self.building = threading.RLock()
        self.thread: threading.Thread | None = None
        self.stop = threading.Event()


_process = _Process()
_listeners: list[Callable[[Snapshot], None]] = []
# What this thread shows in the place of what the process serves.
_shown: ContextVar[Snapshot | None] = ContextVar("shown", default=None)


def on_new_snapshot(prepare: Callable[[Snapshot], None]) -> None:
    """Call `prepare` in the background with each new snapshot once it is served.

    For work that makes first views quick and may fail without harm, such as drawing maps ahead.
    """
    _listeners.append(prepare)


def _restart_after_fork() -> None:
    """Drop the parent's thread and its lock, which some other thread may have held."""
    global _process
    before, _process = _process, _Process()
    _process.snapshot, _process.state = before.snapshot, before.state
    _process.fault = before.fault


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_restart_after_fork)


# --- Building -----------------------------------------------------------------------------------


def local_today(now: dt.datetime, time_zone: str) -> dt.date:
    """Return the date in the edition's time zone."""
    return now.astimezone(ZoneInfo(time_zone)).date()


def read_state() -> CatalogueState:
    """Read what the catalogue is at now, in two queries of one row."""
    version = CatalogueVersion.objects.values_list("number", "changed_at").first()
    edition = Edition.objects.values_list("time_zone", "loaded_at").first()
    number, changed_at = version or (0, None)
    if edition is None:
        return CatalogueState(number, changed_at, None, False, timezone.localdate())
    zone, loaded_at = edition
    return CatalogueState(number, changed_at, loaded_at, True, local_today(timezone.now(), zone))


@contextlib.contextmanager
def consistent_read() -> Iterator[None]:
    """Read every table as of one moment, without keeping anybody from writing.

    Django's `atomic` would take SQLite's write lock (transaction_mode IMMEDIATE) for as long as
    the build takes. A deferred transaction that only reads takes none.
    """
    if connection.in_atomic_block:
        yield
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("BEGIN DEFERRED")
        else:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def read_catalogue(previous: Records | None = None) -> tuple[CatalogueState, Records]:
    """Read the whole catalogue; records that are as in `previous` are shared with it."""
    with consistent_read():
        return read_state(), build_records(previous)


def _build(state: CatalogueState) -> Snapshot:
    """Build what is to be served at this state, or at a newer one."""
    served = _process.snapshot
    # When processes end, the new ones need not all read what was just read.
    records = last_good.read_of(state) if served is None else None
    if records is None:
        state, records = read_catalogue(served.records if served else None)
    return Snapshot(state, records, search_of(records, state), build_columns(records, state.today))


def _with_newest_indexes(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with the search that the worker has written since, and empty caches."""
    if snapshot.search.folder is None or snapshot.search.folder == index_folders().newest():
        return snapshot
    records, state = snapshot.records, snapshot.state
    return Snapshot(state, records, search_of(records, state), snapshot.columns)


def _update(only_if_missing: bool = False) -> None:
    """Serve a new snapshot if the catalogue, or the indexes to search it, have changed."""
    with _process.building:
        if only_if_missing and _process.state is not None:
            return
        state = read_state()
        if state == _process.state:
            if _process.snapshot is not None:
                _process.snapshot = _with_newest_indexes(_process.snapshot)
            return
        try:
            built = _build(state)
        except NoCatalogue:
            _process.snapshot, _process.state = None, state
            return
        except UnreadableRowError as error:
            if error.row != _process.fault:
                logger.exception("the catalogue cannot be read; it is served as it last could be")
            _process.fault = error.row
            if _process.snapshot is None and not _serve_last_good():
                raise
            return
        _process.fault = ""
        # The snapshot's own state, not the one read above: a change between the two is in it.
        _process.snapshot, _process.state = built, built.state
        logger.info(
            "catalogue version %d is served", built.version,
            extra={"opportunities": len(built.records.opportunities)},
        )  # fmt: skip


# --- Following the catalogue --------------------------------------------------------------------


def fault_of_catalogue() -> str:
    """Return the row for which the newest catalogue cannot be served; empty when all is well."""
    return _process.fault


def _serve_last_good() -> bool:
    """After a start: serve what could last be read. Tell whether there is such a thing."""
    kept = last_good.read()
    if kept is None:
        return False
    state, records = kept
    # The state stays unknown, so that the follower goes on to look for a mended row.
    _process.snapshot = Snapshot(
        state, records, search_of(records, state), build_columns(records, state.today)
    )
    return True


def _notify(snapshot: Snapshot) -> None:
    for prepare in _listeners:
        try:
            prepare(snapshot)
        except Exception:
            logger.exception("a new snapshot could not be prepared for; it is served all the same")


def _follow(stop: threading.Event) -> None:
    """Look for changes and build until told to stop, whatever the database does."""
    notified = ""
    while not stop.is_set():
        try:
            _update()
            if _process.snapshot is not None and _process.snapshot.revision != notified:
                notified = _process.snapshot.revision
                _notify(_process.snapshot)
                if not _process.fault:
                    last_good.keep(_process.snapshot.state, _process.snapshot.records)
        except DatabaseError as error:
            # The database is away or locked: keep serving what we have, try again with a
            # fresh connection.
            logger.warning("the catalogue's version could not be read: %s", error)
            with contextlib.suppress(Exception):
                connection.close()
        except Exception:
            logger.exception("a new snapshot could not be built; the old one is still served")
            stop.wait(RETRY_SECONDS)
        stop.wait(RETRY_SECONDS if _process.fault else POLL_SECONDS)
    connection.close()


def follow_catalogue() -> None:
    """Start the thread that keeps this process up to date, once per process."""
    with _process.building:
        if _process.thread is not None and _process.thread.is_alive():
            return
        _process.stop = threading.Event()
        _process.thread = threading.Thread(
            target=_follow, args=(_process.stop,), name="catalogue-snapshot", daemon=True
        )
        _process.thread.start()


def _checks_on_each_call() -> bool:
    """Return true under tests, unless the test itself asked for the thread."""
    return settings.SNAPSHOT_LOOKS_EACH_TIME and _process.thread is None


def current_snapshot() -> Snapshot:
    """Return the snapshot that this process serves.

    Raises NoCatalogue when nothing has been loaded yet.
    """
    snapshot = current_snapshot_or_none()
    if snapshot is None:
        raise NoCatalogue
    return snapshot


@contextlib.contextmanager
def showing(snapshot: Snapshot) -> Iterator[None]:
    """Have this thread show another snapshot meanwhile, such as one with a draft in it."""
    token = _shown.set(snapshot)
    try:
        yield
    finally:
        _shown.reset(token)


def current_snapshot_or_none() -> Snapshot | None:
    """Return the snapshot that this process serves, or None when nothing has been loaded yet."""
    if (shown := _shown.get()) is not None:
        return shown
    if _checks_on_each_call():
        _update()
    elif _process.state is None and _process.snapshot is None:
        _update(only_if_missing=True)
        follow_catalogue()
    elif _process.thread is None:  # after a fork
        follow_catalogue()
    return _process.snapshot


def refresh_snapshot() -> Snapshot:
    """Look for changes now, and build in the foreground if there are any."""
    _update()
    if _process.snapshot is None:
        raise NoCatalogue
    return _process.snapshot


def reset_snapshot() -> None:
    """Stop following and drop the snapshot, as at the start of the process (for tests)."""
    _process.stop.set()
    if _process.thread is not None and _process.thread is not threading.current_thread():
        _process.thread.join(timeout=10)
    _process.thread = None
    _process.snapshot = _process.state = None
    _process.fault = ""
