"""Questions that the office answered once for everybody."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

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

router = Router(tags=["Answers"])

Kind = Literal["opportunity", "institution", "guide"]
_REFER = {
    "opportunity": refer.opportunity,
    "institution": refer.institution,
    "guide": refer.guide,
}
_PAGES: dict[str, Kind] = {kind: kind for kind in ("opportunity", "institution", "guide")}


class Answer(Sourced):
    """A question and its answer, without whoever asked. The office itself is the source."""

    slug: str = Field(description="Its id.")
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="Where it stands on a page for people.")
    question: LocalText = Field(description="What was asked.")
    text: LocalText = Field(description="The answer, in Markdown.")
    about_kind: Kind = Field(description="What kind of thing it is about.")
    about: Reference = Field(description="The opportunity, institution or guide it is about.")
    checked_on: dt.date = Field(description="When the office last said that it is right.")

    @classmethod
    def of(cls, answer: records.Answer, reading: Reading) -> Answer:
        kind, slug = _PAGES[answer.page[0]], answer.page[1]
        return cls(
            slug=answer.slug,
            url=reading.address("answers", answer.slug),
            page=f"{reading.page(kind, slug)}#answer-{answer.slug}",
            question=LocalText.of(answer.question, reading),
            text=LocalText.of(answer.text, reading),
            about_kind=kind,
            about=_REFER[kind](slug, reading),
            checked_on=answer.checked_on,
            is_example=answer.is_example,
            sources=SourceOut.all_of(answer.sources, reading),
        )


class AnswerQuery(PageQuery):
    """What the list of answers accepts."""

    opportunity: str = Field("", description="Only about the opportunity with this slug.")
    institution: str = Field("", description="Only about the institution with this slug.")
    guide: str = Field("", description="Only about the guide with this slug.")

    def allows(self, answer: records.Answer) -> bool:
        """Whether the answer is about everything that was asked for."""
        asked = {
            ("opportunity", self.opportunity),
            ("institution", self.institution),
            ("guide", self.guide),
        }
        return all(wanted == answer.page for wanted in asked if wanted[1])


@router.get(
    "/answers",
    response={200: Page[Answer]} | Problems,
    operation_id="list_answers",
    summary="List published answers",
)
def list_answers(
    request: ReadingRequest, response: HttpResponse, query: Query[AnswerQuery]
) -> Page[Answer]:
    """Return what the office answered for everyone, in the order in which it came."""
    known_parameters(request, AnswerQuery)
    known = request.reading.snapshot.records.answers.values()
    found = [answer for answer in known if query.allows(answer)]
    return list_page(request, response, query, found, Answer.of)


@router.get(
    "/answers/{slug}",
    response={200: Answer} | EntryProblems,
    operation_id="read_answer",
    summary="Read a published answer",
)
def read_answer(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Answer:
    """One question with its answer."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.answers
    return Answer.of(find(request.reading, "answer", entries, slug), request.reading)
