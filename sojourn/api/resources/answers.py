"""Questions that the office answered once for everybody."""

from __future__ import annotations

import datetime as dt
from typing import Any, Literal

from ninja import Router
from pydantic import Field

from sojourn.api import links
from sojourn.api.endpoints import add_entry, add_list
from sojourn.api.entries import Sourced
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import LocalText, PageQuery, Reference
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Answers"])

Kind = Literal["opportunity", "institution", "guide"]
_COLLECTIONS: dict[str, str] = {
    "opportunity": "opportunities", "institution": "institutions", "guide": "guides"
}  # fmt: skip


class Answer(Sourced):
    """A question and its answer, without the person who asked. The office is the source."""

    slug: str = Field(description="Its id.")
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="Where it stands on a page for people.")
    question: LocalText = Field(description="What was asked.")
    text: LocalText = Field(description="The answer, in Markdown.")
    about_kind: Kind = Field(description="What kind of thing it is about.")
    about: Reference = Field(description="The opportunity, institution or guide it is about.")
    checked_on: dt.date = Field(description="When the office last said that it is right.")

    @classmethod
    def besides(cls, record: records.Answer, context: RequestContext) -> dict[str, Any]:
        kind, slug = record.page
        return {
            "url": context.address("answers", record.slug),
            "page": f"{context.page(kind, slug)}#answer-{record.slug}",
            "about_kind": kind,
            "about": links.reference(_COLLECTIONS[kind], slug, context),
        }


class AnswerQuery(PageQuery):
    """What the list of answers accepts."""

    opportunity: str = Field("", description="Only about the opportunity with this slug.")
    institution: str = Field("", description="Only about the institution with this slug.")
    guide: str = Field("", description="Only about the guide with this slug.")

    def allows(self, entry: records.Answer) -> bool:
        """Whether the answer is about everything that was asked for."""
        asked = {
            ("opportunity", self.opportunity),
            ("institution", self.institution),
            ("guide", self.guide),
        }
        return all(wanted == entry.page for wanted in asked if wanted[1])


add_list(
    router,
    "answers",
    Answer,
    summary="List published answers",
    description="Return what the office answered for everyone, in the order in which it came.",
    accepts=AnswerQuery,
)
add_entry(
    router,
    "answer",
    "answers",
    Answer,
    summary="Read a published answer",
    description="One question with its answer.",
)
