"""Courses at home and at hosts, with their learning outcomes and what was recognised before."""

from __future__ import annotations

from typing import Literal

from ninja import Field, Router, Schema

from sojourn.api import refer
from sojourn.api.reading import Reading
from sojourn.api.shapes import (
    LocalText,
    LocalTexts,
    PageQuery,
    Reference,
    Sourced,
    SourceOut,
    number,
)
from sojourn.catalogue.snapshot import types as records

router = Router(tags=["Courses"])


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
            summary=LocalText.of(course.summary, reading),
            is_example=course.is_example,
            sources=SourceOut.all_of(course.sources, reading),
        )


class PrecedentOut(Schema):
    """A course abroad that was recognised for a course at home before."""

    slug: str = Field(description="Its id.")
    host_course: Reference = Field(description="The course abroad.")
    home_course: Reference = Field(description="The course at home that it replaced.")
    year: int = Field(description="The year of the decision.")
    decided_by: str = Field(description="The role that decided, such as the board of examiners.")
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
            decided_by=precedent.decided_by,
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
    institution: str | None = Field(None, description="Only at the institution with this slug.")
    level: Literal["bachelor", "master"] | None = Field(None, description="Only of this level.")
    language: str | None = Field(
        None, pattern="^[a-z]{2,3}$", description="Only taught in this language, ISO 639."
    )
