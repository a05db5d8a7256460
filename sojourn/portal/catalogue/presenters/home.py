"""What the home page shows beside its question."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import ngettext

from sojourn.catalogue.queries import lists
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Programme, Records
from sojourn.planning.study_choice import StudyChoice
from sojourn.portal.catalogue.presenters import study
from sojourn.portal.shared import urls

# More reports than this are said in words only.
MOST_DOTS = 8


@dataclass(frozen=True)
class Choice:
    value: str
    name: str


@dataclass(frozen=True)
class Study:
    """A degree programme with the years that one can be in."""

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


def studies(records: Records) -> list[Study]:
    """Return the degree programmes for which there are places, with the years one can be in."""
    found = []
    for programme in records.programmes.values():
        if not any(records.windows[slug].opportunities for slug in programme.windows):
            continue
        years = [StudyChoice(programme.slug, year) for year in range(1, programme.years + 1)]
        choices = tuple(Choice(each.word, study.named(records, each)) for each in years)
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
