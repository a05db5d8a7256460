"""Write what all web processes read: the worker's thread.

That is the search indexes of a large catalogue, and which courses resemble each other.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import threading

from django.db import connection

from sojourn.catalogue.models import Course, Opportunity
from sojourn.catalogue.similarity.files import has_table, write_table
from sojourn.catalogue.snapshot.build import NoCatalogue
from sojourn.catalogue.snapshot.index_files import (
    LARGE,
    index_folders,
    is_large,
    write_indexes,
)
from sojourn.catalogue.snapshot.service import read_catalogue, read_state
from sojourn.catalogue.snapshot.snapshot import CatalogueState

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
RETRY_SECONDS = 30.0
NICENESS = 5


def write_what_is_missing() -> str:
    """Write what is not there yet of the catalogue as it is now, and return its content's name."""
    if not is_written(state := read_state()):
        state, records = read_catalogue()
        if is_large(records):
            write_indexes(records, state)
        write_table(records, state)
    return state.content


def is_written(state: CatalogueState) -> bool:
    return has_table(state) and (
        index_folders().named(state.content).exists()
        or Opportunity.objects.count() + Course.objects.count() <= LARGE
    )


def _follow() -> None:
    pause = threading.Event()
    with contextlib.suppress(OSError, AttributeError):
        # On Linux a thread has a priority of its own: pages and mail go first.
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)
    with contextlib.suppress(ImportError):
        importlib.import_module("threadpoolctl").threadpool_limits(1, "blas")
    written = ""
    while not pause.wait(POLL_SECONDS):
        try:
            if read_state().content != written:
                written = write_what_is_missing()
        except NoCatalogue:
            continue
        except Exception:
            logger.exception("search or similarity could not be written; the old ones stay in use")
            with contextlib.suppress(Exception):
                connection.close()
            pause.wait(RETRY_SECONDS)


def follow_catalogue() -> None:
    """Start the thread that writes for each new version of the catalogue."""
    threading.Thread(target=_follow, name="indexes", daemon=True).start()
