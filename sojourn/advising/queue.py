"""The walk-in queue: taking a number, leaving, calling the next.

    waiting --call--> called --next or done--> done
       |                 |
     leave            no show
       v                 v
      left            no_show

Every verb holds the diary's lock, so numbers rise by one and two people never call the same.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Max
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from sojourn.advising import diaries
from sojourn.advising.errors import AdvisingError, WrongCodeError
from sojourn.advising.models import Diary, Ticket, TicketState
from sojourn.advising.waiting_time import estimate_turn
from sojourn.catalogue.calendar import WalkIn, next_walk_ins
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.people import audit
from sojourn.people.models import User

# Numbers can be taken from a little before the hour begins.
OPENS_BEFORE = dt.timedelta(minutes=30)
# More than ever fit into an hour, and few enough that nobody can flood the line.
LONGEST_LINE = 40
# Of these, so many by visitors without an account: nobody can fill the line with numbers.
MOST_ANONYMOUS = 20
_CODE_DIGITS = 5


@dataclass(frozen=True)
class QueuePosition:
    """The position of a number in the queue."""

    ahead: int
    likely: dt.datetime
    fits: bool
    """Whether the likely time is within the hour."""


@dataclass(frozen=True)
class Queue:
    """The line of one diary today."""

    inside: Ticket | None
    waiting: tuple[Ticket, ...]
    lengths: tuple[dt.timedelta, ...]
    """How long today's finished conversations took."""


def current_walk_in_hour(diary: Diary, now: dt.datetime) -> WalkIn | None:
    """Return the walk-in hour for which numbers are given: running or about to begin."""
    snapshot = current_snapshot()
    contact = snapshot.records.contacts.get(diary.contact.slug)
    if contact is None:
        return None
    hours = next_walk_ins(contact, snapshot.records.edition, now, 1).hours
    if hours and hours[0].starts - OPENS_BEFORE <= now:
        return hours[0]
    return None


def queue_day(now: dt.datetime) -> dt.date:
    """Return the day of the queue, by the edition's clock."""
    return now.astimezone(diaries.zone()).date()


def entry_code(diary: Diary, day: dt.date) -> str:
    """Return the code of the day, which the door and the office's page show."""
    digest = salted_hmac(
        "sojourn.advising.queue", f"{diary.pk} {day.isoformat()}", algorithm="sha256"
    ).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 10**_CODE_DIGITS:0{_CODE_DIGITS}d}"


def require_code(diary: Diary, typed: str, now: dt.datetime) -> None:
    """Refuse whoever is not at the door. Raises WrongCodeError."""
    digits = "".join(each for each in typed if each.isdigit())
    if not constant_time_compare(digits, entry_code(diary, queue_day(now))):
        raise WrongCodeError(
            _("This is not today's code. It is on the door of the walk-in hour; please look again.")
        )


def take_number(
    diary: Diary,
    student: User | None,
    name: str,
    topic: str,
    now: dt.datetime,
    sending: uuid.UUID | None = None,
    actor: User | None = None,
) -> Ticket:
    """Join the end of the queue. A student who is in it already keeps the number.

    `actor` is who takes it for the student, where it is not they themselves.

    `sending` is the number of the form: the same form sent again is the same place in the line,
    also of somebody without an account whose first answer has not arrived yet. Raises
    AdvisingError when there is no hour now, or the line is too long for it.
    """
    if current_walk_in_hour(diary, now) is None:
        raise AdvisingError(_("There is no walk-in hour now. Come back when one begins."))
    day = queue_day(now)
    with diaries.locked(diary) as held:
        of_today = held.tickets.filter(day=day)
        if student is not None:
            known = of_today.filter(
                student=student, state__in=[TicketState.WAITING, TicketState.CALLED]
            ).first()
            if known is not None:
                return known
        if sending and (sent := Ticket.objects.filter(pk=sending).first()) is not None:
            if sent.diary_id != held.pk or sent.day != day or sent.student != student:
                raise AdvisingError(_("This form has already been sent. Start again."))
            return sent
        if of_today.filter(state=TicketState.WAITING).count() >= LONGEST_LINE:
            raise AdvisingError(
                _("The queue is too long for this hour. Book an appointment instead.")
            )
        anonymous = of_today.filter(state=TicketState.WAITING, student__isnull=True)
        if student is None and anonymous.count() >= MOST_ANONYMOUS:
            raise AdvisingError(
                _("Many people without an account wait already. Sign in to take a number.")
            )
        last = of_today.aggregate(last=Max("number"))["last"] or 0
        made = Ticket.objects.create(
            pk=sending or uuid.uuid4(),
            diary=held,
            day=day,
            number=last + 1,
            student=student,
            name=name,
            topic=topic,
            taken_at=now,
        )
        audit.record("ticket.taken", actor=actor or student, about=student, on=made)
        return made


def leave(ticket: Ticket, now: dt.datetime) -> Ticket:
    """Leave the queue; those behind move up. Leaving twice changes nothing."""
    with diaries.locked(ticket.diary):
        mine = Ticket.objects.get(pk=ticket.pk)
        if mine.state == TicketState.WAITING:
            _end(mine, TicketState.LEFT, mine.student, now)
        return mine


def call_next(diary: Diary, seen: uuid.UUID | None, actor: User, now: dt.datetime) -> Ticket | None:
    """End the current conversation and call the next; None when nobody waits.

    `seen` is the ticket that the page showed as inside (None: nobody was): pressing twice, or in
    two windows, calls one person, not two. Raises AdvisingError when somebody was called meanwhile.
    """
    with diaries.locked(diary) as held:
        inside = held.tickets.filter(state=TicketState.CALLED).first()
        if (inside.pk if inside else None) != seen:
            raise AdvisingError(_("The next one has already been called. This is the queue now."))
        if inside is not None:
            _end(inside, TicketState.DONE, actor, now)
        following = held.tickets.filter(day=queue_day(now), state=TicketState.WAITING).first()
        if following is None:
            return None
        following.state = TicketState.CALLED
        following.called_at = now
        following.save(update_fields=["state", "called_at"])
        audit.record("ticket.called", actor=actor, about=following.student, on=following)
        return following


def finish(ticket: Ticket, actor: User, now: dt.datetime) -> Ticket:
    """End the current conversation without calling the next."""
    return _end_inside(ticket, TicketState.DONE, actor, now)


def mark_no_show(ticket: Ticket, actor: User, now: dt.datetime) -> Ticket:
    """Record that nobody came in when the number was called."""
    return _end_inside(ticket, TicketState.NO_SHOW, actor, now)


def queue_of(diary: Diary, day: dt.date) -> Queue:
    """Return the queue of that day: who is inside, who waits, how long conversations took."""
    tickets = list(diary.tickets.filter(day=day).select_related("student").order_by("number"))
    return Queue(
        inside=next((each for each in tickets if each.state == TicketState.CALLED), None),
        waiting=tuple(each for each in tickets if each.state == TicketState.WAITING),
        lengths=tuple(
            each.ended_at - each.called_at
            for each in tickets
            if each.state == TicketState.DONE and each.called_at and each.ended_at
        ),
    )


def position_of(number: int, line: Queue, hour: WalkIn | None, now: dt.datetime) -> QueuePosition:
    """Return how many are called before a number, and when it is likely called."""
    ahead = sum(1 for each in line.waiting if each.number < number)
    began = line.inside.called_at if line.inside else None
    likely = estimate_turn(now, hour.starts if hour else now, ahead, began, line.lengths)
    return QueuePosition(ahead, likely, hour is None or likely < hour.ends)


def _end_inside(ticket: Ticket, state: TicketState, actor: User, now: dt.datetime) -> Ticket:
    with diaries.locked(ticket.diary):
        mine = Ticket.objects.get(pk=ticket.pk)
        if mine.state == TicketState.CALLED:
            _end(mine, state, actor, now)
        return mine


def _end(ticket: Ticket, state: TicketState, actor: User | None, now: dt.datetime) -> None:
    ticket.state = state
    ticket.ended_at = now
    ticket.save(update_fields=["state", "ended_at"])
    audit.record(f"ticket.{state}", actor=actor, about=ticket.student, on=ticket)
