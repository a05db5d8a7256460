"""What the search knows of the catalogue: each opportunity and each course as a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sojourn.catalogue.names import ALSO_CALLED, country_name
from sojourn.catalogue.snapshot.pace import Pace
from sojourn.catalogue.snapshot.types import LANGUAGES, Course, Institution, Opportunity, Records
from sojourn.engines.search import Document, SearchIndex, Synonyms

if TYPE_CHECKING:
    from sojourn.catalogue.snapshot.holder import Snapshot

OPPORTUNITY_WORDS = ("title", "place", "subject", "keyword", "course", "text")
# Of a course only what is short takes part in typing errors: outcomes are long and many.
COURSE_WORDS = ("title", "place", "keyword")
MARKDOWN_SIGNS = re.compile(r"\]\([^)]*\)|[*_`#>\[\]|]+")


@dataclass(frozen=True, slots=True)
class CatalogueSearch:
    """Two indexes, and the slug of each document's entry by its number."""

    opportunities: SearchIndex
    opportunity_slugs: tuple[str, ...]
    courses: SearchIndex
    course_slugs: tuple[str, ...]


def plain(markdown: str) -> str:
    """Markdown without its signs, for searching and for excerpts."""
    return " ".join(MARKDOWN_SIGNS.sub(" ", markdown).split())


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


def opportunity_document(records: Records, opportunity: Opportunity) -> Document:
    hosts = [place_words(records.institutions[slug]) for slug in opportunity.hosts]
    subjects = [records.subjects[slug].name for slug in opportunity.subjects]
    courses = [records.courses[slug] for slug in opportunity.courses]
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
            ],
        ),
        (
            "detail",
            lambda one: [
                outcome for course in courses for outcome in course.outcomes.in_language(one)
            ],
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
                language: _joined(course.topics.in_language(language)) for language in LANGUAGES
            },
            "text": {
                language: _joined(
                    [
                        course.summary.in_language(language),
                        *course.outcomes.in_language(language),
                    ]
                )
                for language in LANGUAGES
            },
        },
        course_tags(course, records.institutions[course.institution].country),
    )


def _same_courses(records: Records, previous: Records) -> bool:
    """Whether everything that the course index was made of is the same object as before."""
    return (
        list(records.courses) == list(previous.courses)
        and all(course is previous.courses[slug] for slug, course in records.courses.items())
        and all(
            slug in previous.institutions
            and place_words(one) == place_words(previous.institutions[slug])
            for slug, one in records.institutions.items()
        )
        and records.edition.synonyms == previous.edition.synonyms
    )


def build_search(records: Records, pace: Pace, previous: Snapshot | None = None) -> CatalogueSearch:
    """Index everything; the courses' index is taken over when no course has changed."""
    synonyms = Synonyms(records.edition.synonyms)

    def opportunities() -> Iterator[Document]:
        for opportunity in records.opportunities.values():
            yield opportunity_document(records, opportunity)

    def courses() -> Iterator[Document]:
        places: dict[str, dict[str, str]] = {}
        for course in records.courses.values():
            yield course_document(records, course, places)

    index = SearchIndex.build(
        opportunities(),
        synonyms,
        words_from=OPPORTUNITY_WORDS,
        memory=30_000_000,
        between=pace.step,
    )
    if previous is not None and _same_courses(records, previous.records):
        course_index = previous.search.courses
    else:
        course_index = SearchIndex.build(
            courses(), synonyms, words_from=COURSE_WORDS, between=pace.step
        )
    return CatalogueSearch(
        index, tuple(records.opportunities), course_index, tuple(records.courses)
    )
