"""Stays as the office sees them: a list by road and gate, and one page for each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import self_arranged_lists
from sojourn.catalogue.choices import COMING_HOME, DoneBy, Gate, Pen
from sojourn.common.folding import by_name
from sojourn.common.translated_fields import text_of
from sojourn.design import components
from sojourn.mobility import (
    beginnings,
    gates,
    money,
    money_lists,
    money_wording,
    naming,
    periods,
    queries,
    whereabouts_wording,
    wording,
)
from sojourn.mobility.models import RequestKind, Stay, StayGrant, StayHost, StayStep
from sojourn.mobility.permissions import (
    may_decide_on_stay,
    may_keep_money,
    may_override,
    may_work_on,
)
from sojourn.mobility.standing import standing_of
from sojourn.mobility.states import (
    COMES_HOME,
    ChangeKind,
    GrantState,
    StayState,
    StepState,
    changes_from,
)
from sojourn.office.shared import formatting, lists, people
from sojourn.office.stays.forms import roads
from sojourn.people.models import User
from sojourn.selection.offers import place_name


@dataclass(frozen=True)
class Step:
    """One step of a stay, and what the reader may do with it."""

    key: int
    name: str
    about: str
    gate: str
    when: str
    is_late: bool
    state: str
    tone: str
    waits: str
    reminded: str
    note: str
    settled: str
    is_own_rule: bool
    is_example: bool
    source: components.Source | None
    asks_day: bool
    asks_decision: bool
    may_settle: bool
    may_send_back: bool
    may_waive: bool
    may_reopen: bool
    may_remind: bool
    is_agreement: bool
    """It is done on the page of the agreement; nobody ticks it off."""
    is_coming_home: bool
    """The same with the page of coming home."""

    @property
    def is_on_a_page(self) -> bool:
        return self.is_agreement or self.is_coming_home

    @property
    def has_form(self) -> bool:
        """Whether there is a button to press."""
        return not self.is_on_a_page or (
            self.may_settle and (self.may_send_back or self.may_waive or self.may_remind)
        )


@dataclass(frozen=True)
class GateShown:
    name: str
    title: str
    is_open: bool
    blockers: tuple[str, ...]
    seen: str
    exception: str
    may_override: bool


@dataclass(frozen=True)
class Host:
    key: int
    name: str
    where: str
    contact: str
    address: str


@dataclass(frozen=True)
class GrantShown:
    """A grant of the stay in one line."""

    name: str
    state: str
    tone: str
    amounts: str
    to_do: str


@dataclass(frozen=True)
class Way:
    title: str
    href: str


@dataclass(frozen=True)
class StayPage:
    number: str
    title: str
    student: people.PersonLink
    address: str
    where: str
    state: str
    tone: str
    length: str
    facts: tuple[components.Fact, ...]
    misfits: tuple[str, ...]
    """Where the road does not fit the stay."""
    conflicts: tuple[str, ...]
    pen: Step | None
    """What waits the longest for somebody."""
    steps: tuple[Step, ...]
    gates: tuple[GateShown, ...]
    hosts: tuple[Host, ...]
    changes: tuple[str, ...]
    ways: tuple[Way, ...]
    """The changes that are possible now."""
    moves: tuple[tuple[str, str], ...]
    """What can be done at once: its name and its words."""
    may_work: bool
    may_change_road: bool
    asks_new_days: bool
    has_agreement: bool
    comes_home: bool
    keeps_money: bool
    """The reader keeps the ledgers of its grants."""
    grants: tuple[GrantShown, ...]
    board: tuple[Way, ...]
    """What the Board was asked about it."""
    may_ask_board: bool
    group: int
    """How many others go to the same place in the same days."""


@dataclass(frozen=True)
class ToBegin:
    key: str
    student: str
    place: str


def kind() -> lists.Kind[Stay]:
    return lists.Kind(
        caption=_("Stays"),
        columns=(
            lists.Column("place", gettext_lazy("Place"), ("title__folded",)),
            lists.Column("student", gettext_lazy("Student"), by_name("student")),
            lists.Column("begins", gettext_lazy("First day"), ("starts_on",)),
            lists.Column("state", gettext_lazy("State"), ("state", "starts_on")),
            lists.Column("gate", gettext_lazy("Next gate")),
            lists.Column("pen", gettext_lazy("Waits for")),
            lists.Column("since", gettext_lazy("Since"), ("pen_since",)),
        ),
        row=_row,
        empty=_("No stay has begun yet."),
        first_order="begins",
        actions=(lists.WRITE,),
        action_page=lists.WRITE_PAGE,
        about="stays",
        filters=(
            lists.Filter("road", gettext_lazy("Road"), tuple(roads()), _on_road),
            lists.Filter("gate", gettext_lazy("Next gate"), tuple(Gate.choices), queries.at_gate),
            lists.Filter("pen", gettext_lazy("Waits for"), tuple(Pen.choices), queries.held_by),
            lists.Filter("state", gettext_lazy("State"), tuple(StayState.choices), _in_state),
        ),
        search=queries.matching,
        name="stays",
    )


def _on_road(found: QuerySet[Stay], value: str) -> QuerySet[Stay]:
    return found.filter(road__slug=value)


def _in_state(found: QuerySet[Stay], value: str) -> QuerySet[Stay]:
    return found.filter(state=value)


def _row(stay: Stay) -> lists.Row:
    state = StayState(stay.state)
    since = getattr(stay, "pen_since", None)
    gate = getattr(stay, "next_gate", None)
    return lists.Row(
        key=str(stay.uuid),
        cells=(
            lists.Cell(naming.place_of(stay), reverse("office:stay", args=[stay.uuid])),
            people.cell(stay.student),
            lists.Cell(formatting.full_day(stay.starts_on) if stay.starts_on else _("not known")),
            lists.Cell(state.label, tone=wording.TONES[state]),
            lists.Cell(Gate(gate).label if gate and not stay.meaning.is_over else ""),
            lists.Cell(_pen_in_list(stay)),
            lists.Cell(formatting.age(since, timezone.now()) if since else ""),
        ),
    )


def _pen_in_list(stay: Stay) -> str:
    who = getattr(stay, "pen_who", None)
    if not who or not stay.meaning.is_running:
        return ""
    pen = Pen.OFFICE if getattr(stay, "pen_state", "") == StepState.SAID else Pen(who)
    return f"{pen.label}: {getattr(stay, 'pen_name', '') or ''}"


def offers_to_begin(reader: User) -> list[ToBegin]:
    return [
        ToBegin(str(each.uuid), str(each.application.owner), place_name(each.opportunity))
        for each in queries.offers_to_begin(reader)
    ]


def places_to_begin(reader: User) -> list[ToBegin]:
    return [
        ToBegin(str(each.pk), str(each.student), self_arranged_lists.host_and_place(each))
        for each in queries.own_places_to_begin(reader)
    ]


def page(reader: User, stay: Stay, others: int, now: dt.datetime) -> StayPage:
    today = timezone.localtime(now).date()
    works, decides = may_work_on(reader, stay), may_decide_on_stay(reader, stay)
    keeps_money = may_keep_money(reader, stay)
    state = StayState(stay.state)
    found = standing_of(stay)
    waiting = sorted(
        (*found.mine, *found.others), key=lambda row: (row.waiting_since or now, row.step.number)
    )
    shown = {row.pk: _step(row, stay, works, decides, now) for row in stay.steps.all()}
    running = stay.meaning.is_running
    return StayPage(
        number=str(stay.uuid),
        title=naming.title_of(stay),
        student=people.link(stay.student),
        address=stay.student.email,
        where=naming.hosts_of(stay),
        state=str(state.label),
        tone=wording.TONES[state],
        length=wording.where_it_is(stay, today),
        facts=_facts(stay),
        misfits=tuple(_misfit(stay)),
        conflicts=tuple(wording.conflict(each) for each in periods.conflicts_of(stay)),
        pen=shown[waiting[0].pk] if waiting and running else None,
        steps=tuple(shown.values()),
        gates=tuple(_gate(each, reader, stay) for each in gates.gates_of(stay)),
        hosts=tuple(_host(each) for each in stay.hosts.all()),
        changes=tuple(
            f"{formatting.moment(each.at)}: {ChangeKind(each.kind).label}. {each.reason}"
            for each in stay.changes.all()
        ),
        ways=tuple(
            Way(str(kind.label), reverse("office:stay-change", args=[stay.uuid, kind]))
            for kind in changes_from(stay.state)
        )
        if decides
        else (),
        moves=_moves(state) if works else (),
        may_work=works,
        may_change_road=decides and stay.meaning.is_before,
        asks_new_days=decides and state == StayState.POSTPONED,
        has_agreement=bool(stay.road.agreement),
        comes_home=stay.state in COMES_HOME,
        keeps_money=keeps_money,
        grants=tuple(_grant(each) for each in _grants(stay, reader)) if keeps_money else (),
        board=tuple(
            Way(
                f"{RequestKind(each.kind).label}: {each.get_state_display()}",
                reverse("office:board-request", args=[each.uuid]),
            )
            for each in stay.board_requests.all()
        ),
        may_ask_board=works and state == StayState.BACK,
        group=others,
    )


def _grants(stay: Stay, reader: User) -> list[StayGrant]:
    found = list(StayGrant.objects.visible_to(reader).filter(stay=stay).prefetch_related("entries"))
    for row in found:
        row.stay = stay
    return found


def _grant(row: StayGrant) -> GrantShown:
    state = GrantState(row.state)
    what = money_lists.to_do_of(row)
    again = money.needs_recount(row)
    return GrantShown(
        name=money_wording.name_of(row),
        state=str(state.label),
        tone=money_wording.TONES[state],
        amounts=_("due %(due)s, paid %(paid)s")
        % {
            "due": money_wording.amount_of(row.due, row.currency),
            "paid": money_wording.amount_of(row.paid, row.currency),
        },
        to_do=str(money_lists.ToDo.COUNT.label if again else what.label if what else ""),
    )


def _moves(state: StayState) -> tuple[tuple[str, str], ...]:
    return {
        StayState.PREPARING: (("depart", _("The student has arrived")),),
        StayState.AWAY: (("come_back", _("The student is back")),),
        StayState.INTERRUPTED: (("go_on", _("The stay goes on")),),
        StayState.BACK: (("finish", _("Finish this stay")),),
        StayState.FINISHED: (("reopen", _("Open it again")),),
    }.get(state, ())


def _facts(stay: Stay) -> tuple[components.Fact, ...]:
    window = stay.window
    rows: tuple[tuple[str, str], ...] = (
        (_("Road"), str(text_of(stay.road, "name"))),
        (_("Programme"), str(text_of(stay.programme, "name")) if stay.programme else ""),
        (_("Window"), str(text_of(window, "name")) if window else ""),
        *wording.all_days(stay),
        (_("Began with"), str(stay.get_origin_display())),
        (_("Arrival"), whereabouts_wording.arrived(stay.arrivals.all())),
    )
    return tuple(components.Fact(label, value, unknown=_("not known yet")) for label, value in rows)


def _misfit(stay: Stay) -> list[str]:
    days = beginnings.length(stay.starts_on, stay.ends_on)
    texts = {
        "country": _("This road is not for the country of the host."),
        "too_short": _("This stay has %(days)d days; the road asks for %(least)d at least.")
        % {"days": days or 0, "least": stay.road.days_min or 0},
        "too_long": _("This stay has %(days)d days; the road allows %(most)d at most.")
        % {"days": days or 0, "most": stay.road.days_max or 0},
    }
    countries = [host.country for host in stay.hosts.all()]
    return [texts[each] for each in beginnings.misfits(stay.road, countries, days)]


def _gate(found: gates.GateOf, reader: User, stay: Stay) -> GateShown:
    exception = found.override
    return GateShown(
        name=found.gate,
        title=str(found.gate.label),
        is_open=found.is_open,
        blockers=tuple(each.why for each in found.blockers),
        seen=" ".join(each.code for each in found.blockers),
        exception=_("%(name)s answers for this, %(moment)s: %(reason)s")
        % {
            "name": exception.by or _("someone who left"),
            "moment": formatting.moment(exception.at),
            "reason": exception.reason,
        }
        if exception
        else "",
        may_override=not found.is_open and may_override(reader, stay, found.gate),
    )


def _host(host: StayHost) -> Host:
    contact = ", ".join(part for part in (host.contact_name, host.contact_role) if part)
    return Host(host.pk, host.name, naming.where(host), contact, host.contact_email)


def _step(row: StayStep, stay: Stay, works: bool, decides: bool, now: dt.datetime) -> Step:
    today = timezone.localtime(now).date()
    running = stay.meaning.is_running
    late = wording.is_late(row, today)
    has_turn = row.waiting_since is not None
    settled = ""
    if row.settled_at:
        settled = _("%(name)s, %(moment)s") % {
            "name": row.settled_by or _("automatic"),
            "moment": formatting.moment(row.settled_at),
        }
    return Step(
        key=row.pk,
        name=str(text_of(row.step, "name")),
        about=str(text_of(row.step, "about")),
        gate=str(Gate(row.step.gate).label) if row.step.gate else "",
        when=wording.when(row, today),
        is_late=late,
        state=row.get_state_display() if has_turn or row.is_settled else _("Later"),
        tone="good" if row.is_settled else "bad" if late else "warn" if has_turn else "quiet",
        waits=wording.waits_for(row, now) if running else "",
        reminded=_("Reminded %(moment)s.") % {"moment": formatting.moment(row.reminded_at)}
        if row.reminded_at
        else "",
        note=wording.note_of(row),
        settled=settled,
        is_own_rule=row.step.own_rule,
        is_example=row.step.is_example,
        source=wording.source_of(row),
        asks_day=row.step.expires,
        asks_decision=row.step.who == Pen.BOARD,
        may_settle=works and running and not row.is_settled,
        is_agreement=row.step.done_by == DoneBy.AGREEMENT,
        is_coming_home=row.step.done_by in COMING_HOME,
        may_send_back=works and running and row.state == StepState.SAID,
        may_waive=decides and running and not row.is_settled,
        may_reopen=works and running and row.is_settled,
        may_remind=works and running and has_turn,
    )
