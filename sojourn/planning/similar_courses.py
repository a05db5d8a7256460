"""How much of the student's own courses a place teaches, for ordering places by it.

Counted course by course from the similarity table, not optimised: the page of one place finds the
exact best set (`planning.courses`). A course at home counts in full when one there was recognised
for it or is very similar, half when one is partly similar. Where a window is a choice among more
courses than it is worth, its own ECTS are the measure, and the courses that are met best fill them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.similarity.table import RANKED, SimilarityTable
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Records, Window
from sojourn.engines.similarity.certainty import Certainty

_COUNTS = {Certainty.RECOGNISED: 1.0, Certainty.VERY_SIMILAR: 1.0, Certainty.PARTLY: 0.5}


@dataclass(frozen=True, slots=True)
class SimilarCourses:
    """Of so many courses at home so many have a match there; `share` runs from 0 to 1."""

    matched: int
    asked: int
    share: float
    is_choice: bool
    """The window is worth less than its courses together: one chooses among them."""
    recognised: int = 0
    """How many of those that have a match were recognised before."""

    @property
    def order(self) -> tuple[bool, float, int]:
        """Return the key by which places are sorted: what was recognised before comes first."""
        return (self.recognised > 0, self.share, self.matched)


_made: WeakKeyDictionary[SimilarityTable, dict[str, dict[str, SimilarCourses]]] = (
    WeakKeyDictionary()
)


def count_similar_courses(snapshot: Snapshot, programme: str) -> dict[str, SimilarCourses]:
    """Count per opportunity, for the windows of a programme; empty while the table is made."""
    if programme not in snapshot.records.programmes:
        return {}
    table = similarity_table(snapshot)
    if table is None:
        return {}
    of_programme = _made.setdefault(table, {})
    if programme not in of_programme:
        of_programme[programme] = _count(table, table.records, programme)
    return of_programme[programme]


def most_similar(snapshot: Snapshot, programmes: Iterable[str] = ()) -> dict[str, int]:
    """Rank the places by how much they are like home, from 0; for any programme if none is named.

    Empty while the table is made. Places without a course that is like one at home have no rank.
    """
    best: dict[str, SimilarCourses] = {}
    for programme in programmes or snapshot.records.programmes:
        for slug, like in count_similar_courses(snapshot, programme).items():
            if like.matched and (slug not in best or like.order > best[slug].order):
                best[slug] = like
    ordered = sorted(best, key=lambda slug: (best[slug].order, slug), reverse=True)
    return {slug: rank for rank, slug in enumerate(ordered)}


def _count(table: SimilarityTable, records: Records, programme: str) -> dict[str, SimilarCourses]:
    found: dict[str, SimilarCourses] = {}
    for window in records.windows.values():
        if window.programme != programme or not window.home_courses:
            continue
        for slug, like in _in_window(table, records, window).items():
            if slug not in found or like.order > found[slug].order:
                found[slug] = like
    return found


def _in_window(
    table: SimilarityTable, records: Records, window: Window
) -> dict[str, SimilarCourses]:
    teaching: dict[str, list[str]] = defaultdict(list)
    asked: dict[str, float] = {}
    for home in window.home_courses:
        course = records.courses.get(home)
        if course is not None:
            asked[home] = float(course.ects or 0) or 1.0
    for slug in window.opportunities:
        for course_slug in records.opportunities[slug].courses:
            teaching[course_slug].append(slug)
    best: dict[str, dict[str, float]] = {
        slug: {} for slug in window.opportunities if records.opportunities[slug].courses
    }
    recognised: dict[str, set[str]] = defaultdict(set)
    for home in asked:
        if home not in table.index.number:
            continue
        # As many as the rankings ask for, which are made before anybody asks.
        for one in table.equivalents(home, RANKED):
            counts = _COUNTS.get(one.certainty, 0.0)
            for slug in teaching.get(one.course, ()) if counts else ():
                best[slug][home] = max(counts, best[slug].get(home, 0.0))
                if one.certainty is Certainty.RECOGNISED:
                    recognised[slug].add(home)
    whole = sum(asked.values())
    needed = min(whole, float(window.ects)) if window.ects else whole
    if not needed:
        return {}
    return {
        slug: SimilarCourses(
            len(matches),
            len(asked),
            _share([(counts, asked[home]) for home, counts in matches.items()], needed),
            needed < whole,
            len(recognised[slug]),
        )
        for slug, matches in best.items()
    }


def _share(met: Iterable[tuple[float, float]], needed: float) -> float:
    """Fill the credits that are needed with the courses that are met best."""
    left, filled = needed, 0.0
    for counts, credits_ in sorted(met, reverse=True):
        taken = min(credits_, left)
        left, filled = left - taken, filled + taken * counts
    return min(1.0, filled / needed)
