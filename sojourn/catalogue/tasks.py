"""Tasks of the worker for the catalogue."""

from __future__ import annotations

from django.utils import timezone
from django_tasks import task

from sojourn.catalogue import fruitless_searches, versions


@task()
def delete_old_searches() -> None:
    """Delete counts of searches that nobody needs any more."""
    fruitless_searches.delete_old(timezone.localdate())


@task()
def publish_due() -> None:
    """Publish the drafts whose day has come."""
    versions.publish_due(timezone.localdate())
