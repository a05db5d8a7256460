"""Courses at home and at hosts, with their learning outcomes and what was recognised before."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import Field

from sojourn.api import links
from sojourn.api.endpoints import add_entry
from sojourn.api.entries import FromRecord, Sourced
from sojourn.api.request_context import ApiRequest, RequestContext
from sojourn.api.schemas import (
    LocalText,
    LocalTexts,
    Page,
    PageQuery,
    Problems,
    Reference,
    known_parameters,
    link_header,
    page_links,
)
from sojourn.catalogue.queries.courses import CourseFilter, search_courses
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Courses"])

LONGEST_SEARCH = 300  # characters, as on the page for people


class CourseSummary(Sourced):
    """A course, as far as a list needs it."""

    slug: str = Field(description="Its id.", examples=["ki-immunology-and-microbiology"])
    url: str = Field(description="Its address in this API.")
    page: str = Field(description="The page about it for people.")
    code: str = Field(description="Course code at its institution; may be empty.")
    title: LocalText = Field(description="Its title; a translation where the host has none.")
    institution: Reference = Field(description="Who gives it.")
    ects: float | None = Field(description="ECTS credits; null if not known.")
    level: str = Field(description="`bachelor`, `master` or `both`.")
    language: str = Field(description="Language of instruction, ISO 639 code.")
    isced_f: str = Field(description="Field of study, ISCED-F 2013; may be empty.")
    isced_f_name: LocalText | None = Field(description="What that code stands for.")
    summary: LocalText = Field(description="What it is about, in our own words.")

    @classmethod
    def besides(cls, record: records.Course, context: RequestContext) -> dict[str, Any]:
        return {
            "url": context.address("courses", record.slug),
            "page": context.page("course", record.slug),
            "isced_f_name": links.field(record.isced_f, context),
        }


class PrecedentOut(FromRecord):
    """A course abroad that was recognised for a course at home before."""

    slug: str = Field(description="Its id.")
    host_course: Reference = Field(description="The course abroad.")
    home_course: Reference = Field(description="The course at home that it replaced.")
    year: int = Field(description="The year of the decision.")
    decided_by: LocalText = Field(
        description="The role that decided, such as the board of examiners; may be empty."
    )
    note: LocalText = Field(description="A remark; may be empty.")
    is_example: bool = Field(
        description="True: made up to show how the site works. Do not pass it on as a fact."
    )


class Course(CourseSummary):
    """A course with everything that is known about it."""

    native_title: str = Field(description="Its title in the host's own language; may be empty.")
    programme: Reference | None = Field(
        description="For a course at home: the degree programme it belongs to."
    )
    year: int | None = Field(description="For a course at home: the year of the programme.")
    starts_month: int | None = Field(description="Month in which it starts, 1 to 12.")
    ends_month: int | None = Field(description="Month in which it ends, 1 to 12.")
    outcomes: LocalTexts = Field(description="What one can do afterwards, in our own words.")
    topics: LocalTexts = Field(description="What it covers.")
    opportunities: list[Reference] = Field(description="Opportunities in which one can take it.")
    precedents: list[PrecedentOut] = Field(
        description="Decisions in which it was recognised, or was what another course replaced."
    )

    @classmethod
    def besides(cls, record: records.Course, context: RequestContext) -> dict[str, Any]:
        return super().besides(record, context) | {
            "precedents": [
                PrecedentOut.of(precedent, context)
                for precedent in context.snapshot.records.precedents.values()
                if record.slug in (precedent.host_course, precedent.home_course)
            ]
        }


class CourseQuery(PageQuery):
    """What the list of courses accepts."""

    q: str = Field("", description="Words to search for, in English or Dutch; typos are forgiven.")
    institution: str = Field("", description="Only at the institution with this slug.")
    country: str = Field(
        "", pattern="^([A-Z]{2})?$", description="Only in this country, ISO 3166-1 alpha-2."
    )
    level: Literal["", "bachelor", "master"] = Field("", description="Only of this level.")
    language: str = Field(
        "", pattern="^([a-z]{2,3})?$", description="Only taught in this language, ISO 639."
    )
    programme: str = Field("", description="Only courses of the programme with this slug.")


class CourseList(Page[CourseSummary]):
    """Courses that fit."""

    did_you_mean: list[str] = Field(description="Other spellings of the search text.")


@router.get(
    "/courses",
    response={200: CourseList} | Problems,
    operation_id="list_courses",
    summary="Search courses",
)
def list_courses(
    request: ApiRequest, response: HttpResponse, query: Query[CourseQuery]
) -> CourseList:
    """Courses at home and at hosts, found by words in either language."""
    known_parameters(request, CourseQuery)
    context = request.context
    # The search collects every hit up to the page asked for, so a page that cannot exist is
    # taken for the first that is empty.
    first_empty = len(context.snapshot.records.courses) // query.per_page + 2
    found = search_courses(
        context.snapshot,
        CourseFilter(
            q=" ".join(query.q.replace("\x00", " ").split())[:LONGEST_SEARCH],
            institution=query.institution,
            country=query.country,
            level=query.level,
            language=query.language,
            programme=query.programme,
            page=min(query.page, first_empty),
            per_page=query.per_page,
        ),
        context.language,
    )
    pages = max(1, found.pages)
    links = page_links(request, query.page, pages)
    response.headers["Link"] = link_header(links)
    return CourseList(
        count=found.total,
        page=query.page,
        pages=pages,
        per_page=query.per_page,
        links=links,
        results=[CourseSummary.of(hit.course, context) for hit in found.hits],
        did_you_mean=list(found.corrections),
    )


add_entry(
    router,
    "course",
    "courses",
    Course,
    summary="Read a course",
    description="One course with its outcomes and what was recognised before.",
)
