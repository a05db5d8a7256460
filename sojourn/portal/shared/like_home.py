"""How much of a programme at home is taught elsewhere, in one line: never more than one reason."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.similarity.table import Ranking
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Opportunity
from sojourn.common.urls import url_for
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.ranking import SimilarHost
from sojourn.planning.similar_courses import SimilarCourses, count_similar_courses
from sojourn.portal.shared import urls


@dataclass(frozen=True)
class Line:
    """What a host or country has for one programme."""

    programme: str
    text: str
    """'13 of 29 courses, 6 of them recognised before'"""
    href: str
    is_closed: bool
    """No place there is for the programme."""


@dataclass(frozen=True)
class LikeHome:
    """A host or country beside home, programme by programme."""

    title: str
    """'Like Leiden'"""
    is_ready: bool
    lines: tuple[Line, ...] = ()


def is_ready(snapshot: Snapshot) -> bool:
    """Whether courses were compared at all; until then nothing is said about them."""
    return similarity_table(snapshot) is not None


def counted(snapshot: Snapshot, place: Opportunity, programme: str = "") -> SimilarCourses | None:
    """Return the courses at home that have a match at a place.

    Without a programme only where all of the place's programmes count the same.
    """
    asked = [programme] if programme else list(dict.fromkeys(place.programmes))
    found = {
        like
        for one in asked
        if (like := count_similar_courses(snapshot, one).get(place.slug)) is not None
    }
    return found.pop() if len(found) == 1 else None


@dataclass(frozen=True)
class Window:
    """The courses of one window at home that have a match at a place."""

    programme: str
    name: str
    text: str
    """'5 of 8 courses, 5 of them recognised before'"""
    href: str


def of_place(snapshot: Snapshot, place: Opportunity, programme: str = "") -> tuple[Window, ...]:
    """Return what a place has for each of its programmes, or for the one that was chosen."""
    records = snapshot.records
    found = []
    for slug in dict.fromkeys(place.programmes):
        if slug not in records.programmes or (programme and slug != programme):
            continue
        like = count_similar_courses(snapshot, slug).get(place.slug)
        windows = [
            records.windows[one]
            for one in place.windows
            if one in records.windows and records.windows[one].programme == slug
        ]
        if like is None or not like.matched or not windows:
            continue
        address = url_for("plan:courses", place.slug)
        found.append(
            Window(
                str(records.programmes[slug].short_name),
                str(windows[0].name),
                _counted(like.matched, like.asked, like.recognised),
                f"{address}?window={windows[0].slug}",
            )
        )
    return tuple(found)


def on_card(snapshot: Snapshot, place: Opportunity, programme: str = "") -> SafeString:
    """Return 'Courses: 5 of 8 like Leiden'; empty where none is, or nothing was compared."""
    found = counted(snapshot, place, programme)
    if found is None or not found.matched:
        return SafeString("")
    counts = {"matched": found.matched, "asked": found.asked}
    return format_html(
        '<p class="like-home"><span class="unit">{} </span>{}</p>',
        _("Courses:"),
        _("%(matched)d of %(asked)d like %(home)s")
        % {**counts, "home": snapshot.records.edition.home_city},
    )


def of_courses(snapshot: Snapshot, matched: int, asked: int) -> str:
    return ngettext(
        "%(matched)d of %(asked)d course like %(home)s",
        "%(matched)d of %(asked)d courses like %(home)s",
        asked,
    ) % {"matched": matched, "asked": asked, "home": snapshot.records.edition.home_city}


def title(snapshot: Snapshot) -> str:
    """'Like Leiden': the city of home is the edition's to say."""
    return _("Like %(home)s") % {"home": snapshot.records.edition.home_city}


def of_institution(snapshot: Snapshot, slug: str) -> LikeHome:
    return _beside_home(snapshot, slug, in_countries=False)


def of_country(snapshot: Snapshot, code: str) -> LikeHome:
    return _beside_home(snapshot, code, in_countries=True)


def _beside_home(snapshot: Snapshot, name: str, *, in_countries: bool) -> LikeHome:
    table = similarity_table(snapshot)
    if table is None:
        return LikeHome(title(snapshot), is_ready=False)
    lines = []
    for programme in table.records.programmes.values():
        ranking = table.ranking_for(programme.slug)
        found = _found(ranking, name, in_countries)
        if found is not None:
            lines.append(
                Line(
                    str(programme.short_name),
                    words(found, len(ranking.courses)),
                    urls.most_like_home(programme.slug) + ("" if in_countries else f"#{name}"),
                    is_closed=not any(
                        name in (place.countries if in_countries else place.hosts)
                        for place in snapshot.records.opportunities.values()
                        if programme.slug in place.programmes
                    ),
                )
            )
    return LikeHome(title(snapshot), is_ready=True, lines=tuple(lines))


def _found(ranking: Ranking, name: str, in_countries: bool) -> SimilarHost | None:
    among = ranking.countries if in_countries else ranking.institutions
    return next((one for one in among if one.name == name), None)


def words(found: SimilarHost, asked: int) -> str:
    """'13 of 29 courses, 6 of them recognised before'."""
    return _counted(len(found.pairs), asked, found.number(Certainty.RECOGNISED))


def _counted(matched: int, asked: int, recognised: int) -> str:
    text = ngettext("%(matched)d of %(asked)d course", "%(matched)d of %(asked)d courses", asked)
    text %= {"matched": matched, "asked": asked}
    if not recognised:
        return text
    return ngettext(
        "%(courses)s, %(count)d of them recognised before",
        "%(courses)s, %(count)d of them recognised before",
        recognised,
    ) % {"courses": text, "count": recognised}


def of_hosts(snapshot: Snapshot) -> dict[str, str]:
    """Return a line for each host with courses like home: that of its best programme."""
    table = similarity_table(snapshot)
    if table is None:
        return {}
    best: dict[str, tuple[int, int, str]] = {}
    for programme in table.records.programmes.values():
        ranking = table.ranking_for(programme.slug)
        for one in ranking.institutions:
            found = (len(one.pairs), len(ranking.courses), str(programme.short_name))
            best[one.name] = max(found, best.get(one.name, found))
    return {
        slug: _("%(courses)s (%(programme)s)")
        % {"courses": of_courses(snapshot, matched, asked), "programme": programme}
        for slug, (matched, asked, programme) in best.items()
    }
