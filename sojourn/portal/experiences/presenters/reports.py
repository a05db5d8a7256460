"""The pages of reports: all of them, or those of a place, a host or a country."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from sojourn.catalogue.snapshot.types import Records, Report
from sojourn.design import components
from sojourn.portal.shared import reports, urls

A_PAGE = 10


@dataclass(frozen=True)
class About:
    """What a list of reports is about."""

    title: str
    path: str
    """The page's own path, for its filters and pages."""
    back: components.Crumb | None
    records_shown: list[Report]
    place: str = ""
    """The opportunity's slug, where it is about one."""


@dataclass(frozen=True)
class ListedReport:
    """A report and the place that it is about."""

    report: components.Report
    place: str
    href: str


@dataclass(frozen=True)
class ReportsPage:
    title: str
    crumbs: tuple[components.Crumb, ...]
    glance: reports.Glance | None
    filters: tuple[components.Narrow, ...]
    reports: tuple[ListedReport, ...]
    pagination: components.Pagination
    place: str
    names_places: bool
    """Whether each report says which place it is about."""


def page(records: Records, about: About, programme: str, number: int) -> ReportsPage | None:
    """Page `number` of the reports of students of a programme; None where there is no such page."""
    if programme and programme not in records.programmes:
        return None
    records_shown = [
        one for one in about.records_shown if not programme or one.programme == programme
    ]
    last = max(1, -(-len(records_shown) // A_PAGE))
    if not 1 <= number <= last:
        return None
    shown = records_shown[(number - 1) * A_PAGE : number * A_PAGE]

    def href(page_number: int) -> str:
        query = {"programme": programme} if programme else {}
        if page_number > 1:
            query["page"] = str(page_number)
        return about.path + (f"?{urlencode(query)}" if query else "")

    crumbs = [] if about.back is None else [about.back]
    return ReportsPage(
        title=about.title,
        crumbs=(*crumbs, components.Crumb(_("Experiences"))),
        glance=reports.glance(records_shown),
        filters=_filters(records, about, programme),
        reports=tuple(_listed(records, one) for one in shown),
        pagination=components.Pagination.of(number, last, href),
        place=about.place,
        names_places=not about.place,
    )


def _listed(records: Records, record: Report) -> ListedReport:
    place = records.opportunities[record.opportunity]
    return ListedReport(
        reports.report(record, records), str(place.title), urls.opportunity(place.slug)
    )


def _filters(records: Records, about: About, chosen: str) -> tuple[components.Narrow, ...]:
    counts: dict[str, int] = {}
    for one in about.records_shown:
        if one.programme:
            counts[one.programme] = counts.get(one.programme, 0) + 1
    if len(counts) < 2 and not chosen:
        return ()
    every = components.Narrow(_("Everyone"), about.path, not chosen, len(about.records_shown))
    return (
        every,
        *(
            components.Narrow(
                str(programme.name),
                f"{about.path}?{urlencode({'programme': slug})}",
                slug == chosen,
                counts.get(slug, 0),
            )
            for slug, programme in records.programmes.items()
            if slug in counts or slug == chosen
        ),
    )
