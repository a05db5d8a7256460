"""A course of the catalogue as the similarity engine reads it."""

from __future__ import annotations

from sojourn.catalogue.snapshot.types import LANGUAGES, Course
from sojourn.engines.similarity.reasons import Facts
from sojourn.engines.similarity.texts import CourseText, Version


def course_text(course: Course) -> CourseText:
    """The course's own words, in each language in which there are any."""
    versions = (
        Version(
            language,
            getattr(course.title, language),
            getattr(course.summary, language),
            getattr(course.outcomes, language),
            getattr(course.topics, language),
        )
        for language in LANGUAGES
    )
    return CourseText(course.slug, tuple(version for version in versions if version.sentences))


def facts(course: Course) -> Facts:
    return Facts(course.ects, course.level, course.isced_f)
