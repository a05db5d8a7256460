"""What the search knows of the catalogue: opportunities, courses, and what is advised.

Each opportunity and each course is a document. Of advice, each chapter of a guide is one, and
each answer that was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sojourn.catalogue import markdown
from sojourn.catalogue.names import ALSO_CALLED, country_name
from sojourn.catalogue.snapshot.pace import Hurried, Pace
from sojourn.catalogue.snapshot.types import (
    LANGUAGES,
    Answer,
    Course,
    Guide,
    Institution,
    Opportunity,
    Records,
    Text,
)
from sojourn.engines.search import Document, SearchIndex, Synonyms

if TYPE_CHECKING:
    from sojourn.catalogue.snapshot.holder import Snapshot

Places = npt.NDArray[np.int64]

OPPORTUNITY_WORDS = ("title", "place", "subject", "keyword", "course", "text")
# Of a course only what is short takes part in typing errors: outcomes are long and many.
COURSE_WORDS = ("title", "place", "keyword")
HEAP = 15_000_000  # bytes that a new index may take before it is written: the least allowed
MARKDOWN_SIGNS = re.compile(r"\]\([^)]*\)|[*_`#>\[\]|]+")


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that may answer a question: a chapter of a guide, or a published answer."""

    title: Text
    text: Text  # plain
    page: tuple[str, str]  # (kind, slug) of the page it stands on
    anchor: Text  # where on that page; empty for its beginning


@dataclass(frozen=True, slots=True)
class CatalogueSearch:
    """Three indexes, and what each document is by its number."""

    opportunities: SearchIndex
    opportunity_slugs: tuple[str, ...]
    courses: SearchIndex
    course_slugs: tuple[str, ...]
    advice: SearchIndex
    advised: tuple[Advice, ...]


def plain(text: str) -> str:
    """Markdown without its signs, for searching and for excerpts."""
    return " ".join(MARKDOWN_SIGNS.sub(" ", text).split())


def _joined(texts: Iterable[str]) -> str:
    return " \n".join(text for text in texts if text)


def _in_both(make: dict[str, list[str]]) -> dict[str, str]:
    return {language: _joined(texts) for language, texts in make.items()}


def place_words(institution: Institution) -> dict[str, str]:
    """A host by every name somebody may type: its own, its city's, its country's."""
    return {
        language: _joined(
            dict.fromkeys(
                [
                    institution.name.in_language(language),
                    institution.short_name,
                    institution.native_name,
                    institution.city.in_language(language),
                    country_name(institution.country, language),
                    *ALSO_CALLED.get(institution.country, ()),
                ]
            )
        )
        for language in LANGUAGES
    }


def answers_by_opportunity(records: Records) -> dict[str, list[Answer]]:
    found: dict[str, list[Answer]] = {}
    for answer in records.answers.values():
        kind, slug = answer.page
        if kind == "opportunity":
            found.setdefault(slug, []).append(answer)
    return found


def opportunity_document(
    records: Records, opportunity: Opportunity, answered: Mapping[str, Sequence[Answer]]
) -> Document:
    hosts = [place_words(records.institutions[slug]) for slug in opportunity.hosts]
    subjects = [records.subjects[slug].name for slug in opportunity.subjects]
    courses = [records.courses[slug] for slug in opportunity.courses]
    outcomes = [course.outcomes for course in courses]
    answers = [
        (answer.question, Text(plain(answer.text.en), plain(answer.text.nl)))
        for answer in answered.get(opportunity.slug, ())
    ]
    parts: tuple[tuple[str, Callable[[str], list[str]]], ...] = (
        ("title", lambda one: [opportunity.title.in_language(one)]),
        ("place", lambda one: [host[one] for host in hosts]),
        ("subject", lambda one: [name.in_language(one) for name in subjects]),
        ("keyword", lambda one: list(opportunity.keywords.in_language(one))),
        ("course", lambda one: [course.title.in_language(one) for course in courses]),
        (
            "text",
            lambda one: [
                opportunity.summary.in_language(one),
                plain(opportunity.description.in_language(one)),
                *(text.in_language(one) for answer in answers for text in answer),
            ],
        ),
        (
            "detail",
            lambda one: [outcome for listed in outcomes for outcome in listed.in_language(one)],
        ),
    )
    return Document(
        {
            part: _in_both({language: make(language) for language in LANGUAGES})
            for part, make in parts
        }
    )


def course_tags(course: Course, country: str) -> tuple[str, ...]:
    """What a list of courses can be filtered by."""
    pairs = (
        ("institution", course.institution),
        ("country", country),
        ("language", course.language),
        ("level", course.level),
        ("programme", course.programme),
        ("opportunity", *course.opportunities),
    )
    return tuple(f"{name}:{value}" for name, *values in pairs for value in values if value)


def course_document(
    records: Records, course: Course, places: dict[str, dict[str, str]]
) -> Document:
    if course.institution not in places:
        places[course.institution] = place_words(records.institutions[course.institution])
    words = course.words.unpacked()
    return Document(
        {
            "title": {
                language: _joined(
                    dict.fromkeys(
                        [course.title.in_language(language), course.native_title, course.code]
                    )
                )
                for language in LANGUAGES
            },
            "place": places[course.institution],
            "keyword": {
                language: _joined(words.topics.in_language(language)) for language in LANGUAGES
            },
            "text": {
                language: _joined(
                    [
                        words.summary.in_language(language),
                        *words.outcomes.in_language(language),
                    ]
                )
                for language in LANGUAGES
            },
        },
        course_tags(course, records.institutions[course.institution].country),
    )


def _chapters(text: str) -> list[tuple[str, str, str]]:
    """A long text by its headings of the second level: anchor, heading, text below it.

    What stands before the first heading has neither.
    """
    bodies = re.split(r"(?m)^##? .*$", text)
    heads = [one for one in markdown.headings(text) if one.level == 2]
    if len(bodies) != len(heads) + 1:
        return [("", "", text)]
    found = [(one.anchor, one.text, body) for one, body in zip(heads, bodies[1:], strict=True)]
    return [("", "", bodies[0]), *found] if bodies[0].strip() else found


def advice_of_guide(guide: Guide) -> list[Advice]:
    """Its chapters, where both languages have the same ones; else the guide as a whole."""
    english, dutch = _chapters(guide.text.en), _chapters(guide.text.nl)
    page = ("guide", guide.slug)
    if len(english) != len(dutch):
        whole = Text(plain(guide.text.en), plain(guide.text.nl))
        return [Advice(guide.title, whole, page, Text("", ""))]
    return [
        Advice(
            Text(
                f"{guide.title.en}: {here[1]}" if here[1] else guide.title.en,
                f"{guide.title.nl}: {there[1]}" if there[1] else guide.title.nl,
            ),
            Text(plain(here[2]), plain(there[2])),
            page,
            Text(here[0], there[0]),
        )
        for here, there in zip(english, dutch, strict=True)
    ]


def advice_of(records: Records) -> tuple[Advice, ...]:
    """Everything that may answer a question: published answers first, then the guides."""
    anchors = (
        (answer, Text(f"answer-{answer.slug}", f"answer-{answer.slug}"))
        for answer in records.answers.values()
    )
    answers = [
        Advice(
            answer.question,
            Text(plain(answer.text.en), plain(answer.text.nl)),
            answer.page,
            anchor,
        )
        for answer, anchor in anchors
    ]
    chapters = [one for guide in records.guides.values() for one in advice_of_guide(guide)]
    return tuple(answers + chapters)


def _advice_document(one: Advice) -> Document:
    return Document(
        {
            "title": {language: one.title.in_language(language) for language in LANGUAGES},
            "text": {language: one.text.in_language(language) for language in LANGUAGES},
        },
        (f"page:{':'.join(one.page)}",),
    )


class _Comparison:
    """What is indexed of an entry, held against the records before."""

    def __init__(self, records: Records, before: Records) -> None:
        self._records, self._before = records, before
        self.answered = answers_by_opportunity(records)
        self.answered_before = answers_by_opportunity(before)
        self._hosts = {
            slug
            for slug, one in records.institutions.items()
            if (old := before.institutions.get(slug)) is not None and _same_place(one, old)
        }
        self.same_hosts = len(self._hosts) == len(records.institutions) == len(before.institutions)
        self._subjects = {
            slug for slug, one in records.subjects.items() if before.subjects.get(slug) == one
        }

    def same_course(self, slug: str) -> bool:
        course = self._records.courses[slug]
        return course is self._before.courses.get(slug) and course.institution in self._hosts

    def same_opportunity(self, slug: str) -> bool:
        opportunity = self._records.opportunities[slug]
        return (
            opportunity is self._before.opportunities.get(slug)
            and self.answered.get(slug) == self.answered_before.get(slug)
            and self._hosts.issuperset(opportunity.hosts)
            and self._subjects.issuperset(opportunity.subjects)
            and all(
                self._records.courses[course] is self._before.courses.get(course)
                for course in opportunity.courses
            )
        )


def _same_place(one: Institution, other: Institution) -> bool:
    return one is other or (one.country == other.country and place_words(one) == place_words(other))


def _standing(
    slugs: Iterable[str], before: Iterable[str], same: Callable[[str], bool], pace: Pace
) -> Places:
    """Where each document stood before; -1 for one that is new or says something else."""
    places = {slug: place for place, slug in enumerate(before)}
    found = []
    for slug in slugs:
        found.append(places.get(slug, -1) if same(slug) else -1)
        pace.step()
    return np.array(found, dtype=np.int64)


def _standing_in_order(courses: Mapping[str, Course], before: Mapping[str, Course]) -> Places:
    """The same for the same courses in the same order: a hundred thousand in a few milliseconds."""
    pairs = enumerate(zip(courses.values(), before.values(), strict=True))
    return np.fromiter(
        (place if one is other else -1 for place, (one, other) in pairs), np.int64, len(courses)
    )


def _followed(
    index: SearchIndex,
    was: Places,
    fresh: Callable[[int], Document],
    gone: Callable[[int], Document],
) -> SearchIndex | None:
    """The index with what differs replaced; None where it should be made anew."""
    everything = np.arange(index.size)
    if np.array_equal(was, everything):
        return index
    if not index.can_be_followed(was):
        return None
    return index.followed(
        was,
        map(fresh, np.flatnonzero(was < 0).tolist()),
        map(gone, np.setdiff1d(everything, was).tolist()),
    )


def _from_previous(
    records: Records, previous: Snapshot, pace: Pace
) -> tuple[SearchIndex | None, SearchIndex | None]:
    """The indexes of the snapshot before with what differs replaced, where that is worth it."""
    before, old = previous.records, previous.search
    old_opportunities, old_courses = old.opportunities, old.courses
    if records.edition.synonyms != before.edition.synonyms:
        synonyms = Synonyms(records.edition.synonyms)
        old_opportunities = old_opportunities.with_synonyms(synonyms)
        old_courses = old_courses.with_synonyms(synonyms)
    comparison = _Comparison(records, before)
    opportunities, courses = tuple(records.opportunities), tuple(records.courses)
    places: dict[str, dict[str, str]] = {}
    places_before: dict[str, dict[str, str]] = {}
    return (
        _followed(
            old_opportunities,
            _standing(opportunities, old.opportunity_slugs, comparison.same_opportunity, pace),
            lambda place: opportunity_document(
                records, records.opportunities[opportunities[place]], comparison.answered
            ),
            lambda place: opportunity_document(
                before,
                before.opportunities[old.opportunity_slugs[place]],
                comparison.answered_before,
            ),
        ),
        _followed(
            old_courses,
            _standing_in_order(records.courses, before.courses)
            if courses == old.course_slugs and comparison.same_hosts
            else _standing(courses, old.course_slugs, comparison.same_course, pace),
            lambda place: course_document(records, records.courses[courses[place]], places),
            lambda place: course_document(
                before, before.courses[old.course_slugs[place]], places_before
            ),
        ),
    )


def write_indexes(records: Records, folder: Path) -> None:
    """Index everything into two folders below `folder`, for `opened_indexes`."""
    for name, index in (("opportunities", index_opportunities), ("courses", index_courses)):
        below = folder / name
        below.mkdir(parents=True)
        index(records, Hurried(), below)


def opened_indexes(
    records: Records, folder: Path, keeper: object
) -> tuple[SearchIndex, SearchIndex]:
    """What `write_indexes` wrote of the same records: opportunities and courses."""
    synonyms = Synonyms(records.edition.synonyms)
    return (
        SearchIndex.opened(
            folder / "opportunities", synonyms, words_from=OPPORTUNITY_WORDS, keeper=keeper
        ),
        SearchIndex.opened(folder / "courses", synonyms, words_from=COURSE_WORDS, keeper=keeper),
    )


def index_opportunities(records: Records, pace: Pace, folder: Path | None = None) -> SearchIndex:
    answered = answers_by_opportunity(records)
    return SearchIndex.build(
        (opportunity_document(records, one, answered) for one in records.opportunities.values()),
        Synonyms(records.edition.synonyms),
        words_from=OPPORTUNITY_WORDS,
        memory=HEAP,
        between=pace.step,
        folder=folder,
    )


def index_courses(records: Records, pace: Pace, folder: Path | None = None) -> SearchIndex:
    places: dict[str, dict[str, str]] = {}
    return SearchIndex.build(
        (course_document(records, one, places) for one in records.courses.values()),
        Synonyms(records.edition.synonyms),
        words_from=COURSE_WORDS,
        memory=HEAP,
        between=pace.step,
        folder=folder,
    )


def build_search(
    records: Records,
    pace: Pace,
    previous: Snapshot | None = None,
    ready_made: Callable[[], tuple[SearchIndex, SearchIndex] | None] = lambda: None,
) -> CatalogueSearch:
    """Index everything, or only what differs from the snapshot before where that is little.

    `ready_made` is asked for the indexes of these records when one has to be made anew; where it
    has none they are made here.
    """
    opportunities, courses = (
        _from_previous(records, previous, pace) if previous is not None else (None, None)
    )
    if (opportunities is None or courses is None) and (ready := ready_made()) is not None:
        opportunities, courses = ready
    if opportunities is None:
        opportunities = index_opportunities(records, pace)
    if courses is None:
        courses = index_courses(records, pace)
    return CatalogueSearch(
        opportunities,
        tuple(records.opportunities),
        courses,
        tuple(records.courses),
        *_advice(records, pace, previous),
    )


def _advice(
    records: Records, pace: Pace, previous: Snapshot | None
) -> tuple[SearchIndex, tuple[Advice, ...]]:
    advised = advice_of(records)
    synonyms = Synonyms(records.edition.synonyms)
    if previous is None or advised != previous.search.advised:
        documents = map(_advice_document, advised)
        return SearchIndex.build(documents, synonyms, memory=HEAP, between=pace.step), advised
    if records.edition.synonyms != previous.records.edition.synonyms:
        return previous.search.advice.with_synonyms(synonyms), advised
    return previous.search.advice, advised
