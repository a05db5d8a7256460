"""Similarity between the courses of one snapshot, ready to be shown with its reasons.

A precedent (host course recognised for home course) always comes before what was computed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sojourn.catalogue.similarity.files import Compared, digest
from sojourn.catalogue.similarity.texts import course_text, facts
from sojourn.catalogue.snapshot.types import Course, Precedent, Records
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.index import Match
from sojourn.engines.similarity.ranking import SimilarHost, SimilarPair, rank
from sojourn.engines.similarity.reasons import (
    Agreement,
    Reasons,
    reasons,
    same_field,
    same_text,
)
from sojourn.engines.similarity.texts import CourseText, Version

SHOWN = 6  # likely equivalents of a course
# Of every home course so many similarities take part in the ranking: enough for every host to be
# met, few enough for a catalogue of 100,000 courses.
RANKED = 400
OPENED = 6  # pairs of a host in the ranking that are shown with their reasons
# A field of study in common is worth a third of a deviation, another one costs as much; so does
# another level.
FIELD_COUNTS = {Agreement.SAME: 0.04, Agreement.CLOSE: 0.02, Agreement.DIFFERENT: -0.04}
LEVEL_COUNTS = 0.04
WORTH_KEEPING = 4096  # answers kept; each is small


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A course that may stand for another, and how sure that is."""

    course: str
    certainty: Certainty
    strength: float
    precedents: tuple[Precedent, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Where it is most like home for a degree programme."""

    programme: str
    courses: tuple[str, ...]  # of the programme at home, those that were compared
    institutions: tuple[SimilarHost, ...]
    countries: tuple[SimilarHost, ...]


class SimilarityTable:
    """Answers about one set of records. Nothing in it changes but what it remembers.

    What was compared may be a little older than the records: of a course whose text has changed
    since nothing is said but what was decided.
    """

    def __init__(self, records: Records, compared: Compared, is_current: bool = True) -> None:
        self.records = records
        self.index, self._digests = compared.index, compared.digests
        self.is_current = is_current
        """Every course was compared as it is in these records."""
        homes = [
            course.institution == records.edition.home if course else None
            for course in map(records.courses.get, self.index.ids)
        ]
        self._is_home = np.array([home is True for home in homes], dtype=bool)
        self._is_abroad = np.array([home is False for home in homes], dtype=bool)
        self._unchanged: dict[str, bool] = {}
        self._precedents: dict[tuple[str, str], list[Precedent]] = defaultdict(list)
        for precedent in records.precedents.values():
            self._precedents[precedent.host_course, precedent.home_course].append(precedent)
        self._kept: dict[tuple[str, ...], tuple[Equivalent, ...]] = {}
        self._rankings: dict[str, Ranking] = {}
        self._reasons: dict[tuple[str, str, str], Reasons | None] = {}
        self._lock = threading.Lock()

    @property
    def uses_meaning(self) -> bool:
        """Whether sentences were compared by meaning; a page says so where they were not."""
        return self.index.meaning is not None

    def knows(self, course: Course) -> bool:
        """Whether this table was made with the course as it is now."""
        place = self.index.number.get(course.slug)
        return place is not None and bool(self._digests[place] == digest(course_text(course)))

    def _compared(self, slug: str) -> bool:
        if self.is_current:
            return slug in self.index.number
        if slug not in self._unchanged:
            course = self.records.courses.get(slug)
            self._unchanged[slug] = course is not None and self.knows(course)
        return self._unchanged[slug]

    def precedents(self, host: str, home: str) -> tuple[Precedent, ...]:
        return tuple(self._precedents.get((host, home), ()))

    def equivalents(self, slug: str, most: int = SHOWN) -> tuple[Equivalent, ...]:
        """Courses abroad for a home course, home courses for one abroad; the surest first."""
        key = (slug, str(most))
        kept = self._kept.get(key)
        if kept is None:
            at_home = self.records.courses[slug].institution == self.records.edition.home
            kept = self._equivalents(slug, self._is_abroad if at_home else self._is_home, most)
            with self._lock:
                if len(self._kept) >= WORTH_KEEPING:
                    self._kept.clear()
                self._kept[key] = kept
        return kept

    def _equivalents(
        self, slug: str, among: NDArray[np.bool_], most: int
    ) -> tuple[Equivalent, ...]:
        at_home = self.records.courses[slug].institution == self.records.edition.home
        found: dict[str, Equivalent] = {}
        for host, home in self._precedents:
            if slug == (home if at_home else host):
                other = host if at_home else home
                if other in self.index.number and among[self.index.number[other]]:
                    found[other] = self.recognised(other, host, home)
        for match in self._nearest(slug, among, most + SHOWN + len(found)):
            certainty = self._certainty(slug, match)
            if certainty is not None and match.id not in found and self._compared(match.id):
                found[match.id] = Equivalent(match.id, certainty, self._strength(slug, match))
        ordered = sorted(found.values(), key=equivalent_order)
        return tuple(ordered[: max(most, sum(bool(one.precedents) for one in ordered))])

    def _strength(self, slug: str, match: Match) -> float:
        """Return what orders similarities of one word: the score, field of study and level."""
        ours, theirs = (facts(self.records.courses[one]) for one in (slug, match.id))
        strength = match.signals.strength + FIELD_COUNTS.get(
            same_field(ours.isced_f, theirs.isced_f), 0.0
        )
        if same_text(ours.level, theirs.level) is Agreement.DIFFERENT:
            strength -= LEVEL_COUNTS
        return min(max(strength, 0.0), 0.99)

    def _nearest(self, slug: str, among: NDArray[np.bool_], most: int) -> list[Match]:
        if not self._compared(slug):
            return []
        return self.index.nearest(self.index.question(self._text(slug)), among, most)

    def _certainty(self, slug: str, match: Match) -> Certainty | None:
        """Return the word for a similarity; courses of two levels are partly similar at most."""
        said = match.signals.certainty
        if said is not Certainty.VERY_SIMILAR or not self._compared(match.id):
            return said
        levels = (self.records.courses[one].level for one in (slug, match.id))
        return Certainty.PARTLY if same_text(*levels) is Agreement.DIFFERENT else said

    def _text(self, slug: str) -> CourseText:
        text = course_text(self.records.courses[slug])
        return self.index.as_compared(text) if self._compared(slug) else text

    def recognised(self, other: str, host: str, home: str) -> Equivalent:
        return Equivalent(other, Certainty.RECOGNISED, 1.0, self.precedents(host, home))

    def pairs(self, homes: Collection[str], hosts: Collection[str]) -> list[SimilarPair]:
        """Every similarity of at least 'weak' between these home and host courses."""
        wanted = {host for host in hosts if host in self.index.number}
        return [
            self._pair(home, one)
            for home in sorted(set(homes))
            if home in self.index.number
            for one in self._among(home, wanted)
            if one.course in wanted
        ]

    def _among(self, home: str, hosts: Collection[str]) -> tuple[Equivalent, ...]:
        if len(self.index.ids) <= RANKED:
            # The ranking has asked for all of them already.
            return self.equivalents(home, RANKED)
        among = np.zeros(len(self.index.ids), dtype=bool)
        among[[self.index.number[host] for host in hosts]] = True
        return self._equivalents(home, among, len(hosts))

    def _pair(self, home: str, one: Equivalent) -> SimilarPair:
        institution = self.records.courses[one.course].institution
        return SimilarPair(home, one.course, institution, one.certainty, one.strength)

    def reasons(self, ours: str, theirs: str, language: str) -> Reasons | None:
        """Why two courses are similar, in the words of the page's language; None without words."""
        key = (ours, theirs, language)
        if key not in self._reasons:
            found = self._make_reasons(ours, theirs, language)
            with self._lock:
                if len(self._reasons) >= WORTH_KEEPING:
                    self._reasons.clear()
                self._reasons[key] = found
            return found
        return self._reasons[key]

    def _make_reasons(self, ours: str, theirs: str, language: str) -> Reasons | None:
        left, right = (self._version(one, language) for one in (ours, theirs))
        if left is None or right is None:
            return None
        courses = self.records.courses
        return reasons(
            left,
            right,
            self.index.concepts.concepts,
            (facts(courses[ours]), facts(courses[theirs])),
            self._outcome_similarity(ours, theirs, left, right),
        )

    def _version(self, slug: str, language: str) -> Version | None:
        return self._text(slug).in_language(language)

    def _outcome_similarity(
        self, ours: str, theirs: str, left: Version, right: Version
    ) -> NDArray[np.float32] | None:
        """By the vectors of the main versions, whose outcomes stand in the same order."""
        if self.index.meaning is None or not (self._compared(ours) and self._compared(theirs)):
            return None
        vectors = []
        for slug, shown in ((ours, left), (theirs, right)):
            text = self._text(slug)
            if text.main is None or len(text.main.outcomes) != len(shown.outcomes):
                return None
            sentences = list(text.main.sentences)
            places = [sentences.index(outcome) for outcome in text.main.outcomes]
            packed = self.index.meaning.sentences.of(self.index.number[slug])
            if len(packed) != len(sentences):  # in a language that the model does not know
                return None
            vectors.append(self.index.meaning.centred(packed[places]))
        return np.asarray(vectors[0] @ vectors[1].T, dtype=np.float32)

    def ranking_for(self, programme: str) -> Ranking:
        """Hosts and countries in order of similarity to a degree programme at home."""
        kept = self._rankings.get(programme)
        if kept is None:
            kept = self._rank(programme)
            with self._lock:
                self._rankings[programme] = kept
        return kept

    def _rank(self, programme: str) -> Ranking:
        records = self.records
        homes = programme_courses(records, programme)
        known = [float(course.ects) for course in homes if course.ects]
        usual = sum(known) / len(known) if known else 1.0
        weights = {course.slug: float(course.ects or usual) for course in homes}
        pairs = [
            self._pair(course.slug, one)
            for course in homes
            for one in self.equivalents(course.slug, RANKED)
        ]
        places = {slug: slug for slug in records.institutions}
        countries = {slug: one.country for slug, one in records.institutions.items()}
        return Ranking(
            programme,
            tuple(weights),
            tuple(rank(weights, pairs, places)),
            tuple(rank(weights, pairs, countries)),
        )


ORDER = tuple(Certainty)


def equivalent_order(one: Equivalent) -> tuple[int, int, float, str]:
    """Precedents first, the newest of them before; then by certainty and strength."""
    newest = max((precedent.year for precedent in one.precedents), default=0)
    return (ORDER.index(one.certainty), -newest, -one.strength, one.course)


def programme_courses(records: Records, programme: str) -> list[Course]:
    """Return the home courses of a degree programme: its own and those of its windows."""
    in_windows = {
        slug
        for window in records.windows.values()
        if window.programme == programme
        for slug in window.home_courses
    }
    return [
        course
        for course in records.courses.values()
        if course.institution == records.edition.home
        and (course.programme == programme or course.slug in in_windows)
    ]
