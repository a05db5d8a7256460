"""Where a student can be reached: said by themselves, seen by the closed circle, then deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.keeping import Rows, days_of
from sojourn.mobility import away_rules, endings, whereabouts_letters
from sojourn.mobility.changes import locked
from sojourn.mobility.errors import ChangedMeanwhileError, MobilityError, NotAllowedNowError
from sojourn.mobility.models import (
    Arrival,
    EmergencyContact,
    IncidentPerson,
    SaidBy,
    SideTrip,
    Stay,
    Whereabouts,
    WhereaboutsReading,
)
from sojourn.mobility.models.whereabouts import MOST_CONTACTS
from sojourn.mobility.periods import Days, require_order
from sojourn.mobility.states import StayState
from sojourn.people import audit

MOST_TRIPS = 10
KEEP_READINGS = dt.timedelta(days=730)
_HELD = (Whereabouts, EmergencyContact, SideTrip)


@dataclass(frozen=True)
class Contact:
    """Somebody at home, and for what they may be called."""

    name: str
    phone: str
    relation: str = ""
    email: str = ""
    may_locate: bool = False
    may_inform: bool = False
    may_know_health: bool = False


@dataclass(frozen=True)
class Trip:
    """A few days elsewhere."""

    place: str
    country: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Reach:
    """Everything that a student says of how they are reached. What is left out is deleted."""

    phone: str = ""
    address: str = ""
    contacts: Sequence[Contact] = ()
    trips: Sequence[Trip] = ()


def version_of(stay: Stay) -> str:
    """Name the state of what is written down, for the form that is made of it."""
    held = Whereabouts.objects.filter(stay=stay).first()
    return held.changed_at.isoformat() if held else ""


def reach_of(stay: Stay) -> Reach:
    """Return what is written down."""
    held = Whereabouts.objects.filter(stay=stay).first() or Whereabouts()
    names = [each.name for each in fields(Contact)]
    contacts = stay.emergency_contacts.order_by("position").values(*names)
    return Reach(
        phone=held.phone,
        address=held.address,
        contacts=[Contact(**row) for row in contacts],
        trips=[
            Trip(each.place, each.country, each.starts_on, each.ends_on)
            for each in stay.side_trips.order_by("starts_on", "pk")
        ],
    )


def describe(stay: Stay, said: Reach, *, by_link: bool, seen: str | None = None) -> None:
    """Write down how the student is reached, in place of what was there.

    The student says it, on their page or by the link from a mail. The audit trail says that it
    changed, never what. Raises ChangedMeanwhileError where the form was made of something else
    (`seen`), as in another window; the same words again change nothing.
    """
    if len(said.contacts) > MOST_CONTACTS:
        raise MobilityError(_("Two contacts at most."))
    if len(said.trips) > MOST_TRIPS:
        raise MobilityError(_("These are more trips than we can keep. Take out the earlier ones."))
    for trip in said.trips:
        require_order(Days(trip.first, trip.last))
    with transaction.atomic():
        row = locked(stay)
        if not asks_for(row):
            raise NotAllowedNowError(_("This stay is over; we do not need to reach you there."))
        if said == reach_of(row):
            return
        if seen is not None and seen != version_of(row):
            raise ChangedMeanwhileError(
                _("You saved something else meanwhile. This is what you typed here: is it right?")
            )
        now = timezone.now()
        Whereabouts.objects.update_or_create(
            stay=row,
            defaults={"phone": said.phone, "address": said.address, "changed_at": now},
        )
        row.emergency_contacts.all().delete()
        EmergencyContact.objects.bulk_create(
            EmergencyContact(stay=row, position=place, changed_at=now, **vars(each))
            for place, each in enumerate(said.contacts, start=1)
        )
        row.side_trips.all().delete()
        SideTrip.objects.bulk_create(
            SideTrip(
                stay=row,
                place=each.place,
                country=each.country,
                starts_on=each.first,
                ends_on=each.last,
            )
            for each in sorted(said.trips, key=lambda one: one.first)
        )
        audit.record(
            "stay.whereabouts",
            actor=row.student,
            about=row.student,
            on=row,
            details={"by": "link" if by_link else "account"},
        )


def asks_for(stay: Stay) -> bool:
    """Tell whether there is a reason to know where the student is."""
    return stay.state in (StayState.PREPARING, StayState.AWAY, StayState.INTERRUPTED)


def confirm_as_host(stay: Stay, name: str, *, today: dt.date) -> None:
    """Write down that the host says that the student has arrived. Twice changes nothing."""
    name = " ".join(name.split())[:200]
    if not name:
        raise MobilityError(_("Write your name."))
    endings.depart(stay, today, actor=None, host=name)


def is_confirmed_by_host(stay: Stay) -> bool:
    return Arrival.objects.filter(stay=stay, said_by=SaidBy.HOST).exists()


def ask_who_arrived(now: dt.datetime) -> None:
    """Write to students, and once to their host, whose first day has come and who said nothing."""
    today = timezone.localtime(now).date()
    days = sorted(away_rules.rules().arrival_days)
    begun = Stay.objects.filter(
        state=StayState.PREPARING,
        starts_on__lte=today,
        starts_on__gte=today - dt.timedelta(days=days[-1] + 7),
    )
    for stay in begun.select_related("student", "opportunity").prefetch_related("hosts"):
        first = stay.starts_on or today
        passed = [each for each in days if first + dt.timedelta(days=each) <= today]
        if passed:
            whereabouts_letters.ask_student(stay, passed[-1])
            whereabouts_letters.ask_host(stay)


def send_new_link(stay: Stay, now: dt.datetime) -> None:
    """Mail a new link to the address of the account, once an hour at most."""
    whereabouts_letters.new_link(stay, timezone.localtime(now))


def due_whereabouts(now: dt.datetime) -> tuple[Rows, ...]:
    """Find the stays of which it is kept how the student was reached, and no longer needed.

    So many days after the last day; at once where the student does not go, or not now. Not while an
    incident that concerns them is open.
    """
    oldest = timezone.localtime(now).date() - dt.timedelta(days=days_of("keep_whereabouts_days"))
    ended = Q(state__in=[StayState.WITHDRAWN, StayState.POSTPONED]) | Q(
        state__in=[StayState.BACK, StayState.FINISHED], ends_on__lt=oldest
    )
    held = reduce(or_, (Exists(model.objects.filter(stay=OuterRef("pk"))) for model in _HELD))
    open_now = IncidentPerson.objects.filter(stay=OuterRef("pk"), incident__closed_at__isnull=True)
    return (Stay.objects.filter(ended).filter(held).exclude(Exists(open_now)),)


def erase_old(now: dt.datetime) -> int:
    """Delete how people were reached whose time is over. Return of how many stays."""
    (due,) = due_whereabouts(now)
    erased = 0
    for number in list(due.values_list("pk", flat=True)):
        with transaction.atomic():
            # Looked at again under the lock: an incident may just have begun.
            if due.select_for_update(of=("self",)).filter(pk=number).first() is None:
                continue
            for model in _HELD:
                model.objects.filter(stay=number).delete()
            erased += 1
    WhereaboutsReading.objects.filter(at__lt=now - KEEP_READINGS).delete()
    return erased
