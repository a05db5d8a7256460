"""Hold the table of similar courses that this process serves, and keep it up to date.

A request takes what is there, or is told that there is nothing yet; it never computes. A thread
puts the newest table that the worker wrote beside the snapshot that the process serves. Under
tests there is neither thread nor worker: the table is made on the spot.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import threading
from pathlib import Path

from django.conf import settings

from sojourn.catalogue.similarity.files import (
    Compared,
    compare,
    is_made_of,
    open_table,
    table_folders,
)
from sojourn.catalogue.similarity.table import OPENED, SimilarityTable
from sojourn.catalogue.snapshot.service import current_snapshot_or_none
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import LANGUAGES

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
RETRY_SECONDS = 30.0
HOSTS_PREPARED = 20  # of a programme's ranking


class _Process:
    def __init__(self) -> None:
        self.table: SimilarityTable | None = None
        self.folder: Path | None = None  # from which the worker's table was taken
        self.compared: Compared | None = None
        self.building = threading.RLock()
        self.thread: threading.Thread | None = None
        self.stop = threading.Event()


_process = _Process()


def _restart_after_fork() -> None:
    """After a fork the thread is gone and a lock may be held by nobody."""
    global _process
    before = _process
    _process = _Process()
    _process.table, _process.folder, _process.compared = (
        before.table, before.folder, before.compared,
    )  # fmt: skip


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_restart_after_fork)


def similarity_table(snapshot: Snapshot) -> SimilarityTable | None:
    """Return the table for this snapshot or a slightly older one.

    None while the worker makes the first.
    """
    if _checks_on_each_call():
        make_table(snapshot)
        return _process.table
    if _process.thread is None or not _process.thread.is_alive():
        follow_snapshots()
    return _process.table


def _checks_on_each_call() -> bool:
    return settings.SNAPSHOT_LOOKS_EACH_TIME and _process.thread is None


def make_table(snapshot: Snapshot) -> None:
    """Compare the courses of this snapshot here and now, unless that was done."""
    with _process.building:
        if _process.table is None or _process.table.records is not snapshot.records:
            _process.table = SimilarityTable(snapshot.records, compare(snapshot.records))


def take_newest_table(snapshot: Snapshot) -> bool:
    """Put the newest table beside this snapshot; returns false if it is there already.

    Before the worker has written any, what is served stays as it is.
    """
    with _process.building:
        folder, table = table_folders().newest(), _process.table
        if folder is None or (
            table is not None and table.records is snapshot.records and _process.folder == folder
        ):
            return False
        if _process.compared is None or _process.folder != folder:
            try:
                _process.compared = open_table(folder)
            except FileNotFoundError:  # the worker has just put another in its place
                return False
            _process.folder = folder
        _process.table = SimilarityTable(
            snapshot.records, _process.compared, is_made_of(folder, snapshot.state)
        )
        return True


def prepare() -> None:
    """Rank the hosts for every degree programme, so that no request has to."""
    table = _process.table
    if table is None:
        return
    for programme in table.records.programmes:
        for place in table.ranking_for(programme).institutions[:HOSTS_PREPARED]:
            for pair in place.pairs[:OPENED]:
                for language in LANGUAGES:
                    table.reasons(pair.home, pair.host, language)


def _follow(stop: threading.Event) -> None:
    """Do the thread's work: watch, take, survive."""
    with contextlib.suppress(ImportError):
        # A web process answers several requests at once: threads of the linear algebra that wait
        # for each other made a question three times slower.
        importlib.import_module("threadpoolctl").threadpool_limits(1, "blas")
    while not stop.wait(POLL_SECONDS):
        try:
            snapshot = current_snapshot_or_none()
            if snapshot is not None and take_newest_table(snapshot):
                prepare()
        except Exception:
            logger.exception("the newest table of similar courses could not be taken")
            stop.wait(RETRY_SECONDS)


def follow_snapshots() -> None:
    """Start the thread that keeps this process up to date, once a process."""
    with _process.building:
        if _process.thread is not None and _process.thread.is_alive():
            return
        _process.stop = threading.Event()
        _process.thread = threading.Thread(
            target=_follow, args=(_process.stop,), name="similar-courses", daemon=True
        )
        _process.thread.start()


def reset_similarity() -> None:
    """Stop following and drop the table, as at the start of the process (for tests)."""
    _process.stop.set()
    if _process.thread is not None and _process.thread is not threading.current_thread():
        _process.thread.join(timeout=10)
    _process.thread = None
    _process.table = _process.folder = _process.compared = None
