"""A report as the catalogue shows it: published, updated, unpublished.

The catalogue holds a copy that has in it what the writer agreed to and nothing else. It is made
again each time, so what is no longer agreed to cannot stay behind.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from sojourn.catalogue.models import (
    CostItem,
    PublicationStatus,
    PublishedReport,
    ReportedCost,
    ReportValues,
)
from sojourn.catalogue.services import changing_catalogue, publish_change, unused_slug
from sojourn.common.languages import LANGUAGES
from sojourn.common.translated_fields import column
from sojourn.experiences.models import (
    ConsentMethod,
    ConsentState,
    Correspondent,
    Report,
    ReportPart,
    ReportPhoto,
)
from sojourn.experiences.stopping import is_stopped

# What Markdown would read as more than the letter that it is.
_SPECIAL = re.compile(r"([\\`*_\[\]<>#|~])")
_LINE_START = re.compile(r"^(\s*)([-+=]|\d+(?=[.)]))", re.MULTILINE)


def as_markdown(plain: str) -> str:
    """Turn typed text into Markdown that shows it letter by letter, with its paragraphs."""
    escaped = _SPECIAL.sub(r"\\\1", plain.replace("\r\n", "\n").strip())
    escaped = _LINE_START.sub(lambda m: _kept_at_start(m[1], m[2]), escaped)
    return "\n".join(line.strip() for line in escaped.split("\n"))


def _kept_at_start(space: str, mark: str) -> str:
    return f"{space}{mark}\\" if mark.isdigit() else f"{space}\\{mark}"


def text_of(report: Report) -> str:
    """Join the parts of a report, each after the word that says what it is about."""
    texts = {part: as_markdown(getattr(report, part)) for part in ReportPart}
    written = {part: text for part, text in texts.items() if text}
    if list(written) == [ReportPart.TEACHING]:
        return written[ReportPart.TEACHING]
    return "\n\n".join(f"**{part.label}.** {text}" for part, text in written.items())


def author_of(report: Report) -> str:
    """Format as 'Sanne, Biomedical Sciences', or as much of it as the writer agreed to."""
    name = report.first_name.strip() if report.shows_name else ""
    study = str(report.programme.name) if report.programme else ""
    if name and study:
        return f"{name}, {study}"
    if name:
        return name
    if study:
        return _("A student of %(programme)s") % {"programme": study}
    return _("A student")


def weeks_of(report: Report) -> int | None:
    """Return the length of the stay in whole weeks, at least one."""
    if report.starts_on is None or report.ends_on is None:
        return None
    return max(1, round(((report.ends_on - report.starts_on).days + 1) / 7))


def publish_report(report: Report) -> PublishedReport:
    """Show the report in the catalogue; it must be complete and locked."""
    with changing_catalogue():
        shown = report.published
        if shown is None:
            assert report.opportunity is not None  # noqa: S101 (checked when it was submitted)
            assert report.starts_on is not None  # noqa: S101
            wanted = f"report-{report.opportunity.slug}-{report.starts_on.year}"
            shown = PublishedReport(slug=unused_slug(PublishedReport, wanted))
        _fill(shown, report)
        shown.save()
        report.published = shown
        report.save(update_fields=["published"])
        _write_costs(shown, report)
        publish_change()
    _update_correspondent(report)
    return shown


def update_published(report: Report) -> None:
    """Update the published copy to what the report says and its writer agrees to now."""
    if report.published is not None:
        publish_report(report)


def unpublish(report: Report) -> None:
    """Remove the report from the catalogue: the copy is deleted."""
    shown = report.published
    if shown is None:
        return
    with changing_catalogue():
        report.published = None
        report.save(update_fields=["published"])
        shown.delete()
        publish_change()


def _fill(shown: PublishedReport, report: Report) -> None:
    assert report.opportunity is not None  # noqa: S101
    assert report.starts_on is not None  # noqa: S101
    shown.status = PublicationStatus.PUBLISHED
    shown.is_example = report.is_example
    shown.opportunity = report.opportunity
    shown.programme = report.programme
    shown.year = report.starts_on.year
    shown.stay_weeks = weeks_of(report)
    for same in ReportValues._meta.fields:
        setattr(shown, same.name, getattr(report, same.name))
    shown.is_contactable = report.is_contactable and not is_stopped(recipient_of(report)[0])
    shown.language = report.language
    # Written in one language: the same words stand in each column, and pages say which it is.
    with translation.override(report.language):
        text = text_of(report)
    for language in LANGUAGES:
        with translation.override(language):
            values = {
                "author": author_of(report),
                "title": report.title.strip(),
                "text": text,
                "advice": " ".join(report.advice.split()),
            }
        for name, value in values.items():
            setattr(shown, column(name, language), value)
    shown.courses = [
        _course(one) for one in report.courses.select_related("host_course", "home_course")
    ]
    photo = ReportPhoto.objects.filter(report=report).first()
    has_photo = photo is not None and report.shows_photo
    shown.photo = str(photo.pk) if photo is not None and has_photo else ""
    shown.photo_words = photo.words if photo is not None and has_photo else ""


def _course(one: Any) -> dict[str, str]:
    return {
        "title": one.title,
        "ects": "" if one.ects is None else str(one.ects),
        "recognised": one.recognised,
        "home_title": one.home_title,
        "host": one.host_course.slug if one.host_course else "",
        "home": one.home_course.slug if one.home_course else "",
    }


def _write_costs(shown: PublishedReport, report: Report) -> None:
    """Write the cost lines, and the total only where the writer agreed to show it."""
    paid = dict(report.paid.values_list("item", "amount")) if report.shows_costs else {}
    shown.costs.all().delete()
    ReportedCost.objects.bulk_create(
        ReportedCost(report=shown, item=item, amount=paid[item], position=position)
        for position, item in enumerate(CostItem.values)
        if item in paid
    )
    total = sum(paid.values()) if _is_a_total(set(paid)) else None
    PublishedReport.objects.filter(pk=shown.pk).update(paid_total=total)


def _is_a_total(items: set[str]) -> bool:
    """Tell whether lines add up to the cost of a stay: travel, a room and food are there."""
    return {"travel", "housing"} <= items and bool(items & {"food", "daily_life"})


def _update_correspondent(report: Report) -> None:
    """Add or remove the writer as a correspondent, as the report's consent says."""
    email, language = recipient_of(report)
    known = Correspondent.objects.filter(report=report).first()
    if not report.is_contactable or not email or is_stopped(email):
        if known is not None and known.state == ConsentState.AGREED:
            known.state = ConsentState.STOPPED
            known.stopped_at = timezone.now()
            known.save(update_fields=["state", "stopped_at"])
        return
    if known is None:
        known = Correspondent(report=report, is_example=report.is_example)
    if known.state != ConsentState.AGREED:
        known.agreed_at = timezone.now()
        known.agreed_how = ConsentMethod.REPORT
    known.email, known.language = email, language
    known.state = ConsentState.AGREED
    known.save()


def recipient_of(report: Report) -> tuple[str, str]:
    """Return the writer's mail address and language."""
    if report.writer is not None:
        return report.writer.email, report.writer.language
    if report.invitation is not None:
        return report.invitation.email, report.invitation.language
    return "", report.language
