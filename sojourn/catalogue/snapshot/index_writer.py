"""Keep the search indexes of a large catalogue written: the worker's thread."""

from __future__ import annotations

import contextlib
import logging
import threading

from django.db import connection

from sojourn.catalogue.models import Course, Opportunity
from sojourn.catalogue.snapshot.build import NoCatalogue
from sojourn.catalogue.snapshot.index_files import LARGE, index_folder, is_large, write_indexes
from sojourn.catalogue.snapshot.service import read_catalogue, read_state

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
RETRY_SECONDS = 30.0


def write_missing_indexes() -> None:
    """Write the indexes of the catalogue as it is now, if it is large and has none."""
    if Opportunity.objects.count() + Course.objects.count() <= LARGE:
        return
    if index_folder(read_state()).exists():
        return
    state, records = read_catalogue()
    if is_large(records):
        write_indexes(records, state)


def _follow() -> None:
    pause = threading.Event()
    while not pause.wait(POLL_SECONDS):
        try:
            write_missing_indexes()
        except NoCatalogue:
            continue
        except Exception:
            logger.exception("the search indexes could not be written; the old ones stay in use")
            with contextlib.suppress(Exception):
                connection.close()
            pause.wait(RETRY_SECONDS)


def follow_catalogue() -> None:
    """Start the thread that writes the indexes of each new version of a large catalogue."""
    threading.Thread(target=_follow, name="search-indexes", daemon=True).start()
