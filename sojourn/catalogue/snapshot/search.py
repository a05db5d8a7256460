"""What the search knows of the catalogue: opportunities, courses, and what is advised.

Each opportunity and each course is a document. Of advice, each chapter of a guide is one, and
each answer that was published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from django.utils.translation import gettext_lazy

from sojourn.catalogue import markdown
from sojourn.catalogue.names import ALSO_CALLED, country_name, in_language
from sojourn.catalogue.regions import nearest_regions, region_names
from sojourn.catalogue.snapshot.types import (
    Answer,
    Contact,
    Course,
    Guide,
    Institution,
    Opportunity,
    Records,
)
from sojourn.common.languages import LANGUAGES, NOTHING, Text
from sojourn.engines.search import Document, SearchIndex, Synonyms
from sojourn.engines.search.analysis import LANGUAGES as STEMMED

OPPORTUNITY_WORDS = ("title", "place", "subject", "keyword", "course", "text")
# Of a course only what is short takes part in typing errors: outcomes are long and many.
COURSE_WORDS = ("title", "place", "keyword")
FOLDED_INTO = next(iter(STEMMED))
HEAP = 15_000_000  # bytes that a new index may take before it is written: the least allowed
WALK_IN_HOUR = gettext_lazy("Walk-in hour")
MARKDOWN_SIGNS = re.compile(r"\]\([^)]*\)|[*_`#>\[\]|]+")


@dataclass(frozen=True, slots=True)
class Advice:
    """Something that may answer a question: a chapter of a guide, or a published answer."""

    title: Text
    text: Text  # plain
    page: tuple[str, str]  # (kind, slug) of the page it is on
    anchor: Text  # where on that page; empty for its beginning


@dataclass(frozen=True, slots=True)
class Listed:
    """An institution, or a person or office on the public contact list."""

    kind: Literal["institution", "contact"]
    slug: str


@dataclass(frozen=True, slots=True)
class CatalogueSearch:
    """Four indexes; the numbers of their documents are places in the records."""

    opportunities: SearchIndex
    courses: SearchIndex
    course_slugs: tuple[str, ...]
    advice: SearchIndex
    advised: tuple[Advice, ...]
    directory: SearchIndex
    listed: tuple[Listed, ...]
    folder: Path | None = None  # of the first two, where the worker wrote them


def plain(text: str) -> str:
    """Markdown without its signs, for searching and for excerpts."""
    return " ".join(MARKDOWN_SIGNS.sub(" ", text).split())


def _joined(texts: Iterable[str]) -> str:
    return " \n".join(text for text in texts if text)


def _document(
    parts: Mapping[str, Mapping[str, str]],
    tags: tuple[str, ...] = (),
    names: tuple[str, ...] = (),
) -> Document:
    """Put the words of a language that the engine does not stem among those of one that it does."""
    found: dict[str, dict[str, str]] = {}
    for part, texts in parts.items():
        stemmed = {language: texts[language] for language in STEMMED if texts.get(language)}
        for language, text in texts.items():
            if language not in STEMMED and text not in stemmed.values():
                stemmed[FOLDED_INTO] = _joined([stemmed.get(FOLDED_INTO, ""), text])
        found[part] = stemmed
    return Document(found, tags, names)


def _in_each(make: dict[str, list[str]]) -> dict[str, str]:
    return {language: _joined(texts) for language, texts in make.items()}


def place_words(institution: Institution) -> dict[str, str]:
    """Return a host by every name someone may type: its own, its city's, its country's."""
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
                    *region_names(institution.country, language),
                ]
            )
        )
        for language in LANGUAGES
    }


@lru_cache(maxsize=1)
def synonyms_of(groups: tuple[tuple[str, ...], ...]) -> Synonyms:
    """Return what the edition says in several ways, and the names of every country."""
    return Synonyms(groups, nearest_regions())


def city_names(institution: Institution) -> tuple[str, ...]:
    return tuple(dict.fromkeys(institution.city.values()))


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
        (answer.question, answer.text.map(plain)) for answer in answered.get(opportunity.slug, ())
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
    return _document(
        {
            part: _in_each({language: make(language) for language in LANGUAGES})
            for part, make in parts
        },
        names=tuple(
            name for slug in opportunity.hosts for name in city_names(records.institutions[slug])
        ),
    )


def course_tags(course: Course, country: str) -> tuple[str, ...]:
    """Return what a list of courses can be filtered by."""
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
    summary, outcomes, topics = course.summary, course.outcomes, course.topics
    return _document(
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
            "keyword": {language: _joined(topics.in_language(language)) for language in LANGUAGES},
            "text": {
                language: _joined([summary.in_language(language), *outcomes.in_language(language)])
                for language in LANGUAGES
            },
        },
        course_tags(course, records.institutions[course.institution].country),
        city_names(records.institutions[course.institution]),
    )


def _chapters(text: str) -> list[tuple[str, str, str]]:
    """Return a long text by its headings of the second level: anchor, heading, text below it.

    What is before the first heading has neither.
    """
    bodies = re.split(r"(?m)^##? .*$", text)
    heads = [one for one in markdown.headings(text) if one.level == 2]
    if len(bodies) != len(heads) + 1:
        return [("", "", text)]
    found = [(one.anchor, one.text, body) for one, body in zip(heads, bodies[1:], strict=True)]
    return [("", "", bodies[0]), *found] if bodies[0].strip() else found


def advice_of_guide(guide: Guide) -> list[Advice]:
    """Its chapters, where all its languages have the same ones; else the guide as a whole."""
    chapters = {language: _chapters(text) for language, text in guide.text.items() if text}
    page = ("guide", guide.slug)
    if len({len(found) for found in chapters.values()}) != 1:
        return [Advice(guide.title, guide.text.map(plain), page, NOTHING)]
    found = []
    for versions in zip(*chapters.values(), strict=True):
        anchors, titles, texts = {}, {}, {}
        for language, (anchor, heading, text) in zip(chapters, versions, strict=True):
            title = guide.title.in_language(language)
            anchors[language], texts[language] = anchor, plain(text)
            titles[language] = f"{title}: {heading}" if heading else title
        found.append(Advice(Text(titles), Text(texts), page, Text(anchors)))
    return found


def advice_of(records: Records) -> tuple[Advice, ...]:
    """Everything that may answer a question: published answers first, then the guides."""
    anchors = (
        (answer, Text(dict.fromkeys(LANGUAGES, f"answer-{answer.slug}")))
        for answer in records.answers.values()
    )
    answers = [
        Advice(
            answer.question,
            answer.text.map(plain),
            answer.page,
            anchor,
        )
        for answer, anchor in anchors
    ]
    chapters = [one for guide in records.guides.values() for one in advice_of_guide(guide)]
    return tuple(answers + chapters)


def _advice_document(one: Advice) -> Document:
    return _document(
        {
            "title": {language: one.title.in_language(language) for language in LANGUAGES},
            "text": {language: one.text.in_language(language) for language in LANGUAGES},
        },
        (f"page:{':'.join(one.page)}",),
    )


def index_opportunities(records: Records, folder: Path | None = None) -> SearchIndex:
    answered = answers_by_opportunity(records)
    return SearchIndex.build(
        (opportunity_document(records, one, answered) for one in records.opportunities.values()),
        synonyms_of(records.edition.synonyms),
        words_from=OPPORTUNITY_WORDS,
        memory=HEAP,
        folder=folder,
    )


def index_courses(records: Records, folder: Path | None = None) -> SearchIndex:
    places: dict[str, dict[str, str]] = {}
    return SearchIndex.build(
        (course_document(records, one, places) for one in records.courses.values()),
        synonyms_of(records.edition.synonyms),
        words_from=COURSE_WORDS,
        memory=HEAP,
        folder=folder,
    )


def advice_search(records: Records) -> tuple[SearchIndex, tuple[Advice, ...]]:
    """Index what is advised, which is little in every catalogue."""
    advised = advice_of(records)
    synonyms = synonyms_of(records.edition.synonyms)
    return SearchIndex.build(map(_advice_document, advised), synonyms, memory=HEAP), advised


def _institution_document(institution: Institution) -> Document:
    return _document(
        {
            "title": {
                one: _joined([institution.name.in_language(one), institution.short_name])
                for one in LANGUAGES
            },
            "place": place_words(institution),
        },
        names=city_names(institution),
    )


def _contact_document(records: Records, contact: Contact) -> Document:
    def about(language: str) -> str:
        return _joined(
            [
                contact.title.in_language(language),
                contact.unit_name.in_language(language),
                in_language(WALK_IN_HOUR, language) if contact.walk_in_hours else "",
            ]
        )

    institution = records.institutions.get(contact.institution)
    return _document(
        {
            "title": {one: contact.name or contact.title.in_language(one) for one in LANGUAGES},
            "keyword": {one: about(one) for one in LANGUAGES},
            "place": place_words(institution) if institution and not institution.is_home else {},
            "text": {one: contact.help_with.in_language(one) for one in LANGUAGES},
        }
    )


def directory_search(records: Records) -> tuple[SearchIndex, tuple[Listed, ...]]:
    """Index institutions and public contacts; a contact with restricted visibility is no record."""
    institutions = [one for one in records.institutions.values() if not one.is_home]
    contacts = records.contacts.values()
    documents = [
        *map(_institution_document, institutions),
        *(_contact_document(records, one) for one in contacts),
    ]
    listed = (
        *(Listed("institution", one.slug) for one in institutions),
        *(Listed("contact", one.slug) for one in contacts),
    )
    return SearchIndex.build(documents, synonyms_of(records.edition.synonyms), memory=HEAP), listed


def build_search(records: Records) -> CatalogueSearch:
    """Index all that can be found by words, in memory."""
    return CatalogueSearch(
        index_opportunities(records),
        index_courses(records),
        tuple(records.courses),
        *advice_search(records),
        *directory_search(records),
    )
