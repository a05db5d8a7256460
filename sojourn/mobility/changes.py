"""How anything of a stay changes its state: locked, looked up in the table, audited."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementVersion,
    BoardRequest,
    CreditLine,
    SigningRequest,
    Stay,
    StayGrant,
    StayStep,
    Transcript,
)
from sojourn.mobility.states import Actor, find_transition
from sojourn.people import audit
from sojourn.people.models import User


def locked(stay: Stay) -> Stay:
    """Lock the stay until the transaction ends, and read it as it is now.

    Whatever belongs to a stay is changed under this lock. A change that also touches the round
    takes the lock of the round first, so that two can never wait for each other.
    """
    found = Stay.objects.select_for_update(of=("self",)).filter(pk=stay.pk).first()
    if found is None:
        raise MobilityError(_("This is no longer there. Perhaps somebody else deleted it."))
    return found


Row = (
    Stay
    | StayStep
    | AgreementVersion
    | SigningRequest
    | StayGrant
    | Transcript
    | BoardRequest
    | CreditLine
)
_NAMES: dict[type[Row], str] = {
    Stay: "stay", StayStep: "step", AgreementVersion: "version", SigningRequest: "signing",
    StayGrant: "grant", Transcript: "transcript", BoardRequest: "board", CreditLine: "credit",
}  # fmt: skip


def move(
    row: Row,
    name: str,
    *,
    actor: User | None,
    student: User | None,
    acting: Actor | None = None,
    **details: Any,
) -> None:
    """Make the transition `name` on a row of a locked stay, and record it.

    `acting` says who it is where nobody is signed in: the host by a link. Raises NotAllowedNowError
    when the table does not allow it from the state in which the row is, or not by this person. The
    caller gives the other values that a constraint asks for. What concerns a whole group has no
    student.
    """
    of = _NAMES[type(row)]
    change = find_transition(of, name, row.state)
    by = acting or _actor(actor, student)
    if change is None or by not in change.by:
        raise refusal(row)
    if by == Actor.HOST:
        details["by"] = str(by)
    before, row.state, row.changed_at = row.state, change.after, timezone.now()
    row.save()
    audit.record(
        f"{of}.{name}",
        actor=actor,
        about=student,
        on=row,
        details={"before": before, "after": change.after, **details},
    )


def refusal(row: Row) -> NotAllowedNowError:
    """Return the error that says in which state it is, and that this cannot be done in it."""
    return NotAllowedNowError(
        _("This cannot be done now: the state is “%(state)s”.") % {"state": row.get_state_display()}
    )


def _actor(actor: User | None, student: User | None) -> Actor:
    if actor is None:
        return Actor.CLOCK
    return Actor.STUDENT if student is not None and actor.pk == student.pk else Actor.OFFICE
