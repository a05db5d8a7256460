"""Will my courses count, as two columns with lines between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sojourn.catalogue.similarity.table import SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Course, Opportunity, Records, Window
from sojourn.common.languages import joined
from sojourn.design import components
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.ranking import SimilarPair
from sojourn.planning.courses import CoursePlan, Refusal, SizedCourse
from sojourn.planning.models import CoverWish
from sojourn.portal.shared import formatting, similarity, urls
from sojourn.portal.shared.links import Link
from sojourn.portal.shared.similarity import Sure


@dataclass(frozen=True)
class Box:
    """A course in one of the two columns."""

    slug: str
    title: str
    href: str
    credits: str
    summary: str
    state: str  # covered, open, extra or unused: its look


@dataclass(frozen=True)
class Line:
    """A line between two boxes, in a drawing 100 wide and one high for each row."""

    path: str
    kind: str


@dataclass(frozen=True)
class Pair:
    """A home and a host course with what may be done about them."""

    home: Course
    host: Course
    counts: str
    sure: Sure | None
    why: SafeString | str
    is_pinned: bool

    @property
    def key(self) -> str:
        return f"{self.host.slug}--{self.home.slug}"


@dataclass(frozen=True)
class Choice:
    slug: str
    title: str


@dataclass(frozen=True)
class CoursesPage:
    title: str
    href: str
    window: Window
    windows: tuple[components.Narrow, ...]
    summary: str
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    home: tuple[Box, ...]
    host: tuple[Box, ...]
    height: int
    lines: tuple[Line, ...]
    legend: tuple[Sure, ...]
    links: tuple[Pair, ...]
    others: tuple[Pair, ...]
    ruled_out: tuple[Pair, ...]
    alternatives: tuple[Link, ...]
    outside: tuple[str, ...]
    home_choices: tuple[Choice, ...]
    host_choices: tuple[Choice, ...]
    has_wishes: bool


def address(opportunity: Opportunity, window: Window) -> str:
    return f"{reverse('plan:courses', args=[opportunity.slug])}?window={window.slug}"


def points(ects: float) -> str:
    """'3.75 ECTS': quarters are not rounded away, or the sums would not add up."""
    decimals = next((places for places in (0, 1) if abs(round(ects, places) - ects) < 0.005), 2)
    return f"{formatting.number(ects, decimals)}{formatting.NO_BREAK}ECTS"


def windows_of(records: Records, opportunity: Opportunity) -> list[Window]:
    return [records.windows[slug] for slug in opportunity.windows if slug in records.windows]


def page(snapshot: Snapshot, table: SimilarityTable, found: CoursePlan) -> CoursesPage:
    records = snapshot.records
    cover = found.cover
    sure = {(pair.host, pair.home): pair for pair in found.pairs}
    home = _home_boxes(found)
    host = _host_boxes(found, [box.slug for box in home])
    at_home = {box.slug: place for place, box in enumerate(home)}
    at_host = {box.slug: place for place, box in enumerate(host)}
    height = max(len(home), len(host), 1)
    linked = {(link.host, link.home) for link in cover.links}
    summary = {(wish.host, wish.home): wish.kind for wish in found.wishes}
    courses = {one.course.slug: one.course for one in (*found.home, *found.host)}

    def pair(host_slug: str, home_slug: str, ects: float | None) -> Pair:
        known = sure.get((host_slug, home_slug))
        return Pair(
            home=courses[home_slug],
            host=courses[host_slug],
            counts=points(ects) if ects else "",
            sure=similarity.certainty(known.certainty) if known else None,
            why=similarity.why(
                snapshot, table, courses[home_slug], courses[host_slug],
                table.precedents(host_slug, home_slug),
            ),
            is_pinned=summary.get((host_slug, home_slug)) is CoverWish.Kind.PIN,
        )  # fmt: skip

    taught = {one.course.slug for one in found.host}
    return CoursesPage(
        title=str(found.opportunity.title),
        href=urls.opportunity(found.opportunity.slug),
        window=found.window,
        windows=_window_links(records, found),
        summary=_summary(found),
        problems=_problems(found, records),
        notes=_notes(found, table),
        home=tuple(home),
        host=tuple(host),
        height=height,
        lines=tuple(
            Line(
                _path(at_home[link.home], at_host[link.host]),
                sure[link.host, link.home].certainty.value
                if (link.host, link.home) in sure
                else "own",
            )
            for link in cover.links
        ),
        legend=similarity.legend()[:3],
        links=tuple(
            pair(link.host, link.home, link.ects)
            for link in sorted(cover.links, key=lambda one: (at_home[one.home], at_host[one.host]))
        ),
        others=tuple(
            pair(one.host, one.home, None)
            for one in sorted(found.pairs, key=_pair_order)
            if (one.host, one.home) not in linked
            and summary.get((one.host, one.home)) is not CoverWish.Kind.FORBID
        ),
        ruled_out=tuple(
            pair(wish.host, wish.home, None)
            for wish in found.wishes
            if wish.kind is CoverWish.Kind.FORBID and wish.host in taught
        ),
        alternatives=tuple(
            Link(str(one.course.title), urls.course(one.course.slug))
            for one in found.home
            if cover.is_choice and one.course.slug not in cover.chosen
        ),
        outside=tuple(_outside(course) for course in found.outside),
        home_choices=tuple(Choice(one.course.slug, str(one.course.title)) for one in found.home),
        host_choices=tuple(Choice(one.course.slug, str(one.course.title)) for one in found.host),
        has_wishes=bool(found.wishes),
    )


def _pair_order(pair: SimilarPair) -> tuple[int, float, str, str]:
    return (tuple(Certainty).index(pair.certainty), -pair.strength, pair.home, pair.host)


def _path(home: int, host: int) -> str:
    left, right = home + 0.5, host + 0.5
    return f"M0 {left:g}C50 {left:g} 50 {right:g} 100 {right:g}"


def _home_boxes(found: CoursePlan) -> list[Box]:
    """Return the home courses that the set is about: covered ones first, then what stays open."""
    cover = found.cover
    received: dict[str, float] = {}
    for link in cover.links:
        received[link.home] = received.get(link.home, 0.0) + link.ects
    boxes = []
    for one in found.home:
        slug = one.course.slug
        if slug not in cover.chosen:
            continue
        got, left = received.get(slug, 0.0), cover.open_ects.get(slug, 0.0)
        if not got:
            text, state = _("stays open"), "open"
        elif left:
            text = _("%(got)s covered, %(left)s open") % {"got": points(got), "left": points(left)}
            state = "part"
        else:
            text, state = _("covered"), "covered"
        boxes.append(_box(one, text, state))
    order = {"covered": 0, "part": 0, "open": 1}
    return sorted(boxes, key=lambda box: order[box.state])


def _host_boxes(found: CoursePlan, home_order: Sequence[str]) -> list[Box]:
    """Return the host courses, each near what it counts for; those that are not taken come last."""
    cover = found.cover
    used: dict[str, list[tuple[int, float]]] = {}
    for link in cover.links:
        used.setdefault(link.host, []).append((home_order.index(link.home), link.ects))
    boxes = []
    for one in found.host:
        slug = one.course.slug
        if slug not in cover.taken:
            boxes.append((9e9, _box(one, _("not needed for this set"), "unused")))
            continue
        extra = cover.extra_ects.get(slug, 0.0)
        text = _("counts, %(extra)s extra") % {"extra": points(extra)} if extra else _("counts")
        places = used.get(slug, [(0, 1.0)])
        middle = sum(place for place, _ects in places) / len(places)
        boxes.append((middle, _box(one, text, "extra" if extra else "covered")))
    return [box for _place, box in sorted(boxes, key=lambda pair: (pair[0], pair[1].slug))]


def _box(one: SizedCourse, summary: str, state: str) -> Box:
    return Box(
        one.course.slug, str(one.course.title), urls.course(one.course.slug),
        _credits(one), summary, state,
    )  # fmt: skip


def _credits(one: SizedCourse) -> str:
    if one.assumed:
        return _("about %(credits)s") % {"credits": points(one.ects)}
    return points(one.ects)


def _window_links(records: Records, found: CoursePlan) -> tuple[components.Narrow, ...]:
    windows = windows_of(records, found.opportunity)
    if len(windows) < 2:
        return ()
    return tuple(
        components.Narrow(
            joined(", ", (str(window.name), str(records.programmes[window.programme].short_name))),
            address(found.opportunity, window),
            window.slug == found.window.slug,
        )
        for window in windows
    )


def _summary(found: CoursePlan) -> str:
    cover = found.cover
    both = {"covered": points(cover.covered_ects), "asked": points(cover.home_ects)}
    if not cover.links:
        return _("None of the courses here is similar enough to what this window asks for.")
    if cover.covered_ects >= cover.home_ects - 0.01:
        return _("These courses cover all %(asked)s that the window asks for.") % both
    return _("These courses cover %(covered)s of the %(asked)s that the window asks for.") % both


def _problems(found: CoursePlan, records: Records) -> tuple[str, ...]:
    texts = []
    for refused in found.refused:
        both = {
            "host": str(records.courses[refused.wish.host].title),
            "home": str(records.courses[refused.wish.home].title),
        }
        if refused.why is Refusal.NOT_THEN:
            texts.append(
                _("“%(host)s” cannot count for “%(home)s”: it is taught outside this stay.") % both
            )
        else:
            texts.append(
                _(
                    "“%(host)s” for “%(home)s” does not fit with the other pairs that you "
                    "fixed: together they take more credits or more time than there are. "
                    "Release one of them."
                )
                % both
            )
    return tuple(texts)


def _notes(found: CoursePlan, table: SimilarityTable) -> tuple[str, ...]:
    texts = []
    if found.cover.is_choice:
        texts.append(
            _(
                "At home you choose from %(number)s courses for this window. We show "
                "the choice that these courses cover best."
            )
            % {"number": len(found.home)}
        )
    if found.assumes:
        texts.append(
            _(
                "We do not know the credits of the courses marked “about”. We count an "
                "equal share of the credits that are left in the window or the stay: "
                "ask before you rely on it."
            )
        )
    if not table.uses_meaning:
        texts.append(similarity.words_alone())
    return tuple(texts)


def _outside(course: Course) -> str:
    return f"{course.title} ({formatting.months(course.starts_month, course.ends_month)})"
