"""A stay as its student sees it: what now, for whom something waits, what comes later."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import self_arranged_lists
from sojourn.advising.models import SelfArrangedPlace
from sojourn.catalogue.choices import COMING_HOME, DONE_ON_A_PAGE, DoneBy, Gate, Pen
from sojourn.common.languages import joined
from sojourn.common.translated_fields import text_of
from sojourn.design import components
from sojourn.mobility import gates, naming, periods, whereabouts, wording
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.standing import pen_of, standing_of
from sojourn.mobility.states import COMES_HOME, StayState, StepState

_MAY_BE_THERE = dt.timedelta(days=30)


@dataclass(frozen=True)
class Step:
    """One step as it is shown."""

    key: int
    name: str
    about: str
    when: str
    is_late: bool
    waits: str
    """'The host has had it for 6 days.'"""
    is_own_rule: bool
    is_example: bool
    source: components.Source | None
    note: str
    may_tick: bool
    tick: str
    """The words on the button."""
    may_untick: bool
    is_agreement: bool
    """It is done on the page of the agreement."""
    is_coming_home: bool
    """It is done on the page of coming home."""


@dataclass(frozen=True)
class StayPage:
    number: str
    title: str
    where: str
    state: str
    tone: str
    length: str
    """'57 days to go'"""
    headline: str
    says: str
    mine: tuple[Step, ...]
    others: tuple[Step, ...]
    later: tuple[Step, ...]
    settled: tuple[Step, ...]
    shut: tuple[str, ...]
    """What keeps the gate of departure shut, while that is to come."""
    exception: str
    facts: tuple[components.Fact, ...]
    conflicts: tuple[str, ...]
    may_arrive: bool
    may_return: bool
    is_reached: bool
    """We want to know how the student is reached."""
    may_withdraw: bool
    may_change_days: bool
    needs_days: bool
    has_agreement: bool
    comes_home: bool
    """There is a page about coming home to look at."""
    has_board: bool


@dataclass(frozen=True)
class Row:
    title: str
    where: str
    days: str
    state: str
    tone: str
    href: str


@dataclass(frozen=True)
class PlaceRow:
    number: str
    title: str
    where: str


def row(stay: Stay) -> Row:
    return Row(
        naming.title_of(stay),
        naming.hosts_of(stay),
        wording.days_of(stay.starts_on, stay.ends_on),
        str(StayState(stay.state).label),
        wording.TONES[StayState(stay.state)],
        reverse("stays:stay", args=[stay.uuid]),
    )


def place_row(place: SelfArrangedPlace) -> PlaceRow:
    return PlaceRow(str(place.pk), place.subject, self_arranged_lists.host_and_place(place))


def page(stay: Stay, now: dt.datetime) -> StayPage:
    today = timezone.localtime(now).date()
    found = standing_of(stay)
    running = stay.meaning.is_running
    departure = _departure(stay)
    headline, says = what_now(stay, now)
    return StayPage(
        number=str(stay.uuid),
        title=naming.title_of(stay),
        where=naming.hosts_of(stay),
        state=str(StayState(stay.state).label),
        tone=wording.TONES[StayState(stay.state)],
        length=wording.where_it_is(stay, today),
        headline=headline,
        says=says,
        mine=tuple(_step(each, now, running) for each in found.mine) if running else (),
        others=tuple(_step(each, now, running) for each in found.others) if running else (),
        later=tuple(_step(each, now, running) for each in found.later)
        if not stay.meaning.is_over
        else (),
        settled=tuple(_step(each, now, running) for each in found.settled),
        shut=tuple(each.why for each in departure.blockers)
        if departure and not departure.is_open
        else (),
        exception=departure.override.reason if departure and departure.override else "",
        facts=facts(stay),
        conflicts=tuple(wording.conflict(each) for each in periods.conflicts_of(stay)),
        may_arrive=may_arrive(stay, today),
        may_return=stay.state == StayState.AWAY,
        is_reached=whereabouts.asks_for(stay),
        may_withdraw=stay.meaning.is_before,
        may_change_days=not stay.meaning.is_over,
        needs_days=stay.starts_on is None or stay.ends_on is None,
        has_agreement=bool(stay.road.agreement),
        comes_home=stay.state in COMES_HOME,
        has_board=bool(stay.board_requests.all()),
    )


def _departure(stay: Stay) -> gates.GateOf | None:
    """Look at the gate of departure, while that is to come and the road has one."""
    if stay.state != StayState.PREPARING:
        return None
    return next((each for each in gates.gates_of(stay) if each.gate == Gate.DEPARTURE), None)


def what_now(stay: Stay, now: dt.datetime) -> tuple[str, str]:
    """Return what the student has to do now in a line, and more about it."""
    today = timezone.localtime(now).date()
    over = {
        StayState.FINISHED: _("Everything is settled."),
        StayState.WITHDRAWN: _("You do not go. Nothing is asked of you any more."),
        StayState.POSTPONED: _("Your stay is postponed. The office gives you the new days."),
        StayState.INTERRUPTED: _("Your stay is interrupted. Tell the office how it goes on."),
    }.get(StayState(stay.state))
    if over is not None:
        return str(StayState(stay.state).label), over
    found = standing_of(stay)
    if found.mine:
        first = found.mine[0]
        return str(text_of(first.step, "name")), wording.when(first, today)
    if stay.starts_on is None:
        return _("Say when you go"), _("Then we can count what has to be done by when.")
    if found.others:
        first = found.others[0]
        name = str(text_of(first.step, "name"))
        return _("Nothing for you now"), joined(". ", (name, wording.waits_for(first, now)))
    return _("Nothing for you now"), _("We write to you when something is to be done.")


def next_of(stay: Stay, now: dt.datetime) -> tuple[str, str, dt.datetime | None]:
    """Return a line for "where you stand": the stay, what now, and by when."""
    headline, says = what_now(stay, now)
    mine = standing_of(stay).mine
    due = mine[0].due_on if mine else None
    moment = timezone.make_aware(dt.datetime.combine(due, dt.time(23, 59))) if due else None
    title = _("Your stay: %(place)s") % {"place": naming.place_of(stay)}
    return title, joined(" " if headline.endswith(".") else ". ", (headline, says)), moment


def facts(stay: Stay) -> tuple[components.Fact, ...]:
    rows: list[tuple[str, str]] = [
        (_("Road"), str(text_of(stay.road, "name"))),
        *wording.all_days(stay),
        *(
            (host.name, ", ".join(part for part in (host.department, host.contact_name) if part))
            for host in stay.hosts.all()
            if host.department or host.contact_name
        ),
    ]
    return tuple(components.Fact(label, value, unknown=_("not known yet")) for label, value in rows)


def _step(row: StayStep, now: dt.datetime, running: bool) -> Step:
    today = timezone.localtime(now).date()
    mine = pen_of(row) == Pen.STUDENT and running and not row.is_settled
    by_itself = row.step.done_by in (DoneBy.ARRIVAL, DoneBy.RETURN, *DONE_ON_A_PAGE)
    return Step(
        key=row.pk,
        name=str(text_of(row.step, "name")),
        about=str(text_of(row.step, "about")),
        when=wording.when(row, today),
        is_late=wording.is_late(row, today),
        waits="" if mine else wording.waits_for(row, now),
        is_own_rule=row.step.own_rule,
        is_example=row.step.is_example,
        source=wording.source_of(row),
        note=wording.note_of(row),
        may_tick=mine and row.waiting_since is not None and not by_itself,
        tick=_("I have it: let the office look") if row.step.seen_by_office else _("Done"),
        may_untick=running
        and row.state == StepState.DONE
        and row.step.who == Pen.STUDENT
        and not row.step.seen_by_office
        and not by_itself,
        is_agreement=row.step.done_by in (DoneBy.PROPOSAL, DoneBy.APPROVAL, DoneBy.AGREEMENT)
        and bool(row.stay.road.agreement)
        and not row.is_settled,
        is_coming_home=row.step.done_by in COMING_HOME
        and row.stay.state in COMES_HOME
        and not row.is_settled,
    )


def may_arrive(stay: Stay, today: dt.date) -> bool:
    """Tell whether the student may say that they have arrived."""
    return stay.state == StayState.PREPARING and _is_near(stay, today)


def _is_near(stay: Stay, today: dt.date) -> bool:
    """Tell whether somebody may be there already: people travel some weeks ahead."""
    return stay.starts_on is None or stay.starts_on - today <= _MAY_BE_THERE
