"""The writer's side of a report: begin, save, submit, withdraw, delete.

Every verb locks the report's row first, so that a writer with two tabs and the office go one after
the other. A page carries the revision that it showed; a save that began from another one is
refused with ReportChangedError and nothing is lost.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Course, DegreeProgramme, Opportunity
from sojourn.common.languages import FIRST
from sojourn.common.translated_fields import columns
from sojourn.experiences import photos, publication, suggestions
from sojourn.experiences.errors import ExperienceError, ReportChangedError
from sojourn.experiences.models import (
    ConsentPart,
    FollowedCourse,
    PaidLine,
    Report,
    ReportConsent,
    ReportInvitation,
    ReportPart,
    ReportState,
    SpokenLanguage,
)
from sojourn.people import audit
from sojourn.people.models import User

MOST_REPORTS = 20
MOST_COURSES = 15
TEXTS = ("title", *ReportPart.values, "advice")
CONSENT_FIELDS = {
    ConsentPart.NAME: "shows_name",
    ConsentPart.COSTS: "shows_costs",
    ConsentPart.PHOTO: "shows_photo",
    ConsentPart.CONTACT: "is_contactable",
}


def part_label(name: str) -> str:
    """Return the label of one of TEXTS."""
    if name in ReportPart.values:
        return str(ReportPart(name).label)
    return {"title": _("Title"), "advice": _("Advice")}[name]


@dataclass(frozen=True)
class CourseDraft:
    """A course as its writer names it; slugs where the catalogue knows the title."""

    title: str
    ects: Decimal | None = None
    recognised: str = "unknown"
    home_title: str = ""


@dataclass(frozen=True)
class LanguageDraft:
    """A language as its writer fills it in: its use and the level that is needed."""

    use: str
    language: str
    level: str


@dataclass(frozen=True)
class ReportContent:
    """Everything that a writer fills in. All of it may be empty in a draft."""

    language: str = FIRST
    opportunity: str = ""
    programme: str = ""
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    title: str = ""
    teaching: str = ""
    housing: str = ""
    daily_life: str = ""
    advice: str = ""
    first_name: str = ""
    photo_words: str = ""
    ratings: Mapping[str, int] = field(default_factory=dict)
    paid: Mapping[str, Decimal] = field(default_factory=dict)
    languages: tuple[LanguageDraft, ...] = ()
    courses: tuple[CourseDraft, ...] = ()
    consents: frozenset[str] = frozenset()


@contextlib.contextmanager
def locked_report(number: UUID) -> Iterator[Report]:
    """Lock the report until the change is committed."""
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=number).first()
        if report is None:
            raise ExperienceError(_("This report was deleted, perhaps in another tab."))
        yield report


def begin_report(writer: User, language: str, opportunity: str = "") -> Report:
    """Make a draft, or return the one that is still empty, so that a reload makes no second.

    Raises ExperienceError when somebody has begun more reports than anybody stays abroad.
    """
    with transaction.atomic():
        # Locked, so that two clicks at once find each other's draft.
        User.objects.select_for_update().get(pk=writer.pk)
        mine = writer.experience_reports
        place = Opportunity.objects.filter(slug=opportunity).first()
        empty = mine.filter(state=ReportState.DRAFT, revision=0).first()
        if empty is not None:
            if place is not None and empty.opportunity_id != place.pk:
                empty.opportunity = place
                empty.save(update_fields=["opportunity"])
            return empty
        if mine.count() >= MOST_REPORTS:
            raise ExperienceError(
                _("You have %(count)d reports already. Delete one that you no longer need.")
                % {"count": MOST_REPORTS}
            )
        report = Report.objects.create(
            writer=writer,
            language=language,
            opportunity=place,
            first_name=writer.first_name[:60],
        )
        audit.record("report.begun", actor=writer, about=writer, on=report)
    return report


def begin_invited(invitation: ReportInvitation) -> Report:
    """Return the report of an invitation; make it when it is first opened."""
    with transaction.atomic():
        locked = ReportInvitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.closed_at is not None:
            raise ExperienceError(_("This invitation is closed."))
        report, made = Report.objects.get_or_create(
            invitation=locked,
            defaults={"language": locked.language, "opportunity": locked.opportunity},
        )
        if made:
            audit.record("report.begun", actor=None, about=None, on=report)
    return report


def claim(report: Report, user: User) -> None:
    """Give an invited writer's report to the account in which they signed in."""
    with locked_report(report.pk) as locked:
        if locked.writer_id is None:
            locked.writer = user
            locked.save(update_fields=["writer"])
            audit.record("report.claimed", actor=user, about=user, on=locked)


def save_draft(number: UUID, content: ReportContent, revision: int) -> Report:
    """Save the draft.

    Raises ReportChangedError when the report was changed meanwhile.
    """
    with locked_report(number) as report:
        if report.state != ReportState.DRAFT:
            raise ReportChangedError(
                _("The office is reading this report. Withdraw it first, then change it.")
            )
        if report.revision != revision:
            raise ReportChangedError(
                _("This report was changed meanwhile, perhaps in another tab.")
            )
        _write(report, content)
        report.revision += 1
        report.saved_at = timezone.now()
        report.save()
        _record_consents(report, content.consents)
        audit.record(
            "report.saved",
            actor=report.writer,
            about=report.writer,
            on=report,
            details={"revision": report.revision},
        )
    return report


def _write(report: Report, content: ReportContent) -> None:
    report.language = content.language
    report.opportunity = Opportunity.objects.filter(slug=content.opportunity).first()
    report.programme = DegreeProgramme.objects.filter(slug=content.programme).first()
    report.starts_on, report.ends_on = content.starts_on, content.ends_on
    for name in (*TEXTS, "first_name"):
        setattr(report, name, getattr(content, name))
    report.ratings = dict(content.ratings)
    PaidLine.objects.filter(report=report).delete()
    PaidLine.objects.bulk_create(
        PaidLine(report=report, item=item, amount=amount) for item, amount in content.paid.items()
    )
    SpokenLanguage.objects.filter(report=report).delete()
    SpokenLanguage.objects.bulk_create(
        SpokenLanguage(report=report, use=one.use, language=one.language, level=one.level)
        for one in content.languages
    )
    FollowedCourse.objects.filter(report=report).delete()
    FollowedCourse.objects.bulk_create(_followed(report, content.courses[:MOST_COURSES]))
    photos.describe(report, content.photo_words)


def _followed(report: Report, courses: tuple[CourseDraft, ...]) -> list[FollowedCourse]:
    hosts = set()
    if report.opportunity is not None:
        hosts = set(report.opportunity.hosts.values_list("pk", flat=True))
    there = _by_title(Course.objects.filter(institution__in=hosts))
    home = _by_title(Course.objects.filter(institution__is_home=True))
    return [
        FollowedCourse(
            report=report,
            position=position,
            title=one.title,
            ects=one.ects,
            host_course_id=there.get(one.title.casefold()),
            recognised=one.recognised,
            home_title=one.home_title,
            home_course_id=home.get(one.home_title.casefold()),
        )
        for position, one in enumerate(courses)
    ]


def _by_title(courses: object) -> dict[str, int]:
    """Map each title, in any language, to its course."""
    found: dict[str, int] = {}
    rows = courses.values_list("pk", *columns("title"), "native_title")  # type: ignore[attr-defined]
    for pk, *titles in rows:
        for title in titles:
            if title:
                found.setdefault(title.casefold(), pk)
    return found


def _record_consents(report: Report, given: frozenset[str]) -> None:
    """Record each consent that changed."""
    for part, column in CONSENT_FIELDS.items():
        now = part.value in given
        if getattr(report, column) == now:
            continue
        setattr(report, column, now)
        report.save(update_fields=[column])
        ReportConsent.objects.create(report=report, part=part, given=now)
        audit.record(
            "report.consent",
            actor=report.writer,
            about=report.writer,
            on=report,
            details={"part": part.value, "given": now},
        )


def change_consents(number: UUID, given: frozenset[str]) -> Report:
    """Change what the writer agrees to, whatever state the report is in.

    What is taken back leaves the pages at once. What is new to a published report is shown at
    once as well, but for a photo or a name that the office has not seen: it saw all there is.
    """
    with locked_report(number) as report:
        _record_consents(report, given)
        if report.state == ReportState.PUBLISHED:
            publication.update_published(report)
    return report


def find_missing(report: Report) -> dict[str, str]:
    """Return what must still be filled in: field -> what to do."""
    missing = {}
    if report.opportunity is None:
        missing["opportunity"] = _("Say where you were.")
    if report.starts_on is None:
        missing["starts_on"] = _("Say on which day your stay began; about is good enough.")
    if report.ends_on is None:
        missing["ends_on"] = _("Say on which day your stay ended; about is good enough.")
    elif report.ends_on > timezone.localdate():
        missing["ends_on"] = _(
            "Your stay has not ended yet. Keep the draft and send it afterwards."
        )
    if not report.title.strip():
        missing["title"] = _("Give your report a title.")
    if not any(getattr(report, part).strip() for part in ReportPart.values):
        missing["teaching"] = _("Write about at least one thing: study, housing or daily life.")
    if report.shows_name and not report.first_name.strip():
        missing["first_name"] = _("You want your first name shown: write it here.")
    return missing


def submit(number: UUID) -> Report:
    """Submit the report to the office. Submitting twice changes nothing.

    Raises ExperienceError with the first thing that is missing.
    """
    with locked_report(number) as report:
        if report.state in (ReportState.SUBMITTED, ReportState.PUBLISHED):
            return report
        for name, message in find_missing(report).items():
            raise ExperienceError(message, name)
        report.state = ReportState.SUBMITTED
        report.submitted_at = timezone.now()
        report.answer = ""
        report.save(update_fields=["state", "submitted_at", "answer"])
        audit.record("report.submitted", actor=report.writer, about=report.writer, on=report)
    return report


def withdraw_report(number: UUID) -> Report:
    """Make the report a draft again; a published one is unpublished at once."""
    with locked_report(number) as report:
        if report.state == ReportState.DRAFT:
            return report
        was = report.state
        publication.unpublish(report)
        suggestions.withdraw_from(report)
        report.state = ReportState.DRAFT
        report.published_at = None
        report.save(update_fields=["state", "published_at"])
        audit.record(
            "report.withdrawn",
            actor=report.writer,
            about=report.writer,
            on=report,
            details={"was": was},
        )
    return report


def delete_report(number: UUID) -> None:
    """Delete the report with everything in it, the published copy too. Twice changes nothing."""
    with transaction.atomic():
        report = Report.objects.select_for_update().filter(pk=number).first()
        if report is None:
            return
        publication.unpublish(report)
        suggestions.withdraw_from(report)
        audit.record("report.deleted", actor=report.writer, about=report.writer, on=report)
        photos.remove_file_of(report)
        report.delete()
