"""Courses, and what was recognised before."""

from __future__ import annotations

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Links, Reading, by_slug, inverse
from sojourn.catalogue.snapshot.types import Course, Precedent


def course_links(reading: Reading) -> Links:
    """Return the courses of each opportunity, by key."""
    return reading.links_of_opportunities(models.Opportunity.courses.through, "course_id")


def read_courses(reading: Reading, links: Links) -> dict[str, Course]:
    opportunities = inverse(links, reading.opportunities)
    found: dict[str, Course] = {}
    sources = reading.sources_of(models.Course)
    # In the order of the table: SQLite would sort all rows, with their texts, in memory.
    query = reading.published(models.Course).order_by("pk")
    for row, values, make_fields in reading.unread_rows(
        query, Course, "slug", "institution_id", "programme_id"
    ):
        if row.institution_id not in reading.institutions:
            continue
        besides = {
            "row": hash(values),
            "institution": reading.institutions[row.institution_id],
            "programme": reading.programmes.get(row.programme_id),
            "opportunities": tuple(opportunities.get(row.pk, ())),
            "sources": sources.get(row.pk, ()),
        }
        course = reading.before("courses", row.slug)
        if course is None or any(getattr(course, name) != besides[name] for name in besides):
            course = reading.shared("courses", Course(**make_fields() | besides))
        # The slug of the record everywhere: a hundred thousand strings and not three times as many.
        reading.courses[row.pk] = course.slug
        found[course.slug] = course
    return by_slug(found)


def read_precedents(reading: Reading) -> dict[str, Precedent]:
    courses = reading.courses
    query = reading.published(models.Precedent).order_by("-year", "slug")
    return {
        fields["slug"]: Precedent(
            **fields,
            host_course=courses[row.host_course_id],
            home_course=courses[row.home_course_id],
        )
        for row, fields in reading.rows(query, Precedent, "host_course_id", "home_course_id")
        if row.host_course_id in courses and row.home_course_id in courses
    }
