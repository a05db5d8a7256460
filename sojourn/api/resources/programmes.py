"""Degree programmes of home and the mobility windows in which one can go abroad."""

from __future__ import annotations

from typing import Any

from ninja import Router
from pydantic import Field

from sojourn.api import links
from sojourn.api.endpoints import add_entry, add_list
from sojourn.api.entries import FromRecord, Requirement, Sourced
from sojourn.api.request_context import RequestContext
from sojourn.api.schemas import LocalText, PageQuery, Reference
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Programmes and windows"])


class PhaseOut(FromRecord):
    """A semester or year of a degree programme."""

    slug: str = Field(description="Its id.")
    year: int = Field(description="Year of the programme, from 1.")
    semester: int | None = Field(description="1 or 2; null for a whole year.")
    name: LocalText = Field(description="What it is called.")


class Programme(Sourced):
    """A degree programme at home."""

    slug: str = Field(description="Its id.", examples=["biomedical-sciences-bsc"])
    url: str = Field(description="Its address in this API.")
    name: LocalText = Field(description="Its full name.")
    short_name: LocalText = Field(description="Its name where space is short.")
    level: str = Field(description="`bachelor` or `master`.")
    isced_f: str = Field(description="Field of study, ISCED-F 2013.")
    isced_f_name: LocalText | None = Field(description="What that code stands for.")
    years: int = Field(description="How many years it takes.")
    phases: list[PhaseOut] = Field(description="Its parts, in order.")
    windows: list[Reference] = Field(description="When one can go abroad.")

    @classmethod
    def besides(cls, record: records.Programme, context: RequestContext) -> dict[str, Any]:
        return {
            "url": context.address("programmes", record.slug),
            "isced_f_name": links.field(record.isced_f, context),
        }


class Window(Sourced):
    """A stretch of a degree programme in which going abroad fits."""

    slug: str = Field(description="Its id.", examples=["bms-bsc-y2-karolinska-semester"])
    url: str = Field(description="Its address in this API.")
    name: LocalText = Field(description="What it is called.")
    programme: Reference = Field(description="The degree programme it belongs to.")
    phase: PhaseOut | None = Field(description="The part of the programme; null if several.")
    summary: LocalText = Field(description="What one does in it.")
    ects: float | None = Field(description="ECTS credits it holds; null if not known.")
    weeks_min: int | None = Field(description="Weeks, at least; null if not known.")
    weeks_max: int | None = Field(description="Weeks, at most; null if not known.")
    starts_month: int | None = Field(description="Month in which it usually starts, 1 to 12.")
    ends_month: int | None = Field(description="Month in which it usually ends, 1 to 12.")
    requirements: list[Requirement] = Field(description="What must have been done before.")
    home_courses: list[Reference] = Field(description="What one would follow at home meanwhile.")
    opportunities: list[Reference] = Field(description="What fits in it.")

    @classmethod
    def besides(cls, record: records.Window, context: RequestContext) -> dict[str, Any]:
        return {"url": context.address("windows", record.slug)}


class WindowQuery(PageQuery):
    """What the list of windows accepts."""

    programme: str = Field("", description="Only of the programme with this slug.")

    def allows(self, entry: records.Window) -> bool:
        return self.programme in ("", entry.programme)


add_list(
    router,
    "programmes",
    Programme,
    summary="List degree programmes",
    description="Return the degree programmes whose students can use this catalogue.",
)
add_entry(
    router,
    "programme",
    "programmes",
    Programme,
    summary="Read a degree programme",
    description="One degree programme with its phases and windows.",
)
add_list(
    router,
    "windows",
    Window,
    summary="List mobility windows",
    description="Return the stretches of the degree programmes in which going abroad fits.",
    accepts=WindowQuery,
)
add_entry(
    router,
    "window",
    "windows",
    Window,
    summary="Read a mobility window",
    description="One mobility window with what it requires and what fits in it.",
)
