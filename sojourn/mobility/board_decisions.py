"""A decision of the Board is written down once, with its letter, and binds whoever comes after.

It is made on the Board's desk (`board_desk`), by the signature of one of its members, or by what
was decided about the group's package.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from sojourn.catalogue.choices import DoneBy
from sojourn.mobility import board_letters, board_mail, board_rules, steps
from sojourn.mobility.changes import move
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementVersion,
    Basis,
    BoardDecision,
    BoardMandate,
    BoardRequest,
    Outcome,
    RequestKind,
    Stay,
)
from sojourn.mobility.models.board import OF_A_VERSION, PROMISES
from sojourn.mobility.permissions import speaks_for_board
from sojourn.mobility.states import UNDECIDED, Actor
from sojourn.people.models import User
from sojourn.people.permissions import holds
from sojourn.people.roles import Role


@dataclass(frozen=True)
class Words:
    """What a decision says, and in whose name."""

    outcome: Outcome
    name: str
    function: str = ""
    conditions: str = ""
    reason: str = ""


def write(
    row: BoardRequest,
    words: Words,
    basis: Basis,
    *,
    actor: User | None,
    mandate: BoardMandate | None = None,
    rests_on: str = "",
) -> BoardDecision:
    """Write a decision down and tell it. The caller holds the lock, and knows that they may."""
    now = timezone.now()
    today, appeal = timezone.localdate(now), board_rules.rules()
    made = BoardDecision.objects.create(
        request=row,
        outcome=words.outcome,
        conditions=words.conditions,
        reason=words.reason,
        components=row.components,
        digest=row.digest,
        basis=basis,
        mandate=mandate,
        rests_on=rests_on or (mandate.rests_on if mandate else ""),
        by=actor,
        by_name=words.name.strip()[:200],
        by_function=words.function.strip()[:200],
        decided_at=now,
        decided_on=today,
        appeal_until=appeal.last_day(today),
        appeal=appeal.as_told(),
    )
    row.ended_at = now
    student = row.stay.student if row.stay is not None else None
    move(
        row, "decide", actor=actor, student=student, acting=Actor.OFFICE,
        outcome=words.outcome.value, basis=basis.value,
    )  # fmt: skip
    if row.stay is not None and row.kind in OF_A_VERSION and made.is_promise:
        steps.done_by(row.stay, DoneBy.APPROVAL, actor=actor, acting=Actor.OFFICE)
    board_letters.keep(made)
    board_mail.decided(made)
    return made


def by_signature(
    version: AgreementVersion, name: str, function: str, *, actor: User
) -> BoardDecision | None:
    """Count the signature of a member of the Board under a whole agreement as its approval."""
    row = _undecided(version)
    if row is None or not speaks_for_board(actor, version.agreement.stay):
        return None
    return write(row, Words(Outcome.APPROVED, name, function), Basis.SIGNATURE, actor=actor)


def by_refusal(version: AgreementVersion, reason: str, *, actor: User) -> BoardDecision | None:
    """Count the refusal of a member of the Board to sign as its decision."""
    row = _undecided(version)
    if row is None or not speaks_for_board(actor, version.agreement.stay):
        return None
    words = Words(Outcome.REFUSED, str(actor), reason=reason)
    return write(row, words, Basis.SIGNATURE, actor=actor)


def by_package(version: AgreementVersion, package: AgreementPackage) -> BoardDecision | None:
    """Let what was decided about a package decide about a student who has exactly its courses."""
    row, told = _undecided(version), decision_about(package)
    if row is None or told is None or not told.is_promise:
        return None
    words = Words(
        Outcome(told.outcome), told.by_name, told.by_function, told.conditions, told.reason
    )
    return write(row, words, Basis.PACKAGE, actor=told.by, rests_on=package.title)


def package_approved(
    package: AgreementPackage, name: str, function: str, *, actor: User
) -> BoardDecision | None:
    """Count a member's approval of a package on the page of a stay as the Board's decision."""
    row = package.board_requests.filter(state__in=UNDECIDED).first()
    if row is None or not holds(actor, {Role.BOARD}, row):
        return None
    return write(row, Words(Outcome.APPROVED, name, function), Basis.SIGNATURE, actor=actor)


def decision_about(package: AgreementPackage) -> BoardDecision | None:
    """Find what the Board decided about a package."""
    return BoardDecision.objects.filter(request__package=package).first()


def promises_of(stay: Stay) -> list[BoardDecision]:
    """List what the Board promised about a stay: its agreement, the changes, the group's package.

    Whoever decides after the return sees them, and is bound by them.
    """
    found = BoardDecision.objects.filter(outcome__in=PROMISES).select_related("request", "letter")
    theirs = found.filter(request__stay=stay).exclude(request__kind=RequestKind.RECOGNITION)
    return list(theirs.order_by("decided_at", "pk"))


def after_return(stay: Stay) -> QuerySet[BoardDecision]:
    """Find what the Board decided on requests about a stay after the return."""
    found = BoardDecision.objects.filter(request__stay=stay, request__kind=RequestKind.RECOGNITION)
    return found.select_related("request").order_by("decided_at", "pk")


def _undecided(version: AgreementVersion) -> BoardRequest | None:
    row = version.board_requests.filter(state__in=UNDECIDED).first()
    if row is not None:
        row.stay = version.agreement.stay
    return row
