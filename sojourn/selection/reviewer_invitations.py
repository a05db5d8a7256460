"""Invite people by mail to review in a round, whether they have an account here or not.

Colleagues in the office become reviewers at once. Anybody else gets a link: an address that
somebody typed when they made an account proves nothing, a link that came by mail does.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.common.languages import page_language
from sojourn.people import audit, outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link, Recipient
from sojourn.selection import reviews
from sojourn.selection.changes import locked
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, Reviewer, ReviewerInvitation, Round
from sojourn.selection.states import RoundState

# An address of somebody who never answered is not kept for longer.
KEEP = dt.timedelta(days=180)
_OVER = (RoundState.ALLOCATED, RoundState.RESULTS, RoundState.FINISHED)


def invite(round_: Round, email: str, *, actor: User) -> Reviewer | ReviewerInvitation:
    """Invite an address to review. Inviting twice writes once.

    Returns the reviewer where the address is of somebody in the office, else the invitation.
    Raises SelectionError for what is no mail address, for who applies in the round, and once the
    review is over.
    """
    address = email.strip().lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise SelectionError(_("Write a mail address, such as name@example.org.")) from error
    account = User.objects.filter(email__iexact=address, is_active=True).first()
    if account is not None and account.is_staff:
        return reviews.invite(round_, address, actor=actor)
    if Reviewer.objects.filter(round=round_, user__email__iexact=address).exists():
        return Reviewer.objects.get(round=round_, user__email__iexact=address)
    if Application.objects.filter(round=round_, owner__email__iexact=address).exists():
        raise SelectionError(_("Somebody who applies in a round cannot review in it."))
    with transaction.atomic():
        row = locked(round_)
        _require_not_over(row)
        invitation, is_new = ReviewerInvitation.objects.get_or_create(
            round=row, email=address, defaults={"invited_by": actor}
        )
        if is_new:
            audit.record("reviewer.asked", actor=actor, about=None, on=invitation)
            _write(invitation, account)
        return invitation


def accept(invitation: ReviewerInvitation, *, actor: User) -> Reviewer:
    """Become a reviewer with the account that is signed in. The invitation is deleted.

    Raises SelectionError when it was taken back, the review is over, or one applies in the round.
    """
    with transaction.atomic():
        round_ = locked(invitation.round)
        row = ReviewerInvitation.objects.filter(pk=invitation.pk).first()
        if row is None:
            raise NotAllowedNowError(_("This invitation has already been withdrawn or accepted."))
        _require_not_over(round_)
        if Application.objects.filter(round=round_, owner=actor).exists():
            raise SelectionError(_("Somebody who applies in a round cannot review in it."))
        reviewer, _is_new = Reviewer.objects.get_or_create(
            round=round_, user=actor, defaults={"invited_by": row.invited_by}
        )
        audit.record(
            "reviewer.accepted",
            actor=actor,
            about=actor,
            on=reviewer,
            details={"round": round_.slug},
        )
        row.delete()
        return reviewer


def withdraw(invitation: ReviewerInvitation, *, actor: User) -> None:
    """Withdraw an invitation: its link opens nothing any more."""
    with transaction.atomic():
        audit.record("reviewer.uninvited", actor=actor, about=None, on=invitation)
        invitation.delete()


def delete_old(now: dt.datetime) -> int:
    """Delete invitations that were not accepted in half a year. Return how many."""
    gone, _each = ReviewerInvitation.objects.filter(invited_at__lt=now - KEEP).delete()
    return gone


def _require_not_over(round_: Round) -> None:
    if round_.state in _OVER:
        raise NotAllowedNowError(_("The review of this round is over."))


def _write(invitation: ReviewerInvitation, account: User | None) -> None:
    round_ = invitation.round

    def write() -> Letter:
        return Letter(
            subject=_("Will you review in “%(round)s”?") % {"round": round_.title},
            paragraphs=(
                _("The office asks you to read and score students' applications."),
                _(
                    "Open the link and sign in, or make an account first; which address you use "
                    "for it does not matter. The link is for you alone: do not send it on."
                ),
            ),
            link=Link(
                _("See the invitation"), reverse("office:invited-reviewer", args=[invitation.uuid])
            ),
        )

    outbox.post(
        key=f"reviewer-asked:{invitation.uuid}",
        to=account or Recipient(invitation.email, page_language()),
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
    )
