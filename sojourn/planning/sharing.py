"""Read-only links to a top five: made, looked up, withdrawn."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.planning.changes import changing, note_change
from sojourn.planning.errors import PlanError
from sojourn.planning.models import Plan, ShareLink

MOST_OPEN_LINKS = 10


class WithdrawnError(PlanError):
    """The person who made the link has withdrawn it."""


@dataclass(frozen=True)
class NewLink:
    """A link just made. The token is shown once: the database holds only its hash."""

    link: ShareLink
    token: str


def open_links(plan: Plan | None) -> list[ShareLink]:
    """List the links that still work, newest first."""
    return [] if plan is None else list(plan.share_links.filter(withdrawn_at__isnull=True))


def share(plan: Plan) -> NewLink:
    """Make a link. Raises PlanError when there are ten already, or nothing to show."""
    with changing(plan) as locked:
        if not locked.top_five.exists():
            raise PlanError(_("Your top five is empty: there is nothing to share yet."))
        if locked.share_links.filter(withdrawn_at__isnull=True).count() >= MOST_OPEN_LINKS:
            raise PlanError(_("You have ten links already. Withdraw one first."))
        token = secrets.token_urlsafe(24)
        link = ShareLink.objects.create(plan=locked, token_hash=_hashed(token))
        note_change(locked, "plan.shared", link=link.pk)
    return NewLink(link, token)


def withdraw(plan: Plan, number: int) -> None:
    """Take a link back; one that is not the plan's own, or taken back already, stays as it is."""
    with changing(plan) as locked:
        link = locked.share_links.filter(pk=number, withdrawn_at__isnull=True).first()
        if link is None:
            return
        link.withdrawn_at = timezone.now()
        link.save(update_fields=["withdrawn_at"])
        note_change(locked, "plan.share_withdrawn", link=link.pk)


def shared_plan(token: str) -> Plan | None:
    """Return the plan of a token, or None. Raises WithdrawnError for a withdrawn link."""
    link = ShareLink.objects.select_related("plan").filter(token_hash=_hashed(token)).first()
    if link is None:
        return None
    if link.withdrawn_at is not None:
        raise WithdrawnError(_("This link was withdrawn by the person who made it."))
    return link.plan


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
