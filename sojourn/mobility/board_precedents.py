"""What was decided before about a course abroad: released precedents, and how often yes and no.

Decisions about single students are only counted, and only where three or more went: nobody can be
recognised in them. A decision about a package names nobody. A precedent is no promise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from sojourn.catalogue.models import Course, Precedent
from sojourn.catalogue.models import PublicationStatus as Status
from sojourn.mobility.models import (
    BoardDecision,
    BoardRequest,
    ComponentTable,
    Outcome,
    Standing,
)

FEWEST = 3
Line = Mapping[str, str]


@dataclass(frozen=True)
class Counted:
    """What the Board decided about a course before, of so many students."""

    students: int
    approved: int
    conditional: int
    refused: int
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Before:
    """What is known about one line."""

    precedents: tuple[Precedent, ...]
    packages: tuple[BoardDecision, ...]
    counted: Counted | None
    too_few: bool
    """Somebody went, but fewer than three: nothing is shown of them."""

    def __bool__(self) -> bool:
        return bool(self.precedents or self.packages or self.counted or self.too_few)


def beside(request: BoardRequest) -> list[tuple[Line, Before | None]]:
    """Return each line of a request with what was decided before; lines at home have nothing."""
    lines: Sequence[Line] = request.components
    courses, earlier = _courses(request), _earlier(request)
    return [
        (
            each,
            _before(each, courses, earlier)
            if each["table"] != ComponentTable.HOME and request.institution_id is not None
            else None,
        )
        for each in lines
    ]


def _courses(request: BoardRequest) -> list[Course]:
    if request.institution_id is None:
        return []
    return list(Course.objects.filter(institution=request.institution_id))


def _earlier(request: BoardRequest) -> list[BoardDecision]:
    """Find all that was decided about courses of this host, but of this student."""
    if request.institution_id is None:
        return []
    found = BoardDecision.objects.filter(request__institution=request.institution_id).exclude(
        request=request
    )
    if request.stay is not None:
        found = found.filter(
            Q(request__stay__isnull=True) | ~Q(request__stay__student=request.stay.student_id)
        )
    return list(found.select_related("request__stay").order_by("decided_on"))


def _before(line: Line, courses: Sequence[Course], earlier: Sequence[BoardDecision]) -> Before:
    same = [each for each in courses if _is_course(line, each)]
    precedents = Precedent.objects.filter(
        host_course__in=same, status=Status.PUBLISHED
    ).select_related("home_course")
    about = [
        each
        for each in earlier
        if any(
            one.get("standing") != Standing.REMOVED and _are_same(line, one)
            for one in each.components
        )
    ]
    single = [each for each in about if each.request.stay is not None]
    students = {each.request.stay.student_id for each in single if each.request.stay is not None}
    return Before(
        precedents=tuple(precedents.order_by("-year", "slug")) if same else (),
        packages=tuple(each for each in about if each.request.stay is None),
        counted=_counted(single, len(students)) if len(students) >= FEWEST else None,
        too_few=0 < len(students) < FEWEST,
    )


def _counted(found: Sequence[BoardDecision], students: int) -> Counted:
    outcomes = [each.outcome for each in found]
    years = [each.decided_on.year for each in found]
    return Counted(
        students=students,
        approved=outcomes.count(Outcome.APPROVED),
        conditional=outcomes.count(Outcome.CONDITIONAL),
        refused=outcomes.count(Outcome.REFUSED),
        first_year=min(years),
        last_year=max(years),
    )


def _is_course(line: Line, course: Course) -> bool:
    if line.get("code") and course.code:
        return _folded(line["code"]) == _folded(course.code)
    titles = {_folded(str(course.title)), _folded(str(getattr(course, "title_en", "") or ""))}
    return _folded(line["title"]) in titles


def _are_same(line: Line, other: Line) -> bool:
    """Compare two lines as Boards do: by the code where both have one, else word for word."""
    if line["table"] != other["table"]:
        return False
    if line.get("code") and other.get("code"):
        return _folded(line["code"]) == _folded(other["code"])
    return _folded(line["title"]) == _folded(other["title"])


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
