"""Search indexes of a large catalogue: written once by the worker, read by every web process.

To index 10,000 opportunities and 100,000 courses takes half a minute of processor time and
160 MB, so it is done once. A web process shows an edit as soon as it has read the records, with
the newest indexes that are there, and takes the next ones when the worker has written them: until
then new words are not found yet, and what is gone is no longer found. A small catalogue is
indexed in each process, together with the records.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from django.conf import settings

from sojourn.catalogue.snapshot.search import (
    CatalogueSearch,
    advice_search,
    build_search,
    directory_search,
    index_courses,
    index_opportunities,
    synonyms_of,
)
from sojourn.catalogue.snapshot.snapshot import CatalogueState
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.shared_folders import SharedFolders
from sojourn.engines.search import SearchIndex

INDEX_FORMAT = "v2"  # to be counted up with every change of what is in an index
LARGE = 2_000  # entries; fewer are indexed within a second


def is_large(records: Records) -> bool:
    return len(records.opportunities) + len(records.courses) > LARGE


def index_folders() -> SharedFolders:
    return SharedFolders(Path(settings.SEARCH_FOLDER), INDEX_FORMAT)


def write_indexes(records: Records, state: CatalogueState, only_first: bool = False) -> None:
    """Write the indexes of these records, unless another process has done so meanwhile.

    With `only_first` any indexes will do that are there by now.
    """

    def fill(folder: Path) -> None:
        for name, entries, index in (
            ("opportunities", records.opportunities, index_opportunities),
            ("courses", records.courses, index_courses),
        ):
            (folder / name).mkdir()
            index(records, folder / name)
            (folder / f"{name}.json").write_text(json.dumps(list(entries)))

    folders = index_folders()
    with folders.alone():
        if folders.named(state.content).exists() or (only_first and folders.newest()):
            return
        folders.write(state.content, fill)


def _places(folder: Path, name: str, entries: Iterable[str]) -> npt.NDArray[np.int64]:
    """Return the position of each document of an index among the entries now, -1 if gone."""
    now = {slug: place for place, slug in enumerate(entries)}
    slugs = json.loads((folder / f"{name}.json").read_text())
    return np.fromiter((now.get(slug, -1) for slug in slugs), np.int64, len(slugs))


@lru_cache(maxsize=2)
def _opened_index(
    folder: Path, name: str, entries: tuple[str, ...], synonyms: tuple[tuple[str, ...], ...]
) -> SearchIndex:
    """Open an index; most edits change neither the index nor which entries there are."""
    places = _places(folder, name, entries)
    return SearchIndex.opened(folder / name, synonyms_of(synonyms), places)


def _opened(folder: Path, records: Records) -> CatalogueSearch:
    courses, synonyms = tuple(records.courses), records.edition.synonyms
    return CatalogueSearch(
        _opened_index(folder, "opportunities", tuple(records.opportunities), synonyms),
        _opened_index(folder, "courses", courses, synonyms),
        courses,
        *advice_search(records),
        *directory_search(records),
        folder,
    )


def search_of(records: Records, state: CatalogueState) -> CatalogueSearch:
    """Index a small catalogue here; of a large one open the newest indexes that are there."""
    if not is_large(records):
        return build_search(records)
    while True:
        folder = index_folders().newest()
        if folder is None:
            write_indexes(records, state, only_first=True)
            continue
        try:
            return _opened(folder, records)
        except (OSError, ValueError):
            if folder.exists():
                raise
            # The worker has written newer ones and removed these meanwhile.
