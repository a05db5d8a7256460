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

from sojourn.catalogue.likeness.encode import VectorReader, encoder
from sojourn.catalogue.likeness.store import SentenceStore
from sojourn.catalogue.likeness.table import OPENED, LikenessTable, build_table
from sojourn.catalogue.likeness.texts import course_text
from sojourn.catalogue.snapshot import holder as snapshots
from sojourn.catalogue.snapshot.holder import Snapshot
from sojourn.catalogue.snapshot.pace import Considerate, Hurried, Pace
from sojourn.catalogue.snapshot.types import LANGUAGES
from sojourn.common.data_folder import data_folder
from sojourn.engines.similarity.meaning import ModelMissingError, UniversalSentenceEncoder
from sojourn.engines.similarity.texts import CourseText

logger = logging.getLogger(__name__)

LOOK_EVERY = 0.3  # seconds
AFTER_FAILURE = 30.0
MAY_LINGER = 1_000  # sentences that no course says any more
HOSTS_PREPARED = 20  # of a programme's ranking
# "words" compares courses by their words alone: for machines with little memory.
SIGNALS = "SOJOURN_LIKENESS"


class _Holder:
    def __init__(self) -> None:
        self.table: LikenessTable | None = None
        self.texts: dict[str, tuple[object, CourseText]] = {}
        self.building = threading.RLock()
        self.thread: threading.Thread | None = None
        self.stop = threading.Event()


_holder = _Holder()


def _start_afresh() -> None:
    """After a fork the thread is gone and a lock may be held by nobody."""
    global _holder
    table = _holder.table
    _holder = _Holder()
    _holder.table = table


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_afresh)


def likeness_of(snapshot: Snapshot) -> LikenessTable | None:
    """The table for this snapshot or a slightly older one; None while the first is being made."""
    if _looks_itself():
        bring_up_to_date(snapshot, Hurried())
        return _holder.table
    if _holder.thread is None or not _holder.thread.is_alive():
        follow()
    return _holder.table


def _looks_itself() -> bool:
    return bool(getattr(settings, "SNAPSHOT_LOOKS_EACH_TIME", False)) and _holder.thread is None


def bring_up_to_date(snapshot: Snapshot, pace: Pace) -> bool:
    """Make the table of this snapshot, unless it is there; says whether it did."""
    with _holder.building:
        previous = _holder.table
        if previous is not None and previous.records is snapshot.records:
            return False
        texts = _texts(snapshot, pace)
        if os.environ.get(SIGNALS) == "words":
            _holder.table = build_table(snapshot.records, texts, None, previous, pace.step)
            return True
        path = data_folder() / "likeness.sqlite3"
        store = SentenceStore(path, UniversalSentenceEncoder.name)
        try:
            with VectorReader(store) as reader:
                table = build_table(snapshot.records, texts, reader.vectors, previous, pace.step)
        except ModelMissingError as error:
            logger.warning("%s", error)
            table = build_table(snapshot.records, texts, None, previous, pace.step)
        _holder.table = table
        if previous is None:
            _tidy(store, texts)
        return True


def _tidy(store: SentenceStore, texts: list[CourseText]) -> None:
    """Drop from the store what no course says any more, once that is more than is still said."""
    said = [sentence for text in texts if text.main for sentence in text.main.sentences]
    with contextlib.suppress(OSError, sqlite3.Error):
        if store.size() > 2 * len(said) + MAY_LINGER:
            store.keep_only(said)


def prepare(pace: Pace) -> None:
    """Rank the hosts for every degree programme, so that no request has to."""
    table = _holder.table
    if table is None:
        return
    for programme in table.records.programmes:
        for place in table.alike(programme).institutions[:HOSTS_PREPARED]:
            for pair in place.pairs[:OPENED]:
                for language in LANGUAGES:
                    table.reasons(pair.home, pair.host, language)
                    pace.step()


def _texts(snapshot: Snapshot, pace: Pace) -> list[CourseText]:
    """The courses' texts; a record that is the same object as before has the same text."""
    before = _holder.texts
    after: dict[str, tuple[object, CourseText]] = {}
    for slug, course in snapshot.records.courses.items():
        known = before.get(slug)
        after[slug] = known if known and known[0] is course else (course, course_text(course))
        pace.step()
    _holder.texts = after
    return [text for _, text in after.values()]


def _follow(stop: threading.Event) -> None:
    """The thread's work: watch, make, survive."""
    with contextlib.suppress(ImportError):
        # A web process answers several requests at once: threads of the linear algebra that wait
        # for each other made a question three times slower.
        importlib.import_module("threadpoolctl").threadpool_limits(1, "blas")
    while not stop.wait(LOOK_EVERY):
        try:
            snapshot = snapshots.serving()
            if snapshot is not None and bring_up_to_date(snapshot, Considerate()):
                prepare(Considerate())
            encoder.rest()
        except Exception:
            logger.exception("courses could not be compared; what was known is still shown")
            stop.wait(AFTER_FAILURE)


def follow() -> None:
    """Start the thread that keeps this process up to date, once a process."""
    with _holder.building:
        if _holder.thread is not None and _holder.thread.is_alive():
            return
        _holder.stop = threading.Event()
        _holder.thread = threading.Thread(
            target=_follow, args=(_holder.stop,), name="course-likeness", daemon=True
        )
        _holder.thread.start()


def forget() -> None:
    """Stop following and drop the table, as at the start of the process (for tests)."""
    _holder.stop.set()
    if _holder.thread is not None and _holder.thread is not threading.current_thread():
        _holder.thread.join(timeout=10)
    _holder.thread = None
    _holder.table = None
    _holder.texts = {}
