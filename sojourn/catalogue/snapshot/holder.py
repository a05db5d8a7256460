"""Holds the snapshot that this process serves, and keeps it up to date in the background.

A request takes what is there; only the very first one of a process waits for a build. A thread
looks at the catalogue's version three times a second through a database connection of its own and
builds a new snapshot when the version, or the date in the edition's zone, has moved. The new
snapshot takes the old one's place in one assignment. Under tests there is no thread: `current()`
looks at the version itself.

A large catalogue is indexed by a child process (`shelf`); what the child reads must be what this
process reads, so after an edit in between both begin again.
"""

from __future__ import annotations

import contextlib
import ctypes
import datetime as dt
import gc
import logging
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.utils import timezone

from sojourn.catalogue.models import CatalogueEdit, CatalogueVersion, Edition
from sojourn.catalogue.snapshot import shelf
from sojourn.catalogue.snapshot.build import Edit, NoCatalogue, build_records, local_today
from sojourn.catalogue.snapshot.cache import ByteBoundedCache, FragmentCache
from sojourn.catalogue.snapshot.columns import OpportunityColumns, build_columns
from sojourn.catalogue.snapshot.pace import Considerate, Hurried, Pace
from sojourn.catalogue.snapshot.search import CatalogueSearch, build_search, opened_indexes
from sojourn.catalogue.snapshot.types import Records
from sojourn.engines.search import SearchIndex

__all__ = [
    "NoCatalogue",
    "Snapshot",
    "current",
    "follow",
    "forget",
    "refresh",
    "serving",
    "when_served",
]

logger = logging.getLogger(__name__)

ATTEMPTS = 4  # at indexes made elsewhere before, edited all the time, they are made here
LOOK_EVERY = 0.3  # seconds; an edit must be visible within two
# Seconds that a thread may keep the interpreter from another: in a web process, and while one of
# its threads builds.
SWITCH_INTERVAL, BUILDING_SWITCH_INTERVAL = 0.0005, 0.0001
M_ARENA_MAX = -8  # of glibc's malloc.h
# Bytes of whole pages: at plain addresses, and with a query, which anybody can make up.
PAGES_LIMIT = 32_000_000
QUERY_PAGES_LIMIT = 8_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """What a snapshot was built from: when any of it differs, it is out of date."""

    number: int
    changed_at: dt.datetime | None
    loaded_at: dt.datetime | None
    has_edition: bool
    today: dt.date

    @property
    def key(self) -> str:
        """The name of this catalogue's indexes, whatever the date."""
        return shelf.key_of(self.number, self.changed_at, self.loaded_at)


def _page_cache(limit: int) -> ByteBoundedCache[Any, Any]:
    return ByteBoundedCache(limit, lambda page: page.size)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The published catalogue at one moment; nothing in it ever changes but its caches."""

    moment: Moment
    records: Records
    search: CatalogueSearch
    columns: OpportunityColumns
    fragments: FragmentCache = field(default_factory=FragmentCache)
    pages: ByteBoundedCache[Any, Any] = field(default_factory=lambda: _page_cache(PAGES_LIMIT))
    query_pages: ByteBoundedCache[Any, Any] = field(
        default_factory=lambda: _page_cache(QUERY_PAGES_LIMIT)
    )

    @property
    def version(self) -> int:
        return self.moment.number

    @property
    def built_on(self) -> dt.date:
        """The date in the edition's zone on which this snapshot speaks of today."""
        return self.moment.today


class _Holder:
    """The state of one process."""

    def __init__(self) -> None:
        self.snapshot: Snapshot | None = None
        self.moment: Moment | None = None
        self.building = threading.RLock()
        self.thread: threading.Thread | None = None
        self.stop = threading.Event()


_holder = _Holder()
_when_served: list[Callable[[Snapshot], None]] = []


def when_served(prepare: Callable[[Snapshot], None]) -> None:
    """Have `prepare` called by the background thread with each new snapshot once it is served.

    For what makes first views quick and may fail without harm, such as drawing maps ahead.
    """
    _when_served.append(prepare)


def _start_afresh() -> None:
    """After a fork the thread is gone and a lock may be held by nobody."""
    global _holder
    snapshot, moment = _holder.snapshot, _holder.moment
    _holder = _Holder()
    _holder.snapshot, _holder.moment = snapshot, moment


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)


def _look() -> Moment:
    """What the database says now, in two queries of one row."""
    version = CatalogueVersion.objects.values_list("number", "changed_at").first()
    edition = Edition.objects.values_list("time_zone", "loaded_at").first()
    number, changed_at = version or (0, None)
    if edition is None:
        return Moment(number, changed_at, None, False, timezone.localdate())
    zone, loaded_at = edition
    return Moment(number, changed_at, loaded_at, True, local_today(timezone.now(), zone))


def _edits(before: Moment, now: Moment) -> list[Edit] | None:
    """What has changed since: the entries edited, or None when it may be anything."""
    if replace(now, today=before.today) == before:
        return []
    if (before.loaded_at, before.has_edition) != (now.loaded_at, now.has_edition):
        return None
    rows = CatalogueEdit.objects.filter(number__gt=before.number, number__lte=now.number)
    found = list(rows.order_by("number").values_list("number", "follows", "kind", "entry"))
    numbers = {number for number, *_ in found}
    # An older database may have been put back and counted on from there.
    if numbers != set(range(before.number + 1, now.number + 1)) or not found:
        return None
    if found[0][1] != before.changed_at:
        return None
    return [Edit(kind, entry) for _, _, kind, entry in found]


@contextlib.contextmanager
def _one_view_of_the_database() -> Iterator[None]:
    """Read every table as of one moment, without keeping anybody from writing.

    Django's `atomic` would take SQLite's write lock (transaction_mode IMMEDIATE) for as long as
    the build takes. A deferred transaction that only reads takes none.
    """
    if connection.in_atomic_block:
        yield
        return
    on_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        if on_sqlite:
            # Each page of each table is read once: to keep them would only take memory.
            cursor.execute("PRAGMA cache_size")
            (kept,) = cursor.fetchone()
            cursor.execute("PRAGMA cache_size=-2000")
            cursor.execute("BEGIN DEFERRED")
        else:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")
            if on_sqlite:
                cursor.execute(f"PRAGMA cache_size={kept}")
                cursor.execute("PRAGMA shrink_memory")


@contextlib.contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """Records hold no cycles, and looking for them among millions of objects takes seconds."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextlib.contextmanager
def _beside_requests() -> Iterator[None]:
    """Hand the interpreter over soon, and look for cycles only among what was made just now.

    Many new objects make the collector walk the whole heap, which stops every thread for as long
    as a second. Not to collect at all would keep what requests leave behind.
    """
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(thresholds[0], thresholds[1], 1_000_000)
    sys.setswitchinterval(BUILDING_SWITCH_INTERVAL)
    try:
        yield
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)


def few_heaps() -> None:
    """Have threads share two heaps: eight of their own keep what each has freed.

    To be called before there are threads.
    """
    with contextlib.suppress(OSError, AttributeError):  # only glibc can
        ctypes.CDLL("libc.so.6").mallopt(M_ARENA_MAX, 2)


def _give_memory_back() -> None:
    """What was built is not looked at for cycles again; what was freed goes back to the system."""
    if _looks_itself():
        return
    if gc.isenabled():
        gc.collect(1)  # what requests left behind would be kept for good
    gc.freeze()
    with contextlib.suppress(OSError, AttributeError):  # only glibc can
        ctypes.CDLL("libc.so.6").malloc_trim(0)


def records_of(key: str) -> Records | None:
    """The catalogue as it is now, or None when it is not the one whose indexes have that name."""
    with _no_garbage_collection(), _one_view_of_the_database():
        return build_records(None, Hurried()) if _look().key == key else None


def _read(pace: Pace, before: Records | None, edits: list[Edit] | None) -> Records:
    return build_records(before, pace, edits) if before is not None else build_records(None, pace)


class _MovedOnError(Exception):
    """The catalogue was edited before its indexes could be made."""


def _in_background(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="catalogue-indexes", daemon=True).start()


class _ReadyMade:
    """The indexes of a large catalogue, from the shelf; asked for while the records are read.

    For the first snapshot, and after a load of the edition, reading and indexing go on side by
    side: both change much. If little turns out to differ, the indexes wait for the next start.
    """

    def __init__(self) -> None:
        self._asked: dict[str, Future[shelf.Copy | None]] = {}

    def ask(self, key: str) -> None:
        """Have them made in the meantime."""
        future: Future[shelf.Copy | None] = Future()
        self._asked[key] = future

        def answer() -> None:
            try:
                future.set_result(shelf.take(key))
            except BaseException as error:
                future.set_exception(error)

        _in_background(answer)

    def of(self, records: Records, key: str) -> tuple[SearchIndex, SearchIndex] | None:
        """None when they are to be made here. Raises _MovedOnError."""
        if not shelf.is_large(records):
            return None
        if key not in self._asked:
            self.ask(key)
        try:
            copy = self._asked.pop(key).result()
        except shelf.UnavailableError as error:
            logger.warning("the indexes are made in this process: %s", error)
            return None
        if copy is None:
            raise _MovedOnError
        return opened_indexes(records, copy.folder, copy)


def _build(pace: Pace) -> Snapshot:
    previous = _holder.snapshot
    ready_made = _ReadyMade()
    if shelf.is_large_in_database():
        now = _look()
        if previous is None or previous.moment.loaded_at != now.loaded_at:
            ready_made.ask(now.key)
    before, since = (previous.records, previous.moment) if previous else (None, None)
    for attempt in range(1, ATTEMPTS + 1):
        with _one_view_of_the_database():
            moment = _look()
            records = _read(pace, before, _edits(since, moment) if since else None)
        _give_memory_back()  # what reading took for a moment; indexing asks for as much again
        try:
            search = build_search(
                records,
                pace,
                previous,
                partial(ready_made.of, records, moment.key) if attempt < ATTEMPTS else lambda: None,
            )
        except _MovedOnError:
            before, since = records, moment  # now only what was edited since has to be read
            continue
        break
    _give_memory_back()
    columns = build_columns(records, moment.today, pace, previous.columns if previous else None)
    return Snapshot(moment, records, search, columns)


def _bring_up_to_date(pace: Pace, only_if_missing: bool = False) -> None:
    """Build when the database has moved on; afterwards `_holder` says what is so."""
    with _holder.building:
        if only_if_missing and _holder.moment is not None:
            return
        moment = _look()
        if moment == _holder.moment:
            return
        try:
            with _no_garbage_collection() if isinstance(pace, Hurried) else _beside_requests():
                built = _build(pace)
        except NoCatalogue:
            _holder.snapshot, _holder.moment = None, moment
        else:
            # `moment` of the snapshot, not the one looked at: a change between the two is in it.
            _holder.snapshot, _holder.moment = built, built.moment
            _give_memory_back()
            logger.info(
                "catalogue version %d is served", built.version,
                extra={"opportunities": len(built.records.opportunities)},
            )  # fmt: skip


def _prepare(snapshot: Snapshot) -> None:
    for prepare in _when_served:
        try:
            prepare(snapshot)
        except Exception:
            logger.exception("a new snapshot could not be prepared for; it is served all the same")


def _follow(stop: threading.Event) -> None:
    """The thread's work: look, build, survive whatever the database does."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    prepared: Moment | None = None  # not the snapshot: it would be kept beside its successor
    while not stop.is_set():
        try:
            # Before the first snapshot nobody can be served, so nobody has to be made way for.
            _bring_up_to_date(Considerate() if _holder.moment else Hurried())
            if _holder.snapshot is not None and _holder.snapshot.moment != prepared:
                prepared = _holder.snapshot.moment
                _prepare(_holder.snapshot)
        except DatabaseError as error:
            # The database is away or locked: keep serving what we have, try again with a
            # fresh connection.
            logger.warning("the catalogue's version could not be read: %s", error)
            with contextlib.suppress(Exception):
                connection.close()
        except Exception:
            logger.exception("a new snapshot could not be built; the old one is still served")
            stop.wait(5)
        stop.wait(LOOK_EVERY)
    connection.close()


def follow() -> None:
    """Start the thread that keeps this process up to date, once a process."""
    with _holder.building:
        if _holder.thread is not None and _holder.thread.is_alive():
            return
        _holder.stop = threading.Event()
        _holder.thread = threading.Thread(
            target=_follow, args=(_holder.stop,), name="catalogue-snapshot", daemon=True
        )
        _holder.thread.start()


def _looks_itself() -> bool:
    """Under tests every call looks at the version, unless a test asked for the thread."""
    return settings.SNAPSHOT_LOOKS_EACH_TIME and _holder.thread is None


def current() -> Snapshot:
    """The snapshot that this process serves.

    Raises NoCatalogue when nothing has been loaded yet.
    """
    snapshot = serving()
    if snapshot is None:
        raise NoCatalogue
    return snapshot


def serving() -> Snapshot | None:
    """The snapshot that this process serves, or None when nothing has been loaded yet."""
    if _looks_itself():
        _bring_up_to_date(Hurried())
    elif _holder.moment is None:
        _bring_up_to_date(Hurried(), only_if_missing=True)
        follow()
    elif _holder.thread is None:  # after a fork
        follow()
    return _holder.snapshot


def refresh() -> Snapshot:
    """Look at the version now and build in the foreground if it moved."""
    _bring_up_to_date(Hurried())
    if _holder.snapshot is None:
        raise NoCatalogue
    return _holder.snapshot


def forget() -> None:
    """Stop following and drop the snapshot, as at the start of the process (for tests)."""
    _holder.stop.set()
    if _holder.thread is not None and _holder.thread is not threading.current_thread():
        _holder.thread.join(timeout=10)
    _holder.thread = None
    _holder.snapshot = _holder.moment = None
    gc.unfreeze()  # or what only cycles hold together would stay for good
