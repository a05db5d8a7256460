"""With which universities a programme at home has most in common, course by course.

Every line has the same squares, one for each course at home in the same order, so that the eye
compares columns. Hosts without a place for the programme stand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import names
from sojourn.catalogue.similarity.table import OPENED, SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Institution, Opportunity, Programme, Records
from sojourn.common.languages import joined, page_language
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.ranking import SimilarHost, SimilarPair
from sojourn.portal.shared import formatting, like_home, map_places, similarity, urls, whole
from sojourn.portal.shared.links import Link
from sojourn.portal.shared.similarity import Sure
from sojourn.portal.shared.whole import Whole

# Of the drawing of squares: how wide a course and the gap between two windows are.
_STEP, _GAP = 16, 12
MOST_HOSTS = 60


@dataclass(frozen=True)
class Square:
    x: int
    kind: str
    """recognised, very-similar, partly or none"""


@dataclass(frozen=True)
class Group:
    """The courses of one window at home, as a heading above the squares."""

    x: int
    name: str


@dataclass(frozen=True)
class Pair:
    home: Link
    host: Link
    sure: Sure
    decided: str
    """'recognised in 2025'; empty where nobody decided."""
    why: SafeString | str


@dataclass(frozen=True)
class Place:
    """Something one can do at a host, and what all of it counts as at home."""

    slug: str
    title: str
    href: str
    add_href: str
    whole: Whole | None


@dataclass(frozen=True)
class Host:
    slug: str
    name: str
    href: str
    where: str
    picture: SafeString
    squares: tuple[Square, ...]
    matched: int
    summary: str
    """'6 recognised before, 7 alike in content'"""
    places: tuple[Place, ...]
    """What one can do there in the programme."""
    recognised: tuple[Pair, ...]
    alike: tuple[Pair, ...]
    example: bool


@dataclass(frozen=True)
class Closed:
    """A host with courses like home and no place for the programme."""

    name: str
    href: str
    reason: str


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    selected: bool


@dataclass(frozen=True)
class Page:
    home: str
    programme: str
    choices: tuple[Choice, ...]
    asked: int
    width: int
    groups: tuple[Group, ...]
    hosts: tuple[Host, ...]
    closed: tuple[Closed, ...]
    countries: tuple[Link, ...]
    by_words_alone: str
    ask_href: str


def programmes_with_courses(table: SimilarityTable) -> list[str]:
    """Those that can be compared, the one with most courses first."""
    counted = {slug: len(table.ranking_for(slug).courses) for slug in table.records.programmes}
    found = [slug for slug, number in counted.items() if number]
    return sorted(found, key=lambda slug: -counted[slug])


def page(snapshot: Snapshot, table: SimilarityTable, programme: Programme) -> Page:
    records = snapshot.records
    found = table.ranking_for(programme.slug)
    at, groups, width = _layout(records, programme, found.courses)
    offered = _offered(records, programme)
    hosts: list[Host] = []
    closed: list[Closed] = []
    for one in found.institutions[:MOST_HOSTS]:
        institution = records.institutions.get(one.name)
        if institution is None:
            continue
        places = offered.get(institution.slug, [])
        if places:
            hosts.append(_host(snapshot, table, institution, one, at, places, programme.slug))
        else:
            closed.append(_closed(records, institution))
    return Page(
        home=str(records.edition.home_city),
        programme=str(programme.name),
        choices=_choices(table, programme),
        asked=len(found.courses),
        width=width,
        groups=groups,
        hosts=tuple(hosts),
        closed=tuple(closed),
        countries=tuple(_country(one, len(found.courses)) for one in found.countries),
        by_words_alone="" if table.uses_meaning else similarity.words_alone(),
        ask_href=urls.ask(),
    )


def _layout(
    records: Records, programme: Programme, courses: Iterable[str]
) -> tuple[dict[str, int], tuple[Group, ...], int]:
    """Return where each course's square is, the headings above them, and how wide all is."""
    left = dict.fromkeys(courses)
    by_window: list[tuple[str, list[str]]] = []
    for slug in programme.windows:
        window = records.windows[slug]
        own = [course for course in window.home_courses if course in left]
        for course in own:
            del left[course]
        if own:
            year = _("year %(year)d") % {"year": window.phase.year} if window.phase else ""
            by_window.append((formatting.sentence_case(year or str(window.name)), own))
    if left:
        by_window.append((_("Other courses"), list(left)))
    at: dict[str, int] = {}
    groups: list[Group] = []
    x = 0
    for name, own in by_window:
        # Two windows of one year have one heading.
        if not groups or groups[-1].name != name:
            groups.append(Group(x, name))
        for course in own:
            at[course] = x
            x += _STEP
        x += _GAP
    return at, tuple(groups), max(x - _GAP, _STEP)


def _offered(records: Records, programme: Programme) -> dict[str, list[Opportunity]]:
    """Map each host to the programme's places there."""
    found: dict[str, list[Opportunity]] = {}
    for window in programme.windows:
        for slug in records.windows[window].opportunities:
            place = records.opportunities.get(slug)
            for host in place.hosts if place else ():
                if place is not None and place not in found.setdefault(host, []):
                    found[host].append(place)
    return found


def _host(
    snapshot: Snapshot,
    table: SimilarityTable,
    institution: Institution,
    one: SimilarHost,
    at: Mapping[str, int],
    places: list[Opportunity],
    programme: str,
) -> Host:
    records = snapshot.records
    kinds = {pair.home: pair.certainty.value for pair in one.pairs}
    pairs = list(_pairs(snapshot, table, one.pairs))
    country = names.country_name(institution.country, page_language())
    return Host(
        slug=institution.slug,
        name=str(institution.name),
        href=urls.institution(institution.slug),
        where=", ".join(
            part
            for part in (
                str(institution.city),
                country,
                formatting.distance(institution.distance_km),
            )
            if part
        ),
        picture=map_places.picture_of(snapshot, institution),
        squares=tuple(Square(x, kinds.get(course, "none")) for course, x in at.items()),
        matched=len(one.pairs),
        summary=_summary(one),
        places=tuple(_place(records, place, programme) for place in places),
        recognised=tuple(pair for sort, pair in pairs if sort is Certainty.RECOGNISED),
        alike=tuple(pair for sort, pair in pairs if sort is not Certainty.RECOGNISED),
        example=all(
            records.courses[pair.host].is_example
            for pair in one.pairs
            if pair.host in records.courses
        ),
    )


def _place(records: Records, place: Opportunity, programme: str) -> Place:
    credits_ = formatting.ects_points(place.ects)
    return Place(
        place.slug,
        joined(", ", (str(place.title), credits_)) if credits_ else str(place.title),
        urls.opportunity(place.slug),
        urls.add_to_top_five(place.slug),
        whole.of_place(records, place, programme),
    )


def _summary(one: SimilarHost) -> str:
    recognised = one.number(Certainty.RECOGNISED)
    alike = len(one.pairs) - recognised
    parts = []
    if recognised:
        parts.append(
            ngettext("%(count)d recognised before", "%(count)d recognised before", recognised)
            % {"count": recognised}
        )
    if alike:
        parts.append(
            ngettext("%(count)d alike in content", "%(count)d alike in content", alike)
            % {"count": alike}
        )
    return ", ".join(parts)


def _pairs(
    snapshot: Snapshot, table: SimilarityTable, pairs: Iterable[SimilarPair]
) -> Iterable[tuple[Certainty, Pair]]:
    records = snapshot.records
    for number, pair in enumerate(pairs):
        home, host = records.courses.get(pair.home), records.courses.get(pair.host)
        if home is None or host is None:
            continue
        decided = table.precedents(host.slug, home.slug)
        year = max((one.year for one in decided), default=0)
        yield (
            pair.certainty,
            Pair(
                Link(str(home.title), urls.course(home.slug)),
                Link(str(host.title), urls.course(host.slug)),
                similarity.certainty(pair.certainty),
                _("recognised in %(year)d") % {"year": year} if year else "",
                similarity.why(snapshot, table, home, host, decided) if number < OPENED else "",
            ),
        )


def _closed(records: Records, institution: Institution) -> Closed:
    """Say for whom its places are, or that there are none."""
    programmes = dict.fromkeys(
        str(records.programmes[slug].short_name)
        for place in institution.opportunities
        if place in records.opportunities
        for slug in records.opportunities[place].programmes
        if slug in records.programmes
    )
    reason = (
        _("only for %(programmes)s") % {"programmes": formatting.listed(list(programmes))}
        if programmes
        else _("no place on offer")
    )
    return Closed(str(institution.name), urls.institution(institution.slug), reason)


def _country(one: SimilarHost, asked: int) -> Link:
    name = names.country_name(one.name, page_language())
    return Link(f"{name}: {like_home.words(one, asked)}", urls.country(one.name))


def _choices(table: SimilarityTable, chosen: Programme) -> tuple[Choice, ...]:
    found = []
    for programme in table.records.programmes.values():
        number = len(table.ranking_for(programme.slug).courses)
        if number or programme.slug == chosen.slug:
            courses = ngettext("%(count)d course", "%(count)d courses", number) % {"count": number}
            found.append(
                Choice(
                    programme.slug,
                    f"{programme.short_name}, {courses}",
                    programme.slug == chosen.slug,
                )
            )
    return tuple(found)
