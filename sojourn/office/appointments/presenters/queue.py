"""The walk-in line as the coordinator sees it, and the page for the door."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import segno
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from sojourn.advising import diaries, queue
from sojourn.advising import formatting as advising_formatting
from sojourn.advising.models import Diary, Ticket
from sojourn.catalogue.snapshot.types import Contact, Records
from sojourn.common.languages import LANGUAGES
from sojourn.office.shared import formatting, people
from sojourn.people.models import User


@dataclass(frozen=True)
class Number:
    """One number of the line."""

    number: int
    name: people.PersonLink
    topic: str
    since: str
    href: str
    key: str


@dataclass(frozen=True)
class QueuePage:
    who: str
    slug: str
    hour: str
    """'14:00 to 15:00, room V5-28'; empty when there is no hour now."""
    inside: Number | None
    waiting: tuple[Number, ...]
    typical: str
    """How long visits take today, in words."""


@dataclass(frozen=True)
class Desk:
    """One contact's line, in a list of them."""

    who: str
    href: str
    hour: str
    waiting: int


@dataclass(frozen=True)
class Door:
    """The notice for the door in one language."""

    language: str
    who: str
    weekly: tuple[str, ...]
    address: str
    code: SafeString


def contacts_with_hours(records: Records) -> list[Contact]:
    return [contact for contact in records.contacts.values() if contact.walk_in_hours]


def desks(reader: User, records: Records, now: dt.datetime) -> list[Desk]:
    """Every contact with walk-in hours, and how many wait there."""
    known = {
        each.contact.slug: each
        for each in Diary.objects.visible_to(reader).select_related("contact")
    }
    found = []
    for contact in contacts_with_hours(records):
        diary = known.get(contact.slug)
        found.append(
            Desk(
                who=contact.name or str(contact.title),
                href=reverse("office:queue", kwargs={"slug": contact.slug}),
                hour=_hour(diary, now) if diary else "",
                waiting=len(queue.queue_of(diary, queue.queue_day(now)).waiting) if diary else 0,
            )
        )
    return found


def queue_page(reader: User, diary: Diary, now: dt.datetime) -> QueuePage:
    """Show a queue; of numbers that the reader may not see, only that they wait."""
    found = queue.queue_of(diary, queue.queue_day(now))
    inside = found.inside or (
        # A visit of another day that nobody ended has to be ended first.
        diary.tickets.filter(state="called").select_related("student").first()
    )
    tickets = [*found.waiting, *([inside] if inside else [])]
    visible = Ticket.objects.visible_to(reader).filter(pk__in=[each.pk for each in tickets])
    known = set(visible.values_list("pk", flat=True))
    return QueuePage(
        who=diaries.name_of(diary),
        slug=diary.contact.slug,
        hour=_hour(diary, now),
        inside=_number(inside, inside.pk in known) if inside else None,
        waiting=tuple(_number(each, each.pk in known) for each in found.waiting),
        typical=_typical(found.lengths),
    )


def _hour(diary: Diary, now: dt.datetime) -> str:
    hour = queue.current_walk_in_hour(diary, now)
    if hour is None:
        return ""
    place = advising_formatting.place(hour.room, hour.online_link)
    return ", ".join(
        part for part in (advising_formatting.hours(hour.starts, hour.ends), place) if part
    )


def _number(ticket: Ticket, is_visible: bool) -> Number:
    if not is_visible:
        since = formatting.clock(ticket.taken_at)
        name = people.PersonLink(_("another programme"))
        return Number(ticket.number, name, "", since, "", str(ticket.pk))
    return Number(
        number=ticket.number,
        name=people.link(ticket.student, ticket.name or _("without a name")),
        topic=ticket.topic,
        since=formatting.clock(ticket.taken_at),
        href=reverse("office:ticket", kwargs={"ticket_id": ticket.pk}),
        key=str(ticket.pk),
    )


def _typical(lengths: tuple[dt.timedelta, ...]) -> str:
    if not lengths:
        return ""
    minutes = round(sum(lengths, dt.timedelta()) / len(lengths) / dt.timedelta(minutes=1))
    visits = ngettext(
        "%(talks)d visit today, %(minutes)d minutes long",
        "%(talks)d visits today, %(minutes)d minutes each on average",
        len(lengths),
    )
    return visits % {"talks": len(lengths), "minutes": minutes}


def door(contact: Contact, site: str) -> list[Door]:
    """Return the page for the door, in every language, each with its own code."""
    from django.utils import dates

    found = []
    for language in reversed(LANGUAGES):
        with override(language):
            address = site + reverse("advice:queue", kwargs={"slug": contact.slug})
            code = segno.make(address, error="m")
            found.append(
                Door(
                    language=language,
                    who=contact.name or str(contact.title),
                    weekly=tuple(
                        _("Every %(weekday)s, %(hours)s, %(room)s")
                        % {
                            "weekday": dates.WEEKDAYS[hour.weekday],
                            "hours": _("%(low)s to %(high)s")
                            % {"low": f"{hour.starts:%H:%M}", "high": f"{hour.ends:%H:%M}"},
                            "room": advising_formatting.place(
                                hour.room or contact.room, hour.online_link
                            ),
                        }
                        for hour in contact.walk_in_hours
                    ),
                    address=address,
                    # Drawn by segno from an address of our own; nothing in it is anybody's text.
                    code=mark_safe(code.svg_inline(scale=6, border=2, svgclass="code")),  # noqa: S308
                )
            )
    return found
