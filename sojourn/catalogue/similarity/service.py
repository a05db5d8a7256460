"""Holds the likeness table that this process serves, and keeps it up to date in the background.

A request takes what is there, or is told that there is nothing yet; it never computes. A thread
watches the snapshot that the process serves and makes a table for each new one, of which only the
edited courses cost anything. Under tests there is no thread: the table is made on the spot.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import sqlite3
import threading

from django.conf import settings

from sojourn.catalogue.similarity.encode import VectorReader, encoder
from sojourn.catalogue.similarity.store import SentenceStore
from sojourn.catalogue.similarity.table import OPENED, SimilarityTable, build_table
from sojourn.catalogue.similarity.texts import course_text
from sojourn.catalogue.snapshot.service import current_snapshot_or_none
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.data_folder import data_folder
from sojourn.common.languages import LANGUAGES
from sojourn.engines.similarity.meaning import ModelMissingError, UniversalSentenceEncoder
from sojourn.engines.similarity.texts import CourseText

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.3
RETRY_SECONDS = 30.0
MAY_LINGER = 1_000  # sentences that no course says any more
HOSTS_PREPARED = 20  # of a programme's ranking
# "words" compares courses by their words alone: for machines with little memory.
SIGNALS = "SOJOURN_LIKENESS"


class _Process:
    def __init__(self) -> None:
        self.table: SimilarityTable | None = None
        self.texts: dict[str, tuple[object, CourseText]] = {}
        self.building = threading.RLock()
        self.thread: threading.Thread | None = None
        self.stop = threading.Event()


_process = _Process()


def _restart_after_fork() -> None:
    """After a fork the thread is gone and a lock may be held by nobody."""
    global _process
    table = _process.table
    _process = _Process()
    _process.table = table


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_restart_after_fork)


def similarity_table(snapshot: Snapshot) -> SimilarityTable | None:
    """Return the table for this snapshot or a slightly older one.

    None while the first is being made.
    """
    if _checks_on_each_call():
        update_similarity(snapshot)
        return _process.table
    if _process.thread is None or not _process.thread.is_alive():
        follow_snapshots()
    return _process.table


def _checks_on_each_call() -> bool:
    return bool(getattr(settings, "SNAPSHOT_LOOKS_EACH_TIME", False)) and _process.thread is None


def update_similarity(snapshot: Snapshot) -> bool:
    """Make the table of this snapshot, unless it is there; says whether it did."""
    with _process.building:
        previous = _process.table
        if previous is not None and previous.records is snapshot.records:
            return False
        texts = _texts(snapshot)
        if os.environ.get(SIGNALS) == "words":
            _process.table = build_table(snapshot.records, texts, None, previous)
            return True
        path = data_folder() / "likeness.sqlite3"
        store = SentenceStore(path, UniversalSentenceEncoder.name)
        try:
            with VectorReader(store) as reader:
                table = build_table(snapshot.records, texts, reader.vectors, previous)
        except ModelMissingError as error:
            logger.warning("%s", error)
            table = build_table(snapshot.records, texts, None, previous)
        _process.table = table
        if previous is None:
            _tidy(store, texts)
        return True


def _tidy(store: SentenceStore, texts: list[CourseText]) -> None:
    """Drop from the store what no course says any more, once that is more than is still said."""
    said = [sentence for text in texts if text.main for sentence in text.main.sentences]
    with contextlib.suppress(OSError, sqlite3.Error):
        if store.size() > 2 * len(said) + MAY_LINGER:
            store.keep_only(said)


def prepare() -> None:
    """Rank the hosts for every degree programme, so that no request has to."""
    table = _process.table
    if table is None:
        return
    for programme in table.records.programmes:
        for place in table.alike(programme).institutions[:HOSTS_PREPARED]:
            for pair in place.pairs[:OPENED]:
                for language in LANGUAGES:
                    table.reasons(pair.home, pair.host, language)


def _texts(snapshot: Snapshot) -> list[CourseText]:
    """Return the courses' texts; the same record object has the same text."""
    before = _process.texts
    after: dict[str, tuple[object, CourseText]] = {}
    for slug, course in snapshot.records.courses.items():
        known = before.get(slug)
        after[slug] = known if known and known[0] is course else (course, course_text(course))
    _process.texts = after
    return [text for _, text in after.values()]


def _follow(stop: threading.Event) -> None:
    """Do the thread's work: watch, make, survive."""
    with contextlib.suppress(ImportError):
        # A web process answers several requests at once: threads of the linear algebra that wait
        # for each other made a question three times slower.
        importlib.import_module("threadpoolctl").threadpool_limits(1, "blas")
    while not stop.wait(POLL_SECONDS):
        try:
            snapshot = current_snapshot_or_none()
            if snapshot is not None and update_similarity(snapshot):
                prepare()
            encoder.rest()
        except Exception:
            logger.exception("courses could not be compared; what was known is still shown")
            stop.wait(RETRY_SECONDS)


def follow_snapshots() -> None:
    """Start the thread that keeps this process up to date, once a process."""
    with _process.building:
        if _process.thread is not None and _process.thread.is_alive():
            return
        _process.stop = threading.Event()
        _process.thread = threading.Thread(
            target=_follow, args=(_process.stop,), name="course-likeness", daemon=True
        )
        _process.thread.start()


def reset_similarity() -> None:
    """Stop following and drop the table, as at the start of the process (for tests)."""
    _process.stop.set()
    if _process.thread is not None and _process.thread is not threading.current_thread():
        _process.thread.join(timeout=10)
    _process.thread = None
    _process.table = None
    _process.texts = {}
