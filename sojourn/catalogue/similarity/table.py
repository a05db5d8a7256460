"""Likeness between the courses of one snapshot, ready to be shown with its reasons.

A precedent (host course recognised for home course) always comes before what was computed.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sojourn.catalogue.similarity.texts import facts
from sojourn.catalogue.snapshot.types import Course, Precedent, Records
from sojourn.engines.similarity.certainty import Certainty
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.index import CourseIndex, Sentences
from sojourn.engines.similarity.meaning import Packed, UniversalSentenceEncoder
from sojourn.engines.similarity.ranking import LikePair, Likest, rank
from sojourn.engines.similarity.reasons import Reasons, reasons
from sojourn.engines.similarity.texts import CourseText, Version

SHOWN = 6  # likely equivalents of a course
# Of every home course so many likenesses take part in the ranking: enough for every host to be
# met, few enough for a catalogue of 100,000 courses.
RANKED = 400
OPENED = 6  # pairs of a host in the ranking that are shown with their reasons
WORTH_KEEPING = 4096  # answers kept; each is small
COURSES_AT_ONCE = 500
DIMENSIONS = UniversalSentenceEncoder.dimensions


@dataclass(frozen=True, slots=True)
class Equivalent:
    """A course that may stand for another, and how sure that is."""

    course: str
    certainty: Certainty
    strength: float
    precedents: tuple[Precedent, ...] = ()


@dataclass(frozen=True, slots=True)
class Alike:
    """Where it is most like home for a degree programme."""

    programme: str
    courses: tuple[str, ...]  # of the programme at home, those that were compared
    institutions: tuple[Likest, ...]
    countries: tuple[Likest, ...]


class SimilarityTable:
    """Answers about one set of records. Nothing in it changes but what it remembers."""

    def __init__(self, records: Records, index: CourseIndex, concepts: Concepts) -> None:
        self.records = records
        self.index = index
        self.concepts = concepts
        self._is_home = np.array(
            [records.courses[course].institution == records.edition.home for course in index.ids],
            dtype=bool,
        )
        self._precedents: dict[tuple[str, str], list[Precedent]] = defaultdict(list)
        for precedent in records.precedents.values():
            self._precedents[precedent.host_course, precedent.home_course].append(precedent)
        self._kept: dict[tuple[str, ...], tuple[Equivalent, ...]] = {}
        self._alike: dict[str, Alike] = {}
        self._reasons: dict[tuple[str, str, str], Reasons | None] = {}
        self._lock = threading.Lock()

    @property
    def uses_meaning(self) -> bool:
        """Whether sentences were compared by meaning; a page says so where they were not."""
        return self.index.meaning is not None

    def knows(self, course: Course) -> bool:
        """Whether this table was made with the course as it is now."""
        return self.records.courses.get(course.slug) == course

    def precedents(self, host: str, home: str) -> tuple[Precedent, ...]:
        return tuple(self._precedents.get((host, home), ()))

    def equivalents(self, slug: str, most: int = SHOWN) -> tuple[Equivalent, ...]:
        """Courses abroad for a home course, home courses for one abroad; the surest first."""
        key = (slug, str(most))
        kept = self._kept.get(key)
        if kept is None:
            at_home = self.records.courses[slug].institution == self.records.edition.home
            kept = self._equivalents(slug, ~self._is_home if at_home else self._is_home, most)
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
        for match in self.index.nearest(self.index.question(slug), among, most + len(found)):
            certainty = match.signals.certainty
            if certainty is not None and match.id not in found:
                found[match.id] = Equivalent(match.id, certainty, match.signals.strength)
        ordered = sorted(found.values(), key=equivalent_order)
        return tuple(ordered[: max(most, sum(bool(one.precedents) for one in ordered))])

    def recognised(self, other: str, host: str, home: str) -> Equivalent:
        return Equivalent(other, Certainty.RECOGNISED, 1.0, self.precedents(host, home))

    def pairs(self, homes: Collection[str], hosts: Collection[str]) -> list[LikePair]:
        """Every likeness of at least 'weak' between these home and host courses."""
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

    def _pair(self, home: str, one: Equivalent) -> LikePair:
        institution = self.records.courses[one.course].institution
        return LikePair(home, one.course, institution, one.certainty, one.strength)

    def reasons(self, ours: str, theirs: str, language: str) -> Reasons | None:
        """Why two courses are alike, in the words of the page's language; None without words."""
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
            self.concepts,
            (facts(courses[ours]), facts(courses[theirs])),
            self._outcome_likeness(ours, theirs, left, right),
        )

    def _version(self, slug: str, language: str) -> Version | None:
        return self.index.texts[self.index.number[slug]].in_language(language)

    def _outcome_likeness(
        self, ours: str, theirs: str, left: Version, right: Version
    ) -> NDArray[np.float32] | None:
        """By the vectors of the main versions, whose outcomes stand in the same order."""
        if self.index.meaning is None:
            return None
        vectors = []
        for slug, shown in ((ours, left), (theirs, right)):
            text = self.index.texts[self.index.number[slug]]
            if text.main is None or len(text.main.outcomes) != len(shown.outcomes):
                return None
            sentences = list(text.main.sentences)
            places = [sentences.index(outcome) for outcome in text.main.outcomes]
            packed = self.index.meaning.sentences.of(self.index.number[slug])
            vectors.append(self.index.meaning.centred(packed[places]))
        return np.asarray(vectors[0] @ vectors[1].T, dtype=np.float32)

    def alike(self, programme: str) -> Alike:
        """Hosts and countries in order of likeness to a degree programme at home."""
        kept = self._alike.get(programme)
        if kept is None:
            kept = self._rank(programme)
            with self._lock:
                self._alike[programme] = kept
        return kept

    def _rank(self, programme: str) -> Alike:
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
        return Alike(
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


VectorsOf = Callable[[Sequence[str]], dict[str, Packed]]


def build_table(
    records: Records,
    texts: Iterable[CourseText],
    vectors_of: VectorsOf | None,
    previous: SimilarityTable | None,
) -> SimilarityTable:
    """Return the table of these records; what is as in the previous one is taken from there.

    Without `vectors_of` courses are compared by their words alone.
    """
    ordered = sorted(texts, key=lambda text: text.id)
    groups = records.edition.synonyms
    if (
        previous is not None
        and previous.concepts.groups == groups
        and previous.uses_meaning == (vectors_of is not None)
        and mostly_the_same(previous.index, ordered)
    ):
        rows_of = None
        if vectors_of is not None:
            vectors = vectors_of

            def rows_of(text: CourseText) -> Packed:
                return rows([text], vectors)[0]

        return SimilarityTable(
            records, previous.index.replaced(ordered, rows_of), previous.concepts
        )
    concepts = Concepts(groups)
    sentences = all_sentences(ordered, vectors_of) if vectors_of is not None else None
    index = CourseIndex.build(ordered, concepts, sentences)
    return SimilarityTable(records, index, concepts)


def mostly_the_same(index: CourseIndex, texts: Sequence[CourseText]) -> bool:
    """Whether so little changed since the whole was measured that it need not be measured anew."""
    if not index.ids:
        return False
    changed = int((index.standing(texts) < 0).sum()) + abs(len(index.ids) - len(texts))
    if index.meaning is not None:
        held = index.meaning.sentences
        changed += len(held.more) * len(index.ids) // max(len(held.packed), 1)
    return changed <= max(1, len(index.ids) // 20)


def rows(texts: Sequence[CourseText], vectors_of: VectorsOf) -> list[Packed]:
    """Return the packed sentences of each course."""
    per_course = [text.main.sentences if text.main else () for text in texts]
    known = vectors_of([sentence for course in per_course for sentence in course])
    return [
        np.stack([known[sentence] for sentence in course])
        if course
        else np.zeros((0, DIMENSIONS), dtype=np.int8)
        for course in per_course
    ]


def all_sentences(texts: Sequence[CourseText], vectors_of: VectorsOf) -> Sentences:
    """Everything that the courses say, in one table; filled piece by piece."""
    sizes = np.array(
        [len(text.main.sentences) if text.main else 0 for text in texts], dtype=np.int64
    )
    packed: Packed = np.empty((int(sizes.sum()), DIMENSIONS), dtype=np.int8)
    done = 0
    for start in range(0, len(texts), COURSES_AT_ONCE):
        for course in rows(texts[start : start + COURSES_AT_ONCE], vectors_of):
            packed[done : done + len(course)] = course
            done += len(course)
    return Sentences.of_courses(packed, sizes)
