"""A contact's diary: which slots it has, which are free, and the lock that keeps its order.

Everything that takes or frees a slot, or moves the walk-in line, does so inside `locked`: such
changes are rare and short, so they take turns, and nobody has to reason about two at once.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Appointment, Diary, SlotRule, WaitingState, WeekWaiting
from sojourn.advising.models.appointments import TAKES_SLOT
from sojourn.advising.slots import Slot, monday_of, slots_between
from sojourn.catalogue.calendar import public_holiday
from sojourn.catalogue.models import Absence, Contact, Edition
from sojourn.people import audit
from sojourn.people.models import User


def diary_of(contact: Contact) -> Diary:
    """The contact's diary, made now if there was none."""
    return Diary.objects.get_or_create(contact=contact)[0]


@contextlib.contextmanager
def locked(diary: Diary) -> Iterator[Diary]:
    """The diary, locked until the change is committed.

    SQLite locks the whole database at BEGIN IMMEDIATE; PostgreSQL locks this row.
    """
    with transaction.atomic():
        # Only the row of the diary: an edit of the contact need not wait for a booking.
        found = Diary.objects.select_for_update(of=("self",)).filter(pk=diary.pk).first()
        if found is None:
            raise AdvisingError(_("Nobody can be booked here any more."))
        yield found


def zone() -> ZoneInfo:
    """The edition's time zone."""
    name = Edition.objects.values_list("time_zone", flat=True).first()
    return ZoneInfo(name or settings.TIME_ZONE)


def window(diary: Diary, now: dt.datetime) -> tuple[dt.date, dt.date]:
    """The first and the last day that can be booked: whole weeks, so that a week opens at once."""
    today = now.astimezone(zone()).date()
    return today, monday_of(today) + dt.timedelta(days=7 * diary.horizon_weeks - 1)


def week_of(moment: dt.datetime) -> dt.date:
    """The Monday of the week in which a moment lies."""
    return monday_of(moment.astimezone(zone()).date())


def bookable_slots(diary: Diary, now: dt.datetime) -> tuple[Slot, ...]:
    """Every slot that rules make from the notice on to the horizon, whether taken or not."""
    first, last = window(diary, now)
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

    slots = slots_between(diary.rules.all(), first, last, zone(), is_closed)
    return tuple(slot for slot in slots if slot.starts >= earliest)


def free_slots(
    diary: Diary, now: dt.datetime, besides: Appointment | None = None
) -> tuple[Slot, ...]:
    """The bookable slots that nobody holds; `besides` is an appointment that would give its up."""
    taken = Appointment.objects.filter(diary=diary, state__in=TAKES_SLOT, ends_at__gt=now)
    if besides is not None:
        taken = taken.exclude(pk=besides.pk)
    times = list(taken.values_list("starts_at", "ends_at"))
    return tuple(
        slot
        for slot in bookable_slots(diary, now)
        if not any(slot.overlaps(starts, ends) for starts, ends in times)
    )


def waiting_in(diary: Diary) -> set[dt.date]:
    """The weeks for which somebody waits: what comes free there is offered to them first."""
    return set(
        WeekWaiting.objects.filter(diary=diary, state=WaitingState.WAITING).values_list(
            "week", flat=True
        )
    )


def slots_for_all(
    diary: Diary, now: dt.datetime, besides: Appointment | None = None
) -> tuple[Slot, ...]:
    """The free slots that anybody may take: those in weeks for which nobody waits."""
    spoken_for = waiting_in(diary)
    return tuple(
        slot for slot in free_slots(diary, now, besides) if week_of(slot.starts) not in spoken_for
    )


def full_weeks(diary: Diary, now: dt.datetime) -> tuple[dt.date, ...]:
    """The weeks that have slots of which none is left for somebody new."""
    open_weeks = {week_of(slot.starts) for slot in slots_for_all(diary, now)}
    weeks = {week_of(slot.starts) for slot in bookable_slots(diary, now)}
    return tuple(sorted(weeks - open_weeks))


def save_rule(rule: SlotRule, actor: User) -> SlotRule:
    """Keep a new rule or a changed one. Appointments that were made stay as they are."""
    with locked(rule.diary):
        rule.save()
        audit.record("slot_rule.saved", actor=actor, about=None, on=rule)
    return rule


def delete_rule(rule: SlotRule, actor: User) -> None:
    """Make no more slots by this rule. Appointments that were made stay."""
    with locked(rule.diary):
        audit.record("slot_rule.deleted", actor=actor, about=None, on=rule)
        rule.delete()


def save_settings(diary: Diary, actor: User) -> Diary:
    """Keep notice, horizon and how long an offer stands."""
    with locked(diary):
        diary.save(update_fields=["notice_hours", "horizon_weeks", "offer_hours"])
        audit.record("diary.saved", actor=actor, about=None, on=diary)
    return diary


def name_of(diary: Diary) -> str:
    """Whose diary it is, in the language of the page or the mail."""
    return diary.contact.name or title_of(diary)


def title_of(diary: Diary) -> str:
    """The role of whoever it is."""
    contact = diary.contact
    found = getattr(contact, f"title_{(get_language() or 'en')[:2]}", "") or contact.title
    return str(found)
