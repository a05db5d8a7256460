"""What can be applied for next, what resembles a place, and where others went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sojourn.catalogue.snapshot.facets import next_deadline
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Institution, Opportunity, Records


def closing_next(snapshot: Snapshot, today: dt.date, limit: int) -> list[Opportunity]:
    """Return the opportunities that one can still apply for, what closes first first."""
    found = [
        (deadline.date, opportunity.slug, opportunity)
        for opportunity in snapshot.records.opportunities.values()
        if (deadline := next_deadline(opportunity, today)) is not None
    ]
    return [
        opportunity for _date, _slug, opportunity in sorted(found, key=lambda one: one[:2])[:limit]
    ]


def similar_opportunities(snapshot: Snapshot, opportunity: Opportunity) -> list[Opportunity]:
    """Return what resembles it, as the snapshot says."""
    known = snapshot.records.opportunities
    return [known[slug] for slug in opportunity.similar if slug in known]


@dataclass(frozen=True, slots=True)
class Destination:
    """A host to which students of a programme went, by the reports that they wrote."""

    institution: Institution
    count: int  # reports
    opportunities: int  # on offer there now, in a window of the programme


def where_people_like_me_go(
    snapshot: Snapshot, programme: str, year: int | None = None
) -> list[Destination]:
    """Return the hosts with reports of students of that programme, most reports first.

    Nothing is counted but reports that can be read here: a host without one is left out. With a
    year of study only places count that a window of that year leads to.
    """
    records = snapshot.records
    reports: dict[str, int] = {}
    for report in records.reports.values():
        opportunity = records.opportunities[report.opportunity]
        if report.programme == programme and _fits_year(records, opportunity, programme, year):
            host = opportunity.hosts[0]
            reports[host] = reports.get(host, 0) + 1
    found = [
        Destination(
            records.institutions[host],
            number,
            sum(
                programme in records.opportunities[slug].programmes
                for slug in records.institutions[host].opportunities
            ),
        )
        for host, number in reports.items()
    ]
    return sorted(found, key=lambda one: (-one.count, one.institution.slug))


def _fits_year(
    records: Records, opportunity: Opportunity, programme: str, year: int | None
) -> bool:
    if year is None:
        return True
    windows = [records.windows[slug] for slug in opportunity.windows]
    return any(
        window.programme == programme and (window.phase is None or window.phase.year == year)
        for window in windows
    )
