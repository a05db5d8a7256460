"""Invite returned students to report; the link in the mail needs no account."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.models import Edition, Opportunity
from sojourn.experiences import letters
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Report, ReportInvitation
from sojourn.experiences.stopping import is_stopped, stop_address
from sojourn.people import audit
from sojourn.people.models import User

MOST_AT_ONCE = 100
KEPT = dt.timedelta(days=365)
REMIND_DAYS = 21
"""Where no edition says otherwise."""
TOO_LATE_TO_REMIND = dt.timedelta(days=30)


@dataclass(frozen=True)
class InvitationOutcome:
    """What became of a list of addresses."""

    sent: int
    known: int
    """Asked before about the same place; not asked again."""
    stopped: int
    """Said before that we must never write."""


def addresses_in(text: str) -> list[str]:
    """Parse a list of mail addresses, one a line.

    Raises ExperienceError that names the line.
    """
    found: dict[str, None] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        address = line.strip().strip(",;").lower()
        if not address:
            continue
        try:
            validate_email(address)
        except ValidationError:
            raise ExperienceError(
                _("Line %(number)d is not a mail address: %(text)s")
                % {"number": number, "text": address[:60]},
                "addresses",
            ) from None
        found.setdefault(address)
    if not found:
        raise ExperienceError(_("Write at least one mail address."), "addresses")
    if len(found) > MOST_AT_ONCE:
        raise ExperienceError(
            _("These are %(count)d addresses. Invite at most %(most)d at once.")
            % {"count": len(found), "most": MOST_AT_ONCE},
            "addresses",
        )
    return list(found)


def invite(
    by: User, addresses: list[str], opportunity: Opportunity, language: str
) -> InvitationOutcome:
    """Invite each address once for that place; all in one transaction, mail included."""
    sent = known = stopped = 0
    with transaction.atomic():
        delete_old_invitations()
        for address in addresses:
            if is_stopped(address):
                stopped += 1
                continue
            invitation, made = ReportInvitation.objects.get_or_create(
                email=address,
                opportunity=opportunity,
                closed_at__isnull=True,
                defaults={"language": language, "invited_by": by},
            )
            if not made:
                known += 1
                continue
            sent += 1
            letters.invite_to_report(invitation)
            audit.record("report.invited", actor=by, about=None, on=invitation)
    return InvitationOutcome(sent, known, stopped)


def delete_old_invitations() -> int:
    """Delete invitations without a report after a year, addresses too. Return how many."""
    oldest = timezone.now() - KEPT
    old = ReportInvitation.objects.filter(invited_at__lt=oldest, report__isnull=True)
    return old.delete()[0]


def remind(now: dt.datetime) -> int:
    """Remind, once, those who did not begin in the edition's days.

    Invitations that should have been reminded of long ago are left in peace: nobody expects that
    mail any more. Returns how many were reminded.
    """
    days = Edition.objects.values_list("remind_report_days", flat=True).first() or REMIND_DAYS
    due = now - dt.timedelta(days=days)
    open_still = ReportInvitation.objects.filter(
        invited_at__lte=due,
        invited_at__gt=due - TOO_LATE_TO_REMIND,
        reminded_at__isnull=True,
        closed_at__isnull=True,
        report__isnull=True,
    )
    reminded = 0
    for number in list(open_still.values_list("pk", flat=True)):
        with transaction.atomic():
            locked = ReportInvitation.objects.select_for_update().filter(pk=number).first()
            if (
                locked is None
                or locked.reminded_at is not None
                or locked.closed_at is not None
                or is_stopped(locked.email)
                or Report.objects.filter(invitation=locked).exists()
            ):
                continue
            locked.reminded_at = now
            locked.save(update_fields=["reminded_at"])
            letters.remind_to_report(locked)
            audit.record("report.reminded", actor=None, about=None, on=locked)
            reminded += 1
    return reminded


def close_invitation(by: User, invitation: ReportInvitation) -> None:
    """Withdraw an invitation: its link opens nothing any more, unless a report began there."""
    with transaction.atomic():
        locked = ReportInvitation.objects.select_for_update().get(pk=invitation.pk)
        if locked.closed_at is None:
            locked.closed_at = timezone.now()
            locked.save(update_fields=["closed_at"])
            audit.record("report.invitation_closed", actor=by, about=None, on=locked)


def decline(invitation: ReportInvitation, never_again: str) -> None:
    """Decline an invitation; with `never_again` we never write to this address again."""
    with transaction.atomic():
        locked = ReportInvitation.objects.select_for_update().get(pk=invitation.pk)
        if never_again:
            stop_address(locked.email)
        if locked.closed_at is None:
            locked.closed_at = timezone.now()
            locked.is_declined = True
            locked.save(update_fields=["closed_at", "is_declined"])
            audit.record("report.invitation_declined", actor=None, about=None, on=locked)
