"""A contact's diary: which slots it has, which are free, and the lock that keeps its order.

Everything that takes or frees a slot, or moves the walk-in line, does so inside `locked`: such
changes are rare and short, so they take turns, and nobody has to reason about two at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from sojourn.advising import desk_history
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, Diary, SlotRule, WaitingState, WeekWaiting
from sojourn.advising.models.appointments import TAKES_SLOT
from sojourn.advising.slots import Slot, monday_of, slots_between
from sojourn.catalogue.calendar import public_holiday
from sojourn.catalogue.models import Absence, Contact, Edition
from sojourn.common.locks import one_at_a_time
from sojourn.people.models import User


def all_diaries() -> QuerySet[Diary]:
    """List whom students can book; what is in a diary is another matter."""
    return Diary.objects.select_related("contact")


def diary_of(contact: Contact) -> Diary:
    """Return the contact's diary; make it if there is none."""
    return Diary.objects.get_or_create(contact=contact)[0]


@contextlib.contextmanager
def locked(diary: Diary) -> Iterator[Diary]:
    """Lock the diary until the change is committed.

    SQLite locks the whole database at BEGIN IMMEDIATE; PostgreSQL locks this row.
    """
    with _queue_on_sqlite(diary), transaction.atomic():
        # Only the row of the diary: an edit of the contact need not wait for a booking.
        found = Diary.objects.select_for_update(of=("self",)).filter(pk=diary.pk).first()
        if found is None:
            raise AdvisingError(_("Appointments can no longer be booked here."))
        yield found


def _queue_on_sqlite(diary: Diary) -> AbstractContextManager[None]:
    """Queue for the diary on SQLite before asking for the database.

    SQLite lets nobody wait longer than its timeout, and may serve the last first: of a hundred
    processes a few waited in vain. A process that already holds the database must not queue behind
    those who wait for it.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return contextlib.nullcontext()
    return one_at_a_time(f"diary-{diary.pk}")


def zone() -> ZoneInfo:
    """Return the edition's time zone, looked up once a minute: a page needs it a hundred times."""
    return _zone_in(int(time.monotonic() // 60))


@lru_cache(maxsize=1)
def _zone_in(_minute: int) -> ZoneInfo:
    name = Edition.objects.values_list("time_zone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)


def bookable_days(diary: Diary, now: dt.datetime, here: ZoneInfo) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that can be booked: whole weeks."""
    today = now.astimezone(here).date()
    return today, monday_of(today) + dt.timedelta(days=7 * diary.horizon_weeks - 1)


def week_of(moment: dt.datetime, here: ZoneInfo | None = None) -> dt.date:
    """Return the Monday of the week of a moment; `here` is the zone, where it is at hand."""
    return monday_of(moment.astimezone(here or zone()).date())


def weeks_of(slots: Iterable[Slot], here: ZoneInfo) -> set[dt.date]:
    """Return the weeks of these slots."""
    return {week_of(slot.starts, here) for slot in slots}


def bookable_slots(diary: Diary, now: dt.datetime) -> tuple[Slot, ...]:
    """List every slot of the rules between notice and horizon, taken or not."""
    here = zone()
    first, last = bookable_days(diary, now, here)
    earliest = now + dt.timedelta(hours=diary.notice_hours)
    country = Edition.objects.values_list("holidays_country", flat=True).first() or ""
    absences = list(
        Absence.objects.filter(
            contact=diary.contact_id, last_day__gte=first, first_day__lte=last
        ).values_list("first_day", "last_day")
    )

    def is_closed(day: dt.date) -> bool:
        return any(begins <= day <= ends for begins, ends in absences) or (
            public_holiday(country, day) is not None
        )

    slots = slots_between(diary.rules.all(), first, last, here, is_closed)
    return tuple(slot for slot in slots if slot.starts >= earliest)


def free_slots(
    diary: Diary, now: dt.datetime, besides: Appointment | None = None
) -> tuple[Slot, ...]:
    """List the bookable slots that nobody holds, and that of the appointment `besides`."""
    taken = Appointment.objects.filter(diary=diary, state__in=TAKES_SLOT, ends_at__gt=now)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    times = list(taken.values_list("starts_at", "ends_at"))
    return tuple(
        slot
        for slot in bookable_slots(diary, now)
        if not any(slot.overlaps(starts, ends) for starts, ends in times)
    )


def weeks_waited_for(diary: Diary) -> set[dt.date]:
    """Return the weeks on whose waiting list there are students: they are offered first."""
    return set(
        WeekWaiting.objects.filter(diary=diary, state=WaitingState.WAITING).values_list(
            "week", flat=True
        )
    )


def unreserved_slots(
    diary: Diary, now: dt.datetime, besides: Appointment | None = None
) -> tuple[Slot, ...]:
    """List the free slots of weeks without a waiting list."""
    free = free_slots(diary, now, besides)
    spoken_for = weeks_waited_for(diary)
    if not spoken_for:
        return free
    here = zone()
    return tuple(slot for slot in free if week_of(slot.starts, here) not in spoken_for)


def full_weeks(diary: Diary, now: dt.datetime) -> tuple[dt.date, ...]:
    """List the weeks in which every slot is taken or reserved."""
    here = zone()
    weeks = weeks_of(bookable_slots(diary, now), here)
    return tuple(sorted(weeks - weeks_of(unreserved_slots(diary, now), here)))


def save_rule(rule: SlotRule, actor: User) -> SlotRule:
    """Save a new rule or a changed one. Existing appointments stay as they are.

    The same new one again is no mistake: it is the rule that there is.
    """
    with locked(rule.diary) as held:
        before = SlotRule.objects.filter(pk=rule.pk).first() if rule.pk else None
        if before is None and (same := _same(held, rule)) is not None:
            return same
        rule.save()
        desk_history.record(
            "slot_rule.changed" if before else "slot_rule.added",
            rule,
            contact=held.contact_id,
            actor=actor,
            now=desk_history.of_hour(rule),
            was=desk_history.of_hour(before) if before else None,
        )
    return rule


def _same(diary: Diary, rule: SlotRule) -> SlotRule | None:
    says = model_to_dict(rule, exclude=["id", "diary"])
    return SlotRule.objects.filter(diary=diary, **says).first()


def delete_rule(rule: SlotRule, actor: User) -> None:
    """Delete a rule, so that it makes no more slots. Existing appointments stay."""
    with locked(rule.diary) as held:
        desk_history.record(
            "slot_rule.deleted", rule, contact=held.contact_id, actor=actor,
            was=desk_history.of_hour(rule),
        )  # fmt: skip
        rule.delete()


def save_settings(diary: Diary, actor: User) -> Diary:
    """Save notice, horizon and for how long an offer is kept."""
    with locked(diary):
        diary.save(update_fields=["notice_hours", "horizon_weeks", "offer_hours"])
        desk_history.record("diary.saved", diary, contact=diary.contact_id, actor=actor)
    return diary


def name_of(diary: Diary) -> str:
    """Return the name of the contact, in the language of the page or the mail."""
    return diary.contact.name or title_of(diary)


def title_of(diary: Diary) -> str:
    """Return the role of the contact."""
    return str(diary.contact.title)
