"""courses/*.yaml and precedents.yaml."""

from __future__ import annotations

from typing import Annotated, Self

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints, model_validator

from sojourn.catalogue.edition.schema.parts import (
    LineText,
    ParagraphText,
    Part,
    SentenceList,
    Sourced,
    Translations,
)
from sojourn.catalogue.edition.schema.values import (
    AnyLevel,
    Ects,
    IscedF,
    LanguageCode,
    Line,
    Month,
    Reference,
    Slug,
    Word,
    Year,
    YearOfStudy,
    wrong,
)
from sojourn.common.languages import LANGUAGES
from sojourn.common.pydantic_fields import with_fields


class MonthPeriod(Part):
    """From one month to another; it may pass the new year."""

    starts: Month
    ends: Month


@with_fields(dict.fromkeys(LANGUAGES, (Line | None, None)))
class CourseTitle(Translations):
    """A course's title, in one language at least: a host may have it in no other."""

    @model_validator(mode="after")
    def _written(self) -> Self:
        if not self.said:
            raise wrong(_("the title is missing"), _("the title in one language at least"))
        return self


class Course(Sourced):
    """A course, at home or at a host."""

    id: Slug
    code: Annotated[Word, StringConstraints(max_length=40)] | None = None
    title: CourseTitle
    native_title: Line | None = None
    ects: Ects | None = None
    level: AnyLevel
    language: LanguageCode
    isced_f: IscedF | None = None
    programme: Reference | None = None
    year: YearOfStudy | None = None
    period: MonthPeriod | None = None
    summary: ParagraphText | None = None
    outcomes: SentenceList | None = None
    topics: SentenceList | None = None


class CourseFile(Part):
    """courses/<institution>.yaml: the courses of one institution."""

    institution: Reference
    courses: Annotated[list[Course], Field(max_length=5000)]


class Precedent(Sourced):
    """A host course that was recognised for a home course."""

    id: Slug
    host_course: Reference
    home_course: Reference
    year: Year
    decided_by: LineText | None = None
    note: ParagraphText | None = None

    @model_validator(mode="after")
    def _two_courses(self) -> Self:
        if self.host_course == self.home_course:
            raise wrong("a course cannot be recognised for itself", "two courses")
        return self
