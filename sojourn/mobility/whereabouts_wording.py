"""Who is where, in words: the same on the page, in print and in the sealed file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import gettext as _

from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language
from sojourn.mobility import naming, wording
from sojourn.mobility.models import Arrival, EmergencyContact, SaidBy
from sojourn.mobility.whereabouts_list import (
    ArrivalRow,
    ContactRow,
    HostRow,
    Note,
    Place,
    There,
)


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
    stay = each.stay
    return CallLine(
        name=str(stay.student),
        email=stay.student.email,
        programme=each.programme,
        where=naming.named(each.hosts),
        trip=trip(each.trip) if each.trip else "",
        days=_days(stay.starts_on, stay.ends_on, page_language()),
        notes=tuple(note(one) for one in each.notes),
        arrived=arrived(each.arrivals),
        phone=each.reach.phone,
        address=each.reach.address,
        contacts=tuple(contact(one) for one in each.contacts),
        hosts=tuple(text for host in each.hosts if (text := _speaks_for(host))),
    )


def contact(each: EmergencyContact | ContactRow) -> ContactLine:
    agreed = _agreed(each.may_locate, each.may_inform, each.may_know_health, page_language())
    name = f"{each.name} ({each.relation})" if each.relation else each.name
    return ContactLine(name, each.phone, each.email, agreed, bool(agreed))


# The list of thousands says the same few words again and again, and looking them up is slow.


@lru_cache(maxsize=100)
def _agreed(locate: bool, inform: bool, know_health: bool, language: str) -> tuple[str, ...]:
    texts = {
        _("may be asked where the student is"): locate,
        _("may be told what happened"): inform,
        _("may be told how the student is"): know_health,
    }
    return tuple(text for text, is_agreed in texts.items() if is_agreed)


def note(found: Note) -> str:
    return _notes(page_language())[found]


@lru_cache(maxsize=100)
def _notes(language: str) -> dict[Note, str]:
    return {
        Note.UNCONFIRMED: _("arrival not confirmed"),
        Note.OVERDUE: _("not said to be back"),
        Note.INTERRUPTED: _("stay interrupted"),
        Note.TRAVELLING: _("on the way"),
    }


def arrived(found: Iterable[Arrival | ArrivalRow]) -> str:
    """Say who confirmed the arrival, the host first."""
    said = {each.said_by: each.on for each in found}
    for by in (SaidBy.HOST, SaidBy.STUDENT, SaidBy.OFFICE):
        if by in said:
            return _arrived(by, said[by], page_language())
    return ""


@lru_cache(maxsize=2000)
def _arrived(by: SaidBy, on: dt.date, language: str) -> str:
    text = {
        SaidBy.HOST: _("The host confirmed the arrival on %(day)s."),
        SaidBy.STUDENT: _("The student confirmed the arrival on %(day)s."),
        SaidBy.OFFICE: _("The office wrote down the arrival on %(day)s."),
    }[by]
    return text % {"day": wording.day(on)}


def places(each: There) -> str:
    """Say where somebody may be: 'Makassar, Indonesia; perhaps in Ubud, Indonesia'."""
    said = [place_name(place) for place in each.places]
    if each.trip:
        said.append(trip(each.trip))
    return "; ".join(said)


def trip(place: Place) -> str:
    return _("perhaps in %(place)s") % {"place": place_name(place)}


@lru_cache(maxsize=2000)
def _days(first: dt.date | None, last: dt.date | None, language: str) -> str:
    return wording.days_of(first, last)


def place_name(place: Place) -> str:
    """Return 'Makassar, Indonesia', in the language of the page."""
    country = country_name(place.country, page_language())
    return ", ".join(part for part in (place.city, country) if part)


def _speaks_for(host: HostRow) -> str:
    parts = (host.contact_name, host.contact_role, host.contact_email)
    return ", ".join(part for part in parts if part)
