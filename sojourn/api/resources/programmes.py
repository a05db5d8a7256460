"""Degree programmes of home and the mobility windows in which one can go abroad."""

from __future__ import annotations

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

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
    Requirement,
    Sourced,
    SourceOut,
    find,
    known_parameters,
    list_page,
    number,
)
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Programmes and windows"])


class PhaseOut(BaseModel):
    """A semester or year of a degree programme."""

    slug: str = Field(description="Its id.")
    year: int = Field(description="Year of the programme, from 1.")
    semester: int | None = Field(description="1 or 2; null for a whole year.")
    name: LocalText = Field(description="What it is called.")

    @classmethod
    def of(cls, phase: records.Phase, reading: Reading) -> PhaseOut:
        return cls(
            slug=phase.slug,
            year=phase.year,
            semester=phase.semester,
            name=LocalText.of(phase.name, reading),
        )


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
    def of(cls, programme: records.Programme, reading: Reading) -> Programme:
        return cls(
            slug=programme.slug,
            url=reading.address("programmes", programme.slug),
            name=LocalText.of(programme.name, reading),
            short_name=LocalText.of(programme.short_name, reading),
            level=programme.level,
            isced_f=programme.isced_f,
            isced_f_name=refer.field(programme.isced_f, reading),
            years=programme.years,
            phases=[PhaseOut.of(phase, reading) for phase in programme.phases],
            windows=[refer.window(slug, reading) for slug in programme.windows],
            is_example=programme.is_example,
            sources=SourceOut.all_of(programme.sources, reading),
        )


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
    def of(cls, window: records.Window, reading: Reading) -> Window:
        return cls(
            slug=window.slug,
            url=reading.address("windows", window.slug),
            name=LocalText.of(window.name, reading),
            programme=refer.programme(window.programme, reading),
            phase=PhaseOut.of(window.phase, reading) if window.phase else None,
            summary=LocalText.of(window.summary, reading),
            ects=number(window.ects),
            weeks_min=window.weeks_min,
            weeks_max=window.weeks_max,
            starts_month=window.starts_month,
            ends_month=window.ends_month,
            requirements=[Requirement.of(entry, reading) for entry in window.requirements],
            home_courses=[refer.course(slug, reading) for slug in window.home_courses],
            opportunities=[refer.opportunity(slug, reading) for slug in window.opportunities],
            is_example=window.is_example,
            sources=SourceOut.all_of(window.sources, reading),
        )


class WindowQuery(PageQuery):
    """What the list of windows accepts."""

    programme: str = Field("", description="Only of the programme with this slug.")


@router.get(
    "/programmes",
    response={200: Page[Programme]} | Problems,
    operation_id="list_programmes",
    summary="List degree programmes",
)
def list_programmes(
    request: ReadingRequest, response: HttpResponse, query: Query[PageQuery]
) -> Page[Programme]:
    """Return the degree programmes whose students can use this catalogue."""
    known_parameters(request, PageQuery)
    found = list(request.reading.snapshot.records.programmes.values())
    return list_page(request, response, query, found, Programme.of)


@router.get(
    "/programmes/{slug}",
    response={200: Programme} | EntryProblems,
    operation_id="read_programme",
    summary="Read a degree programme",
)
def read_programme(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Programme:
    """One degree programme with its phases and windows."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.programmes
    return Programme.of(find(request.reading, "programme", entries, slug), request.reading)


@router.get(
    "/windows",
    response={200: Page[Window]} | Problems,
    operation_id="list_windows",
    summary="List mobility windows",
)
def list_windows(
    request: ReadingRequest, response: HttpResponse, query: Query[WindowQuery]
) -> Page[Window]:
    """Return the stretches of the degree programmes in which going abroad fits."""
    known_parameters(request, WindowQuery)
    known = request.reading.snapshot.records
    found = [
        window for window in known.windows.values() if query.programme in ("", window.programme)
    ]
    return list_page(request, response, query, found, Window.of)


@router.get(
    "/windows/{slug}",
    response={200: Window} | EntryProblems,
    operation_id="read_window",
    summary="Read a mobility window",
)
def read_window(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Window:
    """One mobility window with what it requires and what fits in it."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.windows
    return Window.of(find(request.reading, "window", entries, slug), request.reading)
