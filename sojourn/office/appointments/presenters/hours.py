"""Whose hours there are, and one desk: dates, absences, rules for slots."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising import diaries
from sojourn.advising import formatting as advising_formatting
from sojourn.advising import hours as advising_hours
from sojourn.advising.models import Diary, SlotRule
from sojourn.catalogue.calendar import HORIZON_DAYS, next_walk_ins
from sojourn.catalogue.models import Absence, Contact, WalkInHour
from sojourn.catalogue.snapshot.types import Contact as ContactRecord
from sojourn.catalogue.snapshot.types import Records
from sojourn.office.shared import formatting
from sojourn.people.models import User

DATES_SHOWN = 8


@dataclass(frozen=True)
class Person:
    """Somebody with hours, in the list of them."""

    name: str
    title: str
    href: str
    next: str
    rules: int


@dataclass(frozen=True)
class Weekly:
    """A walk-in hour every week."""

    day: str
    detail: str
    is_over: bool
    href: str


@dataclass(frozen=True)
class Date:
    """A walk-in hour on one date."""

    day: str
    detail: str
    note: str
    is_changed: bool
    href: str


@dataclass(frozen=True)
class Missing:
    """A date on which an hour falls away."""

    day: str
    reason: str
    href: str
    """Where the change of that date is mended; empty for a holiday or an absence."""


@dataclass(frozen=True)
class Away:
    days: str
    reason: str
    remove_href: str
    appointments: tuple[str, ...]
    """Active appointments on these days."""


@dataclass(frozen=True)
class Rule:
    day: str
    hours: str
    length: str
    place: str
    days: str
    href: str


@dataclass(frozen=True)
class HoursPage:
    slug: str
    name: str
    weekly: tuple[Weekly, ...]
    dates: tuple[Date, ...]
    missing: tuple[Missing, ...]
    absences: tuple[Away, ...]
    rules: tuple[Rule, ...]
    free: int
    """How many slots can be booked now."""


def people(reader: User, records: Records, now: dt.datetime) -> list[Person]:
    """Everybody of home who has hours or could have: the coordinators and the offices."""
    counted = {diary.contact.slug: diary.rules.count()
               for diary in Diary.objects.visible_to(reader).select_related("contact")}  # fmt: skip
    found = []
    for contact in records.contacts.values():
        if not _may_have_hours(records, contact):
            continue
        ahead = next_walk_ins(contact, records.edition, now, 1).hours
        found.append(
            Person(
                contact.name or str(contact.title),
                str(contact.title) if contact.name else "",
                reverse("office:desk", kwargs={"slug": contact.slug}),
                advising_formatting.when(ahead[0].starts, ahead[0].ends) if ahead else "",
                counted.get(contact.slug, 0),
            )
        )
    return found


def _may_have_hours(records: Records, contact: ContactRecord) -> bool:
    return contact.institution == records.edition.home and (
        bool(contact.walk_in_hours) or contact.role in ("coordinator", "office")
    )


def page(reader: User, records: Records, contact: Contact, now: dt.datetime) -> HoursPage:
    record = records.contacts[contact.slug]
    ahead = next_walk_ins(record, records.edition, now, DATES_SHOWN)
    visible = Diary.objects.visible_to(reader).select_related("contact")
    diary = visible.filter(contact=contact).first()
    today = now.astimezone(diaries.zone()).date()
    return HoursPage(
        slug=contact.slug,
        name=contact.name or str(record.title),
        weekly=tuple(_weekly(contact, hour, today) for hour in contact.walk_in_hours.all()),
        dates=tuple(
            Date(
                formatting.day(walk_in.starts.date()),
                ", ".join(
                    part
                    for part in (
                        advising_formatting.hours(walk_in.starts, walk_in.ends),
                        advising_formatting.place(walk_in.room, walk_in.online_link),
                    )
                    if part
                ),
                str(walk_in.note),
                walk_in.is_changed,
                date_address(contact, walk_in.hour.slug, walk_in.starts.date()),
            )
            for walk_in in ahead.hours
        ),
        missing=tuple(
            Missing(formatting.day(skip.date), str(skip.reason), _change_address(record, skip.date))
            for skip in ahead.skipped
        ),
        absences=tuple(
            _away(contact, absence)
            for absence in contact.absences.filter(
                last_day__gte=today, first_day__lte=today + dt.timedelta(days=HORIZON_DAYS)
            )
        ),
        rules=tuple(_rule(contact, rule) for rule in diary.rules.all()) if diary else (),
        free=len(diaries.unreserved_slots(diary, now)) if diary else 0,
    )


def weekly_line(hour: WalkInHour) -> str:
    """Return a weekly hour in one line: 'Monday, 14:00–15:00, room V5-28'."""
    return f"{hour.get_weekday_display()}, {_weekly_detail(hour)}"


def _weekly_detail(hour: WalkInHour) -> str:
    return ", ".join(
        part
        for part in (
            f"{hour.starts:%H:%M}–{hour.ends:%H:%M}",
            advising_formatting.place(hour.room, hour.online_link),
            _("from %(day)s") % {"day": formatting.full_day(hour.valid_from)}
            if hour.valid_from
            else "",
            _("until %(day)s") % {"day": formatting.full_day(hour.valid_until)}
            if hour.valid_until
            else "",
            str(hour.note or ""),
        )
        if part
    )


def _weekly(contact: Contact, hour: WalkInHour, today: dt.date) -> Weekly:
    return Weekly(
        str(hour.get_weekday_display()),
        _weekly_detail(hour),
        hour.valid_until is not None and hour.valid_until < today,
        reverse("office:walk-in", kwargs={"slug": contact.slug, "hour": hour.slug}),
    )


def date_address(contact: Contact | ContactRecord, hour: str, day: dt.date) -> str:
    return reverse(
        "office:hour-date",
        kwargs={
            "slug": contact.slug,
            "hour": hour,
            "year": day.year,
            "month": day.month,
            "day": day.day,
        },
    )


def _change_address(contact: ContactRecord, day: dt.date) -> str:
    for hour in contact.walk_in_hours:
        if any(change.date == day and change.is_cancelled for change in hour.changes):
            return date_address(contact, hour.slug, day)
    return ""


def _away(contact: Contact, absence: Absence) -> Away:
    first, last = formatting.short_day(absence.first_day), formatting.short_day(absence.last_day)
    return Away(
        days=first if first == last else f"{first} – {last}",
        reason=str(absence.reason),
        remove_href=reverse(
            "office:desk-present", kwargs={"slug": contact.slug, "number": absence.pk}
        ),
        appointments=tuple(
            f"{advising_formatting.when(each.starts_at, each.ends_at)}: {each.student}"
            for each in advising_hours.appointments_during(absence)
        ),
    )


def _rule(contact: Contact, rule: SlotRule) -> Rule:
    ends = [formatting.short_day(day) if day else "" for day in (rule.valid_from, rule.valid_until)]
    return Rule(
        day=str(rule.get_weekday_display()),
        hours=f"{rule.starts:%H:%M}–{rule.ends:%H:%M}",
        length=_("%(length)d, then %(gap)d free") % {"length": rule.length, "gap": rule.gap}
        if rule.gap
        else str(rule.length),
        place=advising_formatting.place(rule.room, rule.online_link),
        days=" – ".join(ends) if any(ends) else "",
        href=reverse("office:rule", kwargs={"slug": contact.slug, "number": rule.pk}),
    )
