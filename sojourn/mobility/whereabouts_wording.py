"""Who is where, in words: the same on the page, in print and in the sealed file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language
from sojourn.mobility import naming, wording
from sojourn.mobility.models import Arrival, EmergencyContact, SaidBy, StayHost
from sojourn.mobility.whereabouts_list import Note, Place, There


@dataclass(frozen=True)
class ContactLine:
    """Somebody at home: who, the number, and what the student agreed to."""

    name: str
    phone: str
    email: str
    agreed: tuple[str, ...]
    may_be_called: bool


@dataclass(frozen=True)
class CallLine:
    """One person of the call list."""

    name: str
    email: str
    programme: str
    where: str
    trip: str
    days: str
    notes: tuple[str, ...]
    arrived: str
    phone: str
    address: str
    contacts: tuple[ContactLine, ...]
    hosts: tuple[str, ...]


def line(each: There) -> CallLine:
    """Return everything that the call list says of somebody."""
    stay, said = each.stay, each.whereabouts
    return CallLine(
        name=str(stay.student),
        email=stay.student.email,
        programme=stay.programme.short_name if stay.programme else "",
        where=naming.hosts_of(stay),
        trip=trip(each.trip) if each.trip else "",
        days=_days(stay.starts_on, stay.ends_on, page_language()),
        notes=tuple(note(one) for one in each.notes),
        arrived=arrived(list(stay.arrivals.all())),
        phone=said.phone if said else "",
        address=said.address if said else "",
        contacts=tuple(contact(one) for one in each.contacts),
        hosts=tuple(text for host in stay.hosts.all() if (text := _speaks_for(host))),
    )


def contact(each: EmergencyContact) -> ContactLine:
    agreed = []
    if each.may_locate:
        agreed.append(_("may be asked where the student is"))
    if each.may_inform:
        agreed.append(_("may be told what happened"))
    if each.may_know_health:
        agreed.append(_("may be told how the student is"))
    name = f"{each.name} ({each.relation})" if each.relation else each.name
    return ContactLine(name, each.phone, each.email, tuple(agreed), bool(agreed))


def note(found: Note) -> str:
    return {
        Note.UNCONFIRMED: _("arrival not confirmed"),
        Note.OVERDUE: _("not said to be back"),
        Note.INTERRUPTED: _("stay interrupted"),
        Note.TRAVELLING: _("on the way"),
    }[found]


def arrived(found: list[Arrival]) -> str:
    """Say who confirmed the arrival, the host first."""
    order = [SaidBy.HOST, SaidBy.STUDENT, SaidBy.OFFICE]
    texts = {
        SaidBy.HOST: _("The host confirmed the arrival on %(day)s."),
        SaidBy.STUDENT: _("The student confirmed the arrival on %(day)s."),
        SaidBy.OFFICE: _("The office wrote down the arrival on %(day)s."),
    }
    for by in order:
        for each in found:
            if each.said_by == by:
                return texts[by] % {"day": _day(each.on, page_language())}
    return ""


def trip(place: Place) -> str:
    return _("perhaps in %(place)s") % {"place": place_name(place)}


@lru_cache(maxsize=2000)
def _days(first: dt.date | None, last: dt.date | None, language: str) -> str:
    """Write the days of a stay; many stays have the same, and writing dates is slow."""
    return wording.days_of(first, last)


@lru_cache(maxsize=2000)
def _day(value: dt.date, language: str) -> str:
    return wording.day(value)


def place_name(place: Place) -> str:
    """Return 'Makassar, Indonesia', in the language of the page."""
    country = country_name(place.country, page_language())
    return ", ".join(part for part in (place.city, country) if part)


def _speaks_for(host: StayHost) -> str:
    parts = (host.contact_name, host.contact_role, host.contact_email)
    return ", ".join(part for part in parts if part)
