"""The published catalogue at one moment, with all that is computed from it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from sojourn.catalogue.snapshot.cache import ByteBoundedCache, FragmentCache
from sojourn.catalogue.snapshot.columns import OpportunityColumns
from sojourn.catalogue.snapshot.search import CatalogueSearch
from sojourn.catalogue.snapshot.types import Records

# Bytes of whole pages: at plain addresses, and with a query, which anybody can make up.
PAGES_LIMIT = 32_000_000
QUERY_PAGES_LIMIT = 8_000_000


@dataclass(frozen=True, slots=True)
class CatalogueState:
    """What a snapshot is built from: when any of it differs, the snapshot is out of date."""

    number: int
    changed_at: dt.datetime | None
    loaded_at: dt.datetime | None
    has_edition: bool
    today: dt.date

    @property
    def content(self) -> str:
        """A name for the catalogue's content, for what is made of it and not of the date."""
        changed = int(self.changed_at.timestamp() * 1_000_000) if self.changed_at else 0
        return f"{self.number}-{changed}"


def _page_cache(limit: int) -> ByteBoundedCache[Any, Any]:
    return ByteBoundedCache(limit, lambda page: page.size)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The published catalogue at one moment; nothing in it ever changes but its caches."""

    state: CatalogueState
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
        return self.state.number

    @property
    def revision(self) -> str:
        """A name for what this snapshot answers: equal only where every answer is."""
        found_by = self.search.folder.name if self.search.folder else ""
        return f"{self.version}-{self.built_on:%Y%m%d}{found_by}"

    @property
    def built_on(self) -> dt.date:
        """The date in the edition's time zone that this snapshot takes for today."""
        return self.state.today
