"""The steps of a stay: laid out from its road, done, looked at, sent back, reminded of.

A step has its turn when the steps before it are settled and its day has come; from then on it
waits for somebody, and `waiting_since` says since when.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DONE_ON_A_PAGE, CountedFrom, DoneBy, Pen
from sojourn.catalogue.models import RoadStep
from sojourn.mobility import letters
from sojourn.mobility.changes import locked, move, refusal
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import PeriodKind, Stay, StayStep
from sojourn.mobility.permissions import speaks_for_board
from sojourn.mobility.states import RUNNING, Actor, StayState, StepState
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_REASON = 500
# A reminder of the office goes at most once a day; a second click does nothing.
A_DAY = dt.timedelta(days=1)


# --- Laying out -----------------------------------------------------------------------------


def lay_out(stay: Stay) -> None:
    """Give a stay the steps of its road. The caller holds its lock."""
    held = set(stay.steps.values_list("step", flat=True))
    StayStep.objects.bulk_create(
        StayStep(stay=stay, step=step)
        for step in stay.road.steps.order_by("number")
        if step.pk not in held
    )
    count_again(stay)


def count_again(stay: Stay) -> None:
    """Count the days of every step anew, and give turns. The caller holds the lock."""
    rows = list(stay.steps.select_related("step"))
    days = days_of(stay)
    today, now = timezone.localdate(), timezone.now()
    settled = {row.step.slug for row in rows if row.is_settled}
    known = {row.step.slug for row in rows}
    for row in rows:
        due_on = _counted(days, row.step.due_from, row.step.due_days)
        begins = _has_begun(days, row.step, today)
        is_free = all(slug in settled for slug in row.step.after if slug in known)
        since = row.waiting_since
        if row.is_settled or not stay.meaning.is_running:
            since = None
        elif begins and is_free:
            since = since or now
        elif row.state == StepState.WAITING:
            since = None
        if (due_on, since) != (row.due_on, row.waiting_since):
            StayStep.objects.filter(pk=row.pk).update(due_on=due_on, waiting_since=since)


def days_of(stay: Stay) -> dict[str, dt.date | None]:
    """Return the days from which steps are counted; departure is the day of travel if known."""
    first = {each.kind: each.starts_on for each in stay.periods.all()}
    return {
        CountedFrom.DEPARTURE: first.get(PeriodKind.TRAVEL) or stay.starts_on,
        CountedFrom.START: stay.starts_on,
        CountedFrom.END: stay.ends_on,
    }


def _counted(days: dict[str, dt.date | None], of: str, count: int | None) -> dt.date | None:
    day = days.get(of)
    if day is None or count is None:
        return None
    return day + dt.timedelta(days=count)


def _has_begun(days: dict[str, dt.date | None], step: RoadStep, today: dt.date) -> bool:
    if not step.begins_from:
        return True
    day = _counted(days, step.begins_from, step.begins_days)
    return day is not None and day <= today


# --- What the student does --------------------------------------------------------------------


def tick(row: StayStep, *, actor: User) -> StayStep:
    """Tick off one's own step; where the office has to see it, it waits for the office then.

    Ticking twice changes nothing.
    """
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        if actor.pk != stay.student_id or found.step.who != Pen.STUDENT:
            raise NotAllowedNowError(_("This step is not yours to tick off."))
        if found.state != StepState.WAITING:
            return found
        _require_by_hand(found)
        if found.waiting_since is None:
            raise NotAllowedNowError(_("This step is not due yet: something else comes first."))
        if found.step.seen_by_office:
            found.waiting_since = timezone.now()
            move(found, "say", actor=actor, student=stay.student)
        else:
            _settle(found, "do", actor, stay)
        count_again(stay)
        return found


def untick(row: StayStep, *, actor: User) -> StayStep:
    """Take back one's own tick, as long as the office did not look at it."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        if actor.pk != stay.student_id or found.step.who != Pen.STUDENT:
            raise NotAllowedNowError(_("This step is not yours to tick off."))
        if found.state != StepState.DONE or found.settled_by_id != actor.pk:
            return found
        _open_again(found, "reopen", actor, stay)
        count_again(stay)
        return found


# --- What the office does ----------------------------------------------------------------------


def settle(
    row: StayStep, *, actor: User, valid_until: dt.date | None = None, note: str = ""
) -> StayStep:
    """Say that a step is done, whoever did it. Saying it twice changes nothing.

    What expires needs its last day, never the paper itself. Somebody who is not of the Board says
    which of its decisions they write down.
    """
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        if found.is_settled:
            return found
        _require_by_hand(found)
        if found.step.expires and valid_until is None:
            raise MobilityError(_("Say until which day it is valid."))
        if valid_until is not None and valid_until < timezone.localdate():
            raise MobilityError(_("That day has passed; it is not valid any more."))
        if found.step.who == Pen.BOARD and not speaks_for_board(actor, stay) and not note.strip():
            raise MobilityError(
                _("Only the Board decides this. Say which decision of theirs, and of which day.")
            )
        found.valid_until = valid_until
        found.reason = note.strip()[:LONGEST_REASON]
        _settle(found, "accept" if found.state == StepState.SAID else "do", actor, stay)
        count_again(stay)
        return found


def send_back(row: StayStep, reason: str, *, actor: User) -> StayStep:
    """Give a step back to the student, with what is missing."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        found.reason = _reason(reason)
        found.waiting_since = timezone.now()
        move(found, "send_back", actor=actor, student=stay.student)
        letters.step_sent_back(stay, found)
        count_again(stay)
        return found


def waive(row: StayStep, reason: str, *, actor: User) -> StayStep:
    """Say that a step is not needed in this stay, and why."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        if found.state == StepState.WAIVED:
            return found
        found.reason = _reason(reason)
        _settle(found, "waive", actor, stay)
        count_again(stay)
        return found


def reopen(row: StayStep, *, actor: User) -> StayStep:
    """Open a step again that was ticked off or was said not to be needed."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        if not found.is_settled:
            return found
        if found.state == StepState.DONE:
            _require_by_hand(found)
        _open_again(found, "reopen", actor, stay)
        count_again(stay)
        return found


def remind(row: StayStep, *, actor: User) -> bool:
    """Write to whoever has the pen, at most once a day. Return whether somebody was written to."""
    with transaction.atomic():
        stay = locked(row.stay)
        found = _found(stay, row)
        now = timezone.now()
        if found.is_settled or found.waiting_since is None:
            raise NotAllowedNowError(_("Nobody has to do this now."))
        if found.reminded_at is not None and now - found.reminded_at < A_DAY:
            return False
        if not letters.remind(stay, found):
            raise MobilityError(
                _("There is nobody to write to. Add a mail address at the host, or call them.")
            )
        found.reminded_at, found.reminders = now, found.reminders + 1
        found.save()
        audit.record("step.remind", actor=actor, about=stay.student, on=found)
        return True


# --- What happens elsewhere ----------------------------------------------------------------


def done_by(stay: Stay, event: DoneBy, *, actor: User | None, acting: Actor | None = None) -> None:
    """Settle the steps that this event does. The caller holds the lock of the stay.

    `acting` says who did it. Without it and without an actor it is the host's, by a link.
    """
    whose = acting or (Actor.HOST if actor is None else None)
    for row in _of_event(stay, event):
        if not row.is_settled:
            name = "accept" if row.state == StepState.SAID else "do"
            row.settled_by, row.settled_at, row.waiting_since = actor, timezone.now(), None
            move(row, name, actor=actor, student=stay.student, acting=whose, event=str(event))
    count_again(stay)


def said_by(stay: Stay, event: DoneBy, *, actor: User | None, acting: Actor | None = None) -> None:
    """Give the steps that this event does to the office, which has to look at something first.

    The caller holds the lock of the stay.
    """
    whose = acting or (Actor.HOST if actor is None else None)
    for row in _of_event(stay, event).filter(state=StepState.WAITING):
        row.waiting_since = timezone.now()
        move(row, "say", actor=actor, student=stay.student, acting=whose, event=str(event))
    count_again(stay)


def undone_by(stay: Stay, event: DoneBy, reason: str, *, actor: User) -> None:
    """Open the steps again that this event did, or was to do. The caller holds the lock."""
    for row in _of_event(stay, event):
        if row.state == StepState.SAID:
            row.reason, row.waiting_since = _reason(reason), timezone.now()
            move(row, "send_back", actor=actor, student=stay.student, event=str(event))
        elif row.state == StepState.DONE:
            _open_again(row, "reopen", actor, stay)
    count_again(stay)


def follow(now: dt.datetime) -> None:
    """Give turns that began with a day, and open what ran out. Twice does no harm."""
    today = timezone.localtime(now).date()
    for stay in Stay.objects.filter(state__in=RUNNING).order_by("pk"):
        with transaction.atomic():
            row = locked(stay)
            for step in _ran_out(row, today):
                _open_again(step, "run_out", None, row)
                letters.ran_out(row, step)
            count_again(row)


def remind_of_due(now: dt.datetime, *, days: int) -> None:
    """Write to students of steps that are theirs and due within so many days, once each."""
    today = timezone.localtime(now).date()
    soon = StayStep.objects.filter(
        stay__state__in=RUNNING,
        state=StepState.WAITING,
        waiting_since__isnull=False,
        due_on__range=(today, today + dt.timedelta(days=days)),
    )
    theirs = soon.filter(Q(pen=Pen.STUDENT) | Q(pen="", step__who=Pen.STUDENT))
    for row in theirs.select_related("stay__student", "step"):
        letters.due_soon(row.stay, row)


def _of_event(stay: Stay, event: DoneBy) -> QuerySet[StayStep]:
    return stay.steps.filter(step__done_by=event).select_related("step")


def _ran_out(stay: Stay, today: dt.date) -> list[StayStep]:
    """Find what is no longer valid; what lasted to the end of the stay was valid long enough."""
    if stay.state == StayState.BACK:
        return []
    needed_on = min(today, stay.ends_on or today)
    rows = stay.steps.filter(state=StepState.DONE, valid_until__lt=needed_on)
    return list(rows.select_related("step"))


# --- How it is done ---------------------------------------------------------------------------


def _found(stay: Stay, row: StayStep) -> StayStep:
    """Read a step under the lock. Nothing is done or taken back where the stay does not run."""
    if not stay.meaning.is_running:
        raise refusal(stay)
    found = stay.steps.select_related("step").filter(pk=row.pk).first()
    if found is None:
        raise ChangedMeanwhileError(
            _("The road of this stay was changed meanwhile. Look at its steps again.")
        )
    return found


def _settle(row: StayStep, name: str, actor: User, stay: Stay) -> None:
    row.settled_by, row.settled_at, row.waiting_since = actor, timezone.now(), None
    move(row, name, actor=actor, student=stay.student)


def _require_by_hand(row: StayStep) -> None:
    """Refuse to tick off by hand what follows from a page of its own: there is one truth."""
    if row.step.done_by == DoneBy.AGREEMENT:
        raise NotAllowedNowError(_("This follows from the agreement. Look at its page."))
    if row.step.done_by in DONE_ON_A_PAGE:
        raise NotAllowedNowError(_("This follows from the page “Coming home”. Look there."))


def _open_again(row: StayStep, name: str, actor: User | None, stay: Stay) -> None:
    row.settled_by = row.settled_at = row.valid_until = None
    row.reason = ""
    move(row, name, actor=actor, student=stay.student)


def _reason(text: str) -> str:
    text = text.strip()
    if not text:
        raise MobilityError(_("Say why."))
    return text[:LONGEST_REASON]
