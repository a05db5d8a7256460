"""What the worker does for selections each night: stray files, old invitations, missed moments."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.selection import calendar, files, reminders, reviewer_invitations
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState


@task()
def keep_house() -> None:
    """Clean up, and do what a lost task should have done. Safe to run twice."""
    now = timezone.now()
    files.sweep()
    reviewer_invitations.forget_old(now)
    for round_ in Round.objects.filter(state__in=(RoundState.PUBLISHED, RoundState.OPEN)):
        reminders.remind(calendar.follow(round_, now), now)
