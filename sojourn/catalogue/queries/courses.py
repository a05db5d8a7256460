"""The search for courses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sojourn.catalogue.queries.filters import PER_PAGE
from sojourn.catalogue.queries.opportunities import segments_of
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import Course
from sojourn.engines.search import Segment


@dataclass(frozen=True, slots=True)
class CourseFilter:
    """A search for courses; every filter has one value at most."""

    q: str = ""
    institution: str = ""
    country: str = ""
    language: str = ""
    level: str = ""
    programme: str = ""
    page: int = 1
    per_page: int = PER_PAGE

    @property
    def tags(self) -> tuple[str, ...]:
        named = ("institution", "country", "language", "level", "programme")
        return tuple(f"{name}:{value}" for name in named if (value := getattr(self, name)))


@dataclass(frozen=True, slots=True)
class CourseHit:
    course: Course
    score: float
    title: tuple[Segment, ...]  # with the matched words marked


@dataclass(frozen=True, slots=True)
class CoursePage:
    filter: CourseFilter
    total: int
    hits: tuple[CourseHit, ...]
    pages: int
    corrections: tuple[str, ...] = ()


def search_courses(snapshot: Snapshot, asked: CourseFilter, language: str) -> CoursePage:
    """One page of the courses that fit; without words in the order of the catalogue."""
    index, slugs = snapshot.search.courses, snapshot.search.course_slugs
    first = (asked.page - 1) * asked.per_page
    wanted = index.understand(asked.q)
    scores: list[float]
    if wanted:
        matches = index.search(wanted, asked.tags, limit=first + asked.per_page)
        total, shown = matches.total, matches.documents[first:].tolist()
        scores = [round(float(score), 4) for score in matches.scores[first:]]
    else:
        every = index.tagged(asked.tags) if asked.tags else np.arange(len(slugs))
        total, shown = len(every), every[first : first + asked.per_page].tolist()
        scores = [0.0] * len(shown)
    hits = []
    for number, score in zip(shown, scores, strict=True):
        course = snapshot.records.courses[slugs[number]]
        said = course.title.in_language(language)
        title = segments_of(wanted.marker, said, said)
        hits.append(CourseHit(course, score, title))
    correction = wanted.correction
    return CoursePage(
        asked,
        total,
        tuple(hits),
        -(-total // asked.per_page),
        (correction,) if correction else (),
    )
