"""What the pages of advice show: free times, the student's appointments, the place in the queue."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising import appointment_notes, diaries, queue
from sojourn.advising import formatting as advising_formatting
from sojourn.advising.models import (
    Appointment,
    AppointmentState,
    Diary,
    NextStep,
    Ticket,
    TicketState,
    WaitingState,
    WeekWaiting,
)
from sojourn.advising.slots import Slot
from sojourn.catalogue.calendar import next_walk_ins
from sojourn.catalogue.snapshot.types import Contact, Records
from sojourn.people.models import User
from sojourn.portal.shared import contacts, formatting

# A step that was ticked off stays in sight this long, so that a slip can be mended.
STEPS_STAY = dt.timedelta(days=14)


@dataclass(frozen=True)
class Time:
    """One slot to choose."""

    value: str
    label: str
    place: str


@dataclass(frozen=True)
class Day:
    title: str
    times: tuple[Time, ...]


@dataclass(frozen=True)
class Week:
    """A week with its free times, or the way to its waiting list."""

    title: str
    days: tuple[Day, ...]
    wait_href: str = ""
    waits: bool = False
    """Whether this student waits for it already."""


@dataclass(frozen=True)
class AppointmentView:
    """An appointment as its student sees it."""

    when: str
    place: str
    online_link: str
    with_whom: str
    href: str
    state: str
    is_ahead: bool
    topic: str
    question: str
    route: str


@dataclass(frozen=True)
class Offer:
    when: str
    place: str
    with_whom: str
    until: str
    href: str


@dataclass(frozen=True)
class Waiting:
    week: str
    place: str
    code: str


@dataclass(frozen=True)
class Step:
    key: str
    text: str
    by: str
    is_done: bool


@dataclass(frozen=True)
class Note:
    day: str
    text: str


@dataclass(frozen=True)
class Desk:
    """A contact whom students can visit or book."""

    slug: str
    name: str
    title: str
    next_walk_in: contacts.Moment | None
    calendar: str
    example: bool
    queue_href: str
    is_open: bool
    """Whether numbers are given now."""
    book_href: str
    first_free: str
    """The first time that can be booked; empty where none is free."""
    has_slots: bool


@dataclass(frozen=True)
class Own:
    """What a student has standing with the office."""

    ahead: tuple[AppointmentView, ...] = ()
    past: tuple[AppointmentView, ...] = ()
    offers: tuple[Offer, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True)
class InLine:
    """One's place in the walk-in line, in words."""

    state: str
    number: int
    headline: str
    detail: str
    fits: bool


def weeks(
    diary: Diary, slots: tuple[Slot, ...], now: dt.datetime, student: User | None
) -> list[Week]:
    """Return the free times by week and day, and the weeks that are full."""
    here = diaries.zone()
    free = {
        week: tuple(each)
        for week, each in groupby(slots, lambda slot: diaries.week_of(slot.starts, here))
    }
    full = set(diaries.full_weeks(diary, now))
    waits = set(
        diary.waiting.filter(
            student=student,
            student__isnull=False,
            state__in=[WaitingState.WAITING, WaitingState.OFFERED],
        ).values_list("week", flat=True)
    )
    return [
        Week(
            title=_("Week of %(day)s") % {"day": formatting.day(week)},
            days=_days(free.get(week, ())),
            wait_href=reverse(
                "advice:wait",
                kwargs={
                    "slug": diary.contact.slug,
                    "year": week.year,
                    "month": week.month,
                    "day": week.day,
                },
            )
            if week in full
            else "",
            waits=week in waits,
        )
        for week in sorted(set(free) | full)
    ]


def _days(slots: tuple[Slot, ...]) -> tuple[Day, ...]:
    zone = diaries.zone()
    return tuple(
        Day(
            formatting.sentence_case(advising_formatting.day(day)),
            tuple(
                Time(
                    slot.starts.isoformat(),
                    advising_formatting.hours(slot.starts, slot.ends),
                    advising_formatting.place(slot.room, slot.online_link),
                )
                for slot in each
            ),
        )
        for day, each in groupby(slots, lambda slot: slot.starts.astimezone(zone).date())
    )


def appointment_view(
    records: Records, appointment: Appointment, now: dt.datetime
) -> AppointmentView:
    state = AppointmentState(appointment.state)
    routes = {route.slug: str(route.name) for route in records.edition.advice_routes}
    return AppointmentView(
        when=formatting.sentence_case(
            advising_formatting.when(appointment.starts_at, appointment.ends_at)
        ),
        place=advising_formatting.place(appointment.room, appointment.online_link),
        online_link=appointment.online_link,
        with_whom=diaries.name_of(appointment.diary),
        href=reverse("advice:appointment", kwargs={"appointment_id": appointment.pk}),
        state=str(state.label),
        is_ahead=state == AppointmentState.BOOKED and appointment.ends_at > now,
        topic=appointment.topic,
        question=appointment.question,
        route=routes.get(appointment.route, ""),
    )


def offer(appointment: Appointment) -> Offer:
    ends = (appointment.offer_ends_at or appointment.starts_at).astimezone(diaries.zone())
    return Offer(
        when=formatting.sentence_case(
            advising_formatting.when(appointment.starts_at, appointment.ends_at)
        ),
        place=advising_formatting.place(appointment.room, appointment.online_link),
        with_whom=diaries.name_of(appointment.diary),
        until=f"{advising_formatting.day(ends.date())}, {ends:%H:%M}",
        href=reverse("advice:offer", kwargs={"appointment_id": appointment.pk}),
    )


def own(records: Records, student: User, now: dt.datetime) -> Own:
    """Collect the student's appointments, steps, waiting-list entries and number."""
    known = student.appointments.select_related("diary__contact").order_by("starts_at")
    standing = [
        each for each in known if each.state == AppointmentState.BOOKED and each.ends_at > now
    ]
    past = [
        each
        for each in known
        if each not in standing
        and each.state in (AppointmentState.HELD, AppointmentState.BOOKED, AppointmentState.NO_SHOW)
    ]
    return Own(
        ahead=tuple(appointment_view(records, each, now) for each in standing),
        past=tuple(appointment_view(records, each, now) for each in reversed(past)),
        offers=tuple(
            offer(each)
            for each in known
            if each.state == AppointmentState.OFFERED and (each.offer_ends_at or now) > now
        ),
        waiting=tuple(
            _waiting(each)
            for each in student.weeks_waited_for.filter(state=WaitingState.WAITING).select_related(
                "diary__contact"
            )
        ),
        steps=steps(student, now),
    )


def _waiting(waiting: WeekWaiting) -> Waiting:
    ahead = waiting.diary.waiting.filter(
        week=waiting.week, state=WaitingState.WAITING, pk__lt=waiting.pk
    ).count()
    return Waiting(
        week=formatting.day(waiting.week),
        place=ngettext("%(count)d before you", "%(count)d before you", ahead) % {"count": ahead}
        if ahead
        else _("you are the first"),
        code=str(waiting.code),
    )


def steps(student: User, now: dt.datetime) -> tuple[Step, ...]:
    """Return what was agreed with a student: what is still to do, then what was done lately."""
    return tuple(
        _step(each)
        for each in appointment_notes.steps_of(student)
        if each.done_at is None or each.done_at > now - STEPS_STAY
    )


def _step(step: NextStep) -> Step:
    return Step(
        key=str(step.pk),
        text=step.text,
        by=formatting.day(step.due_on) if step.due_on else "",
        is_done=step.done_at is not None,
    )


def notes(appointment: Appointment) -> tuple[Note, ...]:
    """Return what the office wrote down for the student."""
    zone = diaries.zone()
    return tuple(
        Note(formatting.day(note.created_at.astimezone(zone).date()), note.text)
        for note in appointment_notes.shared_notes_of(appointment)
    )


def desks(records: Records, now: dt.datetime) -> list[Desk]:
    """List the contacts with walk-in hours or slots."""
    known = {diary.contact.slug: diary for diary in diaries.all_diaries().prefetch_related("rules")}
    found = [
        contact
        for contact in records.contacts.values()
        if contact.walk_in_hours or (contact.slug in known and known[contact.slug].rules.all())
    ]
    found.sort(key=lambda contact: contact.role != "coordinator")
    return [_desk(records, contact, known.get(contact.slug), now) for contact in found]


def _desk(records: Records, contact: Contact, diary: Diary | None, now: dt.datetime) -> Desk:
    person = contacts.person(records, contact, now)
    slots = diaries.unreserved_slots(diary, now) if diary else ()
    hours = next_walk_ins(contact, records.edition, now, 1).hours
    return Desk(
        slug=contact.slug,
        name=person.name,
        title=person.title,
        next_walk_in=person.next,
        calendar=person.calendar,
        example=person.example,
        queue_href=reverse("advice:queue", kwargs={"slug": contact.slug}),
        is_open=bool(hours) and hours[0].starts - queue.OPENS_BEFORE <= now,
        book_href=reverse("advice:book", kwargs={"slug": contact.slug}),
        first_free=advising_formatting.when(slots[0].starts, slots[0].ends) if slots else "",
        has_slots=diary is not None and bool(diary.rules.all()),
    )


def in_line(ticket: Ticket, now: dt.datetime) -> InLine:
    """One's place in the line, in words that need no second reading."""
    state = TicketState(ticket.state)
    if state != TicketState.WAITING:
        return InLine(state, ticket.number, *_no_longer(state), fits=True)
    line = queue.queue_of(ticket.diary, ticket.day)
    place = queue.position_of(
        ticket.number, line, queue.current_walk_in_hour(ticket.diary, now), now
    )
    likely = place.likely.astimezone(diaries.zone())
    if place.ahead:
        headline = ngettext(
            "%(count)d person before you", "%(count)d people before you", place.ahead
        ) % {"count": place.ahead}
    else:
        headline = _("You are next")
    detail = _("Probably around %(time)s, based on today's visits.") % {"time": f"{likely:%H:%M}"}
    return InLine(state, ticket.number, headline, detail, place.fits)


def _no_longer(state: TicketState) -> tuple[str, str]:
    return {
        TicketState.CALLED: (_("It is your turn"), _("Come in.")),
        TicketState.DONE: (_("Your visit is over"), _("What you agreed is in your plan.")),
        TicketState.LEFT: (_("You left the queue"), _("You can take a new number.")),
        TicketState.NO_SHOW: (
            _("Your number was called"),
            _("You did not come in. You can take a new number."),
        ),
    }[state]
