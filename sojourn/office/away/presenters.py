"""Who is where, as the closed circle sees it: places with their people, then each person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import ngettext

from sojourn.mobility import whereabouts_list, whereabouts_wording
from sojourn.mobility.models import Stay, WhereaboutsReading
from sojourn.mobility.whereabouts_list import Note, There
from sojourn.office.shared import formatting
from sojourn.office.shared.people import PersonLink, link
from sojourn.people.models import User

# So many people are listed one by one; a larger crowd is narrowed or printed.
MOST_PEOPLE = 200


@dataclass(frozen=True)
class PlaceRow:
    title: str
    href: str
    people: int
    unconfirmed: int
    trips: str
    """Where some of them are instead: 'Oslo 2'."""


@dataclass(frozen=True)
class PersonRow:
    who: PersonLink
    where: str
    trip: str
    phone: str
    days: str
    notes: tuple[str, ...]
    arrived: str


@dataclass(frozen=True)
class Reading:
    when: str
    who: str
    how: str
    what: str


def place_rows(found: Sequence[There], day: str) -> list[PlaceRow]:
    return [
        PlaceRow(
            title=whereabouts_wording.place_name(place),
            href=f"{reverse('office:away')}?{urlencode({'day': day, 'place': place.key})}",
            people=len(people),
            unconfirmed=sum(Note.UNCONFIRMED in each.notes for each in people),
            trips=", ".join(
                f"{city} {count}" for city, count in whereabouts_list.trips_of(people).items()
            ),
        )
        for place, people in whereabouts_list.by_place(found)
    ]


def person_rows(reader: User, found: Sequence[There]) -> list[PersonRow]:
    shown = found[:MOST_PEOPLE]
    known = seen_stays(reader, [each.stay for each in shown])
    return [_person(each, each.stay.pk in known) for each in shown]


def seen_stays(reader: User, stays: Iterable[Stay]) -> set[int]:
    """Tell which of these stays the reader also sees outside of the closed circle."""
    keys = [each.pk for each in stays]
    return set(Stay.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))


def _person(each: There, is_seen: bool) -> PersonRow:
    line = whereabouts_wording.line(each)
    return PersonRow(
        who=link(each.stay.student) if is_seen else PersonLink(line.name),
        where=line.where,
        trip=line.trip,
        phone=line.phone,
        days=line.days,
        notes=line.notes,
        arrived=line.arrived,
    )


def readings(reader: User) -> list[Reading]:
    """List who read it last."""
    found = WhereaboutsReading.objects.visible_to(reader).select_related("by")
    return [
        Reading(
            when=formatting.moment(each.at),
            who=str(each.by or ""),
            how=each.get_kind_display(),
            what=ngettext("%(count)d person", "%(count)d people", each.people)
            % {"count": each.people},
        )
        for each in found[:20]
    ]


def team(people: Sequence[User]) -> str:
    """Name the closed circle."""
    return ", ".join(str(each) for each in people)
