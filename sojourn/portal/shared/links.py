"""A link on a page: words, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass

from sojourn.catalogue.snapshot.types import Records
from sojourn.portal.shared import urls

# Guides that pages of Sojourn lead to, where the edition has them under these names.
AFTER_SELECTION = "after-you-are-selected"
FINDING_A_PLACE = "find-a-place"


@dataclass(frozen=True)
class Link:
    title: str
    href: str


@dataclass(frozen=True)
class Stop:
    """A part of the page one is on."""

    id: str
    title: str


def guide_or_list(records: Records, slug: str) -> str:
    """Return where a guide is; the list of guides where the edition has none of that name."""
    return urls.guide(slug) if slug in records.guides else urls.guides()
