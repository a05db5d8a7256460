"""Courses that home recognised, as returned students say: precedents once the office approves."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sojourn.catalogue.models import Precedent
from sojourn.catalogue.services import changing_catalogue, publish_change, unused_slug
from sojourn.common.languages import in_every_language
from sojourn.common.translated_fields import columns_of
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Decision, FollowedCourse, Recognition, ReportState
from sojourn.experiences.suggestions import source_of_reports
from sojourn.people import audit
from sojourn.people.models import User


def _decided_by() -> str:
    return _("Reported by a student, confirmed by the office")


def may_become_precedent(course: FollowedCourse) -> bool:
    """Tell whether a course was recognised and the catalogue has both sides."""
    return (
        course.recognised == Recognition.YES
        and course.host_course_id is not None
        and course.home_course_id is not None
    )


def approve(by: User, number: int) -> FollowedCourse:
    """Add the precedent; one that the catalogue has for that year is not added twice."""
    with changing_catalogue():
        course = _open(number)
        if not may_become_precedent(course):
            raise ExperienceError(
                _("The catalogue does not know both courses yet. Add the missing one first.")
            )
        report = course.report
        if report.state != ReportState.PUBLISHED or report.opportunity is None:
            raise ExperienceError(
                _("Publish the report first; only then can it become a precedent.")
            )
        assert report.ends_on is not None  # noqa: S101
        assert course.host_course is not None  # noqa: S101
        assert course.home_course is not None  # noqa: S101
        known = Precedent.objects.filter(
            host_course=course.host_course, home_course=course.home_course, year=report.ends_on.year
        ).first()
        if known is None:
            wanted = (
                f"{course.host_course.slug}-for-{course.home_course.slug}-{report.ends_on.year}"
            )
            known = Precedent.objects.create(
                slug=unused_slug(Precedent, wanted),
                host_course=course.host_course,
                home_course=course.home_course,
                year=report.ends_on.year,
                is_example=report.is_example,
                **columns_of("decided_by", in_every_language(_decided_by)),
            )
            known.sources.add(source_of_reports(report.opportunity))
            publish_change()
        course.precedent = known
        _decide(by, course, Decision.ACCEPTED)
    return course


def reject(by: User, number: int) -> FollowedCourse:
    """Make no precedent of it."""
    with changing_catalogue():
        course = _open(number)
        _decide(by, course, Decision.REJECTED)
    return course


def _open(number: int) -> FollowedCourse:
    course = (
        FollowedCourse.objects.select_for_update(of=("self",))
        .select_related("report__opportunity", "report__writer", "host_course", "home_course")
        .filter(pk=number)
        .first()
    )
    if course is None:
        raise ExperienceError(_("The writer took this course out of the report."))
    if course.precedent_decision != Decision.OPEN:
        raise ExperienceError(_("A colleague decided about this already."))
    return course


def _decide(by: User, course: FollowedCourse, decision: Decision) -> None:
    course.precedent_decision = decision
    course.save(update_fields=["precedent_decision", "precedent"])
    audit.record(f"precedent.{decision.value}", actor=by, about=course.report.writer, on=course)
