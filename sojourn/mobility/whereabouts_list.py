"""Who is where on which day: everybody who may be there, until somebody knows better.

A student whose first day has come is on the list although nobody confirmed the arrival, and one
who has not said that they are back stays on it: the list may name somebody too many, never
somebody too few.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeVar

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme
from sojourn.catalogue.regions import region_codes
from sojourn.mobility.models import (
    Arrival,
    EmergencyContact,
    PeriodKind,
    SideTrip,
    Stay,
    StayHost,
    Whereabouts,
)
from sojourn.mobility.permissions import in_circle
from sojourn.mobility.states import StayState
from sojourn.people.models import User

_MAY_BE_THERE = [StayState.PREPARING, StayState.AWAY, StayState.INTERRUPTED]
_CAME_BACK = [StayState.BACK, StayState.FINISHED]
# What is said of a stay and of its student.
_OF_STAY = [
    "uuid", "state", "starts_on", "ends_on", "programme_id", "student__uuid", "student__email",
    "student__first_name", "student__last_name", "student__preferred_name", "student__is_staff",
    "student__language",
]  # fmt: skip


class Note(StrEnum):
    """What one has to know of somebody on the list."""

    UNCONFIRMED = "unconfirmed"
    """The first day has come, and nobody said that they are there."""
    OVERDUE = "overdue"
    """The last day has passed, and nobody said that they are back."""
    INTERRUPTED = "interrupted"
    """The stay is interrupted: there, at home, or on the way."""
    TRAVELLING = "travelling"
    """Before the first day at the host or after the last one."""


@dataclass(frozen=True, order=True)
class Place:
    """A town in a country; the town may not be known."""

    country: str
    city: str

    @property
    def key(self) -> str:
        return f"p:{self.country}:{self.city}"


# Plain rows instead of models: of thousands of stays each is read in one query. The fields are
# those of the models.


class HostRow(NamedTuple):
    name: str
    city: str
    country: str
    contact_name: str
    contact_role: str
    contact_email: str


class ArrivalRow(NamedTuple):
    said_by: str
    on: dt.date


class ReachRow(NamedTuple):
    phone: str = ""
    address: str = ""


class ContactRow(NamedTuple):
    name: str
    relation: str
    phone: str
    email: str
    may_locate: bool
    may_inform: bool
    may_know_health: bool


class _TripRow(NamedTuple):
    country: str
    place: str


R = TypeVar("R", bound=NamedTuple)
_OfStay = (
    type[StayHost] | type[Arrival] | type[SideTrip] | type[Whereabouts] | type[EmergencyContact]
)


@dataclass(frozen=True)
class There:
    """Somebody on the list."""

    stay: Stay
    """With the student, and no other related row."""
    programme: str
    hosts: Sequence[HostRow]
    places: tuple[Place, ...]
    trip: Place | None
    """Where they are instead, if they went as they said."""
    notes: tuple[Note, ...]
    arrivals: Sequence[ArrivalRow]
    reach: ReachRow
    contacts: Sequence[ContactRow]

    @property
    def everywhere(self) -> tuple[Place, ...]:
        """Return every place where they may be that day."""
        return (*self.places, self.trip) if self.trip else self.places


def stays_on(found: QuerySet[Stay], day: dt.date, today: dt.date) -> QuerySet[Stay]:
    """Keep the stays whose students may be away on that day."""
    found = found.annotate(
        travel=FilteredRelation("periods", condition=Q(periods__kind=PeriodKind.TRAVEL))
    )
    begun = Q(starts_on__lte=day) | Q(travel__starts_on__lte=day)
    not_ended = Q(ends_on__isnull=True) | Q(ends_on__gte=day) | Q(travel__ends_on__gte=day)
    there = Q(state__in=_MAY_BE_THERE) & begun
    if day > today:
        # Until today nobody is back who did not say so, whatever their last day was.
        there &= not_ended
    if day < today:
        there |= Q(state__in=_CAME_BACK) & begun & not_ended
    return found.filter(there)


def on_day(
    reader: User | None, day: dt.date, wanted: Sequence[str] = (), *, with_contacts: bool = True
) -> list[There]:
    """List who may be where on a day, of the students whom the reader looks after in the circle.

    `wanted` narrows to places (`p:ID:Makassar`), countries (`c:ID`) and regions (`r:035`); who is
    on a trip is found at both ends. Without a reader it is everybody: for the worker's file.
    """
    today = timezone.localdate()
    found = stays_on(in_circle(reader), day, today)
    hosts = _by_stay(HostRow, StayHost, found)
    arrivals = _by_stay(ArrivalRow, Arrival, found)
    trips = _by_stay(_TripRow, SideTrip, found, Q(starts_on__lte=day, ends_on__gte=day))
    reach = _by_stay(ReachRow, Whereabouts, found) if with_contacts else {}
    contacts = _by_stay(ContactRow, EmergencyContact, found) if with_contacts else {}
    programmes = dict(DegreeProgramme.objects.values_list("pk", "short_name"))
    rows = found.select_related("student").only(*_OF_STAY)
    listed = []
    for stay in rows.order_by("student__last_name", "student__first_name", "pk"):
        there, trip = hosts.get(stay.pk, ()), trips.get(stay.pk)
        listed.append(
            There(
                stay=stay,
                programme=programmes.get(stay.programme_id or 0, ""),
                hosts=there,
                places=tuple(Place(host.country, host.city) for host in there),
                trip=Place(*trip[0]) if trip else None,
                notes=tuple(_notes(stay, day, today)),
                arrivals=arrivals.get(stay.pk, ()),
                reach=reach.get(stay.pk, (ReachRow(),))[0],
                contacts=contacts.get(stay.pk, ()),
            )
        )
    return narrowed(listed, wanted)


def _by_stay(
    row: type[R], model: _OfStay, stays: QuerySet[Stay], only: Q | None = None
) -> dict[int, list[R]]:
    """Read what belongs to these stays, by the key of the stay, in the order of the model."""
    found = model.objects.filter(only or Q(), stay__in=stays.values("pk"))
    rows: dict[int, list[R]] = defaultdict(list)
    for key, *said in found.values_list("stay", *row._fields):
        rows[key].append(row(*said))
    return rows


def narrowed(found: Iterable[There], wanted: Sequence[str]) -> list[There]:
    """Keep who may be in one of these places; without any, everybody."""
    return [each for each in found if not wanted or any(is_in(each, key) for key in wanted)]


def is_in(each: There, key: str) -> bool:
    """Tell whether somebody may be in a place, country or region."""
    kind, _colon, name = key.partition(":")
    if kind == "p":
        return any(place.key == key for place in each.everywhere)
    if kind == "c":
        return any(place.country == name for place in each.everywhere)
    return any(name in region_codes(place.country) for place in each.everywhere)


def by_place(found: Iterable[There]) -> list[tuple[Place, list[There]]]:
    """Group by place, the place with most people first. Several hosts are several places."""
    groups: dict[Place, list[There]] = {}
    for each in found:
        for place in dict.fromkeys(each.places):
            groups.setdefault(place, []).append(each)
    return sorted(groups.items(), key=lambda one: (-len(one[1]), one[0]))


def trips_of(found: Iterable[There]) -> Counter[str]:
    """Count where those who went elsewhere are."""
    return Counter(each.trip.city for each in found if each.trip)


def _notes(stay: Stay, day: dt.date, today: dt.date) -> Iterable[Note]:
    if stay.state == StayState.PREPARING:
        yield Note.UNCONFIRMED
    if stay.state == StayState.INTERRUPTED:
        yield Note.INTERRUPTED
    ended = stay.ends_on is not None and stay.ends_on < day
    if ended and day <= today and stay.state in (StayState.AWAY, StayState.PREPARING):
        yield Note.OVERDUE
    elif ended or (stay.starts_on is not None and day < stay.starts_on):
        yield Note.TRAVELLING
