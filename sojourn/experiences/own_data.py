"""What this area stores about a person: exported as plain data, or erased."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from sojourn.catalogue.models import ReportValues
from sojourn.experiences.models import Message, Report
from sojourn.experiences.writing import TEXTS, delete_report
from sojourn.people.models import User


def export(user: User) -> dict[str, Any]:
    """Export a person's reports, and to whom they wrote and when."""
    return {
        "reports": [_report(report) for report in user.experience_reports.order_by("created_at")],
        "messages": [
            {"at": message.sent_at.isoformat(), "kind": "answer" if message.is_answer else "sent"}
            for message in Message.objects.filter(student=user).order_by("sent_at")
        ],
    }


def _report(report: Report) -> dict[str, Any]:
    return {
        "id": str(report.pk),
        "state": report.state,
        "place": report.opportunity.slug if report.opportunity else None,
        "programme": report.programme.slug if report.programme else None,
        "from": report.starts_on.isoformat() if report.starts_on else None,
        "until": report.ends_on.isoformat() if report.ends_on else None,
        "written_in": report.language,
        **{name: getattr(report, name) for name in (*TEXTS, "first_name")},
        **{same.name: getattr(report, same.name) for same in ReportValues._meta.fields},
        "paid_eur": {
            item: str(amount) for item, amount in report.paid.values_list("item", "amount")
        },
        "languages": list(report.languages.values("use", "language", "level")),
        "courses": [
            {
                "title": one.title,
                "ects": None if one.ects is None else str(one.ects),
                "recognised": one.recognised,
                "recognised_for": one.home_title,
            }
            for one in report.courses.all()
        ],
        "consents": [
            {"part": one.part, "given": one.given, "at": one.at.isoformat()}
            for one in report.consents.all()
        ],
        "edits_by_the_office": [
            {"at": one.at.isoformat(), "before": one.before, "after": one.after}
            for one in report.edits.all()
        ],
        "has_photo": hasattr(report, "photo"),
        "begun": report.created_at.isoformat(),
        "saved": report.saved_at.isoformat(),
        "published": report.published_at.isoformat() if report.published_at else None,
    }


def erase(user: User) -> None:
    """Erase a person's reports, the published ones too, before their account is deleted."""
    with transaction.atomic():
        for number in list(user.experience_reports.values_list("pk", flat=True)):
            delete_report(number)
