"""Delete applications after the time that the edition states; the counts of their round stay."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone

from sojourn.catalogue import academic_years
from sojourn.catalogue.keeping import Kind, Rows, days_of
from sojourn.people import audit
from sojourn.selection import files, past_applicants
from sojourn.selection.changes import locked
from sojourn.selection.models import (
    Application,
    Choice,
    Document,
    Nomination,
    Objection,
    Offer,
    ReviewAssignment,
    Round,
)
from sojourn.selection.states import AFTER_CLOSING

# What was never submitted counts nowhere; until then the office can still take it in by hand.
UNSUBMITTED = dt.timedelta(days=90)
# What the audit trail knows of an application, by the way to it.
_TRACES = (
    (Choice, "application"),
    (Document, "application"),
    (Nomination, "offer__application"),
    (Objection, "application"),
    (Offer, "application"),
    (ReviewAssignment, "application"),
)


def due_applications(now: dt.datetime) -> tuple[Rows, ...]:
    """Find the applications of academic years that are over for longer than the edition's days.

    And what was never submitted, some months after its round closed.
    """
    closed = Application.objects.filter(round__state__in=AFTER_CLOSING)
    oldest = timezone.localdate(now - dt.timedelta(days=days_of("keep_applications_days")))
    over = [
        each.pk
        for each in Round.objects.filter(state__in=AFTER_CLOSING)
        if (end := end_of_year(each)) is not None and end < oldest
    ]
    never = closed.filter(submitted_at__isnull=True, round__closes_at__lt=now - UNSUBMITTED)
    return (closed.filter(round__in=over) | never,)


def delete_old_applications(now: dt.datetime) -> int:
    """Delete the applications that are due, with files, grades, scores and offers; how many.

    All of a round go at once, so that no seat comes free for somebody who is still there.
    """
    deleted = 0
    (due,) = due_applications(now)
    for round_ in Round.objects.filter(pk__in=list(due.values_list("round", flat=True))):
        with transaction.atomic():
            mine = due.filter(round=locked(round_))
            deleted += mine.count()
            delete(round_, mine)
    return deleted


def delete(round_: Round, applications: Rows) -> None:
    """Delete applications of a round that is locked: its counts stay, its trail names nobody."""
    keys = list(applications.values_list("pk", flat=True))
    mine = Application.objects.filter(pk__in=keys)
    past_applicants.keep(round_, mine)
    audit.forget(Application, keys)
    for model, way in _TRACES:
        rows = model._default_manager.filter(**{f"{way}__in": keys})
        audit.forget(model, rows.values_list("pk", flat=True))
    for document in Document.objects.filter(application__in=keys):
        transaction.on_commit(lambda gone=document: files.remove(gone))  # type: ignore[misc]
    mine.delete()


APPLICATIONS = Kind(
    "applications", "keep_applications_days", due_applications, delete_old_applications, "owner"
)


def end_of_year(round_: Round) -> dt.date | None:
    """Return the last day of the academic year that a round was for."""
    begins = academic_years.named(round_.academic_year)
    if begins is not None:
        return academic_years.first_day(begins + 1) - dt.timedelta(days=1)
    return round_.closes_at.date() if round_.closes_at else None
