"""What the Board of Examiners is asked: about an agreement, a package, or results after return.

A version that asks for recognition becomes a request when it is sent, where the road says that the
Board decides. While a request is undecided, its gate stays shut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Gate
from sojourn.catalogue.models import Road
from sojourn.mobility import board_mail
from sojourn.mobility.changes import locked, move
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementVersion,
    BoardMessage,
    BoardRequest,
    ComponentTable,
    Outcome,
    RequestKind,
    Standing,
    Stay,
)
from sojourn.mobility.models.board import MOST_WORDS
from sojourn.mobility.naming import place_of, title_of
from sojourn.mobility.permissions import may_work_on
from sojourn.mobility.states import UNDECIDED, Actor, BoardState, StayState, VersionState
from sojourn.people import audit
from sojourn.people.models import User

# Why a request ended by itself; whoever withdraws one writes their own words.
RECALLED, NOT_AGREED = "recalled", "not_agreed"
LONGEST_WHY = 500
Lines = Sequence[Mapping[str, str]]


# --- Asking --------------------------------------------------------------------------------------


def decides(road: Road, gate: Gate) -> bool:
    """Tell whether the Board decides on this road, at this gate."""
    return any(one["gate"] == gate and one.get("board") for one in road.gates)


def asks_recognition(version: AgreementVersion) -> bool:
    """Tell whether a version that was sent asks for something to count at home, or changes it."""
    lines = (version.content or {}).get("components", ())
    if version.before_id is not None:
        return any(each["standing"] != Standing.KEPT for each in lines)
    return any(each["table"] == ComponentTable.HOME for each in lines)


def ask_about(version: AgreementVersion, *, actor: User) -> BoardRequest | None:
    """Put a version before the Board, where its road says so. The caller holds the lock."""
    stay: Stay = version.agreement.stay
    if not decides(stay.road, Gate.AGREEMENT) or not asks_recognition(version):
        return None
    assert version.content is not None  # noqa: S101 - it was sent
    return _made(
        BoardRequest(
            kind=RequestKind.CHANGE if version.before_id else RequestKind.AGREEMENT,
            stay=stay,
            version=version,
            components=version.content["components"],
            digest=version.digest,
            asked_by=actor,
        ),
        stay,
        place_of(stay),
    )


def ask_about_package(package: AgreementPackage, stay: Stay, *, actor: User) -> BoardRequest | None:
    """Put a package before the Board; `stay` is one of the group, whose programme it is for."""
    if not decides(stay.road, Gate.AGREEMENT):
        return None
    request = BoardRequest(
        kind=RequestKind.PACKAGE,
        package=package,
        components=package.components,
        digest=package.digest,
        asked_by=actor,
    )
    return _made(request, stay, f"{package.title}: {title_of(stay)}")


def ask_about_results(
    stay: Stay, asked: str, components: Lines, digest: str, sending: UUID, *, actor: User
) -> BoardRequest:
    """Ask the Board after return about what is not as it was agreed. Sent twice, it asks once."""
    asked = _words(asked)
    with transaction.atomic():
        row = locked(stay)
        known = BoardRequest.objects.filter(sending=sending).first()
        if known is not None:
            return known
        if not may_work_on(actor, row):
            raise NotAllowedNowError(_("You do not look after this stay."))
        if row.state != StayState.BACK:
            raise NotAllowedNowError(
                _("Results come after the return. Before it, the agreement is what the Board sees.")
            )
        request = BoardRequest(
            kind=RequestKind.RECOGNITION,
            stay=row,
            components=list(components),
            digest=digest,
            asked=asked,
            asked_by=actor,
            sending=sending,
        )
        return _made(request, row, place_of(row))


def _made(request: BoardRequest, stay: Stay, title: str) -> BoardRequest:
    host = stay.hosts.order_by("position").first()
    request.programme = stay.programme
    request.institution = host.institution if host else None
    request.host_name = host.name if host else ""
    request.title = title[:250]
    request.save()
    audit.record(
        "board.ask",
        actor=request.asked_by,
        about=request.stay.student if request.stay else None,
        on=request,
        details={"kind": request.kind},
    )
    board_mail.something_waits(request)
    return request


# --- What waits ----------------------------------------------------------------------------------


def undecided_about(version: AgreementVersion) -> bool:
    """Tell whether the Board still has to decide about a version."""
    return version.board_requests.filter(state__in=UNDECIDED).exists()


def waiting(found: QuerySet[BoardRequest]) -> QuerySet[BoardRequest]:
    """Keep what the Board has not decided, of students who still go or went."""
    # A negated filter through a nullable key would also lose what has no stay.
    gone = Stay.objects.filter(state=StayState.WITHDRAWN)
    return found.filter(state__in=UNDECIDED).exclude(stay__in=gone)


def in_the_way(stay: Stay, gate: Gate) -> list[tuple[str, str]]:
    """List what the Board has not decided, or did not approve, at a gate: code and words."""
    if gate not in (Gate.AGREEMENT, Gate.RECOGNITION) or not decides(stay.road, gate):
        return []
    after = gate == Gate.RECOGNITION
    found = []
    for each in stay.board_requests.all():
        if (each.kind == RequestKind.RECOGNITION) != after:
            continue
        code = f"board:{str(each.uuid)[:8]}"
        if each.is_undecided:
            found.append((code, _("The Board of Examiners has not decided yet.")))
        elif not after and _holds_against_the_board(each):
            found.append((code, _("The Board of Examiners refused what the agreement says.")))
    return found


def _holds_against_the_board(request: BoardRequest) -> bool:
    return (
        request.state == BoardState.DECIDED
        and request.decision.outcome == Outcome.REFUSED
        and request.version is not None
        and request.version.state in (VersionState.SIGNING, VersionState.AGREED)
    )


# --- Questions and answers -----------------------------------------------------------------------


def answer(request: BoardRequest, text: str, *, actor: User) -> BoardMessage:
    """Answer a question of the Board, as the student or whoever looks after the stay."""
    text = _words(text)
    with transaction.atomic():
        row = locked_request(request)
        last = row.messages.order_by("-number").first()
        if last is not None and last.is_answer and (last.by_id, last.text) == (actor.pk, text):
            return last
        if not may_answer(actor, row):
            raise NotAllowedNowError(_("Somebody else answers this."))
        move(row, "answer", actor=actor, student=student_of(row))
        made = add_message(row, text, is_answer=True, actor=actor)
        board_mail.something_waits(row)
        return made


def may_answer(user: User, request: BoardRequest) -> bool:
    """Tell whether somebody answers a question of the Board."""
    if request.stay is None:
        return request.asked_by_id == user.pk
    return request.stay.student_id == user.pk or may_work_on(user, request.stay)


def add_message(row: BoardRequest, text: str, *, is_answer: bool, actor: User) -> BoardMessage:
    """Write down a question or an answer. The caller holds the lock."""
    row.revision += 1
    row.save()
    return BoardMessage.objects.create(
        request=row, number=row.revision, is_answer=is_answer, text=text, by=actor
    )


def withdraw(request: BoardRequest, why: str, *, actor: User) -> None:
    """Withdraw what was asked by hand, or what the Board decided elsewhere, with the reason."""
    why = why.strip()[:LONGEST_WHY]
    if not why:
        raise MobilityError(_("Say why."))
    with transaction.atomic():
        row = locked_request(request)
        if row.state == BoardState.WITHDRAWN:
            return
        mine = row.asked_by_id == actor.pk if row.stay is None else may_work_on(actor, row.stay)
        if not mine:
            raise NotAllowedNowError(_("Whoever asked withdraws it."))
        _end(row, why, actor, None)


def withdraw_for(
    version: AgreementVersion, why: str, *, actor: User | None, acting: Actor | None = None
) -> None:
    """Withdraw what was asked about a version that is not signed any more. The lock is held."""
    for row in version.board_requests.filter(state__in=UNDECIDED):
        row.stay = version.agreement.stay
        _end(row, why, actor, acting)


def _end(row: BoardRequest, why: str, actor: User | None, acting: Actor | None) -> None:
    row.ended_at, row.ended_why = timezone.now(), why
    move(row, "withdraw", actor=actor, student=student_of(row), acting=acting)


# --- How it is done ------------------------------------------------------------------------------


def locked_request(request: BoardRequest) -> BoardRequest:
    """Lock what a request is about, and read it as it is now."""
    stay = locked(request.stay) if request.stay is not None else None
    found = (
        BoardRequest.objects.select_for_update(of=("self",))
        .select_related("programme", "version__agreement", "package", "institution")
        .filter(pk=request.pk)
        .first()
    )
    if found is None:
        raise ChangedMeanwhileError(_("This is no longer there. Perhaps somebody else deleted it."))
    if stay is not None:
        found.stay = stay
        if found.version is not None:
            found.version.agreement.stay = stay
    return found


def student_of(request: BoardRequest) -> User | None:
    return request.stay.student if request.stay is not None else None


def _words(text: str) -> str:
    text = text.strip()[:MOST_WORDS]
    if not text:
        raise MobilityError(_("Write what you want to say."))
    return text
