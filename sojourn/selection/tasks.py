"""Tasks of the worker for rounds: follow their calendar, remind, process offers, clean up.

Every task may run twice or late without harm: it only ever does what is due by then.
"""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.catalogue import keeping
from sojourn.selection import (
    applications,
    calendar,
    files,
    offers,
    reminders,
    retention,
    reviewer_invitations,
    schedule,
    value_import,
)
from sojourn.selection.models import Application, Round
from sojourn.selection.states import ApplicationState, RoundState


@task()
def follow_calendar(round_pk: int, moment: str) -> None:
    """Open or close one round. A task for a moment that was changed since does nothing."""
    round_ = Round.objects.filter(pk=round_pk).first()
    if round_ is None:
        return
    expected = calendar.next_moment(round_)
    if expected is not None and expected.isoformat() == moment:
        now = timezone.now()
        row = calendar.follow(round_, now)
        if row.state == round_.state:  # a clock that runs behind: look again
            calendar.schedule_next_moment(row, now)


@task()
def remind_applicants(round_pk: int) -> None:
    """Remind students with an open draft, where that is due by now; nobody is reminded twice."""
    round_ = Round.objects.filter(pk=round_pk).first()
    if round_ is not None:
        reminders.remind(round_, timezone.now())


@task()
def send_receipt(application_pk: int, revision: int) -> None:
    """Send the receipt of one submission, unless a later one or a withdrawal took its place."""
    row = (
        Application.objects.select_related("round", "owner")
        .filter(pk=application_pk, revision=revision, state=ApplicationState.SUBMITTED)
        .first()
    )
    if row is not None:
        applications.send_receipt(row)


@task()
def process_due_events(round_pk: int) -> None:
    """Expire, give out and remind in one round."""
    round_ = Round.objects.filter(pk=round_pk).first()
    if round_ is not None:
        offers.process_due_events(round_, timezone.now())


@task()
def process_due_events_daily(round_pk: int) -> None:
    """Process the round's due events, and again tomorrow."""
    round_ = Round.objects.filter(pk=round_pk, state=RoundState.RESULTS).first()
    if round_ is None:
        return
    now = timezone.now()
    offers.process_due_events(round_, now)
    schedule.process_daily(round_, now)


@task()
def run_nightly_jobs() -> None:
    """Delete what nobody needs any more, and do what a lost task should have done."""
    now = timezone.now()
    keeping.end(retention.APPLICATIONS, now)
    files.sweep()
    reviewer_invitations.delete_old(now)
    value_import.delete_old_files(now)
    for round_ in Round.objects.filter(state__in=(RoundState.PUBLISHED, RoundState.OPEN)):
        reminders.remind(calendar.follow(round_, now), now)
