"""A course of the catalogue as the similarity engine reads it."""

from __future__ import annotations

from sojourn.catalogue.snapshot.types import (
    Course,
)
from sojourn.common.languages import LANGUAGES
from sojourn.engines.similarity.reasons import Facts
from sojourn.engines.similarity.texts import CourseText, Version


def course_text(course: Course) -> CourseText:
    """Return the course's own words, in each language in which there are any."""
    summary, outcomes, topics = course.summary, course.outcomes, course.topics
    versions = (
        Version(
            language,
            course.title[language],
            summary[language],
            outcomes[language],
            topics[language],
        )
        for language in LANGUAGES
    )
    return CourseText(course.slug, tuple(version for version in versions if version.sentences))


def facts(course: Course) -> Facts:
    return Facts(course.ects, course.level, course.isced_f)
