"""Every course of a catalogue, ready to be asked which others it resembles.

Six signals are fused (docs/engines/similarity.md says how they were chosen): the letters of the
words, the edition's concepts, the mean meaning of the sentences, the best match of each sentence,
between two English texts what a model of English makes of them, and between others what a model of
many languages makes of their titles. All but the fourth are looked up for every course at once; the
hundred or two that come out best are then judged exactly, by the same arithmetic in both
directions. A model has a vote where it knows the languages of both texts; without any the first two
signals decide.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from math import log

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sojourn.engines.similarity.certainty import (
    BY_MEANING,
    CONCEPTS,
    ENGLISH,
    ENGLISH_TITLES,
    IN_ENGLISH,
    IN_OTHER_LANGUAGES,
    LETTERS_OTHER,
    LETTERS_SAME,
    MANY_LANGUAGES,
    MEANING,
    SENTENCES,
    WORDS,
    Signals,
)
from sojourn.engines.similarity.concepts import Concepts
from sojourn.engines.similarity.letters import Floats, LetterIndex
from sojourn.engines.similarity.meaning import Packed, Vectors, pack, unit, unpack
from sojourn.engines.similarity.texts import CourseText

JUDGED = 200  # how many courses are judged exactly for one question
SKETCH = 128  # dimensions of the vectors that choose them
# The average sentence is subtracted from every sentence ("the student can ..."); with few
# sentences there is no average to speak of, so it grows with their number.
FULL_CENTRE = 200
SENTENCES_AT_ONCE = 4_096
# In deviations: beyond it, more of the same letters says little more about what is taught.
MOST_LETTERS = 10.0
LITTLE = 0.5  # for a whole text in common
SAMPLE_FOR_SKETCH = 20_000
# The English vector of a title moves towards those of its neighbours: so many, of a small catalogue
# one course in twenty; by so much of its length; looked for among so many courses.
NEIGHBOURS, ONE_IN = 10, 20
TOWARDS = 0.4
LOOKED_AMONG = 20_000
SAME = 0.999  # the cosine of a copy
COURSES_AT_ONCE = 512
# A language of fewer texts is taken to be rather like all of them.
FEW_TEXTS = 20


@dataclass(frozen=True, eq=False)
class Sentences:
    """The packed vectors of all courses' main sentences, course after course."""

    packed: Packed
    first: NDArray[np.int64]  # the row at which each course begins, and their number at the end

    @classmethod
    def of_courses(cls, packed: Packed, sizes: NDArray[np.int64]) -> Sentences:
        """Return the table of courses that have so many rows each."""
        return cls(packed, np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64))

    def __len__(self) -> int:
        return len(self.first) - 1

    def of(self, course: int) -> Packed:
        return self.packed[self.first[course] : self.first[course + 1]]

    def take(self, courses: NDArray[np.int64]) -> tuple[Packed, NDArray[np.int64]]:
        """Return the rows of some courses, one course after the other, and where each begins."""
        begins = self.first[courses]
        sizes = self.first[courses + 1] - begins
        first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.repeat(begins - first[:-1], sizes) + np.arange(first[-1])
        return self.packed[places], first


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A course to compare with those in the index; without vectors its words alone count."""

    text: CourseText
    packed: Packed | None = None
    english: Packed | None = None
    many_languages: Packed | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A course that resembles the one asked about, and by which signals."""

    id: str
    signals: Signals


@dataclass(frozen=True, eq=False)
class MeaningIndex:
    """The courses' sentences, centred, and a short sketch of each course's mean."""

    sentences: Sentences
    centre: Vectors  # 1 x dimensions
    basis: Vectors  # dimensions x SKETCH
    sketches: Vectors  # course x SKETCH

    @classmethod
    def build(cls, sentences: Sentences) -> MeaningIndex:
        packed = sentences.packed
        total = np.zeros((1, packed.shape[1]), dtype=np.float64)
        for start in range(0, len(packed), SENTENCES_AT_ONCE):
            total += unpack(packed[start : start + SENTENCES_AT_ONCE]).sum(axis=0)
        centre = (total / (len(packed) + FULL_CENTRE)).astype(np.float32)
        step = max(1, len(packed) // SAMPLE_FOR_SKETCH)
        basis = principal_directions(unit(unpack(packed[::step]) - centre))
        sketches = sketch(sentences, centre, basis)
        return cls(sentences, centre, basis, sketches)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Which courses have a vector."""
        return np.diff(self.sentences.first) > 0

    def centred(self, packed: Packed) -> Vectors:
        return unit(unpack(packed) - self.centre)

    def roughly(self, packed: Packed) -> Floats:
        """Return the cosine of each course's mean with that of these sentences, by the sketches."""
        if not len(packed):
            return np.zeros(len(self.sketches), dtype=np.float32)
        mean = self.centred(packed).mean(axis=0, keepdims=True) @ self.basis
        return np.asarray(self.sketches @ unit(mean)[0], dtype=np.float32)

    def exactly(self, packed: Packed, courses: NDArray[np.int64]) -> tuple[Floats, Floats]:
        """For these courses: the cosine of the means, and how well sentence meets sentence.

        The latter takes for each sentence of either course its best match in the other; the two
        averages count equally, so that the question's direction does not matter.
        """
        means = np.zeros(len(courses), dtype=np.float32)
        meeting = np.zeros(len(courses), dtype=np.float32)
        some, first = self.sentences.take(courses)
        filled = np.flatnonzero(np.diff(first) > 0)
        if not len(packed) or not len(filled):
            return means, meeting
        theirs, ours = self.centred(some), self.centred(packed)
        starts, sizes = first[filled], np.diff(first)[filled]
        their_mean = unit(np.add.reduceat(theirs, starts, axis=0))
        means[filled] = their_mean @ unit(ours.mean(axis=0, keepdims=True))[0]
        each = ours @ theirs.T
        from_theirs = np.add.reduceat(each.max(axis=0), starts) / sizes
        from_ours = np.maximum.reduceat(each, starts, axis=1).mean(axis=0)
        meeting[filled] = (from_theirs + from_ours) / 2
        return means, meeting


def with_neighbours(sentences: Sentences, titles: NDArray[np.bool_]) -> Sentences:
    """Move the vectors of titles a little towards those that are nearest to each.

    Titles of one subject may have no word in common ("Neurobiology", "Neuronal signalling"); the
    courses around both name it in the words of either. A longer text says it itself.
    """
    nearest = min(NEIGHBOURS, len(sentences.packed) // ONE_IN)
    moved = np.flatnonzero(np.repeat(titles, np.diff(sentences.first)))
    if not nearest or not len(moved):
        return sentences
    vectors = unpack(sentences.packed)
    vectors = unit(vectors - vectors.sum(axis=0) / (len(vectors) + FULL_CENTRE))
    among = vectors[:: -(-len(vectors) // LOOKED_AMONG)]
    packed = pack(vectors)
    for start in range(0, len(moved), COURSES_AT_ONCE):
        rows = moved[start : start + COURSES_AT_ONCE]
        some = vectors[rows]
        cosines = some @ among.T
        cosines[cosines > SAME] = 0.0
        places = np.argpartition(-cosines, nearest - 1, axis=1)[:, :nearest]
        weights = np.maximum(np.take_along_axis(cosines, places, axis=1), 0.0)
        around = np.einsum("ij,ijk->ik", weights, among[places])
        packed[rows] = pack(some + TOWARDS * unit(around))
    return replace(sentences, packed=packed)


def without_languages(sentences: Sentences, languages: Sequence[str]) -> Sentences:
    """Take from each vector what the texts of its language have in common.

    Else a model of many languages finds texts in the same language before those on the same thing.
    """
    vectors = unpack(sentences.packed)
    of_row = np.repeat(np.array(languages, dtype=np.str_), np.diff(sentences.first))
    overall = vectors.mean(axis=0) if len(vectors) else 0.0
    for language in set(languages):
        rows = of_row == language
        total = vectors[rows].sum(axis=0) + FEW_TEXTS * overall
        vectors[rows] -= total / (rows.sum() + FEW_TEXTS)
    return replace(sentences, packed=pack(vectors))


def principal_directions(vectors: Vectors) -> Vectors:
    """Return the directions in which sentences differ most, as columns."""
    if not len(vectors):
        return np.eye(vectors.shape[1], SKETCH, dtype=np.float32)
    if len(vectors) < vectors.shape[1]:  # sooner done, and no direction is missing
        _, _, rows = np.linalg.svd(vectors, full_matrices=False)
        return np.ascontiguousarray(rows[:SKETCH].T, dtype=np.float32)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    return np.ascontiguousarray(directions[:, ::-1][:, :SKETCH], dtype=np.float32)


def sketch(sentences: Sentences, centre: Vectors, basis: Vectors) -> Vectors:
    """Each course's mean, projected."""
    courses = len(sentences)
    found = np.zeros((courses, basis.shape[1]), dtype=np.float32)
    at_once = max(1, SENTENCES_AT_ONCE // 8)
    for start in range(0, courses, at_once):
        which = np.arange(start, min(start + at_once, courses))
        some, first = sentences.take(which)
        filled = np.flatnonzero(np.diff(first) > 0)
        if len(filled):
            vectors = unit(unpack(some) - centre)
            mean = np.add.reduceat(vectors, first[filled], axis=0)
            found[which[filled]] = unit(mean) @ basis
    return unit(found)


@dataclass(frozen=True, eq=False)
class ConceptIndex:
    """Which concepts each course names; one that few courses name counts for more."""

    concepts: Concepts
    counts: sparse.csr_matrix  # course x concept: 1 + ln(how often)
    telling: Floats
    lengths: Floats  # of each course

    @classmethod
    def build(cls, texts: Sequence[CourseText], concepts: Concepts) -> ConceptIndex:
        counts = count_concepts(texts, concepts)
        having = np.bincount(counts.indices, minlength=counts.shape[1])
        rare = np.log((len(texts) + 1) / (having + 0.5))
        telling = np.maximum(rare, 0.1).astype(np.float32)
        return cls(concepts, counts, telling, concept_lengths(counts, telling))

    def cosines(self, text: CourseText) -> Floats:
        asked = count_concepts([text], self.concepts).toarray()[0] * self.telling
        length = float(np.sqrt(asked @ asked))
        if not length:
            return np.zeros(self.counts.shape[0], dtype=np.float32)
        found = self.counts @ (self.telling * asked)
        return np.asarray(found / (np.maximum(self.lengths, 1e-6) * length), dtype=np.float32)


def concept_lengths(counts: sparse.csr_matrix, telling: Floats) -> Floats:
    squares = counts.multiply(counts) @ (telling**2)
    return np.asarray(np.sqrt(squares), dtype=np.float32)


def count_concepts(texts: Sequence[CourseText], concepts: Concepts) -> sparse.csr_matrix:
    """Count the concepts of each course, a row a course.

    Two versions of a course name a concept as often as the one that names it most.
    """
    columns, values = array("i"), array("f")
    ends = [0]
    for text in texts:
        most: dict[int, int] = {}
        for version in text.versions:
            for concept, times in concepts.counts(version).items():
                most[concept] = max(times, most.get(concept, 0))
        for concept in sorted(most):
            columns.append(concept)
            values.append(1 + log(most[concept]))
        ends.append(len(columns))
    return sparse.csr_matrix(
        (np.array(values, dtype=np.float32), np.array(columns, dtype=np.int32), np.array(ends)),
        shape=(len(ends) - 1, max(len(concepts), 1)),
    )


class CourseIndex:
    """The courses, and what each signal knows of them. It never changes once made."""

    def __init__(
        self,
        ids: Sequence[str],
        letters: LetterIndex,
        concepts: ConceptIndex,
        meaning: MeaningIndex | None,
        english: MeaningIndex | None,
        many_languages: MeaningIndex | None,
        titles: NDArray[np.bool_],
    ) -> None:
        self.ids = tuple(ids)
        self.number = {course_id: place for place, course_id in enumerate(self.ids)}
        self.letters, self.concepts = letters, concepts
        self.meaning, self.english = meaning, english
        self.many_languages = many_languages
        self.titles = titles
        """Of which courses no more than a title is known."""

    @classmethod
    def build(
        cls,
        texts: Collection[CourseText],
        concepts: Concepts,
        sentences: Sentences | None = None,
        english: Sentences | None = None,
        many_languages: Sentences | None = None,
    ) -> CourseIndex:
        """Return the index of these courses.

        The last three are the vectors of the texts sorted by id: of the main version's sentences,
        one of a whole text, one of a title; none where a model does not know the language.
        """
        ordered = in_order(texts)
        if many_languages is not None:
            mains = [text.main for text in ordered]
            languages = [main.language if main else "" for main in mains]
            many_languages = without_languages(many_languages, languages)
        titles = np.array([text.is_title for text in ordered], dtype=bool)
        return cls(
            [text.id for text in ordered],
            LetterIndex.build(ordered),
            ConceptIndex.build(ordered, concepts),
            MeaningIndex.build(sentences) if sentences is not None else None,
            MeaningIndex.build(with_neighbours(english, titles)) if english is not None else None,
            MeaningIndex.build(many_languages) if many_languages is not None else None,
            titles,
        )

    def as_compared(self, text: CourseText) -> CourseText:
        """Return a course of this index with its versions named by the languages they are in."""
        first = self.letters.first[self.number[text.id]]
        languages = self.letters.languages[first : first + len(text.versions)]
        return replace(
            text,
            versions=tuple(
                replace(version, language=str(language))
                for version, language in zip(text.versions, languages, strict=True)
            ),
        )

    def question(self, text: CourseText) -> Question:
        """Return a course of this index, whose text is what was indexed, as a question."""
        place = self.number[text.id]
        return Question(
            self.as_compared(text),
            self.meaning.sentences.of(place) if self.meaning else None,
            self.english.sentences.of(place) if self.english else None,
            self.many_languages.sentences.of(place) if self.many_languages else None,
        )

    def letters_of(self, text: CourseText) -> Floats:
        """Return the similarity by letters of the best pair of versions, standardised.

        Two texts in one language share more letters than two in different ones, whatever they
        are about; each kind is measured against its own chance level.
        """
        best = np.full(len(self.letters.course), -np.inf, dtype=np.float32)
        for version in text.versions:
            cosines = self.letters.cosines(version)
            same = self.letters.languages == version.language
            scaled = np.where(
                same,
                LETTERS_SAME.standard(cosines),
                LETTERS_OTHER.standard(cosines),
            )
            best = np.maximum(best, np.minimum(scaled, MOST_LETTERS) + LITTLE * cosines)
        if not text.versions:
            best[:] = LETTERS_OTHER.standard(0.0)
        return self.letters.best_of_versions(best)

    def nearest(
        self, question: Question, among: NDArray[np.bool_] | None = None, most: int = 10
    ) -> list[Match]:
        """Return the courses most like this one, best first; never itself; ties go by id."""
        allowed = np.ones(len(self.ids), dtype=bool) if among is None else among.copy()
        if (itself := self.number.get(question.text.id)) is not None:
            allowed[itself] = False
        letters = self.letters_of(question.text)
        concepts = CONCEPTS.standard(self.concepts.cosines(question.text))
        rough = self._roughly(question, letters, concepts)
        judged = best_places(np.where(allowed, rough, -np.inf), max(JUDGED, most))
        found = self.judge(question, judged, letters[judged], concepts[judged])
        found.sort(key=lambda match: (-match.signals.score, match.id))
        return found[:most]

    def pair(self, question: Question, course_id: str) -> Signals:
        """Judge how much this course resembles one of the index."""
        place = np.array([self.number[course_id]])
        letters = self.letters_of(question.text)[place]
        concepts = CONCEPTS.standard(self.concepts.cosines(question.text)[place])
        return self.judge(question, place, letters, concepts)[0].signals

    def _roughly(self, question: Question, letters: Floats, concepts: Floats) -> Floats:
        """Score every course by what can be looked up for all of them."""
        words = WORDS.weights
        total = words.letters + words.concepts
        by_words = (words.letters * letters + words.concepts * concepts) / total
        rough: Floats = by_words.astype(np.float32)
        if (
            self.many_languages
            and question.many_languages is not None
            and len(question.many_languages)
        ):
            weights = IN_OTHER_LANGUAGES.weights
            scores = (
                weights.letters * letters
                + weights.concepts * concepts
                + weights.many_languages
                * MANY_LANGUAGES.standard(self.many_languages.roughly(question.many_languages))
            ) / (weights.letters + weights.concepts + weights.many_languages)
            rough = np.where(self.many_languages.known, scores, rough).astype(np.float32)
        meaning: Floats = np.zeros(len(rough), dtype=np.float32)
        if self.meaning and question.packed is not None and len(question.packed):
            meaning = MEANING.standard(self.meaning.roughly(question.packed))
            weights = BY_MEANING.weights
            # Until sentences are matched one by one, the mean speaks for them as well.
            both = weights.meaning + weights.sentences
            scores = weights.letters * letters + weights.concepts * concepts + both * meaning
            scores /= weights.letters + weights.concepts + both
            rough = np.where(self.meaning.known, scores, rough).astype(np.float32)
        if self.english and question.english is not None and len(question.english):
            weights = IN_ENGLISH.weights
            both = weights.meaning + weights.sentences
            scores = (
                weights.letters * letters
                + weights.concepts * concepts
                + both * meaning
                + weights.english * ENGLISH.standard(self.english.roughly(question.english))
            ) / (weights.letters + weights.concepts + both + weights.english)
            rough = np.where(self.english.known, scores, rough).astype(np.float32)
        return rough

    def judge(
        self,
        question: Question,
        courses: NDArray[np.int64],
        letters: Floats,
        concepts: Floats,
    ) -> list[Match]:
        """Compute all signals of a few courses."""
        by_title = self.titles[courses] | question.text.is_title
        nothing: list[float | None] = [None] * len(courses)
        meaning, sentences, english, many_languages = nothing, nothing, nothing, nothing
        if self.meaning and question.packed is not None and len(question.packed):
            means, meeting = self.meaning.exactly(question.packed, courses)
            known = self.meaning.known[courses]
            meaning = _where(known, MEANING.standard(means))
            sentences = _where(known, SENTENCES.standard(meeting))
        if self.english and question.english is not None and len(question.english):
            cosines, _ = self.english.exactly(question.english, courses)
            scaled = np.where(by_title, ENGLISH_TITLES.standard(cosines), ENGLISH.standard(cosines))
            english = _where(self.english.known[courses], scaled)
        if (
            self.many_languages
            and question.many_languages is not None
            and len(question.many_languages)
        ):
            cosines, _ = self.many_languages.exactly(question.many_languages, courses)
            many_languages = _where(
                self.many_languages.known[courses], MANY_LANGUAGES.standard(cosines)
            )
        return [
            Match(
                self.ids[course],
                Signals(
                    float(letters[place]),
                    float(concepts[place]),
                    meaning[place],
                    sentences[place],
                    english[place],
                    many_languages[place],
                    bool(by_title[place]),
                ),
            )
            for place, course in enumerate(courses)
        ]


def _where(known: NDArray[np.bool_], values: Floats) -> list[float | None]:
    return [float(value) if there else None for there, value in zip(known, values, strict=True)]


def in_order(texts: Collection[CourseText]) -> list[CourseText]:
    """Sorted by id: the order in which courses are given changes nothing."""
    return sorted(texts, key=lambda text: text.id)


def best_places(scores: Floats, most: int) -> NDArray[np.int64]:
    """Find where the highest scores are; -inf is no score."""
    if len(scores) > most:
        chosen = np.argpartition(-scores, most - 1)[:most]
    else:
        chosen = np.arange(len(scores))
    return np.sort(chosen[np.isfinite(scores[chosen])]).astype(np.int64)
