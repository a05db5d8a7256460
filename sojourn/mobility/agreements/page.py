"""An agreement as its pages show it, the student's and the office's: who signs, what differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.choices import OfficialRecord, Signer
from sojourn.common.languages import page_language
from sojourn.mobility.agreements import shown, signing, substance, versions
from sojourn.mobility.models import (
    AgreementPackage,
    AgreementVersion,
    ComponentTable,
    SigningMethod,
    SigningRequest,
    Stay,
    StayAgreement,
)
from sojourn.mobility.permissions import may_sign_for_home, may_work_on
from sojourn.mobility.states import SigningState, VersionState
from sojourn.people.models import User

TONES = {
    VersionState.DRAFT: "",
    VersionState.SIGNING: "warn",
    VersionState.AGREED: "good",
    VersionState.REPLACED: "quiet",
    VersionState.REFUSED: "bad",
    VersionState.RECALLED: "quiet",
}


@dataclass(frozen=True)
class SignerShown:
    """One side: who, how far, and what they said."""

    side: str
    who: str
    function: str
    state: str
    """asked, opened, signed and refused are four different things."""
    tone: str
    comment: str
    was_asked: bool
    papers: tuple[tuple[int, str, str], ...]
    """Number, name and who brought it, of each file."""


@dataclass(frozen=True)
class VersionShown:
    number: int
    title: str
    state: str
    tone: str
    when: str
    code: str
    signers: tuple[SignerShown, ...]
    handed_on: tuple[str, ...]
    difference: shown.DifferenceShown | None


@dataclass(frozen=True)
class LineToEdit:
    key: int
    shown: shown.LineShown
    table: str


@dataclass(frozen=True)
class AgreementPage:
    """All that a page of an agreement shows; before it has begun that is little."""

    number: str
    has_begun: bool
    headline: str
    says: str
    may_begin: bool
    is_example: bool
    rows: tuple[shown.Row, ...] = ()
    tables: tuple[shown.TableShown, ...] = ()
    difference: shown.DifferenceShown | None = None
    current: VersionShown | None = None
    versions: tuple[VersionShown, ...] = ()
    digest: str = ""
    sentence: str = ""
    sentence_language: str = "en"
    lacking: tuple[str, ...] = ()
    is_change: bool = False
    may_edit: bool = False
    may_sign: bool = False
    may_recall: bool = False
    may_discard: bool = False
    may_propose: bool = False
    may_name_signer: bool = False
    host: SignerShown | None = None
    official: str = ""
    differs_from_stay: str = ""
    package: str = ""


def of(stay: Stay, reader: User) -> AgreementPage:
    """Make the page for a reader: the student's own, or one of the office."""
    is_own = reader.pk == stay.student_id
    works = may_work_on(reader, stay)
    agreement = versions.of_stay(stay)
    if agreement is None:
        return _empty(stay, is_own, works)
    every = list(
        agreement.versions.select_related("agreement__stay__road", "before")
        .prefetch_related("requests__papers", "requests__checked_by", "components")
        .order_by("number")
    )
    current = next((each for each in every if each.ended_at is None), None)
    holds = next((each for each in every if each.state == VersionState.AGREED), None)
    top = current or holds or (every[-1] if every else None)
    if top is None:
        return _empty(stay, is_own, works)
    if top.content is None:
        # Of a draft it is read once for the whole page; nothing here is saved.
        top.content = substance.content_of(top)
    content = top.content
    side = Signer.STUDENT if is_own else Signer.HOME
    runs = not stay.meaning.is_over
    request = _asked(top, side)
    signs = runs and current is not None and _may_sign(current, request, side, reader, stay)
    is_draft = current is not None and current.state == VersionState.DRAFT
    lacking = versions.lacking(top) if is_draft else []
    is_change = current is not None and current.before is not None
    host = _asked(top, Signer.HOST)
    edits = runs and is_draft and (is_own or works)
    told = {each.pk: _version(each) for each in reversed(every)}
    return AgreementPage(
        number=str(stay.uuid),
        has_begun=True,
        headline=_headline(current, holds),
        says=_says(current, holds, is_own),
        rows=shown.rows_of(content),
        tables=shown.tables_of(content),
        difference=shown.against(top.before, top),
        current=told[current.pk] if current else None,
        versions=tuple(told.values()),
        digest=signing.digest_now(top),
        sentence=signing.sentence_for(top, side, page_language()),
        sentence_language=signing.sentence_language(top, page_language()),
        lacking=tuple(shown.label_of(name) for name in lacking),
        is_change=is_change,
        may_begin=runs and current is None and holds is None and (is_own or works),
        may_edit=edits,
        may_sign=signs and not lacking and (not is_draft or versions.is_a_change(top)),
        may_recall=runs
        and current is not None
        and current.state == VersionState.SIGNING
        and (is_own or works),
        may_discard=edits and (is_change or len(every) > 1),
        may_propose=runs and current is None and holds is not None and (is_own or works),
        may_name_signer=edits and host is not None,
        host=_signer(host) if host else None,
        official=official_text(agreement),
        differs_from_stay=_other_days(stay, content["facts"]) if runs else "",
        is_example=bool(stay.road.agreement.get("example")),
        package=agreement.package.title if agreement.package else "",
    )


def _empty(stay: Stay, is_own: bool, works: bool) -> AgreementPage:
    return AgreementPage(
        number=str(stay.uuid),
        has_begun=False,
        headline=_("Not begun yet"),
        says=_("It begins filled in, from what is known of your stay and your courses.")
        if is_own
        else _("It begins filled in, from what is known of the stay and the courses."),
        may_begin=not stay.meaning.is_over and (is_own or works),
        is_example=bool(stay.road.agreement.get("example")),
    )


def _asked(version: AgreementVersion, side: Signer) -> SigningRequest | None:
    """Find who is asked for a side, among the rows that were read with the page."""
    rows = (each for each in version.requests.all() if each.state != SigningState.HANDED_ON)
    return next((each for each in rows if each.side == side), None)


def _may_sign(
    version: AgreementVersion,
    request: SigningRequest | None,
    side: Signer,
    reader: User,
    stay: Stay,
) -> bool:
    if request is None:
        return False
    if side == Signer.HOME:
        return request.state == SigningState.SENT and may_sign_for_home(reader, stay)
    return version.state == VersionState.DRAFT or request.state == SigningState.SENT


def _headline(current: AgreementVersion | None, holds: AgreementVersion | None) -> str:
    if current is None:
        if holds is None:
            return _("Nothing is agreed, and no draft is open")
        return _("Version %(number)d is in force") % {"number": holds.number}
    what = (
        _("Change of version %(number)d") % {"number": current.before.number}
        if current.before
        else _("Version %(number)d") % {"number": current.number}
    )
    if current.state == VersionState.DRAFT:
        return _("%(what)s: a draft") % {"what": what}
    return _("%(what)s: being signed") % {"what": what}


def _says(current: AgreementVersion | None, holds: AgreementVersion | None, is_own: bool) -> str:
    if current is None:
        return _("All sides signed.") if holds else ""
    said = []
    if current.state == VersionState.DRAFT:
        said.append(
            _("Read it, fill in what is missing, and sign. It goes to the others then.")
            if is_own
            else _("The student signs it first.")
        )
    else:
        asked = [each for each in current.requests.all() if each.state == SigningState.SENT]
        said.extend(_waits(each) for each in asked)
    if holds is not None:
        said.append(
            _("Version %(number)d stays in force until everybody signed this one.")
            % {"number": holds.number}
        )
    return " ".join(said)


def _waits(request: SigningRequest) -> str:
    asked = timezone.localdate(request.sent_at) if request.sent_at else timezone.localdate()
    days = (timezone.localdate() - asked).days
    side = str(Signer(request.side).label)
    who = ", ".join(part for part in (side, request.name) if part)
    if days < 1:
        return _("%(who)s has it since today.") % {"who": who}
    text = ngettext(
        "%(who)s has had it for %(days)d day.", "%(who)s has had it for %(days)d days.", days
    )
    return text % {"who": who, "days": days}


def version_title(version: AgreementVersion) -> str:
    """'Version 1', or 'Version 3, a change of version 1'."""
    if version.before is None:
        return _("Version %(number)d") % {"number": version.number}
    return _("Version %(number)d, a change of version %(before)d") % {
        "number": version.number,
        "before": version.before.number,
    }


def _version(version: AgreementVersion) -> VersionShown:
    state = VersionState(version.state)
    requests = list(version.requests.all())
    ended = version.ended_at or version.sent_at
    return VersionShown(
        number=version.number,
        title=version_title(version),
        state=str(state.label),
        tone=TONES[state],
        when=_day(ended) if ended else "",
        code=substance.short(version.digest) if version.digest else "",
        signers=tuple(_signer(each) for each in requests if each.state != SigningState.HANDED_ON),
        handed_on=tuple(
            _("%(name)s passed it on: %(why)s") % {"name": each.name, "why": each.comment}
            for each in requests
            if each.state == SigningState.HANDED_ON
        ),
        difference=shown.against(version.before, version),
    )


def _signer(request: SigningRequest) -> SignerShown:
    state, tone = _how_far(request)
    return SignerShown(
        side=str(Signer(request.side).label),
        who=request.signed_name or request.name,
        function=request.signed_function or request.function,
        state=state,
        tone=tone,
        comment=request.comment,
        was_asked=request.state != SigningState.WAITING,
        papers=tuple(
            (each.pk, each.name, str(Signer(each.brought_by).label))
            for each in request.papers.all()
        ),
    )


def _how_far(request: SigningRequest) -> tuple[str, str]:
    state = SigningState(request.state)
    if state == SigningState.SIGNED:
        how = str(SigningMethod(request.method).label)
        checked = f", {request.checked_by}" if request.checked_by else ""
        said = _("signed %(day)s, %(how)s") % {"day": _day(request.answered_at), "how": how}
        return f"{said}{checked}", "good"
    if state == SigningState.REFUSED:
        return _("refused %(day)s") % {"day": _day(request.answered_at)}, "bad"
    if state == SigningState.SENT:
        asked = _("asked %(day)s") % {"day": _day(request.sent_at)}
        if request.opened_at is None:
            return asked, "warn"
        opened = _("opened %(day)s, perhaps by a mail program") % {"day": _day(request.opened_at)}
        return f"{asked}, {opened}", "warn"
    return _("not asked yet"), "quiet"


def _day(moment: dt.datetime | None) -> str:
    return date_format(timezone.localtime(moment), "j F Y") if moment else ""


def official_text(agreement: StayAgreement) -> str:
    """Say where the record that counts is, and never more than was seen."""
    if agreement.official == OfficialRecord.HERE:
        return _("What is signed here is the record that counts.")
    if agreement.official_seen_on is None:
        return _(
            "The record that counts is in %(system)s. Nobody has written down yet that it is there."
        ) % {"system": agreement.official_system}
    return _("The record that counts is in %(system)s: seen there on %(day)s, number %(id)s.") % {
        "system": agreement.official_system,
        "day": date_format(agreement.official_seen_on, "j F Y"),
        "id": agreement.official_id,
    }


def _other_days(stay: Stay, facts: dict[str, str]) -> str:
    """Say that the days of the stay are other ones than those of the agreement."""
    said = (facts.get("starts_on", ""), facts.get("ends_on", ""))
    now = tuple(each.isoformat() if each else "" for each in (stay.starts_on, stay.ends_on))
    if said == now:
        return ""
    return _("The agreement says other days than the stay. Take it back, or propose a change.")


def lines_to_edit(version: AgreementVersion) -> list[LineToEdit]:
    """Return the lines of a draft, each with its number, in the order of the tables."""
    variant = version.agreement.stay.road.agreement["variant"]
    return [
        LineToEdit(
            row.pk,
            shown.line_of(substance.component(row)),
            shown.title_of(ComponentTable(row.table), variant),
        )
        for row in version.components.all()
    ]


def packages_for(stay: Stay, reader: User) -> QuerySet[AgreementPackage]:
    """Find the packages for the place and road of a stay, the newest first."""
    every = AgreementPackage.objects.visible_to(reader)
    if stay.opportunity_id is None:
        return every.none()
    return every.filter(road=stay.road_id, opportunity=stay.opportunity_id)
