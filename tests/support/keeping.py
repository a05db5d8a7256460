"""Rules for how long records are kept that have stood for longer than a week."""

from __future__ import annotations

from django.utils import timezone

from sojourn.catalogue import keeping
from sojourn.people.models import AuditEvent


def stand(*kinds: keeping.Kind) -> None:
    """Let these rules have been as they are for a week."""
    for kind in kinds:
        keeping.stands(kind, timezone.now() - keeping.AHEAD)
    AuditEvent.objects.filter(action=keeping.RULE).update(at=timezone.now() - keeping.AHEAD)
