"""What the worker does each night for experiences. Running it twice does no harm."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.experiences import invitations, retention


@task()
def run_nightly_jobs() -> None:
    """Remind once of invitations, and forget what was promised to be forgotten."""
    now = timezone.now()
    invitations.remind(now)
    invitations.delete_old_invitations()
    retention.delete_old_messages(now)
