"""The shapes that several resources share: texts, references, sources, pages of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpResponse
from ninja import Schema
from pydantic import BaseModel, Field

from sojourn.api.problems import Problem, ProblemError, invalid_parameter
from sojourn.api.reading import Reading, ReadingRequest
from sojourn.catalogue.choices import OneOf
from sojourn.catalogue.snapshot import types as records
from sojourn.common.languages import LANGUAGES, Text, language_name
from sojourn.common.pydantic_fields import with_fields

Language = Annotated[str, OneOf(LANGUAGES)]
LANGUAGE_CODES = ", ".join(f"`{language}`" for language in LANGUAGES)
# The names of the languages as the descriptions of fields say them, which are in English.
_NAMES = {language: language_name(language, "en") for language in LANGUAGES}
DEFAULT_PER_PAGE = 20
MOST_PER_PAGE = 100
# A page number beyond this cannot exist and would only make long figures.
LAST_PAGE = 100_000


@with_fields(
    {
        language: (str, Field(description=f"In {name}; empty if it was never written in {name}."))
        for language, name in _NAMES.items()
    }
)
class LocalText(BaseModel):
    """A text in every language of the site."""

    text: str = Field(description="In the language that was asked for.")

    @classmethod
    def of(cls, text: Text, reading: Reading) -> LocalText:
        return cls(text=text.in_language(reading.language), **text)


@with_fields(
    {language: (list[str], Field(description=f"In {name}.")) for language, name in _NAMES.items()}
)
class LocalTexts(BaseModel):
    """Several texts in every language of the site, in the same order."""

    texts: list[str] = Field(description="In the language that was asked for.")

    @classmethod
    def of(cls, texts: records.TextList, reading: Reading) -> LocalTexts:
        said = {language: list(texts[language]) for language in LANGUAGES}
        return cls(texts=list(texts.in_language(reading.language)), **said)


class Reference(BaseModel):
    """Another thing in this API, by name and address."""

    slug: str = Field(description="Its id; stable, and the last part of its address.")
    name: LocalText = Field(description="What it is called.")
    url: str = Field(description="Its address in this API.")


class Country(BaseModel):
    """A country."""

    code: str = Field(description="ISO 3166-1 alpha-2.", examples=["SE"])
    name: str = Field(description="Its name in the language that was asked for (CLDR).")


class SourceOut(BaseModel):
    """Where a fact comes from."""

    slug: str = Field(description="Id of the source.")
    title: str = Field(description="Title of the page or document.")
    publisher: str = Field(description="Who published it.")
    url: str = Field(description="Where it can be read; empty if it is not on the web.")
    year: int | None = Field(description="The year the fact speaks of.")
    checked_on: dt.date | None = Field(description="When we last looked.")
    certainty: str = Field(
        description="`official`, `first_hand`, `secondary`, `general_knowledge` or `estimate`."
    )
    note: LocalText = Field(description="A remark about it; may be empty.")

    @classmethod
    def of(cls, source: records.Source, reading: Reading) -> SourceOut:
        return cls(
            slug=source.slug,
            title=source.title,
            publisher=source.publisher,
            url=source.url,
            year=source.year,
            checked_on=source.checked_on,
            certainty=source.certainty,
            note=LocalText.of(source.note, reading),
        )

    @classmethod
    def all_of(cls, sources: Iterable[records.Source], reading: Reading) -> list[SourceOut]:
        return [cls.of(source, reading) for source in sources]


class ProvenanceOut(BaseModel):
    """Where one fact comes from, or that it is only an example."""

    is_example: bool = Field(
        description="True: made up to show how the site works. Do not pass it on as a fact."
    )
    source: SourceOut | None = Field(description="Where the fact comes from; null for an example.")

    @classmethod
    def of(cls, provenance: records.Provenance, reading: Reading) -> ProvenanceOut:
        source = provenance.source
        return cls(
            is_example=provenance.is_example,
            source=SourceOut.of(source, reading) if source else None,
        )


class Sourced(BaseModel):
    """What every entry says about itself."""

    is_example: bool = Field(
        description="True: made up to show how the site works. Do not pass it on as a fact."
    )
    sources: list[SourceOut] = Field(description="Where the facts of this entry come from.")


class Requirement(BaseModel):
    """Something that is asked of a student."""

    text: LocalText = Field(description="In plain words.")
    provenance: ProvenanceOut = Field(description="Where this comes from.")

    @classmethod
    def of(cls, requirement: records.Requirement, reading: Reading) -> Requirement:
        return cls(
            text=LocalText.of(requirement.text, reading),
            provenance=ProvenanceOut.of(requirement.provenance, reading),
        )


class PageLinks(BaseModel):
    """Addresses of this page of the list and of its neighbours."""

    self: str = Field(description="This page.")
    first: str = Field(description="The first page.")
    prev: str | None = Field(description="The page before; null on the first.")
    next: str | None = Field(description="The page after; null on the last.")
    last: str = Field(description="The last page.")


Item = TypeVar("Item")


class Page(BaseModel, Generic[Item]):
    """One page of a list. The `Link` header carries the same neighbours (RFC 8288)."""

    count: int = Field(description="How many results there are in all.", examples=[17])
    page: int = Field(description="Which page this is; the first is 1.", examples=[1])
    pages: int = Field(description="How many pages there are; at least 1.", examples=[1])
    per_page: int = Field(description="How many results a page holds at most.", examples=[20])
    links: PageLinks = Field(description="Addresses of this page and of its neighbours.")
    results: list[Item] = Field(description="The results of this page, in order.")


class LanguageQuery(Schema):
    """What every address accepts."""

    lang: Language | None = Field(
        None,
        description="Language of names and texts. Without it, `Accept-Language` decides.",
    )


class PageQuery(LanguageQuery):
    """What every list accepts."""

    page: int = Field(1, ge=1, le=LAST_PAGE, description="Which page; the first is 1.")
    per_page: int = Field(
        DEFAULT_PER_PAGE, ge=1, le=MOST_PER_PAGE, description="Results a page, at most 100."
    )


Problems = dict.fromkeys((400, 404, 405, 429, 500), Problem)
EntryProblems = Problems | {410: Problem}


# Not JSON Schema's format "time", which has an offset in it.
ClockTime = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$", examples=["23:59"])]


def clock_time(time: dt.time) -> str:
    """Return a time as a clock on the wall shows it."""
    return f"{time:%H:%M}"


def number(value: Decimal | None) -> float | None:
    """Return a decimal as a JSON number.

    ECTS and money have at most two digits, which a float keeps.
    """
    return None if value is None else float(value)


def page_links(request: ReadingRequest, page: int, pages: int) -> PageLinks:
    """Return the neighbours of a page, each with the rest of the query as it was sent."""
    query = [
        (name, value) for name, values in request.GET.lists() if name != "page" for value in values
    ]

    def address(number: int) -> str:
        return f"{request.reading.site}{request.path}?{urlencode([*query, ('page', number)])}"

    return PageLinks(
        self=address(page),
        first=address(1),
        prev=address(min(page - 1, pages)) if page > 1 else None,
        next=address(page + 1) if page < pages else None,
        last=address(pages),
    )


def link_header(links: PageLinks) -> str:
    """Return the same neighbours for clients that read headers (RFC 8288)."""
    named = (
        ("first", links.first),
        ("prev", links.prev),
        ("next", links.next),
        ("last", links.last),
    )
    return ", ".join(f'<{address}>; rel="{relation}"' for relation, address in named if address)


Record = TypeVar("Record")


def find(reading: Reading, kind: str, entries: Mapping[str, Record], slug: str) -> Record:
    """Return the entry with that id; a problem if it never was (404) or was withdrawn (410)."""
    record = entries.get(slug)
    if record is None:
        if (kind, slug) in reading.snapshot.records.withdrawn:
            raise ProblemError(410)
        raise ProblemError(404, f"There is no {kind} with the slug “{slug[:80]}”.")
    return record


def known_parameters(request: ReadingRequest, query: type[Schema]) -> None:
    """Refuse a parameter that does not exist: a misspelt filter must not pass for no filter."""
    known = {field.alias or name for name, field in query.model_fields.items()}
    for name in request.GET:
        if name not in known:
            raise invalid_parameter(
                name[:80], f"it does not exist here. There are: {', '.join(sorted(known))}."
            )


def list_page(
    request: ReadingRequest,
    response: HttpResponse,
    query: PageQuery,
    entries: Sequence[Record],
    shape: Callable[[Record, Reading], Item],
) -> Page[Item]:
    """One page of a whole list, each entry in its shape."""
    start = (query.page - 1) * query.per_page
    results = [shape(entry, request.reading) for entry in entries[start : start + query.per_page]]
    pages = max(1, -(-len(entries) // query.per_page))
    links = page_links(request, query.page, pages)
    response.headers["Link"] = link_header(links)
    return Page(
        count=len(entries),
        page=query.page,
        pages=pages,
        per_page=query.per_page,
        links=links,
        results=results,
    )
