"""How the course of a stay changes: departure and return, and what ends, breaks or lengthens it.

Each kind of ending says beforehand what it does to the seat, the agreement, the money, the
insurance and the papers (`consequences`), so that nobody finds out afterwards.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy, Gate
from sojourn.mobility import gates, letters, money_endings, steps
from sojourn.mobility.changes import locked, move, refusal
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import Arrival, PeriodKind, SaidBy, Stay, StayChange
from sojourn.mobility.periods import Days, require_order
from sojourn.mobility.states import Actor, ChangeKind, StayState, find_transition
from sojourn.people.models import User
from sojourn.selection import offers
from sojourn.selection.changes import locked as locked_round
from sojourn.selection.models import Offer
from sojourn.selection.states import ACCEPTED, RoundState

LONGEST_REASON = 1000


@dataclass(frozen=True)
class Consequence:
    """What a change does to one of the five things that hang on a stay."""

    of: str
    text: str


# --- There and back ---------------------------------------------------------------------------


def depart(stay: Stay, on: dt.date, *, actor: User | None, host: str = "") -> Stay:
    """Write down that the student has arrived, since that day. Saying it twice changes nothing.

    Without an actor the host says it by a link, under the name that they typed.
    A gate that is shut keeps nobody from saying where they are: it is written down beside it, and
    the office sees it.
    """
    with transaction.atomic():
        row = locked(stay)
        if row.state == StayState.AWAY:
            _arrived(row, on, actor, host)
            return row
        if on > timezone.localdate():
            raise MobilityError(_("That day is still to come. Say it when you are there."))
        if row.ends_on and on > row.ends_on:
            raise MobilityError(_("That is after the last day of the stay. Change its days first."))
        gate = gates.look(row, Gate.DEPARTURE)
        shut: dict[str, Any] = (
            {} if gate.is_open else {"gate_was_shut": [each.code for each in gate.blockers]}
        )
        row.starts_on = row.starts_on or on
        move(
            row,
            "depart",
            actor=actor,
            student=row.student,
            acting=Actor.HOST if actor is None else None,
            on=on.isoformat(),
            **shut,
        )
        _arrived(row, on, actor, host)
        steps.done_by(row, DoneBy.ARRIVAL, actor=actor)
        return row


def _arrived(stay: Stay, on: dt.date, actor: User | None, host: str) -> None:
    """Note who says so; the student and the host may both, each once."""
    by = SaidBy.HOST
    if actor is not None:
        by = SaidBy.STUDENT if actor.pk == stay.student_id else SaidBy.OFFICE
    Arrival.objects.get_or_create(stay=stay, said_by=by, defaults={"on": on, "name": host})


def come_back(stay: Stay, on: dt.date, *, actor: User) -> Stay:
    """Write down that the stay has ended as planned."""
    with transaction.atomic():
        row = locked(stay)
        if row.state == StayState.BACK:
            return row
        if on > timezone.localdate():
            raise MobilityError(_("That day is still to come. Say it when you are back."))
        if row.ends_on is None:
            row.ends_on = max(on, row.starts_on or on)
        move(row, "come_back", actor=actor, student=row.student, on=on.isoformat())
        steps.done_by(row, DoneBy.RETURN, actor=actor)
        return row


def finish(stay: Stay, *, actor: User) -> Stay:
    """Settle a stay: everything that its last gate asks for is there."""
    with transaction.atomic():
        row = locked(stay)
        if row.state == StayState.FINISHED:
            return row
        for gate in (Gate.END, Gate.RECOGNITION):
            gates.require_open(row, gate)
        move(row, "finish", actor=actor, student=row.student)
        steps.count_again(row)
        return row


def reopen(stay: Stay, *, actor: User) -> Stay:
    """Open a stay again that was settled."""
    return _plain(stay, "reopen", actor)


def resume(stay: Stay, days: Days, *, actor: User) -> Stay:
    """Go on with a postponed stay in other days."""
    if days.first is None or days.last is None:
        raise MobilityError(_("Say the new first and last day."))
    require_order(days)
    with transaction.atomic():
        row = locked(stay)
        row.starts_on, row.ends_on = days.first, days.last
        move(row, "resume", actor=actor, student=row.student)
        steps.count_again(row)
        return row


def go_on(stay: Stay, *, actor: User) -> Stay:
    """Go on with an interrupted stay."""
    return _plain(stay, "go_on", actor)


def _plain(stay: Stay, name: str, actor: User) -> Stay:
    with transaction.atomic():
        row = locked(stay)
        move(row, name, actor=actor, student=row.student)
        steps.count_again(row)
        return row


# --- Changes --------------------------------------------------------------------------------------


def make_change(
    stay: Stay, kind: ChangeKind, reason: str, *, actor: User, last_day: dt.date | None = None
) -> Stay:
    """Make one of the changes of `ChangeKind`, with everything that follows from it.

    A withdrawal gives the seat to the next on the list in the same transaction. Raises
    MobilityError without a reason, and where the last day makes no sense.
    """
    reason = reason.strip()[:LONGEST_REASON]
    if not reason:
        raise MobilityError(_("Say why."))
    with transaction.atomic():
        offer = _seat(stay)
        row = locked(stay)
        before = row.ends_on
        name = kind.transition
        if find_transition("stay", name, row.state) is None:
            raise refusal(row)
        was_before = row.meaning.is_before
        if kind.asks_for_last_day and not was_before:
            row.ends_on = _last_day(row, kind, last_day)
        move(row, name, actor=actor, student=row.student, kind=str(kind))
        StayChange.objects.create(
            stay=row, kind=kind, reason=reason, ended_on=before, ends_on=row.ends_on, by=actor
        )
        if row.state == StayState.WITHDRAWN and offer is not None:
            offers.withdraw(offer, actor=actor)
        if row.state == StayState.BACK:
            steps.done_by(row, DoneBy.RETURN, actor=actor)
        steps.count_again(row)
        if actor.pk == row.student_id:
            letters.student_changed_it(row, kind)
        else:
            letters.stay_changed(row, kind)
        return row


def _seat(stay: Stay) -> Offer | None:
    """Lock the round of a seat that a withdrawal frees: its lock comes before that of the stay."""
    offer = stay.offer
    if offer is None or offer.state not in ACCEPTED:
        return None
    round_ = locked_round(offer.application.round)
    return offer if round_.state == RoundState.RESULTS else None


def _last_day(stay: Stay, kind: ChangeKind, last_day: dt.date | None) -> dt.date:
    if last_day is None:
        raise MobilityError(_("Say the new last day."))
    if stay.starts_on and last_day < stay.starts_on:
        raise MobilityError(_("The last day comes before the first."))
    if stay.ends_on is not None:
        if kind == ChangeKind.EXTENDED and last_day <= stay.ends_on:
            raise MobilityError(_("An extension ends later than the stay does now."))
        if kind != ChangeKind.EXTENDED and last_day > stay.ends_on:
            raise MobilityError(_("That is later than the stay ends now. Extend it instead."))
    require_order(Days(stay.starts_on, last_day))
    return last_day


def lose_place(offer: Offer, actor: User | None) -> None:
    """End the stay of a place that was given up in its round, in the transaction of that."""
    stay = Stay.objects.filter(offer=offer).first()
    if stay is None:
        return
    row = locked(stay)
    if not row.meaning.is_before or actor is None:
        return
    move(row, "lose_place", actor=actor, student=row.student)
    StayChange.objects.create(
        stay=row, kind=ChangeKind.WITHDRAWN, reason=_("The place was given up."), by=actor,
        ended_on=row.ends_on, ends_on=row.ends_on,
    )  # fmt: skip
    steps.count_again(row)


# --- What it does ----------------------------------------------------------------------------


def consequences(stay: Stay, kind: ChangeKind) -> list[Consequence]:
    """Say what a change does to seat, agreement, money, insurance and papers, before it is made."""
    return [
        Consequence(_("The seat"), _seat_text(stay, kind)),
        Consequence(_("The agreement"), _agreement_text(kind)),
        Consequence(
            _("The money"),
            " ".join(
                [
                    _with_days(_money_text(kind), stay, PeriodKind.GRANT),
                    *money_endings.consequences(stay, kind),
                ]
            ),
        ),
        Consequence(
            _("Insurance and visa"),
            _with_days(_insurance_text(kind), stay, PeriodKind.INSURANCE, PeriodKind.VISA),
        ),
        Consequence(_("Papers and deadlines"), _papers_text(kind)),
    ]


def _with_days(text: str, stay: Stay, *kinds: PeriodKind) -> str:
    """Say with it until when the periods run that it is about: what has to be moved."""
    known = {each.kind: each.ends_on for each in stay.periods.all() if each.ends_on}
    said = [
        _("%(period)s: until %(day)s.")
        % {"period": kind.label, "day": date_format(known[kind], "j F Y")}
        for kind in kinds
        if kind in known
    ]
    return " ".join([text, *said])


def _seat_text(stay: Stay, kind: ChangeKind) -> str:
    ends = kind == ChangeKind.WITHDRAWN or (
        kind == ChangeKind.FORCE_MAJEURE and stay.meaning.is_before
    )
    if not ends:
        if kind == ChangeKind.POSTPONED:
            return _("It stays with this student in this round. A later year is not promised.")
        return _("It stays with this student.")
    offer = stay.offer
    if offer is None:
        return _("There was no seat in a round; nobody moves up.")
    if offer.state in ACCEPTED and offer.application.round.state == RoundState.RESULTS:
        return _("It goes to the next student on the waiting list at once.")
    return _("The round is finished, so it goes to nobody.")


def _agreement_text(kind: ChangeKind) -> str:
    return {
        ChangeKind.WITHDRAWN: _("What was signed is kept and not in force any more."),
        ChangeKind.POSTPONED: _("What was signed stays as it is; new days need a new version."),
        ChangeKind.INTERRUPTED: _("It stays in force; new days need a new version."),
        ChangeKind.EARLY_RETURN: _("It needs a change: courses that were not finished go out."),
        ChangeKind.FORCE_MAJEURE: _("What was signed is kept; what was not finished goes out."),
        ChangeKind.EXTENDED: _("It needs a change with the new last day, and what is added."),
    }[kind]


def _money_text(kind: ChangeKind) -> str:
    return {
        ChangeKind.WITHDRAWN: _("A grant that was paid has to be settled with who paid it."),
        ChangeKind.POSTPONED: _("A grant is for these days; new days need a new grant."),
        ChangeKind.INTERRUPTED: _("Days that the student is not there usually do not count."),
        ChangeKind.EARLY_RETURN: _(
            "The grant is counted again on the days that were really spent there. "
            "A stay below the least length may cost the whole grant."
        ),
        ChangeKind.FORCE_MAJEURE: _(
            "Keep the proof, and ask who paid the grant: they decide what counts."
        ),
        ChangeKind.EXTENDED: _("More days do not mean more money. Ask before you promise it."),
    }[kind]


def _insurance_text(kind: ChangeKind) -> str:
    if kind == ChangeKind.EXTENDED:
        return _(
            "Both have to last until the new last day. The page shows how many days are missing."
        )
    if kind in (ChangeKind.WITHDRAWN, ChangeKind.POSTPONED):
        return _("Cancel or move them; the days on the page stay until somebody changes them.")
    return _("Look whether they cover the way home, and the time after it.")


def _papers_text(kind: ChangeKind) -> str:
    if kind == ChangeKind.WITHDRAWN:
        return _("Nothing more is asked. What was written down is kept as long as the rule says.")
    if kind == ChangeKind.POSTPONED:
        return _("All steps wait until there are new days. What is done stays done.")
    if kind == ChangeKind.INTERRUPTED:
        return _("All steps wait until the stay goes on.")
    return _("Everything counted from the last day moves with it, and the host confirms the days.")
