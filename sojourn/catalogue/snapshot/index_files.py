"""Search indexes of a large catalogue: written once by the worker, read by every web process.

To index 10,000 opportunities and 100,000 courses takes half a minute of processor time and
160 MB, so it is done once. A web process shows an edit as soon as it has read the records, with
the newest indexes that are there, and takes the next ones when the worker has written them: until
then new words are not found yet, and what is gone is no longer found. A small catalogue is
indexed in each process, together with the records.

Indexes are folders below `SEARCH_FOLDER`. One that is written never changes; it comes into being
by being renamed. Nothing in there needs a backup.
"""

from __future__ import annotations

import fcntl
import json
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from sojourn.catalogue.snapshot.search import (
    CatalogueSearch,
    advice_search,
    build_search,
    index_courses,
    index_opportunities,
)
from sojourn.catalogue.snapshot.snapshot import CatalogueState
from sojourn.catalogue.snapshot.types import Records
from sojourn.engines.search import SearchIndex, Synonyms

INDEX_FORMAT = 1  # to be counted up with every change of what is in an index
LARGE = 2_000  # entries; fewer are indexed within a second
KEPT = 2  # a process may be opening the one before the newest


def is_large(records: Records) -> bool:
    return len(records.opportunities) + len(records.courses) > LARGE


def _folder() -> Path:
    return Path(settings.SEARCH_FOLDER)


def index_folder(state: CatalogueState) -> Path:
    """Return where the indexes of the catalogue in that state are, or will be."""
    changed = int(state.changed_at.timestamp() * 1_000_000) if state.changed_at else 0
    return _folder() / f"v{INDEX_FORMAT}-{state.number}-{changed}"


def newest_indexes() -> Path | None:
    """Return the folder of the indexes that were written last, if there are any."""
    found = _folder().glob(f"v{INDEX_FORMAT}-*")
    return max(found, key=lambda path: path.stat().st_mtime_ns, default=None)


def write_indexes(records: Records, state: CatalogueState, only_first: bool = False) -> None:
    """Write the indexes of these records, unless another process has done so meanwhile.

    With `only_first` any indexes will do that are there by now.
    """
    _folder().mkdir(parents=True, exist_ok=True)
    with (_folder() / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = index_folder(state)
        if made.exists() or (only_first and newest_indexes() is not None):
            return
        for left_behind in _folder().glob("making-*"):
            shutil.rmtree(left_behind, ignore_errors=True)
        making = Path(tempfile.mkdtemp(prefix="making-", dir=_folder()))
        for name, entries, index in (
            ("opportunities", records.opportunities, index_opportunities),
            ("courses", records.courses, index_courses),
        ):
            (making / name).mkdir()
            index(records, making / name)
            (making / f"{name}.json").write_text(json.dumps(list(entries)))
        making.rename(made)
        made.touch()
        by_age = sorted(_folder().glob("v*-*"), key=lambda path: path.stat().st_mtime_ns)
        for old in by_age[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def _places(folder: Path, name: str, entries: Iterable[str]) -> npt.NDArray[np.int64]:
    """Return where each document of an index stands among the entries now, -1 for one gone."""
    now = {slug: place for place, slug in enumerate(entries)}
    slugs = json.loads((folder / f"{name}.json").read_text())
    return np.fromiter((now.get(slug, -1) for slug in slugs), np.int64, len(slugs))


def _opened(folder: Path, records: Records) -> CatalogueSearch:
    synonyms = Synonyms(records.edition.synonyms)
    opportunities, courses = (
        SearchIndex.opened(folder / name, synonyms, _places(folder, name, entries))
        for name, entries in (
            ("opportunities", records.opportunities),
            ("courses", records.courses),
        )
    )
    return CatalogueSearch(
        opportunities, courses, tuple(records.courses), *advice_search(records), folder
    )


def search_of(records: Records, state: CatalogueState) -> CatalogueSearch:
    """Index a small catalogue here; of a large one open the newest indexes that are there."""
    if not is_large(records):
        return build_search(records)
    while True:
        folder = newest_indexes()
        if folder is None:
            write_indexes(records, state, only_first=True)
            continue
        try:
            return _opened(folder, records)
        except (OSError, ValueError):
            if folder.exists():
                raise
            # The worker has written newer ones and removed these meanwhile.
