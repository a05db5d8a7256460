"""A course of the catalogue as the similarity engine reads it."""

from __future__ import annotations

from sojourn.catalogue.snapshot.types import LANGUAGES, Course
from sojourn.engines.similarity.reasons import Facts
from sojourn.engines.similarity.texts import CourseText, Version


def course_text(course: Course) -> CourseText:
    """The course's own words, in each language in which there are any."""
    words = course.words.unpacked()
    versions = (
        Version(
            language,
            getattr(course.title, language),
            getattr(words.summary, language),
            getattr(words.outcomes, language),
            getattr(words.topics, language),
        )
        for language in LANGUAGES
    )
    return CourseText(course.slug, tuple(version for version in versions if version.sentences))


def facts(course: Course) -> Facts:
    return Facts(course.ects, course.level, course.isced_f)
