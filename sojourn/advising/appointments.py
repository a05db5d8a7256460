"""Book, move and cancel appointments, and offer free times to the waiting list.

    offered --accept--> booked --> held | no_show
       |                  |
    declined, too late  cancel
       v                  v
     lapsed           cancelled

Every verb holds the diary's lock; the database refuses a second appointment for one slot besides.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from sojourn import scheduling
from sojourn.advising import appointment_letters, diaries, formatting
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import (
    Appointment,
    AppointmentState,
    Diary,
    WaitingState,
    WeekWaiting,
)
from sojourn.advising.models.appointments import TAKES_SLOT
from sojourn.advising.slots import Slot
from sojourn.catalogue.models import Edition
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.planning.models import TopFiveEntry

REMIND_BEFORE = dt.timedelta(hours=24)
# A mail the day before helps nobody who booked this morning.
TOO_LATE_TO_REMIND = dt.timedelta(hours=1)
# What came of an appointment can be written down from a little before its beginning.
BEGINS_EARLY = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class AppointmentRequest:
    """What an appointment is about; `route` is one of the edition's, or empty."""

    topic: str
    question: str
    route: str = ""


class SlotTakenError(AdvisingError):
    """Somebody else was faster; `free` is what is left."""

    def __init__(self, free: tuple[Slot, ...]) -> None:
        super().__init__(
            _("That time was just taken. These are free.")
            if free
            else _("That time was just taken, and no other is free. You can join the waiting list.")
        )
        self.free = free


class TopFiveFirstError(AdvisingError):
    """This way of looking needs a longer top five before an appointment."""

    def __init__(self, needed: int, has: int) -> None:
        super().__init__(
            _("For this kind of appointment your top five needs %(needed)d places; it has %(has)d.")
            % {"needed": needed, "has": has}
        )
        self.needed = needed
        self.has = has


class OverlappingAppointmentError(AdvisingError):
    """The student has an appointment in somebody else's diary then."""

    def __init__(self, other: Appointment) -> None:
        super().__init__(
            _(
                "You have another appointment at that time: %(when)s. Choose another "
                "time, or move that appointment."
            )
            % {"when": formatting.when(other.starts_at, other.ends_at)}
        )


class AlreadyBookedError(AdvisingError):
    """One appointment at a time; `appointment` is the one there is."""

    def __init__(self, appointment: Appointment) -> None:
        super().__init__(
            _("You have an appointment already: %(when)s. Move that one instead.")
            % {"when": formatting.when(appointment.starts_at, appointment.ends_at)}
        )
        self.appointment = appointment


# --- What a student does --------------------------------------------------------------------


def book(
    diary: Diary, student: User, starts: dt.datetime, wish: AppointmentRequest, now: dt.datetime
) -> Appointment:
    """Take a free slot. The same one twice changes nothing.

    Raises TopFiveFirstError, AlreadyBookedError, SlotTakenError, TwoAppointmentsAtOnceError.
    """
    require_top_five(student, wish.route)
    _refuse_taken_slot(diary, student, starts, now)
    with diaries.locked(diary) as held:
        _release_expired_offers(held, now)
        existing = upcoming(held, student, now)
        if existing is not None:
            if existing.starts_at == starts:
                return existing
            raise AlreadyBookedError(existing)
        slot = _require_free_slot(held, starts, now)
        _require_no_overlap(student, held, slot)
        made = _save(
            Appointment(
                diary=held,
                student=student,
                starts_at=slot.starts,
                ends_at=slot.ends,
                room=slot.room,
                online_link=slot.online_link,
                route=wish.route,
                topic=wish.topic,
                question=wish.question,
                state=AppointmentState.BOOKED,
            ),
            now,
        )
        # A student who waited for this week has what they wanted.
        held.waiting.filter(
            student=student, week=diaries.week_of(slot.starts), state=WaitingState.WAITING
        ).update(state=WaitingState.SERVED)
        audit.record("appointment.booked", actor=student, about=student, on=made)
        appointment_letters.booked(made, now)
        _plan_reminder(made, now)
        return made


def move(appointment: Appointment, starts: dt.datetime, now: dt.datetime) -> Appointment:
    """Take another free slot instead; the old one comes free.

    Raises SlotTakenError, TwoAppointmentsAtOnceError, and AdvisingError when the appointment
    cannot be moved any more.
    """
    with diaries.locked(appointment.diary) as held:
        mine = _reload(appointment)
        _require_ahead(mine, now)
        _release_expired_offers(held, now)
        if mine.starts_at == starts:
            return mine
        slot = _require_free_slot(held, starts, now, besides=mine)
        _require_no_overlap(mine.student, held, slot)
        mine.starts_at, mine.ends_at = slot.starts, slot.ends
        mine.room, mine.online_link = slot.room, slot.online_link
        mine.sequence += 1
        _save(mine, now)
        audit.record("appointment.moved", actor=mine.student, about=mine.student, on=mine)
        appointment_letters.moved(mine, now)
        _plan_reminder(mine, now)
        _release_expired_offers(held, now)
        return mine


def change_request(
    appointment: Appointment, wish: AppointmentRequest, now: dt.datetime
) -> Appointment:
    """Change what the appointment is about."""
    require_top_five(appointment.student, wish.route)
    with diaries.locked(appointment.diary):
        mine = _reload(appointment)
        _require_ahead(mine, now)
        mine.route, mine.topic, mine.question = wish.route, wish.topic, wish.question
        mine.save(update_fields=["route", "topic", "question", "changed_at"])
        audit.record("appointment.reworded", actor=mine.student, about=mine.student, on=mine)
        return mine


def cancel(appointment: Appointment, actor: User, now: dt.datetime) -> Appointment:
    """Cancel; the slot is offered to those who wait. Cancelling twice changes nothing.

    Raises AdvisingError when the appointment has begun.
    """
    with diaries.locked(appointment.diary) as held:
        mine = _reload(appointment)
        if mine.state == AppointmentState.CANCELLED:
            return mine
        _require_ahead(mine, now)
        _cancel(mine, actor, now)
        _release_expired_offers(held, now)
        return mine


def wait_for_week(
    diary: Diary, student: User, week: dt.date, wish: AppointmentRequest, now: dt.datetime
) -> WeekWaiting:
    """Wait for a slot in a full week. Waiting twice changes nothing.

    Raises AdvisingError when the week is not full, and TopFiveFirstError.
    """
    require_top_five(student, wish.route)
    with diaries.locked(diary) as held:
        _release_expired_offers(held, now)
        known = held.waiting.filter(
            student=student, week=week, state__in=[WaitingState.WAITING, WaitingState.OFFERED]
        ).first()
        if known is not None:
            return known
        existing = upcoming(held, student, now)
        if existing is not None and diaries.week_of(existing.starts_at) == week:
            raise AlreadyBookedError(existing)
        if week not in diaries.full_weeks(held, now):
            raise AdvisingError(_("That week is not full, or not open yet. Choose a time in it."))
        made = WeekWaiting.objects.create(
            diary=held,
            student=student,
            week=week,
            route=wish.route,
            topic=wish.topic,
            question=wish.question,
        )
        audit.record("week_waiting.begun", actor=student, about=student, on=made)
        return made


def stop_waiting(waiting: WeekWaiting, now: dt.datetime) -> None:
    """Leave the waiting list of a week; an open offer is declined with it."""
    with diaries.locked(waiting.diary) as held:
        mine = WeekWaiting.objects.get(pk=waiting.pk)
        offer = mine.offers.filter(state=AppointmentState.OFFERED).first()
        if offer is not None:
            _lapse(offer)
        if mine.state in (WaitingState.WAITING, WaitingState.OFFERED):
            mine.state = WaitingState.LEFT
            mine.save(update_fields=["state"])
            audit.record("week_waiting.left", actor=mine.student, about=mine.student, on=mine)
        _release_expired_offers(held, now)


def accept(offer: Appointment, now: dt.datetime) -> Appointment:
    """Take the slot that was offered; an earlier appointment here is cancelled for it.

    Accepting twice is no mistake. Returns the appointment as it is then: not booked when the offer
    had ended. Raises TwoAppointmentsAtOnceError; the offer keeps its end.
    """
    with diaries.locked(offer.diary) as held:
        if (standing := _reload(offer)).state == AppointmentState.OFFERED:
            # Before settling, which raising would undo.
            _require_no_overlap(standing.student, held, _slot_of(standing))
        _release_expired_offers(held, now)
        mine = _reload(offer)
        if mine.state == AppointmentState.BOOKED:
            return mine
        if mine.state != AppointmentState.OFFERED:
            # No error: raising would undo what settling did for the next in line.
            return mine
        existing = upcoming(held, mine.student, now)
        if existing is not None:
            _cancel(existing, mine.student, now)
        mine.state = AppointmentState.BOOKED
        mine.offer_ends_at = None
        mine.save(update_fields=["state", "offer_ends_at", "changed_at"])
        if mine.waited is not None:
            mine.waited.state = WaitingState.SERVED
            mine.waited.save(update_fields=["state"])
        audit.record("appointment.accepted", actor=mine.student, about=mine.student, on=mine)
        appointment_letters.booked(mine, now)
        _plan_reminder(mine, now)
        _release_expired_offers(held, now)
        return mine


def decline(offer: Appointment, now: dt.datetime) -> None:
    """Leave the offered slot to the next student, and leave the list."""
    with diaries.locked(offer.diary) as held:
        mine = _reload(offer)
        if mine.state == AppointmentState.OFFERED:
            _lapse(mine)
            if mine.waited is not None:
                mine.waited.state = WaitingState.LEFT
                mine.waited.save(update_fields=["state"])
            audit.record("appointment.declined", actor=mine.student, about=mine.student, on=mine)
        _release_expired_offers(held, now)


# --- What the office does -------------------------------------------------------------------


def book_for_office(
    diary: Diary, student: User, at: Slot, wish: AppointmentRequest, by: User, now: dt.datetime
) -> Appointment:
    """Make an appointment for a student; neither slot rules, notice nor top five apply.

    The same one twice changes nothing. Raises AdvisingError when they have another one in this
    diary, and when the time is over or somebody's.
    """
    with diaries.locked(diary) as held:
        _release_expired_offers(held, now)
        existing = upcoming(held, student, now)
        if existing is not None:
            if existing.starts_at == at.starts:
                return existing
            raise AdvisingError(
                _("There is an appointment already: %(when)s. Move that one instead.")
                % {"when": formatting.when(existing.starts_at, existing.ends_at)}
            )
        if at.starts <= now:
            raise AdvisingError(_("That time is over. Choose a later one."))
        wanted = Appointment(
            diary=held,
            student=student,
            starts_at=at.starts,
            ends_at=at.ends,
            room=at.room,
            online_link=at.online_link,
            topic=wish.topic,
            question=wish.question,
            state=AppointmentState.BOOKED,
        )
        _require_free_time(wanted, at)
        made = _save(wanted, now)
        audit.record("appointment.booked", actor=by, about=student, on=made)
        appointment_letters.booked_by_the_office(made, now)
        _plan_reminder(made, now)
        return made


def move_for_office(
    appointment: Appointment, to: Slot, by: User, seen: int, now: dt.datetime
) -> Appointment:
    """Hold the appointment at another time or place; neither slot rules nor notice apply.

    `seen` is the sequence that the page showed. Moving to where it is already changes nothing.
    Raises AdvisingError when the time is over or somebody's, or when the appointment was changed
    meanwhile.
    """
    with diaries.locked(appointment.diary) as held:
        mine = _reload(appointment)
        _require_ahead(mine, now)
        was = _slot_of(mine)
        if was == to:
            return mine
        if mine.sequence != seen:
            raise AdvisingError(
                _("This appointment has been changed: it is now at %(when)s. Check it again.")
                % {"when": formatting.when(mine.starts_at, mine.ends_at)}
            )
        if to.starts <= now:
            raise AdvisingError(_("That time is over. Choose a later one."))
        _release_expired_offers(held, now)
        _require_free_time(mine, to)
        mine.starts_at, mine.ends_at = to.starts, to.ends
        mine.room, mine.online_link = to.room, to.online_link
        mine.sequence += 1
        _save(mine, now)
        audit.record("appointment.moved", actor=by, about=mine.student, on=mine)
        appointment_letters.moved_by_the_office(mine, was, now)
        _plan_reminder(mine, now)
        _release_expired_offers(held, now)
        return mine


def record_outcome(
    appointment: Appointment, outcome: AppointmentState, actor: User, now: dt.datetime
) -> Appointment:
    """Record that the appointment was held, or a no-show; either may be corrected later."""
    with diaries.locked(appointment.diary):
        mine = _reload(appointment)
        if outcome not in (AppointmentState.HELD, AppointmentState.NO_SHOW):
            raise AdvisingError(
                _(
                    "The outcome is either that the appointment took "
                    "place, or that the student did not come."
                )
            )
        if mine.state not in (
            AppointmentState.BOOKED,
            AppointmentState.HELD,
            AppointmentState.NO_SHOW,
        ):
            raise AdvisingError(_("This appointment was cancelled."))
        if mine.starts_at > now + BEGINS_EARLY:
            raise AdvisingError(_("This appointment has not started yet."))
        if mine.state != outcome:
            mine.state = outcome
            mine.save(update_fields=["state", "changed_at"])
            audit.record(f"appointment.{outcome}", actor=actor, about=mine.student, on=mine)
        return mine


def release_expired_offers(diary: Diary, now: dt.datetime) -> None:
    """End expired offers and offer free slots; safe to run at any time, and twice."""
    with diaries.locked(diary) as held:
        _release_expired_offers(held, now)


# --- Rules ----------------------------------------------------------------------------------


def require_top_five(student: User, route: str) -> None:
    """Raise TopFiveFirstError when the way of looking needs more places on the list."""
    needed = needed_places(route)
    has = TopFiveEntry.objects.filter(plan__owner=student).count() if needed else 0
    if has < needed:
        raise TopFiveFirstError(needed, has)


def needed_places(route: str) -> int:
    """Return how many places the edition wants on the top five before this appointment."""
    known = Edition.objects.values_list("advice_routes", flat=True).first() or []
    return next((int(each["top_five"]) for each in known if each["id"] == route), 0)


def upcoming(diary: Diary, student: User, now: dt.datetime) -> Appointment | None:
    """Return the appointment that a student still has in this diary."""
    return (
        diary.appointments.filter(student=student, state=AppointmentState.BOOKED, ends_at__gt=now)
        .order_by("starts_at")
        .first()
    )


# --- Inside the lock ------------------------------------------------------------------------


def _release_expired_offers(diary: Diary, now: dt.datetime) -> None:
    """End expired offers, then offer free slots to those who wait, in order."""
    for offer in diary.appointments.filter(
        state=AppointmentState.OFFERED, offer_ends_at__lte=now
    ).select_related("student", "diary__contact", "waited"):
        _lapse(offer)
        if offer.waited is not None:
            offer.waited.state = WaitingState.LAPSED
            offer.waited.save(update_fields=["state"])
        audit.record("appointment.offer_lapsed", actor=None, about=offer.student, on=offer)
        appointment_letters.lapsed(offer)
    this_week = diaries.week_of(now)
    diary.waiting.filter(state=WaitingState.WAITING, week__lt=this_week).update(
        state=WaitingState.LAPSED
    )
    line = list(diary.waiting.filter(state=WaitingState.WAITING).select_related("student"))
    if not line:
        return
    free = list(diaries.free_slots(diary, now))
    here = diaries.zone()
    for waiting in line:
        slot = next(
            (each for each in free if diaries.week_of(each.starts, here) == waiting.week), None
        )
        if slot is not None:
            free.remove(slot)
            _offer(diary, waiting, slot, now)


def _offer(diary: Diary, waiting: WeekWaiting, slot: Slot, now: dt.datetime) -> None:
    ends = min(now + dt.timedelta(hours=diary.offer_hours), slot.starts)
    offer = _save(
        Appointment(
            diary=diary,
            student=waiting.student,
            starts_at=slot.starts,
            ends_at=slot.ends,
            room=slot.room,
            online_link=slot.online_link,
            route=waiting.route,
            topic=waiting.topic,
            question=waiting.question,
            state=AppointmentState.OFFERED,
            offer_ends_at=ends,
            waited=waiting,
        ),
        now,
    )
    waiting.state = WaitingState.OFFERED
    waiting.save(update_fields=["state"])
    audit.record("appointment.offered", actor=None, about=waiting.student, on=offer)
    appointment_letters.offered(offer)
    scheduling.enqueue("sojourn.advising.tasks.release_expired_offers", diary.pk, at=ends)


def _lapse(offer: Appointment) -> None:
    offer.state = AppointmentState.LAPSED
    offer.save(update_fields=["state", "changed_at"])


def _cancel(appointment: Appointment, actor: User, now: dt.datetime) -> None:
    appointment.state = AppointmentState.CANCELLED
    appointment.sequence += 1
    appointment.save(update_fields=["state", "sequence", "changed_at"])
    audit.record("appointment.cancelled", actor=actor, about=appointment.student, on=appointment)
    if actor == appointment.student:
        appointment_letters.cancelled(appointment, now)
    else:
        appointment_letters.cancelled_by_the_office(appointment, now)


def _refuse_taken_slot(diary: Diary, student: User, starts: dt.datetime, now: dt.datetime) -> None:
    """Refuse a slot that another student holds at once, without waiting for the lock.

    In a storm most come too late; if they queued too, those in time would wait behind them, on
    SQLite longer than it waits for a lock.
    """
    holders = diary.appointments.filter(starts_at=starts, state__in=TAKES_SLOT)
    # An offer may have run out; that is settled under the lock.
    if holders.exclude(student=student).exclude(state=AppointmentState.OFFERED).exists():
        raise SlotTakenError(diaries.unreserved_slots(diary, now))


def _require_free_slot(
    diary: Diary, starts: dt.datetime, now: dt.datetime, besides: Appointment | None = None
) -> Slot:
    free = diaries.unreserved_slots(diary, now, besides)
    slot = next((each for each in free if each.starts == starts), None)
    if slot is None:
        raise SlotTakenError(free)
    return slot


def _save(appointment: Appointment, now: dt.datetime) -> Appointment:
    """Save the appointment; where the slot is taken, raise with what is free instead."""
    try:
        with transaction.atomic():
            appointment.save()
    except IntegrityError as error:
        raise SlotTakenError(diaries.unreserved_slots(appointment.diary, now)) from error
    return appointment


def _reload(appointment: Appointment) -> Appointment:
    """Read the appointment as it is now, under the lock."""
    found = (
        Appointment.objects.filter(pk=appointment.pk)
        .select_related("student", "diary__contact", "waited")
        .first()
    )
    if found is None:
        raise AdvisingError(_("This appointment no longer exists."))
    return found


def _slot_of(appointment: Appointment) -> Slot:
    return Slot(
        appointment.starts_at, appointment.ends_at, appointment.room, appointment.online_link
    )


def _require_no_overlap(student: User, diary: Diary, slot: Slot) -> None:
    """Require that the student has no other appointment then, in any diary."""
    _lock_student(student)
    other = (
        student.appointments.filter(
            state=AppointmentState.BOOKED, starts_at__lt=slot.ends, ends_at__gt=slot.starts
        )
        .exclude(diary=diary)
        .first()
    )
    if other is not None:
        raise OverlappingAppointmentError(other)


def _lock_student(student: User) -> None:
    """Lock the student's row.

    Two diaries have two locks; what one student has in both takes turns at this row.

    Always after the diary's lock, and of one student only, so that no two wait for each other.
    `no_key`: rows that only refer to the account, such as the audit trail, do not wait.
    """
    list(User.objects.select_for_update(no_key=True).filter(pk=student.pk).values_list("pk"))


def _require_free_time(mine: Appointment, to: Slot) -> None:
    """Require that neither the contact nor the student has another appointment then."""
    _lock_student(mine.student)
    standing = (
        Appointment.objects.filter(
            state__in=TAKES_SLOT, starts_at__lt=to.ends, ends_at__gt=to.starts
        )
        .exclude(pk=mine.pk)
        .select_related("student")
    )
    if (other := standing.filter(diary=mine.diary_id).first()) is not None:
        raise AdvisingError(
            _("There is another appointment at that time: %(when)s. Choose another time.")
            % {"when": formatting.when(other.starts_at, other.ends_at)}
        )
    if standing.filter(student=mine.student_id).exists():
        raise AdvisingError(_("The student has another appointment at that time."))


def _require_ahead(appointment: Appointment, now: dt.datetime) -> None:
    if appointment.state != AppointmentState.BOOKED:
        raise AdvisingError(_("This appointment is no longer active."))
    if appointment.starts_at <= now:
        raise AdvisingError(_("This appointment has started; it can no longer be changed."))


def _plan_reminder(appointment: Appointment, now: dt.datetime) -> None:
    at = appointment.starts_at - REMIND_BEFORE
    if at >= now + TOO_LATE_TO_REMIND:
        scheduling.enqueue(
            "sojourn.advising.tasks.remind", str(appointment.pk), appointment.sequence, at=at
        )


def find_own(appointment_id: uuid.UUID, student: User) -> Appointment | None:
    """Find an appointment or offer of this student; None for anybody else's."""
    return (
        Appointment.objects.filter(pk=appointment_id, student=student)
        .select_related("student", "diary__contact", "waited")
        .first()
    )
