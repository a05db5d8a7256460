"""Will my courses count: which courses of a stay cover the home courses of a window.

The catalogue's similarities go to the engine, which finds the set that covers most; the pairs that
a student insists on or rules out go with them and are kept in the plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from sojourn.catalogue import models as catalogue
from sojourn.catalogue.similarity.table import SimilarityTable
from sojourn.catalogue.snapshot.types import Course, Opportunity, Records, Window
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.cover import (
    CourseLoad,
    Cover,
    CoverError,
    HostLimits,
    Similarity,
    Wishes,
    best_cover,
)
from sojourn.engines.similarity.ranking import SimilarPair
from sojourn.planning.changes import changing, note_change
from sojourn.planning.errors import PlanError
from sojourn.planning.models import CoverWish, Plan

# Full time is 60 ECTS in 40 weeks. The catalogue knows months, not days, so courses that follow
# each other within a month seem to run together: only twice full time is taken for a collision.
MOST_ECTS_A_WEEK = 3.0
USUAL_ECTS = 5.0  # of a course of which nothing says how large it is, where nothing else helps
MOST_WISHES = 60  # in one window and stay
COUNTED = (Certainty.RECOGNISED, Certainty.VERY_SIMILAR, Certainty.PARTLY)
# Months become days of these years: nobody is shown them.
FIRST_YEAR = 2001


@dataclass(frozen=True)
class SizedCourse:
    """A course and what it is worth; `assumed` where the catalogue does not say."""

    course: Course
    ects: float
    assumed: bool


@dataclass(frozen=True)
class PairWish:
    """A pair that the student insists on or rules out."""

    host: str
    home: str
    kind: CoverWish.Kind


class Refusal(Enum):
    """Why a pair that the student insists on cannot be part of the set."""

    NO_ROOM = "no-room"  # with the others it takes more credits or time than there are
    NOT_THEN = "not-then"  # taught outside the stay


@dataclass(frozen=True)
class RefusedWish:
    wish: PairWish
    why: Refusal


@dataclass(frozen=True)
class CoursePlan:
    """The best set of courses for one window and one stay, and what it was made from."""

    window: Window
    opportunity: Opportunity
    home: tuple[SizedCourse, ...]
    host: tuple[SizedCourse, ...]
    outside: tuple[Course, ...]  # of the host, taught outside the stay
    pairs: tuple[SimilarPair, ...]
    cover: Cover
    wishes: tuple[PairWish, ...]
    refused: tuple[RefusedWish, ...]

    @property
    def assumes(self) -> bool:
        return any(one.assumed for one in (*self.home, *self.host))


def window_of(
    records: Records, opportunity: Opportunity, plan: Plan | None, asked: str
) -> Window | None:
    """Choose the window: the one asked for, else that of the programme, else the first."""
    windows = [records.windows[slug] for slug in opportunity.windows if slug in records.windows]
    if asked:
        return next((window for window in windows if window.slug == asked), None)
    programme = plan.programme.slug if plan and plan.programme else ""
    mine = (window for window in windows if window.programme == programme)
    return next(mine, next(iter(windows), None))


def wishes_of(plan: Plan | None, window: Window, opportunity: Opportunity) -> tuple[PairWish, ...]:
    """List the student's wishes for pairs in this window and stay, in their order."""
    if plan is None:
        return ()
    rows = plan.cover_wishes.filter(
        window__slug=window.slug, opportunity__slug=opportunity.slug
    ).order_by("pk")
    return tuple(
        PairWish(host, home, CoverWish.Kind(kind))
        for host, home, kind in rows.values_list("host_course__slug", "home_course__slug", "kind")
    )


def course_plan(
    records: Records,
    table: SimilarityTable,
    window: Window,
    opportunity: Opportunity,
    wishes: Sequence[PairWish] = (),
) -> CoursePlan:
    """Find the best set of this stay's courses for this window, within the wishes."""
    there = [records.courses[slug] for slug in opportunity.courses if slug in records.courses]
    here = [records.courses[slug] for slug in window.home_courses if slug in records.courses]
    stay = stay_months(window, opportunity)
    taught = [course for course in there if is_within(course, stay)]
    outside = tuple(course for course in there if not is_within(course, stay))
    home = sized(here, float(window.ects) if window.ects else None)
    host = sized(taught, float(opportunity.ects) if opportunity.ects else None)
    pairs = table.pairs([one.slug for one in here], [one.slug for one in taught])
    known = [wish for wish in wishes if is_known(wish, here, there)]
    cover, refused = cover_with_wishes(window, opportunity, home, host, pairs, known, stay)
    return CoursePlan(
        window, opportunity, home, host, outside, tuple(pairs), cover, tuple(known), refused
    )


def cover_with_wishes(
    window: Window,
    opportunity: Opportunity,
    home: Sequence[SizedCourse],
    host: Sequence[SizedCourse],
    pairs: Iterable[SimilarPair],
    wishes: Sequence[PairWish],
    stay: tuple[int, int] | None,
) -> tuple[Cover, tuple[RefusedWish, ...]]:
    """Find the best cover with as many pinned pairs as go together, in their order."""
    homes = [CourseLoad(one.course.slug, one.ects) for one in home]
    hosts = [load(one, stay) for one in host]
    similarities = [
        Similarity(pair.host, pair.home, pair.strength)
        for pair in pairs
        if pair.certainty in COUNTED
    ]
    limits = HostLimits(float(opportunity.ects) if opportunity.ects else None, MOST_ECTS_A_WEEK)
    asked = float(window.ects) if window.ects else None
    forbidden = frozenset(
        (wish.host, wish.home) for wish in wishes if wish.kind is CoverWish.Kind.FORBID
    )
    taught = {one.course.slug for one in host}
    pins = [wish for wish in wishes if wish.kind is CoverWish.Kind.PIN]
    refused = [RefusedWish(wish, Refusal.NOT_THEN) for wish in pins if wish.host not in taught]
    pins = [wish for wish in pins if wish.host in taught]

    def cover(wanted: Sequence[PairWish]) -> Cover:
        pinned = frozenset((wish.host, wish.home) for wish in wanted)
        return best_cover(homes, hosts, similarities, limits, Wishes(pinned, forbidden), asked)

    try:
        return cover(pins), tuple(refused)
    except CoverError:
        kept: list[PairWish] = []
        best = cover(kept)
        for wish in pins:
            try:
                best = cover([*kept, wish])
            except CoverError:
                refused.append(RefusedWish(wish, Refusal.NO_ROOM))
            else:
                kept.append(wish)
        return best, tuple(refused)


def is_known(wish: PairWish, here: Iterable[Course], there: Iterable[Course]) -> bool:
    return any(one.slug == wish.home for one in here) and any(
        one.slug == wish.host for one in there
    )


def sized(courses: Sequence[Course], whole: float | None) -> tuple[SizedCourse, ...]:
    """Give courses their ECTS; unknown ones share equally what is left of the whole."""
    known = [float(course.ects) for course in courses if course.ects is not None]
    unknown = len(courses) - len(known)
    share = sum(known) / len(known) if known else USUAL_ECTS
    if unknown and whole is not None and whole > sum(known):
        share = (whole - sum(known)) / unknown
    share = round(share * 4) / 4
    return tuple(
        SizedCourse(course, float(course.ects), False)
        if course.ects is not None
        else SizedCourse(course, share, True)
        for course in courses
    )


# --- when courses are taught ---------------------------------------------------------------------


def stay_months(window: Window, opportunity: Opportunity) -> tuple[int, int] | None:
    """Return the first and the last month of the stay, where they are known."""
    period = opportunity.period
    if period and period.starts_month and period.ends_month:
        return period.starts_month, period.ends_month
    if window.starts_month and window.ends_month:
        return window.starts_month, window.ends_month
    return None


def span(first: int, last: int, begins: int) -> tuple[int, int]:
    """Count months from the month in which the stay begins."""
    start = (first - begins) % 12
    return start, start + (last - first) % 12


def is_within(course: Course, stay: tuple[int, int] | None) -> bool:
    """Tell whether a course is taught during the stay; an unknown period is taken to be."""
    if stay is None or not course.starts_month or not course.ends_month:
        return True
    return span(course.starts_month, course.ends_month, stay[0])[1] <= (stay[1] - stay[0]) % 12


def load(one: SizedCourse, stay: tuple[int, int] | None) -> CourseLoad:
    """Return the course for the optimiser, from its first month's first day to its last day."""
    course = one.course
    if not course.starts_month or not course.ends_month:
        return CourseLoad(course.slug, one.ects)
    begins = stay[0] if stay else 9
    start, end = span(course.starts_month, course.ends_month, begins)
    return CourseLoad(
        course.slug,
        one.ects,
        first_of_month(begins + start),
        first_of_month(begins + end + 1) - dt.timedelta(days=1),
    )


def first_of_month(number: int) -> dt.date:
    """Return the first day of a month; month 1 is January of the first year, 13 of the second."""
    return dt.date(FIRST_YEAR + (number - 1) // 12, (number - 1) % 12 + 1, 1)


# --- what a student says of a pair ----------------------------------------------------------------


def set_pair_wish(
    plan: Plan, window: str, opportunity: str, host: str, home: str, kind: CoverWish.Kind | None
) -> None:
    """Pin a pair, exclude it, or (None) leave it to the program again.

    Raises PlanError when the window, the stay or one of the courses is not offered so.
    """
    published = catalogue.PublicationStatus.PUBLISHED
    stay = catalogue.Opportunity._default_manager.filter(
        slug=opportunity, status=published, windows__slug=window
    ).first()
    place = catalogue.MobilityWindow._default_manager.filter(
        slug=window, status=published, home_courses__slug=home
    ).first()
    there = catalogue.Course._default_manager.filter(slug=host, status=published).first()
    here = catalogue.Course._default_manager.filter(slug=home, status=published).first()
    if stay is None or place is None or there is None or here is None:
        raise PlanError(_("That pair of courses is not offered here any more. Nothing changed."))
    if not stay.courses.filter(pk=there.pk).exists():
        raise PlanError(_("That course does not belong to this stay. Nothing changed."))
    with changing(plan) as locked:
        pair = locked.cover_wishes.filter(
            window=place, opportunity=stay, host_course=there, home_course=here
        )
        before = pair.values_list("kind", flat=True).first()
        if before == kind:
            return
        # A repeated wish counts as the last one: earlier pins are met first.
        pair.delete()
        if kind is not None:
            if locked.cover_wishes.filter(window=place, opportunity=stay).count() >= MOST_WISHES:
                raise PlanError(
                    _("You have chosen very many pairs here. Remove some before adding more.")
                )
            locked.cover_wishes.create(
                window=place, opportunity=stay, host_course=there, home_course=here, kind=kind
            )
        note_change(
            locked, "courses.pair", window=window, opportunity=opportunity, host=host, home=home,
            kind=kind.value if kind else "",
        )  # fmt: skip


def clear_pair_wishes(plan: Plan, window: str, opportunity: str) -> None:
    """Leave every pair of this window and stay to the program again."""
    with changing(plan) as locked:
        wishes = locked.cover_wishes.filter(window__slug=window, opportunity__slug=opportunity)
        if wishes.exists():
            wishes.delete()
            note_change(locked, "courses.pairs_forgotten", window=window, opportunity=opportunity)
