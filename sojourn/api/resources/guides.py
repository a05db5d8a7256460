"""Pages of advice."""

from __future__ import annotations

import datetime as dt
from typing import Any

from ninja import Field, Router

from sojourn.api.endpoints import add_entry, add_list
from sojourn.api.entries import Sourced
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import LocalText, Reference
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
    def besides(cls, record: records.Guide, context: RequestContext) -> dict[str, Any]:
        return {
            "url": context.address("guides", record.slug),
            "page": context.page("guide", record.slug),
        }


class Guide(GuideSummary):
    """A page of advice."""

    text: LocalText = Field(description="The whole text, in Markdown.")
    related: list[Reference] = Field(description="Guides to read next.")


add_list(
    router,
    "guides",
    GuideSummary,
    summary="List guides",
    description="Pages of advice: finding a place, costs, language, grants, safety and more.",
)
add_entry(
    router,
    "guide",
    "guides",
    Guide,
    summary="Read a guide",
    description="One page of advice in Markdown.",
)
