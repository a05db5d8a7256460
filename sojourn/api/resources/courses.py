"""Courses at home and at hosts, with their learning outcomes and what was recognised before."""

from __future__ import annotations

from typing import Literal

from django.http import HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from sojourn.api import refer
from sojourn.api.reading import Reading, ReadingRequest
from sojourn.api.shapes import (
    EntryProblems,
    LanguageQuery,
    LocalText,
    LocalTexts,
    Page,
    PageQuery,
    Problems,
    Reference,
    Sourced,
    SourceOut,
    find,
    known_parameters,
    link_header,
    number,
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
    def of(cls, course: records.Course, reading: Reading) -> CourseSummary:
        return CourseSummary(
            slug=course.slug,
            url=reading.address("courses", course.slug),
            page=reading.page("course", course.slug),
            code=course.code,
            title=LocalText.of(course.title, reading),
            institution=refer.institution(course.institution, reading),
            ects=number(course.ects),
            level=course.level,
            language=course.language,
            isced_f=course.isced_f,
            isced_f_name=refer.field(course.isced_f, reading),
            summary=LocalText.of(course.summary, reading),
            is_example=course.is_example,
            sources=SourceOut.all_of(course.sources, reading),
        )


class PrecedentOut(BaseModel):
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

    @classmethod
    def of(cls, precedent: records.Precedent, reading: Reading) -> PrecedentOut:
        return cls(
            slug=precedent.slug,
            host_course=refer.course(precedent.host_course, reading),
            home_course=refer.course(precedent.home_course, reading),
            year=precedent.year,
            decided_by=LocalText.of(precedent.decided_by, reading),
            note=LocalText.of(precedent.note, reading),
            is_example=precedent.is_example,
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
    def of(cls, course: records.Course, reading: Reading) -> Course:
        known = reading.snapshot.records
        return cls(
            **dict(CourseSummary.of(course, reading)),
            native_title=course.native_title,
            programme=refer.programme(course.programme, reading) if course.programme else None,
            year=course.year,
            starts_month=course.starts_month,
            ends_month=course.ends_month,
            outcomes=LocalTexts.of(course.outcomes, reading),
            topics=LocalTexts.of(course.topics, reading),
            opportunities=[refer.opportunity(slug, reading) for slug in course.opportunities],
            precedents=[
                PrecedentOut.of(precedent, reading)
                for precedent in known.precedents.values()
                if course.slug in (precedent.host_course, precedent.home_course)
            ],
        )


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
    request: ReadingRequest, response: HttpResponse, query: Query[CourseQuery]
) -> CourseList:
    """Courses at home and at hosts, found by words in either language."""
    known_parameters(request, CourseQuery)
    reading = request.reading
    # The search collects every hit up to the page asked for, so a page that cannot exist is
    # taken for the first that is empty.
    first_empty = len(reading.snapshot.records.courses) // query.per_page + 2
    found = search_courses(
        reading.snapshot,
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
        reading.language,
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
        results=[CourseSummary.of(hit.course, reading) for hit in found.hits],
        did_you_mean=list(found.corrections),
    )


@router.get(
    "/courses/{slug}",
    response={200: Course} | EntryProblems,
    operation_id="read_course",
    summary="Read a course",
)
def read_course(request: ReadingRequest, slug: str, query: Query[LanguageQuery]) -> Course:
    """One course with its outcomes and what was recognised before."""
    known_parameters(request, LanguageQuery)
    entries = request.reading.snapshot.records.courses
    return Course.of(find(request.reading, "course", entries, slug), request.reading)
