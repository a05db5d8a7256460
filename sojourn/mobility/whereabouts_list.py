"""Who is where on which day: everybody who may be there, until somebody knows better.

A student whose first day has come is on the list although nobody confirmed the arrival, and one
who has not said that they are back stays on it: the list may name somebody too many, never
somebody too few.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import FilteredRelation, Q, QuerySet
from django.utils import timezone

from sojourn.catalogue.regions import region_codes
from sojourn.mobility.models import (
    EmergencyContact,
    PeriodKind,
    SideTrip,
    Stay,
    Whereabouts,
)
from sojourn.mobility.permissions import in_circle
from sojourn.mobility.states import StayState
from sojourn.people.models import User

_MAY_BE_THERE = [StayState.PREPARING, StayState.AWAY, StayState.INTERRUPTED]
_CAME_BACK = [StayState.BACK, StayState.FINISHED]


# Of five thousand accounts what the list does not say is half of the reading.
_NOT_SAID = [
    f"student__{name}"
    for name in ("password", "last_login", "student_identifier", "date_joined", "is_superuser")
]


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


@dataclass(frozen=True)
class There:
    """Somebody on the list."""

    stay: Stay
    places: tuple[Place, ...]
    trip: Place | None
    """Where they are instead, if they went as they said."""
    notes: tuple[Note, ...]

    @property
    def everywhere(self) -> tuple[Place, ...]:
        """Return every place where they may be that day."""
        return (*self.places, self.trip) if self.trip else self.places

    @property
    def whereabouts(self) -> Whereabouts | None:
        return getattr(self.stay, "whereabouts", None)

    @property
    def contacts(self) -> list[EmergencyContact]:
        return list(self.stay.emergency_contacts.all())


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
    found = found.select_related("student").defer(*_NOT_SAID)
    # Programmes are few, so each is read once.
    related = ["hosts", "arrivals", "side_trips", "programme"]
    if with_contacts:
        found = found.select_related("whereabouts")
        related.append("emergency_contacts")
    rows = found.order_by("student__last_name", "student__first_name", "pk")
    listed = (_there(stay, day, today) for stay in rows.prefetch_related(*related))
    return narrowed(listed, wanted)


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


def _there(stay: Stay, day: dt.date, today: dt.date) -> There:
    trip = next((each for each in stay.side_trips.all() if _covers(each, day)), None)
    return There(
        stay=stay,
        places=tuple(Place(host.country, host.city) for host in stay.hosts.all()),
        trip=Place(trip.country, trip.place) if trip else None,
        notes=tuple(_notes(stay, day, today)),
    )


def _covers(trip: SideTrip, day: dt.date) -> bool:
    return trip.starts_on <= day <= trip.ends_on


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
