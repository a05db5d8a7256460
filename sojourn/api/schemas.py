"""The shapes that several resources share: texts, references, sources, pages of a list."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpResponse
from ninja import Schema
from pydantic import BaseModel, Field

from sojourn.api.problems import Problem, ProblemError, invalid_parameter
from sojourn.api.request_context import ApiRequest, RequestContext
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
    def of(cls, text: Text, context: RequestContext) -> LocalText:
        return cls(text=text.in_language(context.language), **text)


@with_fields(
    {language: (list[str], Field(description=f"In {name}.")) for language, name in _NAMES.items()}
)
class LocalTexts(BaseModel):
    """Several texts in every language of the site, in the same order."""

    texts: list[str] = Field(description="In the language that was asked for.")

    @classmethod
    def of(cls, texts: records.TextList, context: RequestContext) -> LocalTexts:
        said = {language: list(texts[language]) for language in LANGUAGES}
        return cls(texts=list(texts.in_language(context.language)), **said)


class Reference(BaseModel):
    """Another thing in this API, by name and address."""

    slug: str = Field(description="Its id; stable, and the last part of its address.")
    name: LocalText = Field(description="What it is called.")
    url: str = Field(description="Its address in this API.")


class Country(BaseModel):
    """A country."""

    code: str = Field(description="ISO 3166-1 alpha-2.", examples=["SE"])
    name: str = Field(description="Its name in the language that was asked for (CLDR).")


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

    def allows(self, entry: Any) -> bool:
        """Whether an entry is one of those that were asked for."""
        return True


Problems = dict.fromkeys((400, 404, 405, 429, 500), Problem)
EntryProblems = Problems | {410: Problem}


# Not JSON Schema's format "time", which has an offset in it.
ClockTime = Annotated[str, Field(pattern=r"^[0-2][0-9]:[0-5][0-9]$", examples=["23:59"])]


def clock_time(time: dt.time) -> str:
    """Return a time as a clock on the wall shows it."""
    return f"{time:%H:%M}"


def page_links(request: ApiRequest, page: int, pages: int) -> PageLinks:
    """Return the neighbours of a page, each with the rest of the query as it was sent."""
    query = [
        (name, value) for name, values in request.GET.lists() if name != "page" for value in values
    ]

    def address(number: int) -> str:
        return f"{request.context.site}{request.path}?{urlencode([*query, ('page', number)])}"

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


def find(context: RequestContext, kind: str, entries: Mapping[str, Record], slug: str) -> Record:
    """Return the entry with that id; a problem if it never was (404) or was withdrawn (410)."""
    record = entries.get(slug)
    if record is None:
        if (kind, slug) in context.snapshot.records.withdrawn:
            raise ProblemError(410)
        raise ProblemError(404, f"There is no {kind} with the slug “{slug[:80]}”.")
    return record


def known_parameters(request: ApiRequest, query: type[Schema]) -> None:
    """Refuse a parameter that does not exist: a misspelt filter must not pass for no filter."""
    known = {field.alias or name for name, field in query.model_fields.items()}
    for name in request.GET:
        if name not in known:
            raise invalid_parameter(
                name[:80], f"it does not exist here. There are: {', '.join(sorted(known))}."
            )


def list_page(
    request: ApiRequest,
    response: HttpResponse,
    query: PageQuery,
    entries: Sequence[Record],
    shape: Callable[[Record, RequestContext], Item],
) -> Page[Item]:
    """One page of a whole list, each entry in its shape."""
    start = (query.page - 1) * query.per_page
    results = [shape(entry, request.context) for entry in entries[start : start + query.per_page]]
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
