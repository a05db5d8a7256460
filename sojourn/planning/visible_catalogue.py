"""The catalogue as one person sees it: with their own self-arranged places."""

from __future__ import annotations

from sojourn.catalogue.snapshot.private import with_private_places
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User


def visible_snapshot(user: object) -> Snapshot:
    """Return the served snapshot, with the student's own self-arranged places on top."""
    snapshot = current_snapshot()
    return with_private_places(snapshot, user.pk) if isinstance(user, User) else snapshot
