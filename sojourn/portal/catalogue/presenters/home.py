"""What the home page shows beside its question."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.queries import lists
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Programme, Records
from sojourn.portal.shared import urls

# Together the value of one choice: 'medicine-bsc.3'.
SEPARATOR = "."
# More reports than this are said in words only.
MOST_DOTS = 8


@dataclass(frozen=True)
class Choice:
    value: str
    name: str


@dataclass(frozen=True)
class Study:
    """A degree programme with the years in which one can go."""

    name: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Row:
    name: str
    href: str
    dots: tuple[int, ...]
    """Where to draw a dot for each report."""
    summary: str


@dataclass(frozen=True)
class Went:
    """Where students of one programme went."""

    name: str
    rows: tuple[Row, ...]


def _years(records: Records, programme: Programme) -> list[int]:
    """Return the years in which going abroad fits and something is on offer."""
    found = set()
    for slug in programme.windows:
        window = records.windows[slug]
        if window.phase is not None and window.opportunities:
            found.add(window.phase.year)
    return sorted(found)


def studies(records: Records) -> list[Study]:
    found = []
    for programme in records.programmes.values():
        choices = tuple(
            Choice(
                f"{programme.slug}{SEPARATOR}{year}",
                _("%(programme)s, year %(year)d")
                % {"programme": programme.short_name, "year": year},
            )
            for year in _years(records, programme)
        )
        if choices:
            found.append(Study(str(programme.name), choices))
    return found


def _rows(snapshot: Snapshot, programme: Programme) -> tuple[Row, ...]:
    went = lists.where_people_like_me_go(snapshot, programme.slug)
    return tuple(
        Row(
            name=str(destination.institution.city),
            href=urls.institution(destination.institution.slug),
            dots=tuple(range(6, 6 + 16 * min(destination.count, MOST_DOTS), 16)),
            summary=ngettext("%(count)d report", "%(count)d reports", destination.count)
            % {"count": destination.count},
        )
        for destination in went[:5]
    )


def went(snapshot: Snapshot) -> list[Went]:
    found = [
        Went(str(programme.name), _rows(snapshot, programme))
        for programme in snapshot.records.programmes.values()
    ]
    return [programme for programme in found if programme.rows]
