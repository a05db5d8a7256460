"""Keeps the records that could last be read, for a start after which they no longer can.

A row that nobody can read must not take the site down: processes that run go on with what they
have, and one that starts takes this file. It lies beside the indexes, can be made again, and is
not backed up. A very large catalogue is not kept: writing it would hold up its visitors.
"""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import time
from pathlib import Path

from django.conf import settings

from sojourn.catalogue.snapshot import types
from sojourn.catalogue.snapshot.snapshot import CatalogueState
from sojourn.catalogue.snapshot.types import Records

logger = logging.getLogger(__name__)

MOST_ENTRIES = 10_000
Kept = tuple[CatalogueState, Records]

_trusted_since: float | None = None
"""From when on what is kept was written by processes of this same site; set by `trust_from_now`."""


def trust_from_now() -> None:
    """Let processes that are forked later take what others of this site keep from now on.

    An earlier Sojourn may have read the same rows in another way.
    """
    global _trusted_since
    _trusted_since = time.time() - 0.1  # files are stamped by a coarser clock


def read_of(state: CatalogueState) -> Records | None:
    """Return the records of this state, if a process of this same site kept them."""
    try:
        if _trusted_since is None or _file().stat().st_mtime < _trusted_since:
            return None
    except OSError:
        return None
    kept = read()
    return kept[1] if kept is not None and kept[0] == state else None


def keep(state: CatalogueState, records: Records) -> None:
    """Keep these records in place of the ones before."""
    if len(records.courses) + len(records.opportunities) > MOST_ENTRIES:
        return
    file = _file()
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        with draft.open("wb") as handle:
            pickle.dump((_form(), state, records), handle, pickle.HIGHEST_PROTOCOL)
        draft.replace(file)
    except OSError as error:  # a full disk
        draft.unlink(missing_ok=True)
        logger.warning("the records could not be kept: %s", error.strerror)


def read() -> Kept | None:
    """Return what was kept; None where nothing was, or by a Sojourn with other records."""
    try:
        with _file().open("rb") as handle:
            form, *kept = pickle.load(handle)  # noqa: S301 (our own file, as safe as the database)
    except FileNotFoundError:
        return None
    except Exception:
        # Whatever an older Sojourn wrote, or a disk lost: then there is none.
        logger.warning("the records that were kept cannot be read", exc_info=True)
        return None
    return (kept[0], kept[1]) if form == _form() else None


def _form() -> str:
    """Return what changes with the fields of the records."""
    return hashlib.sha256(Path(types.__file__).read_bytes()).hexdigest()


def _file() -> Path:
    return Path(settings.SEARCH_FOLDER) / "last-good.pickle"
