"""The Board's desk as it is shown: rows, one request with what was decided before, mandates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.common.languages import Text
from sojourn.common.translated_fields import text_of
from sojourn.mobility import board, board_decisions, board_desk, board_mandates, board_precedents
from sojourn.mobility.agreements import shown
from sojourn.mobility.board_desk import Waits
from sojourn.mobility.board_precedents import Before, Counted
from sojourn.mobility.board_wording import DecisionShown, ended_text, promise, say_decision
from sojourn.mobility.models import (
    BoardDecision,
    BoardMandate,
    BoardRequest,
    ComponentTable,
    RequestKind,
)
from sojourn.mobility.states import BoardState
from sojourn.office.shared import formatting, people
from sojourn.people.models import User

SOON = dt.timedelta(days=28)
MOST_DECIDED = 20


@dataclass(frozen=True)
class Row:
    """A request that waits."""

    href: str
    who: str
    title: str
    kind: str
    unit: str
    leaves: str
    is_urgent: bool
    since: str
    state: str
    is_asked_back: bool


@dataclass(frozen=True)
class DecidedRow:
    href: str
    who: str
    title: str
    kind: str
    outcome: str
    tone: str
    decided: str
    by: str


@dataclass(frozen=True)
class Recognised:
    """A precedent of the catalogue."""

    year: int
    course: Text
    decided_by: Text
    note: Text


@dataclass(frozen=True)
class Line:
    """A line with what was decided before beside it."""

    line: shown.LineShown
    table: str
    precedents: tuple[Recognised, ...]
    packages: tuple[str, ...]
    counted: str
    too_few: bool
    has_any: bool
    is_asked_abroad: bool


@dataclass(frozen=True)
class Message:
    who: str
    when: str
    is_answer: bool
    text: str


@dataclass(frozen=True)
class Page:
    """One request."""

    number: str
    title: str
    who: people.PersonLink
    kind: str
    facts: tuple[tuple[str, str], ...]
    stay_href: str
    credits_href: str
    agreement_href: str
    asked: str
    lines: tuple[Line, ...]
    promises: tuple[DecisionShown, ...]
    messages: tuple[Message, ...]
    state: str
    is_undecided: bool
    ended: str
    newer_href: str
    decision: DecisionShown | None
    may_decide: bool
    by_mandate: str
    why_not: str
    may_answer: bool
    may_withdraw: bool
    digest: str
    revision: int


@dataclass(frozen=True)
class MandateRow:
    key: str
    holder: str
    unit: str
    kinds: str
    days: str
    rests_on: str
    state: str
    tone: str
    may_end: bool


def rows(reader: User, now: dt.datetime) -> list[Row]:
    """List what waits, as `board_desk.waiting_for` orders it."""
    return [_row(each, now) for each in board_desk.waiting_for(reader)]


def _row(waits: Waits, now: dt.datetime) -> Row:
    found, today = waits.request, timezone.localtime(now).date()
    return Row(
        href=reverse("office:board-request", args=[found.uuid]),
        who=_who(found),
        title=found.title,
        kind=str(RequestKind(found.kind).label),
        unit=_unit(found),
        leaves=_leaves(waits.departure, today),
        is_urgent=waits.departure is not None and waits.departure - today <= SOON,
        since=formatting.age(found.asked_at, now),
        state=str(BoardState(found.state).label),
        is_asked_back=found.state == BoardState.ASKED_BACK,
    )


def _leaves(day: dt.date | None, today: dt.date) -> str:
    if day is None:
        return ""
    left = (day - today).days
    if left < 0:
        return _("should have left on %(day)s") % {"day": formatting.short_day(day)}
    ahead = ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}
    return f"{formatting.short_day(day)}, {ahead}"


def decided(reader: User) -> list[DecidedRow]:
    """List what was decided last."""
    found = BoardDecision.objects.visible_to(reader).select_related("request__stay__student")
    return [
        DecidedRow(
            href=reverse("office:board-request", args=[each.request.uuid]),
            who=_who(each.request),
            title=each.request.title,
            kind=str(RequestKind(each.request.kind).label),
            outcome=say_decision(each).outcome,
            tone=say_decision(each).tone,
            decided=formatting.full_day(each.decided_on),
            by=each.by_name,
        )
        for each in found.order_by("-decided_at", "-pk")[:MOST_DECIDED]
    ]


def page(reader: User, found: BoardRequest) -> Page:
    """Show one request to whoever reads it."""
    right = board_mandates.right_of(reader, found)
    decisions = BoardDecision.objects.visible_to(reader).filter(request=found)
    decision = decisions.select_related("request").first()
    stay = found.stay
    newer = board_desk.newer_than(found)
    mine = found.asked_by_id == reader.pk if stay is None else board.may_answer(reader, found)
    return Page(
        number=str(found.uuid),
        title=found.title,
        who=people.link(stay.student) if stay is not None else people.PersonLink(_who(found)),
        kind=str(RequestKind(found.kind).label),
        facts=tuple(_facts(found)),
        stay_href=reverse("office:stay", args=[stay.uuid]) if stay is not None else "",
        credits_href=reverse("office:stay-home", args=[stay.uuid])
        if stay is not None and found.kind == RequestKind.RECOGNITION
        else "",
        agreement_href=reverse("office:stay-agreement", args=[stay.uuid])
        if stay is not None and stay.road.agreement
        else "",
        asked=found.asked,
        lines=tuple(_line(each, before) for each, before in board_precedents.beside(found)),
        promises=tuple(promise(each) for each in board_decisions.promises_of(stay))
        if stay is not None and found.kind == RequestKind.RECOGNITION
        else (),
        messages=tuple(
            Message(
                str(each.by or ""),
                formatting.moment(each.at),
                each.is_answer,
                each.text,
            )
            for each in found.messages.select_related("by")
        ),
        state=str(BoardState(found.state).label),
        is_undecided=found.is_undecided,
        ended=ended_text(found),
        newer_href=reverse("office:board-request", args=[newer.uuid]) if newer else "",
        decision=say_decision(decision) if decision is not None else None,
        may_decide=found.is_undecided and right.basis is not None,
        by_mandate=_by_mandate(right.mandate),
        why_not=right.why_not if found.is_undecided else "",
        may_answer=found.state == BoardState.ASKED_BACK and mine,
        may_withdraw=found.is_undecided and mine and found.kind == RequestKind.RECOGNITION,
        digest=found.digest,
        revision=found.revision,
    )


def _who(found: BoardRequest) -> str:
    return str(found.stay.student) if found.stay is not None else _("A group")


def _unit(found: BoardRequest) -> str:
    return str(text_of(found.programme, "short_name")) if found.programme is not None else ""


def _facts(found: BoardRequest) -> list[tuple[str, str]]:
    rows = [
        (_("Degree programme"), _unit(found)),
        (_("Host"), found.host_name),
        (_("Asked on"), formatting.full_day(timezone.localtime(found.asked_at).date())),
    ]
    if found.stay is not None and found.stay.starts_on is not None:
        rows.append((_("First day at the host"), formatting.full_day(found.stay.starts_on)))
    return [row for row in rows if row[1]]


def _line(line: Mapping[str, str], before: Before | None) -> Line:
    known = before or Before((), (), None, too_few=False)
    return Line(
        line=shown.line_of({"standing": "kept", **line}),
        table=str(ComponentTable(line["table"]).label),
        precedents=tuple(
            Recognised(
                each.year,
                text_of(each.home_course, "title"),
                text_of(each, "decided_by"),
                text_of(each, "note"),
            )
            for each in known.precedents
        ),
        packages=tuple(
            _("Package, %(year)d: %(outcome)s")
            % {"year": each.decided_on.year, "outcome": _outcome_of(each)}
            for each in known.packages
        ),
        counted=_counted(known.counted) if known.counted else "",
        too_few=known.too_few,
        has_any=bool(known),
        is_asked_abroad=before is not None,
    )


def _outcome_of(decision: BoardDecision) -> str:
    said = say_decision(decision).outcome
    return f"{said}: {decision.conditions}" if decision.conditions else said


def _counted(found: Counted) -> str:
    years = (
        str(found.first_year)
        if found.first_year == found.last_year
        else f"{found.first_year}–{found.last_year}"
    )
    return _(
        "%(years)s: approved %(approved)d, under a condition %(conditional)d, refused %(refused)d"
    ) % {
        "years": years,
        "approved": found.approved,
        "conditional": found.conditional,
        "refused": found.refused,
    }


def _by_mandate(mandate: BoardMandate | None) -> str:
    if mandate is None:
        return ""
    return _("You decide under a mandate of the Board until %(day)s (%(rests_on)s).") % {
        "day": formatting.full_day(mandate.ends_on),
        "rests_on": mandate.rests_on,
    }


def mandates(reader: User) -> list[MandateRow]:
    """List who decides for the Board: those in force first, then those that ended."""
    today = timezone.localdate()
    found = BoardMandate.objects.visible_to(reader).select_related("holder", "programme")
    every = sorted(found, key=lambda one: (not one.holds_on(today), -one.ends_on.toordinal()))
    return [_mandate(each, reader, today) for each in every]


def _mandate(found: BoardMandate, reader: User, today: dt.date) -> MandateRow:
    if found.ended_at is not None:
        state, tone = _("taken back"), "quiet"
    elif found.ends_on < today:
        state, tone = _("ended"), "quiet"
    elif found.starts_on > today:
        state, tone = _("begins later"), "warn"
    else:
        state, tone = _("in force"), "good"
    return MandateRow(
        key=str(found.uuid),
        holder=str(found.holder),
        unit=str(text_of(found.programme, "short_name"))
        if found.programme is not None
        else _("All degree programmes"),
        kinds=", ".join(str(RequestKind(kind).label) for kind in found.kinds),
        days=f"{formatting.full_day(found.starts_on)} – {formatting.full_day(found.ends_on)}",
        rests_on=found.rests_on,
        state=state,
        tone=tone,
        may_end=found.ended_at is None
        and found.ends_on >= today
        and board_mandates.may_give(reader, found.programme),
    )
