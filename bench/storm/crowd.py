"""Many processes that all want one of a few slots at the same moment."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import random
import time
import traceback
from dataclasses import dataclass
from multiprocessing.connection import Connection

from django.db import connections
from django.utils import timezone

from sojourn.advising import appointments, diaries
from sojourn.advising.appointments import AppointmentRequest, SlotTakenError
from sojourn.advising.models import Appointment, Diary, SlotRule
from sojourn.catalogue.models import Absence, Contact, Edition
from sojourn.people.models import OutboxMail, User

WISH = AppointmentRequest("Storm", "Is there room?")
# Long enough for every process to stand at the line before the first one runs.
START_AFTER = 3.0
LONGEST = 300.0


@dataclass(frozen=True)
class Outcome:
    """What became of one round."""

    booked: int
    told_none_left: int
    told_taken: int
    """How often somebody was told “just taken, these are free”."""
    errors: tuple[str, ...]
    seconds: float


def prepare(slots: int) -> Diary:
    """Make a diary with that many slots, all in the week after next, and nothing else in the way.

    The next week would not do: on a Sunday its first slots lie within the diary's notice.
    """
    Absence.objects.all().delete()
    Edition.objects.update(holidays_country="ZZ")  # a country without holidays
    diary = diaries.diary_of(Contact.objects.get(slug="coordinator-internationalisation"))
    diary.horizon_weeks = 3
    diary.save()
    today = timezone.localdate()
    monday = today + dt.timedelta(days=14 - today.weekday())
    diary.rules.all().delete()
    for number in range(slots):
        weekday, place = divmod(number, 10)
        starts = dt.time(8 + place // 2, 30 * (place % 2))
        ends = (dt.datetime.combine(monday, starts) + dt.timedelta(minutes=20)).time()
        SlotRule.objects.create(
            diary=diary,
            weekday=weekday,
            starts=starts,
            ends=ends,
            length=20,
            valid_from=monday,
            valid_until=monday + dt.timedelta(days=6),
        )
    _warm_up(diary)
    return diary


def _warm_up(diary: Diary) -> None:
    """Book once, so that every forked process has read its templates and translations by then.

    A web process that serves people has too; a hundred that read them all at once would measure
    the reading.
    """
    now = timezone.now()
    (somebody,) = students(1)
    slot = diaries.unreserved_slots(diary, now)[0]
    appointments.book(diary, somebody, slot.starts, WISH, now).delete()
    OutboxMail.objects.all().delete()


def students(number: int) -> list[User]:
    found = [User(email=f"storm-{each}@example.org") for each in range(number)]
    User.objects.bulk_create(found, ignore_conflicts=True)
    return list(User.objects.filter(email__startswith="storm-").order_by("pk")[:number])


def run(diary: Diary, crowd: list[User], seed: int) -> Outcome:
    """One round: everybody tries until they have a slot or are told that none is left."""
    Appointment.objects.all().delete()
    OutboxMail.objects.all().delete()
    forking = multiprocessing.get_context("fork")
    # A connection must not be shared by two processes.
    connections.close_all()
    start = time.monotonic() + START_AFTER
    children = []
    for number, student in enumerate(crowd):
        ours, theirs = forking.Pipe(duplex=False)
        child = forking.Process(
            target=_want, args=(diary.pk, student.pk, seed * 1000 + number, start, theirs)
        )
        child.start()
        theirs.close()
        children.append((child, ours))
    reports = [_report(ours) for _child, ours in children]
    for child, _ours in children:
        child.join(LONGEST)
    return Outcome(
        booked=sum(report[0] == "booked" for report in reports),
        told_none_left=sum(report[0] == "none left" for report in reports),
        told_taken=sum(report[1] for report in reports),
        errors=tuple(text for kind, _taken, text in reports if kind == "error"),
        seconds=time.monotonic() - start,
    )


def problems(outcome: Outcome, slots: int, crowd: int) -> list[str]:
    """What is wrong after a round; nothing, if the promise was kept."""
    rows = list(Appointment.objects.values_list("starts_at", "student"))
    found = list(outcome.errors)
    if len({starts for starts, _student in rows}) != len(rows):
        found.append("two students hold one slot")
    if len({student for _starts, student in rows}) != len(rows):
        found.append("a student holds two slots")
    if len(rows) != outcome.booked:
        found.append(f"{outcome.booked} were told they have a slot, {len(rows)} have one")
    if len(rows) != min(slots, crowd):
        found.append(f"{len(rows)} of {slots} slots are taken by a crowd of {crowd}")
    if outcome.booked + outcome.told_none_left != crowd:
        found.append("somebody was told nothing")
    if OutboxMail.objects.count() != len(rows):
        found.append(f"{OutboxMail.objects.count()} mails for {len(rows)} appointments")
    return found


def _want(diary_id: int, student_id: int, seed: int, start: float, answer: Connection) -> None:
    """In a process of its own: try, and when somebody was faster, try what is free then."""
    chance = random.Random(seed)
    taken = 0
    try:
        diary = Diary.objects.select_related("contact").get(pk=diary_id)
        student = User.objects.get(pk=student_id)
        free = diaries.unreserved_slots(diary, timezone.now())
        time.sleep(max(0.0, start - time.monotonic()))
        while free:
            slot = chance.choice(free)
            try:
                appointments.book(diary, student, slot.starts, WISH, timezone.now())
            except SlotTakenError as error:
                taken, free = taken + 1, error.free
            else:
                answer.send(("booked", taken, ""))
                break
        else:
            answer.send(("none left", taken, ""))
    except BaseException:
        answer.send(("error", taken, traceback.format_exc(limit=3).strip().splitlines()[-1]))
    finally:
        connections.close_all()
        answer.close()
        # Whatever the parent had prepared for its own end is not the child's business.
        os._exit(0)


def _report(ours: Connection) -> tuple[str, int, str]:
    try:
        if ours.poll(LONGEST):
            kind, taken, text = ours.recv()
            return str(kind), int(taken), str(text)
    except EOFError:
        return "error", 0, "a process ended without a word"
    return "error", 0, f"no answer within {LONGEST:.0f} seconds"
