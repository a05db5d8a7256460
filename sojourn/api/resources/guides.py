"""Pages of advice."""

from __future__ import annotations

import datetime as dt

from django.http import HttpResponse
from ninja import Field, Query, Router

from sojourn.api import refer
from sojourn.api.reading import Reading, ReadingRequest
from sojourn.api.shapes import (
    EntryProblems,
    LanguageQuery,
    LocalText,
    Page,
    PageQuery,
    Problems,
    Reference,
    Sourced,
    SourceOut,
    find,
    known_parameters,
    list_page,
)
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Guides"])


class GuideSummary(Sourced):
    """A page of advice, without its text."""

    slug: str = Field(description="Its id.", examples=["costs"])
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="The page for people.")
    title: LocalText = Field(description="Its title.")
    summary: LocalText = Field(description="What it is about, in a sentence.")
    checked_on: dt.date | None = Field(description="When somebody last checked it.")

    @classmethod
    def of(cls, guide: records.Guide, reading: Reading) -> GuideSummary:
        return GuideSummary(
            slug=guide.slug,
            url=reading.address("guides", guide.slug),
            page=reading.page("guide", guide.slug),
            title=LocalText.of(guide.title, reading),
            summary=LocalText.of(guide.summary, reading),
            checked_on=guide.checked_on,
            is_example=guide.is_example,
            sources=SourceOut.all_of(guide.sources, reading),
        )


class Guide(GuideSummary):
    """A page of advice."""

    text: LocalText = Field(description="The whole text, in Markdown.")
    related: list[Reference] = Field(description="Guides to read next.")

    @classmethod
    def of(cls, guide: records.Guide, reading: Reading) -> Guide:
        return cls(
            **dict(GuideSummary.of(guide, reading)),
            text=LocalText.of(guide.text, reading),
            related=[refer.guide(slug, reading) for slug in guide.related],
        )


@router.get(
    "/guides",
    response={200: Page[GuideSummary]} | Problems,
    operation_id="list_guides",
    summary="List guides",
)
def list_guides(
    request: ReadingRequest, response: HttpResponse, query: Query[PageQuery]
) -> Page[GuideSummary]:
    """Pages of advice: finding a place, costs, language, grants, safety and more."""
    known_parameters(request, PageQuery)
    found = list(request.reading.snapshot.records.guides.values())
    return list_page(request, response, query, found, GuideSummary.of)


@router.get(
    "/guides/{slug}",
    response={200: Guide} | EntryProblems,
    operation_id="read_guide",
    summary="Read a guide",
)
def read_guide(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Guide:
    """One page of advice in Markdown."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.guides
    return Guide.of(find(request.reading, "guide", entries, slug), request.reading)
