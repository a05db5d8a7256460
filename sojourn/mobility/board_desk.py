"""The Board's desk: what waits, most urgent first, and deciding about it.

Whoever decides sends what their page showed. Where something else stands there by now, nothing is
decided and the page says what changed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Signer
from sojourn.catalogue.models import Road
from sojourn.mobility import board, board_decisions, board_mail, board_mandates
from sojourn.mobility.agreements import signing, substance, versions
from sojourn.mobility.agreements.signing import Signature
from sojourn.mobility.board_decisions import Words
from sojourn.mobility.board_mandates import Right
from sojourn.mobility.changes import move
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementVersion,
    BoardDecision,
    BoardMessage,
    BoardRequest,
    Outcome,
    SigningRequest,
    Stay,
    StayAgreement,
)
from sojourn.mobility.models.board import MOST_WORDS, PROMISES
from sojourn.mobility.permissions import signing_for_home
from sojourn.mobility.states import BoardState, SigningState, StayState, VersionState
from sojourn.mobility.steps import days_of
from sojourn.people.models import User
from sojourn.people.permissions import holds
from sojourn.people.roles import Role


class StaleRequestError(MobilityError):
    """Somebody decided about what is not what waits now; nothing was decided."""

    def __init__(self) -> None:
        super().__init__(
            _("Something changed since you opened this page. Nothing was decided; look again.")
        )


class AlreadyDecidedError(NotAllowedNowError):
    """Somebody else decided meanwhile."""


@dataclass(frozen=True)
class Given:
    """What whoever decides sends."""

    outcome: str
    digest: str
    revision: int
    name: str
    function: str = ""
    conditions: str = ""
    reason: str = ""
    sentence: str = ""
    agrees: bool = False


@dataclass(frozen=True)
class Waits:
    """A request that waits, and when its student or the first of its group leaves."""

    request: BoardRequest
    departure: dt.date | None


# --- What waits ----------------------------------------------------------------------------------


def waiting_for(reader: User) -> list[Waits]:
    """List what the Board has to decide, of those whom the reader sees, the most urgent first.

    Who leaves first comes first; of those who leave on one day, who has waited longest.
    """
    found = board.waiting(BoardRequest.objects.visible_to(reader)).select_related(
        "stay__student", "programme", "package__opportunity"
    )
    rows = [
        Waits(each, _departure(each))
        for each in found.prefetch_related("stay__periods", "stay__hosts", "messages")
    ]
    return sorted(
        rows, key=lambda one: (one.departure or dt.date.max, one.request.asked_at, one.request.pk)
    )


def _departure(request: BoardRequest) -> dt.date | None:
    if request.stay is not None:
        # After the return nobody leaves: what is asked then waits behind, in its own order.
        return days_of(request.stay)["departure"] if request.stay.meaning.is_before else None
    if request.package is None or request.package.opportunity_id is None:
        return None
    group = Stay.objects.filter(
        opportunity=request.package.opportunity_id,
        road=request.package.road_id,
        state=StayState.PREPARING,
    )
    first: dt.date | None = group.aggregate(first=Min("starts_on"))["first"]
    return first


# --- Deciding ------------------------------------------------------------------------------------


def home_asked(request: BoardRequest) -> SigningRequest | None:
    """Find the signature for home that the decision gives too, where the Board gives it."""
    version = request.version
    if version is None or version.state != VersionState.SIGNING:
        return None
    found = signing.request_of(version, Signer.HOME)
    return found if found is not None and found.state == SigningState.SENT else None


def signs_for_home(user: User, request: BoardRequest, road: Road) -> bool:
    """Tell whether whoever decides about a request signs for home with it.

    Where the Board signs for home, whoever decides for it does; else whom the road names.
    """
    roles = signing_for_home(road)
    return bool(roles) and (Role.BOARD in roles or holds(user, roles, request))


def decide(request: BoardRequest, given: Given, *, actor: User) -> BoardDecision:
    """Decide for the Board. The same decision sent twice is one decision."""
    with transaction.atomic():
        row = board.locked_request(request)
        made = BoardDecision.objects.filter(request=row).select_related("request").first()
        if made is not None:
            if (made.by_id, made.outcome) == (actor.pk, given.outcome):
                return made
            raise AlreadyDecidedError(
                _("%(name)s decided about this already.") % {"name": made.by_name}
            )
        right = _right(row, actor)
        _require_same(row, given)
        words = _words(given)
        made = board_decisions.write(
            row,
            words,
            right.basis,  # type: ignore[arg-type]  # `_right` refuses whoever has none
            actor=actor,
            mandate=right.mandate,
        )
        if row.version is not None:
            _follow(row, row.version, words, given, actor)
        elif row.package is not None:
            _follow_package(row, row.package, words, actor)
        return made


def ask_back(request: BoardRequest, text: str, given: Given, *, actor: User) -> BoardMessage:
    """Ask whoever asked something before the Board decides. Sent twice, it asks once."""
    text = text.strip()[:MOST_WORDS]
    if not text:
        raise MobilityError(_("Write what you want to know."))
    with transaction.atomic():
        row = board.locked_request(request)
        last = row.messages.order_by("-number").first()
        if last is not None and not last.is_answer and (last.by_id, last.text) == (actor.pk, text):
            return last
        _right(row, actor)
        _require_same(row, given)
        move(row, "ask_back", actor=actor, student=board.student_of(row))
        made = board.add_message(row, text, is_answer=False, actor=actor)
        board_mail.asked_back(row)
        return made


def _right(row: BoardRequest, actor: User) -> Right:
    right = board_mandates.right_of(actor, row)
    if right.basis is None:
        raise NotAllowedNowError(right.why_not)
    return right


def _require_same(row: BoardRequest, given: Given) -> None:
    """Refuse a decision about anything else than what waits now."""
    if not row.is_undecided or (given.digest, given.revision) != (row.digest, row.revision):
        raise StaleRequestError


def _words(given: Given) -> Words:
    if given.outcome not in Outcome.values:
        raise MobilityError(_("Choose what the Board decides."))
    outcome = Outcome(given.outcome)
    if not given.name.strip():
        raise MobilityError(_("Type your name."))
    conditions = given.conditions.strip()[:MOST_WORDS] if outcome == Outcome.CONDITIONAL else ""
    reason = given.reason.strip()[:MOST_WORDS]
    if outcome == Outcome.CONDITIONAL and not conditions:
        raise MobilityError(_("Say under which condition. It stands in the letter."))
    if outcome == Outcome.REFUSED and not reason:
        raise MobilityError(_("Say why not. The student reads it, and can appeal against it."))
    return Words(outcome, given.name, given.function, conditions, reason)


def _follow(
    row: BoardRequest, version: AgreementVersion, words: Words, given: Given, actor: User
) -> None:
    """Let the agreement follow the decision: signed for home, or refused with a next draft."""
    asked = home_asked(row)
    if words.outcome in PROMISES:
        if asked is not None and signs_for_home(actor, row, version.agreement.stay.road):
            signature = Signature(
                digest=version.digest,
                sentence=given.sentence,
                name=given.name,
                function=given.function,
                agrees=given.agrees,
            )
            signing.sign_for_home(version, signature, actor=actor, for_board=True)
    elif asked is not None:
        signing.refuse(asked, words.reason, version.digest, actor=actor, for_board=True)
    elif version.state == VersionState.SIGNING:
        # Home has signed, the host has not: nobody goes on signing what the Board refused.
        versions.recall(version, actor=actor)


def _follow_package(
    row: BoardRequest, package: AgreementPackage, words: Words, actor: User
) -> None:
    held = AgreementPackage.objects.select_for_update().get(pk=package.pk)
    stands = words.outcome in PROMISES and held.approved_at is None
    if stands and signs_for_home(actor, row, held.road):
        signing.mark_approved(held, words.name, words.function, actor=actor)


# --- What changed --------------------------------------------------------------------------------


def newer_than(request: BoardRequest) -> BoardRequest | None:
    """Find what waits now in the place of a request that was withdrawn."""
    if request.stay is None or request.state != BoardState.WITHDRAWN:
        return None
    later = request.stay.board_requests.filter(asked_at__gt=request.asked_at)
    return board.waiting(later).select_related("version").order_by("-asked_at").first()


def agreed_lines(stay: Stay) -> tuple[list[dict[str, str]], str]:
    """Return the lines of the agreement in force with its hash: what results are held against."""
    found = StayAgreement.objects.filter(stay=stay).first()
    version = versions.in_force(found) if found is not None else None
    if version is None:
        return [], ""
    return substance.content_of(version)["components"], version.digest
