"""Signing a version: by the student and for home with an account, by the host with a link.

Whoever signs sends the SHA-256 of what was on their page. Where the text is another one by now,
nothing is signed and the page says what changed. Looking at anything changes nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy, Signer, SigningOrder
from sojourn.mobility import board, board_decisions, steps
from sojourn.mobility.agreements import evidence, letters, substance, versions
from sojourn.mobility.changes import locked, move
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementPaper,
    AgreementVersion,
    SigningMethod,
    SigningRequest,
    Stay,
)
from sojourn.mobility.permissions import may_sign_for_home, may_work_on
from sojourn.mobility.states import Actor, SigningState, VersionState
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_NAME = 200
LONGEST_REASON = 1000
MOST_PAPERS = 5


class StaleTextError(MobilityError):
    """Somebody signed a text that is no longer the one to sign; nothing was signed."""

    def __init__(self, shown: AgreementVersion | None) -> None:
        super().__init__(_("The text has changed since you opened this page. Nothing was signed."))
        self.shown = shown
        """The version that their page showed, where there is one of that text."""


@dataclass(frozen=True)
class Signature:
    """What somebody who signs sends: whose name, in which function, to what they agree."""

    digest: str
    sentence: str
    name: str
    function: str = ""
    agrees: bool = False


def sentence_for(version: AgreementVersion, side: str, language: str = "en") -> str:
    """Return the sentence that a side agrees to, in that language or in English."""
    rules = version.agreement.stay.road.agreement
    facts = substance.content_of(version)["facts"]
    whose = {
        Signer.STUDENT: substance.student_in(facts),
        Signer.HOME: facts.get("sending_name", ""),
        Signer.HOST: facts.get("receiving_name", ""),
    }[Signer(side)]
    text = rules["sentence"].get(language) or rules["sentence"]["en"]
    return str(text.replace("{version}", str(version.number)).replace("{institution}", whose))


def sentence_language(version: AgreementVersion, language: str) -> str:
    """Return the language in which `sentence_for` answers."""
    return language if language in version.agreement.stay.road.agreement["sentence"] else "en"


def digest_now(version: AgreementVersion) -> str:
    """Return the hash of the text as it stands, sent or not."""
    return version.digest or substance.digest_of(substance.content_of(version))


def request_of(version: AgreementVersion, side: str) -> SigningRequest | None:
    """Return who is asked for a side now."""
    rows = version.requests.filter(side=side).exclude(state=SigningState.HANDED_ON)
    return rows.first()


# --- Signing -------------------------------------------------------------------------------------


def sign_as_student(version: AgreementVersion, given: Signature, *, actor: User) -> None:
    """Sign as the student; a draft is sent with it. Nobody else can. Twice signs once."""
    with transaction.atomic():
        row = versions.locked_version(version)
        if actor.pk != row.agreement.stay.student_id:
            raise NotAllowedNowError(_("Only the student signs for the student."))
        _require_same_text(row, given)
        if row.state == VersionState.DRAFT:
            _require_agreed(given)
            versions.freeze(row, actor=actor)
            _ask_first(row)
        request = _asked(row, Signer.STUDENT)
        if request.state == SigningState.SIGNED:
            return
        _sign(request, given, SigningMethod.ACCOUNT, actor=actor)
        _sign_by_package(row, actor)
        _go_on(row, actor)


def sign_for_home(
    version: AgreementVersion, given: Signature, *, actor: User, for_board: bool = False
) -> None:
    """Sign for the university at home, as the person whom the rule of the road names.

    `for_board`: they decided for the Board just now, by their right to do so. Otherwise the
    signature of one of its members is the approval of the Board.
    """
    with transaction.atomic():
        row = versions.locked_version(version)
        if not for_board and not may_sign_for_home(actor, row.agreement.stay):
            raise NotAllowedNowError(_("The rule of this road names somebody else to sign."))
        _require_same_text(row, given)
        request = _asked(row, Signer.HOME)
        if request.state == SigningState.SIGNED:
            return
        request.email = actor.email
        _sign(request, given, SigningMethod.ACCOUNT, actor=actor)
        board_decisions.by_signature(row, given.name, given.function, actor=actor)
        _go_on(row, actor)


def sign_by_link(request: SigningRequest, given: Signature) -> None:
    """Sign for the host, with the link that was mailed. Twice signs once."""
    with transaction.atomic():
        row = versions.locked_version(request.version)
        # The lock is held: read the request again, it may have been answered meanwhile.
        found = row.requests.get(pk=request.pk)
        if found.state == SigningState.SIGNED and found.digest == given.digest:
            return
        _require_same_text(row, given)
        found = _asked(row, Signer.HOST, found)
        _sign(found, given, SigningMethod.LINK, actor=None, acting=Actor.HOST)
        _go_on(row, None, acting=Actor.HOST)


def _sign(
    request: SigningRequest,
    given: Signature,
    method: SigningMethod,
    *,
    actor: User | None,
    acting: Actor | None = None,
    **proof: str,
) -> None:
    _require_agreed(given)
    version = request.version
    request.signed_name = given.name.strip()[:LONGEST_NAME]
    request.signed_function = given.function.strip()[:LONGEST_NAME]
    request.sentence, request.digest, request.method = given.sentence, version.digest, method
    request.answered_at, request.signer = timezone.now(), actor
    move(
        request,
        "sign",
        actor=actor,
        student=version.agreement.stay.student,
        acting=acting,
        side=request.side,
        method=str(method),
    )
    evidence.note(
        version,
        "signed",
        side=request.side,
        name=request.signed_name,
        function=request.signed_function,
        email=request.email,
        named_by=request.named_by,
        method=str(method),
        sentence=request.sentence,
        digest=request.digest,
        **proof,
    )


def _require_agreed(given: Signature) -> None:
    if not given.name.strip():
        raise MobilityError(_("Type your name."))
    if not given.agrees:
        raise MobilityError(_("Tick the sentence that you agree to."))


def _require_same_text(row: AgreementVersion, given: Signature) -> None:
    """Refuse a signature for another text than the one that stands there now."""
    if row.state in (VersionState.DRAFT, VersionState.SIGNING) and (
        given.digest == digest_now(row)
    ):
        return
    shown = row.agreement.versions.filter(digest=given.digest).exclude(digest="").first()
    if shown is not None and shown.pk == row.pk and row.state == VersionState.AGREED:
        return
    raise StaleTextError(shown)


def _asked(
    row: AgreementVersion, side: Signer, request: SigningRequest | None = None
) -> SigningRequest:
    found = request or request_of(row, side)
    if found is None:
        raise NotAllowedNowError(_("This side does not sign on this road."))
    if found.state == SigningState.WAITING:
        raise NotAllowedNowError(_("Somebody else signs first."))
    if found.state in (SigningState.REFUSED, SigningState.HANDED_ON):
        raise NotAllowedNowError(_("This was answered already."))
    if found.state == SigningState.SENT and row.state != VersionState.SIGNING:
        raise NotAllowedNowError(_("There is nothing to sign any more."))
    found.version = row
    return found


def _ask_first(row: AgreementVersion) -> None:
    """Ask the student, who signs at once; in any order the others too."""
    waiting = row.requests.filter(state=SigningState.WAITING).order_by("position")
    in_order = row.agreement.stay.road.agreement["order"] == SigningOrder.AS_LISTED
    for request in waiting[:1] if in_order else waiting:
        _ask(row, request, Actor.STUDENT)


def _ask(row: AgreementVersion, request: SigningRequest, acting: Actor) -> None:
    request.version, request.sent_at = row, timezone.now()
    stay = row.agreement.stay
    move(request, "ask", actor=None, student=stay.student, acting=acting, side=request.side)
    if request.side != Signer.STUDENT:
        evidence.note(
            row,
            "asked",
            side=request.side,
            name=request.name,
            function=request.function,
            email=request.email,
            named_by=request.named_by,
        )
        letters.please_sign(row, request)


def _go_on(row: AgreementVersion, actor: User | None, acting: Actor | None = None) -> None:
    """Ask the next one, or let the version come into force once everybody signed."""
    stay = row.agreement.stay
    who = acting or (Actor.STUDENT if actor and actor.pk == stay.student_id else Actor.OFFICE)
    home = request_of(row, Signer.HOME)
    is_signed = home is not None and home.state == SigningState.SIGNED
    if is_signed and not board.undecided_about(row):
        steps.done_by(stay, DoneBy.APPROVAL, actor=actor, acting=acting)
    requests = row.requests.exclude(state=SigningState.HANDED_ON).order_by("position")
    left = [each for each in requests if each.state != SigningState.SIGNED]
    if left:
        if left[0].state == SigningState.WAITING:
            _ask(row, left[0], who)
        versions.pass_pen(stay, row)
        return
    now = timezone.now()
    before = versions.in_force(row.agreement)
    if before is not None:
        before.ended_at = now
        move(before, "replace", actor=actor, student=stay.student, acting=acting)
    row.ended_at = now
    move(row, "agree", actor=actor, student=stay.student, acting=acting, number=row.number)
    evidence.note(row, "agreed", digest=row.digest)
    evidence.keep(row)
    steps.done_by(stay, DoneBy.AGREEMENT, actor=actor, acting=acting)
    letters.agreed(row)


def _sign_by_package(row: AgreementVersion, actor: User) -> None:
    """Count the approval of the group's package as the signature of home.

    Only where the student's courses are exactly those that were approved.
    """
    package = row.agreement.package
    request = request_of(row, Signer.HOME)
    if package is None or package.approved_at is None or request is None:
        return
    if request.state == SigningState.SIGNED or row.before is not None:
        return
    if package_digest(substance.content_of(row)["components"]) != package.digest:
        return
    if request.state == SigningState.WAITING:
        request.version, request.sent_at = row, timezone.now()
        move(request, "ask", actor=actor, student=actor, side=request.side)
    given = Signature(
        digest=row.digest,
        sentence=sentence_for(row, Signer.HOME),
        name=package.approved_name,
        function=package.approved_function,
        agrees=True,
    )
    _sign(
        request,
        given,
        SigningMethod.PACKAGE,
        actor=package.approved_by,
        acting=Actor.OFFICE,
        package=str(package.uuid),
        approved_at=package.approved_at.isoformat(),
    )
    board_decisions.by_package(row, package)


def package_digest(components: list[dict[str, str]]) -> str:
    """Hash what a package approves: the lines, whatever their keys."""
    return substance.digest_of(sorted(_courses(components), key=substance.canonical))


def _courses(components: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return the lines without what says how they came into one student's agreement."""
    apart = {"key", *substance.HOW_IT_CAME}
    return [{name: text for name, text in each.items() if name not in apart} for each in components]


# --- What a host can do beside signing ------------------------------------------------------------


def by_link(link: UUID) -> SigningRequest | None:
    """Find the request to which a link leads: of the newest version sent to this person."""
    return (
        SigningRequest.objects.named_by_link(link=link)
        .select_related("version__agreement__stay__road", "version__before")
        .exclude(state=SigningState.WAITING)
        .order_by("-version__number")
        .first()
    )


def last_opened(request: SigningRequest) -> AgreementVersion | None:
    """Find the earlier version that this person opened last, by the same link."""
    earlier = (
        SigningRequest.objects.named_by_link(link=request.link, opened_at__isnull=False)
        .filter(version__number__lt=request.version.number)
        .select_related("version")
        .order_by("-version__number")
        .first()
    )
    return earlier.version if earlier else None


def note_opened(request: SigningRequest) -> None:
    """Remember when a link was opened first. Programs that check mail do that too."""
    SigningRequest.objects.filter(pk=request.pk, opened_at__isnull=True).update(
        opened_at=timezone.now()
    )


def refuse(
    request: SigningRequest,
    comment: str,
    digest: str,
    *,
    actor: User | None = None,
    for_board: bool = False,
) -> AgreementVersion:
    """Refuse a version with the reason. What is in force stays; a next draft opens, filled.

    The host refuses by link (no actor); home refuses as the person who could sign, or who decided
    for the Board just now (`for_board`).
    """
    comment = comment.strip()[:LONGEST_REASON]
    if not comment:
        raise MobilityError(_("Say why: the next version is made from it."))
    with transaction.atomic():
        row = versions.locked_version(request.version)
        found = row.requests.get(pk=request.pk)
        stay = row.agreement.stay
        may = for_board or actor is None or may_sign_for_home(actor, stay)
        if not may or (actor is not None and found.side != Signer.HOME):
            raise NotAllowedNowError(_("The rule of this road names somebody else to sign."))
        if found.state == SigningState.REFUSED:
            return row
        if digest != row.digest or row.state != VersionState.SIGNING:
            raise StaleTextError(row.agreement.versions.filter(digest=digest).first())
        acting = None if actor else Actor.HOST
        found = _asked(row, Signer(found.side), found)
        found.comment, found.answered_at, found.signer = comment, timezone.now(), actor
        move(found, "refuse", actor=actor, student=stay.student, acting=acting, side=found.side)
        row.ended_at = timezone.now()
        move(row, "refuse", actor=actor, student=stay.student, acting=acting, number=row.number)
        evidence.note(
            row, "refused", side=found.side, name=found.name or str(actor or ""), why=comment
        )
        if actor is not None:
            board_decisions.by_refusal(row, comment, actor=actor)
        board.withdraw_for(row, board.NOT_AGREED, actor=actor, acting=acting)
        versions.next_draft(row, actor)
        letters.refused(row, found)
        return row


def hand_on(
    request: SigningRequest,
    name: str,
    function: str,
    email: str,
    reason: str,
    *,
    actor: User | None,
) -> SigningRequest:
    """Pass the request to another person of the host; the old link opens nothing any more."""
    name, function, email = name.strip(), function.strip(), email.strip().lower()
    reason = reason.strip()[:LONGEST_REASON]
    if not name or not reason:
        raise MobilityError(_("Give the name of the person, and say why."))
    try:
        validate_email(email)
    except ValidationError as error:
        raise MobilityError(
            _("This is no mail address. It looks like name@example.org.")
        ) from error
    with transaction.atomic():
        row = versions.locked_version(request.version)
        stay = row.agreement.stay
        if actor is not None and not may_work_on(actor, stay):
            raise NotAllowedNowError(_("You do not look after this stay."))
        versions.require_other(row, email)
        found = _asked(row, Signer.HOST, row.requests.get(pk=request.pk))
        if found.state != SigningState.SENT:
            raise NotAllowedNowError(_("This was answered already."))
        if email == found.email.lower():
            raise MobilityError(_("That is the address to which the link went already."))
        acting = None if actor else Actor.HOST
        found.comment, found.answered_at = reason, timezone.now()
        move(found, "hand_on", actor=actor, student=stay.student, acting=acting)
        evidence.note(
            row, "handed_on", side=found.side, by=str(actor or found.name),
            name=name, function=function, email=email, why=reason,
        )  # fmt: skip
        made = SigningRequest.objects.create(
            version=row,
            side=found.side,
            position=found.position,
            link=uuid4(),
            name=name[:LONGEST_NAME],
            function=function[:LONGEST_NAME],
            email=email,
            named_by=str(actor or found.name or found.email),
        )
        _ask(row, made, acting or Actor.OFFICE)
        letters.handed_on(row, made)
        return made


def bring_paper(
    request: SigningRequest, name: str, content: bytes, *, actor: User | None
) -> AgreementPaper:
    """Keep a file that shows a signature made elsewhere. It signs nothing until it is checked."""
    with transaction.atomic():
        row = versions.locked_version(request.version)
        found = _asked(row, Signer(request.side), row.requests.get(pk=request.pk))
        if found.state != SigningState.SENT:
            raise NotAllowedNowError(_("This was answered already."))
        if actor is not None and not may_work_on(actor, row.agreement.stay):
            raise NotAllowedNowError(_("You do not look after this stay."))
        sha256 = hashlib.sha256(content).hexdigest()
        known = found.papers.filter(sha256=sha256).first()
        if known is not None:
            return known
        if found.papers.count() >= MOST_PAPERS:
            raise MobilityError(_("At most %(most)d files.") % {"most": MOST_PAPERS})
        paper = AgreementPaper.objects.create(
            request=found,
            name=name[:LONGEST_NAME],
            content=content,
            sha256=sha256,
            brought_by=Signer.HOME if actor else Signer.HOST,
        )
        stay = row.agreement.stay
        by = {} if actor else {"by": str(Actor.HOST)}
        audit.record("signing.paper", actor=actor, about=stay.student, on=found, details=by)
        evidence.note(row, "paper", side=found.side, sha256=sha256, by=str(actor or found.name))
        if actor is None:
            letters.paper_came(row)
        return paper


def accept_paper(
    request: SigningRequest, name: str, function: str, method: SigningMethod, *, actor: User
) -> None:
    """Write down that the host signed on paper or in its own system: checked by this person.

    A file that shows it has to be there.
    """
    with transaction.atomic():
        row = versions.locked_version(request.version)
        if not may_work_on(actor, row.agreement.stay):
            raise NotAllowedNowError(_("You do not look after this stay."))
        if request.side != Signer.HOST:
            raise NotAllowedNowError(_("Only the host signs elsewhere."))
        found = _asked(row, Signer.HOST, row.requests.get(pk=request.pk))
        if found.state == SigningState.SIGNED:
            return
        papers = list(found.papers.all())
        if method not in (SigningMethod.PAPER, SigningMethod.SYSTEM) or not papers:
            raise MobilityError(_("Add the file that shows the signature first."))
        found.checked_by = actor
        given = Signature(
            digest=row.digest,
            sentence=sentence_for(row, Signer.HOST),
            name=name,
            function=function,
            agrees=True,
        )
        _sign(found, given, method, actor=actor, checked_by=str(actor), paper=papers[-1].sha256)
        _go_on(row, actor)


def remind(version: AgreementVersion, *, actor: User) -> bool:
    """Write once more to all who have to sign now, at most once a day to each.

    Return whether anybody was written to.
    """
    with transaction.atomic():
        row, now = versions.locked_version(version), timezone.now()
        asked = list(row.requests.filter(state=SigningState.SENT))
        if not asked or row.state != VersionState.SIGNING:
            raise NotAllowedNowError(_("Nobody has to sign now."))
        # While somebody is asked, reminders are all that changes the row.
        due = [each for each in asked if not each.reminders or now - each.changed_at >= steps.A_DAY]
        written_to = 0
        for request in due:
            request.version = row
            request.reminders, request.changed_at = request.reminders + 1, now
            request.save()
            about = row.agreement.stay.student
            audit.record("signing.remind", actor=actor, about=about, on=request)
            written_to += letters.remind(row, request)
        if due and not written_to:
            raise MobilityError(
                _("There is nobody to write to. Add a mail address at the host, or call them.")
            )
        return bool(due)


# --- Packages ------------------------------------------------------------------------------------


def make_package(version: AgreementVersion, title: str, *, actor: User) -> AgreementPackage:
    """Make a package of the courses of one student's draft, for the group at the same place."""
    if not title.strip():
        raise MobilityError(_("Give the package a name."))
    with transaction.atomic():
        row = versions.locked_version(version)
        stay: Stay = row.agreement.stay
        if not may_work_on(actor, stay):
            raise NotAllowedNowError(_("You do not look after this stay."))
        if stay.opportunity_id is None:
            raise NotAllowedNowError(_("A package is for a place of the catalogue."))
        components = substance.content_of(row)["components"]
        if not components:
            raise MobilityError(_("A package needs at least one course."))
        made = AgreementPackage.objects.create(
            road=stay.road,
            opportunity=stay.opportunity,
            title=title.strip()[:LONGEST_NAME],
            components=_courses(components),
            digest=package_digest(components),
            made_by=actor,
        )
        audit.record("package.make", actor=actor, about=None, on=made)
        board.ask_about_package(made, stay, actor=actor)
        return made


def approve_package(
    package: AgreementPackage, stay: Stay, name: str, function: str, *, actor: User
) -> None:
    """Approve a package once, as a person who may sign for home on that road.

    `stay` is one of the group, for which the rule is asked.
    """
    with transaction.atomic():
        locked(stay)
        row = AgreementPackage.objects.select_for_update().get(pk=package.pk)
        if row.approved_at is not None:
            return
        if not may_sign_for_home(actor, stay) or stay.road_id != row.road_id:
            raise NotAllowedNowError(_("The rule of this road names somebody else to sign."))
        if not name.strip():
            raise MobilityError(_("Type your name."))
        mark_approved(row, name, function, actor=actor)
        board_decisions.package_approved(row, name, function, actor=actor)


def mark_approved(row: AgreementPackage, name: str, function: str, *, actor: User) -> None:
    """Write down who approved a package. The caller holds its lock and knows that they may."""
    row.approved_by, row.approved_at = actor, timezone.now()
    row.approved_name = name.strip()[:LONGEST_NAME]
    row.approved_function = function.strip()[:LONGEST_NAME]
    row.save()
    audit.record("package.approve", actor=actor, about=None, on=row)
