"""The versions of an agreement: drafted, sent, taken back, agreed, changed.

A version that was sent never changes. What comes after it is a new version: a next draft after a
refusal, filled from it, or a change of the version in force. All of it under the lock of the stay.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import AgreementVariant, DoneBy, OfficialRecord, Pen, Signer
from sojourn.mobility import board, steps
from sojourn.mobility.agreements import deltas, evidence, filling, substance
from sojourn.mobility.changes import locked, move
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    ADDED_BECAUSE,
    REMOVED_BECAUSE,
    AgreementComponent,
    AgreementPackage,
    AgreementVersion,
    ComponentTable,
    SigningRequest,
    Standing,
    Stay,
    StayAgreement,
)
from sojourn.mobility.states import OPEN_VERSIONS, SigningState, VersionState
from sojourn.people import audit
from sojourn.people.models import User

MOST_LINES = 60


# --- Reading ------------------------------------------------------------------------------------


def has_one(stay: Stay) -> bool:
    """Tell whether the road of a stay has an agreement."""
    return bool(stay.road.agreement)


def of_stay(stay: Stay) -> StayAgreement | None:
    """Return the agreement of a stay, if it has begun."""
    return StayAgreement.objects.filter(stay=stay).select_related("stay__road", "package").first()


def open_one(agreement: StayAgreement) -> AgreementVersion | None:
    """Return the version that somebody works on or signs."""
    return _read(agreement).filter(state__in=OPEN_VERSIONS).first()


def open_of(stay: Stay) -> AgreementVersion | None:
    """Return the open version of a stay's agreement, if both have begun."""
    found = of_stay(stay)
    return open_one(found) if found else None


def draft_of(stay: Stay) -> AgreementVersion | None:
    """Return the draft that can be filled in now."""
    found = open_of(stay)
    return found if found and found.state == VersionState.DRAFT else None


def in_force(agreement: StayAgreement) -> AgreementVersion | None:
    """Return the version that holds now."""
    return _read(agreement).filter(state=VersionState.AGREED).first()


def numbered(stay: Stay, number: int) -> AgreementVersion | None:
    """Return the version of that number of a stay's agreement."""
    found = of_stay(stay)
    return _read(found).filter(number=number).first() if found else None


def _read(agreement: StayAgreement) -> QuerySet[AgreementVersion]:
    return agreement.versions.select_related("agreement__stay__road", "before").order_by("number")


# --- Beginning ----------------------------------------------------------------------------------


def begin(stay: Stay, *, actor: User) -> AgreementVersion:
    """Begin the agreement of a stay with a filled draft. Twice gives the same one."""
    with transaction.atomic():
        row = _running(stay)
        if not has_one(row):
            raise NotAllowedNowError(_("This kind of stay has no agreement in Sojourn."))
        known = of_stay(row)
        if known is not None:
            found = open_one(known) or in_force(known)
            if found is not None:
                return found
        agreement = known or _new(row)
        version = _draft(agreement, None, filling.first_facts(row), actor)
        _write_lines(version, filling.first_lines(row))
        _invite(version, actor)
        pass_pen(row, version)
        return version


def _new(stay: Stay) -> StayAgreement:
    rules = stay.road.agreement
    return StayAgreement.objects.create(
        stay=stay, official=rules["official"], official_system=rules["system"] or ""
    )


def _draft(
    agreement: StayAgreement,
    before: AgreementVersion | None,
    facts: dict[str, str],
    actor: User | None,
) -> AgreementVersion:
    last = agreement.versions.order_by("-number").first()
    made = AgreementVersion.objects.create(
        agreement=agreement,
        number=(last.number if last else 0) + 1,
        before=before,
        facts=facts,
        made_by=actor,
    )
    audit.record(
        "version.draft",
        actor=actor,
        about=agreement.stay.student,
        on=made,
        details={"number": made.number, "changes": before.number if before else None},
    )
    return made


def _write_lines(version: AgreementVersion, lines: Iterable[filling.Line]) -> None:
    AgreementComponent.objects.bulk_create(
        AgreementComponent(
            version=version,
            table=each.table,
            position=position,
            title=each.title,
            code=each.code,
            credits=each.credits,
            scheme=each.scheme,
            term=each.term,
            conditions=each.conditions,
            description=each.description,
        )
        for position, each in enumerate(lines)
    )


def _invite(version: AgreementVersion, actor: User | None) -> None:
    """Write down who signs, as known now: the host's name comes from the stay."""
    stay = version.agreement.stay
    host = stay.hosts.order_by("position").first()
    for position, one in enumerate(stay.road.agreement["signers"]):
        row = SigningRequest(version=version, side=one["role"], position=position)
        if one["role"] == Signer.STUDENT:
            row.name, row.email = stay.student.get_full_name(), stay.student.email
        elif one["role"] == Signer.HOST and host is not None:
            row.name, row.function = host.contact_name, host.contact_role
            row.email, row.named_by = host.contact_email, _("the page of the stay")
        row.save()


def next_draft(last: AgreementVersion, actor: User | None) -> AgreementVersion:
    """Open the draft after a version that was refused or taken back, filled from it.

    The caller holds the lock. The same people sign, by the same links.
    """
    agreement = last.agreement
    made = _draft(agreement, last.before, substance.facts_now(last), actor)
    rows = list(last.components.all())
    for row in rows:
        row.pk, row.version = None, made
        row._state.adding = True
    AgreementComponent.objects.bulk_create(rows)
    _copy_requests(last, made)
    pass_pen(agreement.stay, made)
    return made


def propose_change(stay: Stay, *, actor: User) -> AgreementVersion:
    """Open a change of the version in force. Twice gives the same draft."""
    with transaction.atomic():
        row = _running(stay)
        agreement = _agreement(row)
        known = open_one(agreement)
        if known is not None:
            return known
        base = in_force(agreement)
        if base is None:
            raise NotAllowedNowError(_("Nothing is agreed yet that could be changed."))
        made = _draft(agreement, base, substance.facts_now(base), actor)
        kept = [each for each in base.components.all() if each.standing != Standing.REMOVED]
        for each in kept:
            each.pk, each.version = None, made
            each.standing, each.reason, each.reason_text = Standing.KEPT, "", ""
            each._state.adding = True
        AgreementComponent.objects.bulk_create(kept)
        _copy_requests(base, made)
        return made


def _copy_requests(last: AgreementVersion, made: AgreementVersion) -> None:
    for old in last.requests.exclude(state=SigningState.HANDED_ON).order_by("position"):
        SigningRequest.objects.create(
            version=made,
            side=old.side,
            position=old.position,
            # The office may have another member of the Board sign next time.
            link=old.link if old.side == Signer.HOST else uuid4(),
            name="" if old.side == Signer.HOME else old.name,
            function="" if old.side == Signer.HOME else old.function,
            email="" if old.side == Signer.HOME else old.email,
            named_by=old.named_by,
        )


# --- Editing a draft -----------------------------------------------------------------------------


def save_facts(version: AgreementVersion, typed: dict[str, str], *, actor: User) -> None:
    """Save what was filled in. Only the fields of this kind of agreement are taken."""
    with transaction.atomic():
        row = _a_draft(version)
        allowed = substance.asked_of(row.agreement.stay.road.agreement["variant"])
        said = {name: text.strip() for name, text in typed.items() if name in allowed}
        facts = {**row.facts, **said}
        row.facts = {name: text for name, text in facts.items() if text}
        row.save()
        _noted(row, "version.edit", actor)


def add_line(
    version: AgreementVersion,
    line: filling.Line,
    *,
    actor: User,
    reason: str = "",
    reason_text: str = "",
) -> None:
    """Add a line to a table; in a change with the reason why it comes in."""
    with transaction.atomic():
        row = _a_draft(version)
        if not line.title.strip():
            raise MobilityError(_("Give the title as the host writes it."))
        if row.components.count() >= MOST_LINES:
            raise MobilityError(_("At most %(most)d lines.") % {"most": MOST_LINES})
        if line.table == ComponentTable.VIRTUAL and not line.description.strip():
            raise MobilityError(_("Describe the online part in a sentence."))
        is_change = row.before is not None
        if is_change:
            reason, reason_text = _stated(reason, reason_text, ADDED_BECAUSE)
        last = row.components.order_by("-position").first()
        AgreementComponent.objects.create(
            version=row,
            table=line.table,
            position=(last.position if last else 0) + 1,
            title=line.title.strip(),
            code=line.code.strip(),
            credits=line.credits,
            scheme=line.scheme if line.credits is not None else "",
            term=line.term.strip(),
            conditions=line.conditions.strip() if line.table == ComponentTable.HOME else "",
            description=line.description.strip(),
            standing=Standing.ADDED if is_change else Standing.KEPT,
            reason=reason if is_change else "",
            reason_text=reason_text if is_change else "",
        )
        _noted(row, "version.edit", actor)


def remove_line(
    version: AgreementVersion,
    number: int,
    *,
    actor: User,
    reason: str = "",
    reason_text: str = "",
) -> None:
    """Take a line out; in a change it stays written down as removed, with the reason."""
    with transaction.atomic():
        row = _a_draft(version)
        line = row.components.filter(pk=number).first()
        if line is None:
            return
        if row.before is None or line.standing == Standing.ADDED:
            line.delete()
        elif line.standing == Standing.KEPT:
            line.reason, line.reason_text = _stated(reason, reason_text, REMOVED_BECAUSE)
            line.standing = Standing.REMOVED
            line.save()
        _noted(row, "version.edit", actor)


def keep_line(version: AgreementVersion, number: int, *, actor: User) -> None:
    """Take back that a change removes a line."""
    with transaction.atomic():
        row = _a_draft(version)
        row.components.filter(pk=number, standing=Standing.REMOVED).update(
            standing=Standing.KEPT, reason="", reason_text=""
        )
        _noted(row, "version.edit", actor)


def _stated(reason: str, text: str, allowed: Sequence[str]) -> tuple[str, str]:
    """Return a reason that fits its direction. A code of the other one is refused."""
    text = text.strip()[:300]
    if reason and reason not in allowed:
        raise MobilityError(_("This reason is for the other direction. Choose one of the list."))
    if not reason and not text:
        raise MobilityError(_("Say why: choose a reason, or write it in a few words."))
    return reason, text


def name_signer(
    version: AgreementVersion, name: str, function: str, email: str, *, actor: User
) -> None:
    """Say who signs for the host, before they are asked."""
    with transaction.atomic():
        row = _still_open(version)
        request = row.requests.filter(side=Signer.HOST).exclude(state=SigningState.HANDED_ON).get()
        if request.state != SigningState.WAITING:
            raise NotAllowedNowError(
                _("They were asked already. Take this version back, or let them hand it on.")
            )
        email = email.strip().lower()
        require_other(row, email)
        if email != request.email:
            # Another person: an old mail to somebody else must not lead here.
            request.link = uuid4()
        request.name, request.function, request.email = name.strip(), function.strip(), email
        request.named_by = str(actor)
        request.save()
        _noted(row, "version.signer", actor)


def require_other(version: AgreementVersion, email: str) -> None:
    """Refuse the student's own address for the host: nobody signs for two sides."""
    if email.lower() == version.agreement.stay.student.email.lower():
        raise MobilityError(_("That is the student's own address. The host signs, nobody else."))


def lacking(version: AgreementVersion) -> list[str]:
    """Name what is missing before a draft can be signed."""
    content = substance.content_of(version)
    facts = content["facts"]
    found = [name for name in substance.needed_of(content["variant"]) if not facts.get(name)]
    host = version.requests.filter(side=Signer.HOST).exclude(state=SigningState.HANDED_ON).first()
    if host is not None and not (host.name and host.email):
        found.append("host_signer")
    if content["variant"] == AgreementVariant.STUDIES:
        there = [each["table"] for each in deltas.standing_in(content)]
        if not {ComponentTable.ABROAD, ComponentTable.VIRTUAL} & set(there):
            found.append("courses")
    return found


def is_a_change(version: AgreementVersion) -> bool:
    """Tell whether a draft says anything that the version in force does not."""
    if version.before is None:
        return True
    now = substance.content_of(version)
    return bool(deltas.between(substance.content_of(version.before), now))


# --- Sending, taking back, agreeing --------------------------------------------------------------


def freeze(version: AgreementVersion, *, actor: User) -> None:
    """Freeze a draft: from now on its text never changes. The caller holds the lock."""
    missing = lacking(version)
    if missing:
        raise MobilityError(_("Something is still missing, see below."))
    if not is_a_change(version):
        raise MobilityError(_("This changes nothing yet. Add or remove a course, or the days."))
    version.content = substance.made_of(version, version.components.all())
    version.facts = version.content["facts"]
    version.digest = substance.digest_of(version.content)
    version.sent_at = timezone.now()
    stay = version.agreement.stay
    move(version, "send", actor=actor, student=stay.student, number=version.number)
    evidence.note(version, "frozen", digest=version.digest, by=str(actor))
    board.ask_about(version, actor=actor)
    steps.done_by(stay, DoneBy.PROPOSAL, actor=actor)


def recall(version: AgreementVersion, *, actor: User) -> AgreementVersion:
    """Take a version back while it is being signed, and open a next draft filled from it.

    The signatures that were given stay with the version that they were given to.
    """
    with transaction.atomic():
        row = _still_open(version)
        if row.state != VersionState.SIGNING:
            return row
        row.ended_at = timezone.now()
        move(row, "recall", actor=actor, student=row.agreement.stay.student)
        evidence.note(row, "recalled", by=str(actor))
        board.withdraw_for(row, board.RECALLED, actor=actor)
        return next_draft(row, actor)


def discard(version: AgreementVersion, *, actor: User) -> None:
    """Throw a draft away. What is in force stays in force."""
    with transaction.atomic():
        row = _a_draft(version)
        row.ended_at = timezone.now()
        move(row, "discard", actor=actor, student=row.agreement.stay.student)


def pass_pen(stay: Stay, version: AgreementVersion | None) -> None:
    """Say on the step of the agreement who has the pen. The caller holds the lock."""
    pen = _pen(version)
    waiting = stay.steps.filter(step__done_by=DoneBy.AGREEMENT, settled_at__isnull=True)
    for row in waiting.exclude(pen=pen):
        row.pen = pen
        if row.waiting_since is not None:
            row.waiting_since = timezone.now()
        row.save()


def _pen(version: AgreementVersion | None) -> Pen:
    if version is None or version.state == VersionState.DRAFT:
        return Pen.STUDENT
    asked = version.requests.filter(state=SigningState.SENT).order_by("position").first()
    if asked is None or asked.side == Signer.STUDENT:
        return Pen.STUDENT
    if asked.side == Signer.HOST:
        return Pen.HOST
    signers = version.agreement.stay.road.agreement["signers"]
    roles = next(one["who"] for one in signers if one["role"] == Signer.HOME)
    return Pen.BOARD if "board" in roles else Pen.OFFICE


# --- What is no substance ------------------------------------------------------------------------


def save_contacts(agreement: StayAgreement, said: dict[str, str], *, actor: User) -> None:
    """Save who is called at home and at the host. No version and no signature changes."""
    with transaction.atomic():
        locked(agreement.stay)
        row = StayAgreement.objects.get(pk=agreement.pk)
        for name in ("home_contact", "home_email", "home_phone", "host_phone"):
            setattr(row, name, said.get(name, "").strip())
        row.save()
        audit.record("agreement.contacts", actor=actor, about=row.stay.student, on=row)


def see_elsewhere(
    agreement: StayAgreement, system: str, number: str, seen_on: dt.date | None, *, actor: User
) -> None:
    """Write down the record in the other system: seen there on which day, under which number."""
    if seen_on is not None and seen_on > timezone.localdate():
        raise MobilityError(_("That day is still to come."))
    if seen_on is not None and not number.strip():
        raise MobilityError(_("Say under which number it is there."))
    with transaction.atomic():
        stay = _running(agreement.stay)
        row = StayAgreement.objects.select_related("stay__road").get(pk=agreement.pk)
        system = system.strip()
        row.official = OfficialRecord.ELSEWHERE if system else OfficialRecord.HERE
        row.official_system = system
        row.official_id = number.strip() if system else ""
        row.official_seen_on = seen_on if system else None
        row.official_seen_by = actor if row.official_seen_on else None
        row.save()
        audit.record(
            "agreement.official",
            actor=actor,
            about=stay.student,
            on=row,
            details={"official": row.official, "seen_on": seen_on.isoformat() if seen_on else None},
        )
        if row.official_seen_on is not None:
            steps.done_by(stay, DoneBy.AGREEMENT, actor=actor)


# --- How it is done ------------------------------------------------------------------------------


def locked_version(version: AgreementVersion) -> AgreementVersion:
    """Lock the stay of a version and read the version as it is now."""
    stay = _running(version.agreement.stay)
    found = (
        AgreementVersion.objects.select_related("agreement", "before").filter(pk=version.pk).first()
    )
    if found is None:
        raise ChangedMeanwhileError(_("This is no longer there. Perhaps somebody else deleted it."))
    found.agreement.stay = stay
    return found


def _running(stay: Stay) -> Stay:
    row = locked(stay)
    if row.meaning.is_over:
        raise NotAllowedNowError(_("This stay is over; its agreement stays as it is."))
    return row


def _agreement(stay: Stay) -> StayAgreement:
    found = of_stay(stay)
    if found is None:
        raise NotAllowedNowError(_("There is no agreement yet."))
    return found


def _a_draft(version: AgreementVersion) -> AgreementVersion:
    row = locked_version(version)
    if row.state != VersionState.DRAFT:
        raise ChangedMeanwhileError(
            _("This version is no draft any more; it was sent or thrown away meanwhile.")
        )
    return row


def _still_open(version: AgreementVersion) -> AgreementVersion:
    row = locked_version(version)
    if row.state not in OPEN_VERSIONS:
        raise ChangedMeanwhileError(
            _("This version is not open any more. Look at the agreement again.")
        )
    return row


def _noted(version: AgreementVersion, action: str, actor: User) -> None:
    version.changed_at = timezone.now()
    version.save(update_fields=["changed_at"])
    audit.record(
        action,
        actor=actor,
        about=version.agreement.stay.student,
        on=version,
        details={"number": version.number},
    )


def give_package(stay: Stay, package: AgreementPackage, *, actor: User) -> AgreementVersion:
    """Fill the draft of a student with the courses of an approved package."""
    with transaction.atomic():
        row = _running(stay)
        if package.approved_at is None:
            raise NotAllowedNowError(_("This package is not approved yet."))
        known = of_stay(row)
        version = open_one(known) if known else None
        if known is not None and (in_force(known) or (version and version.sent_at)):
            raise NotAllowedNowError(_("Their agreement was sent already."))
        version = version or begin(row, actor=actor)
        agreement = version.agreement
        agreement.package = package
        agreement.save()
        version.components.all().delete()
        _write_lines(version, filling.package_lines(package))
        _noted(version, "version.package", actor)
        return version
