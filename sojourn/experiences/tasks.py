"""The worker's nightly tasks for experiences. Running them twice does no harm."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.catalogue import keeping
from sojourn.experiences import invitations, retention


@task()
def run_nightly_jobs() -> None:
    """Remind once of invitations, and delete what is kept no longer."""
    now = timezone.now()
    invitations.remind(now)
    invitations.delete_old_invitations()
    keeping.end(retention.MESSAGES, now)
