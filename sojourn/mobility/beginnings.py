"""How a stay begins: with a nomination, with a place the student found, or by the office's hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.advising.models import SelfArrangedPlace, SelfArrangedState
from sojourn.catalogue.choices import DoneBy
from sojourn.catalogue.models import (
    DegreeProgramme,
    Institution,
    Opportunity,
    PublicationStatus,
    Road,
)
from sojourn.common.languages import REQUIRED
from sojourn.common.translated_fields import text_of
from sojourn.mobility import letters, steps
from sojourn.mobility.changes import locked
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import Origin, Stay, StayHost, StayStep
from sojourn.mobility.periods import Days, require_order
from sojourn.mobility.permissions import may_work_on
from sojourn.mobility.states import StayState
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.models import Nomination, Offer
from sojourn.selection.states import ACCEPTED, NominationState

MOST_AT_ONCE = 60
DAYS_A_WEEK = 7


# --- Which road ---------------------------------------------------------------------------------


def road_for(kind: str, countries: Iterable[str], days: int | None) -> Road | None:
    """Find the first road that fits a stay. A length that is not known is in no road's way."""
    countries = tuple(countries)
    for road in Road.objects.filter(status=PublicationStatus.PUBLISHED).order_by("position"):
        if fits(road, kind, countries, days):
            return road
    return None


def fits(road: Road, kind: str, countries: Iterable[str], days: int | None) -> bool:
    """Tell whether a road is for a stay of this kind and length in these countries."""
    return (not kind or not road.kinds or kind in road.kinds) and not misfits(road, countries, days)


def misfits(road: Road, countries: Iterable[str], days: int | None) -> list[str]:
    """Name what does not fit a road: `country`, `too_short`, `too_long`."""
    found = []
    countries = set(countries)
    if (road.countries and not countries <= set(road.countries)) or countries & set(
        road.not_countries
    ):
        found.append("country")
    if days is not None and road.days_min is not None and days < road.days_min:
        found.append("too_short")
    if days is not None and road.days_max is not None and days > road.days_max:
        found.append("too_long")
    return found


def length(starts_on: dt.date | None, ends_on: dt.date | None) -> int | None:
    """Count the days of a stay, both ends included."""
    return (ends_on - starts_on).days + 1 if starts_on and ends_on else None


def _length_of(place: Opportunity) -> int | None:
    days = length(place.starts_on, place.ends_on)
    if days is None and place.weeks_min is not None:
        return place.weeks_min * DAYS_A_WEEK
    return days


def likely_road(place: Opportunity) -> Road | None:
    """Find the road that fits a place."""
    return road_for(place.kind, _countries(place), _length_of(place))


def describe_host(stay: Stay, host: StayHost, *, actor: User) -> None:
    """Write down who speaks for the host, in this stay alone."""
    with transaction.atomic():
        row = locked(stay)
        host.save()
        audit.record(
            "stay.host", actor=actor, about=row.student, on=row, details={"host": host.position}
        )


def change_road(stay: Stay, road: Road, *, actor: User) -> Stay:
    """Put a stay on another road before the student leaves. What was done on both stays done."""
    with transaction.atomic():
        row = locked(stay)
        if not row.meaning.is_before:
            raise NotAllowedNowError(_("The student has left; the road stays as it is."))
        if row.road_id == road.pk:
            return row
        before = row.road.slug
        names = {_own_name(each): each for each in row.steps.select_related("step")}
        row.road = road
        row.save()
        for step in road.steps.order_by("number"):
            held = names.pop(step.slug.removeprefix(f"{road.slug}-"), None)
            if held is not None:
                held.step = step
                held.save()
        StayStep.objects.filter(pk__in=[each.pk for each in names.values()]).delete()
        steps.lay_out(row)
        audit.record(
            "stay.road",
            actor=actor,
            about=row.student,
            on=row,
            details={"before": before, "after": road.slug},
        )
        return row


def _own_name(row: StayStep) -> str:
    return row.step.slug.removeprefix(f"{row.stay.road.slug}-")


# --- Beginning ----------------------------------------------------------------------------------


def begin_for_nomination(offer: Offer, actor: User | None) -> None:
    """Begin the stay of a student who was just nominated, where a road fits.

    Called in the transaction of the nomination. Where no road fits the office begins it.
    """
    if Stay.objects.filter(offer=offer).exists():
        return
    place = offer.opportunity.opportunity
    road = likely_road(place)
    if road is not None:
        _begin_for_offer(offer, road, actor)


def begin_for_offer(offer: Offer, *, actor: User) -> Stay:
    """Begin the stay of an accepted and nominated offer. Twice gives the same one."""
    with transaction.atomic():
        row = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
        known = Stay.objects.filter(offer=row).first()
        if known is not None:
            return known
        nomination = Nomination.objects.filter(offer=row).first()
        if (
            row.state not in ACCEPTED
            or nomination is None
            or nomination.state == NominationState.CANCELLED
        ):
            raise NotAllowedNowError(_("Only an accepted place that was nominated becomes a stay."))
        road = likely_road(row.opportunity.opportunity)
        if road is None:
            raise MobilityError(
                _("No road fits this place. Begin the stay by hand and choose the road.")
            )
        return _begin_for_offer(row, road, actor)


def _begin_for_offer(offer: Offer, road: Road, actor: User | None) -> Stay:
    place = offer.opportunity.opportunity
    application = offer.application
    windows = place.windows.all()
    if application.programme is not None:
        windows = windows.filter(programme=application.programme)
    stay = Stay(
        student=application.owner,
        programme=application.programme,
        road=road,
        opportunity=place,
        window=windows.first() if windows.count() == 1 else None,
        title=_in_english(place, "title"),
        origin=Origin.OFFER,
        offer=offer,
        starts_on=place.starts_on,
        ends_on=place.ends_on,
        begun_by=actor,
    )
    stay.save()
    _copy_hosts(stay, place)
    _begun(stay, actor)
    if actor is not None:
        steps.done_by(stay, DoneBy.NOMINATION, actor=actor)
    return stay


def begin_for_own_place(place: SelfArrangedPlace, *, actor: User) -> Stay:
    """Begin the stay at a place that the student found and the office approved.

    The student may do it, or the office. Twice gives the same stay.
    """
    with transaction.atomic():
        row = SelfArrangedPlace.objects.select_for_update(of=("self",)).get(pk=place.pk)
        known = Stay.objects.filter(own_place=row).first()
        if known is not None:
            return known
        if row.state != SelfArrangedState.APPROVED or row.opportunity is None:
            raise NotAllowedNowError(_("Only a place that the office approved becomes a stay."))
        found = row.opportunity
        road = road_for(row.kind, _countries(found), length(row.starts_on, row.ends_on))
        if road is None:
            raise MobilityError(
                _("There are no rules for a stay like this yet. Ask the office to begin it.")
            )
        stay = Stay(
            student=row.student,
            programme=row.window.programme if row.window else None,
            road=road,
            opportunity=found,
            window=row.window,
            title=row.subject,
            origin=Origin.OWN_PLACE,
            own_place=row,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            begun_by=actor,
        )
        stay.save()
        _copy_hosts(
            stay,
            found,
            department=row.department,
            contact_name=row.supervisor_name,
            contact_role=_("Supervisor") if row.supervisor_name else "",
            contact_email=row.supervisor_email,
        )
        return _begun(stay, actor)


@dataclass(frozen=True)
class PlannedStay:
    """What the office says of a stay, or of one for each of a group."""

    road: Road
    days: Days
    opportunity: Opportunity | None = None
    title: str = ""
    host: Institution | None = None
    host_name: str = ""
    city: str = ""
    country: str = ""


def begin_by_hand(
    students: Sequence[User], planned: PlannedStay, sending: UUID, *, actor: User
) -> list[Stay]:
    """Begin a stay for each of these students. The same form sent twice begins them once.

    All or none: whoever may not be looked after by the actor stops the whole group.
    """
    if not students:
        raise MobilityError(_("Name at least one student."))
    if len(students) > MOST_AT_ONCE:
        raise MobilityError(_("At most %(most)d students at once.") % {"most": MOST_AT_ONCE})
    require_order(planned.days)
    if planned.opportunity is None and not planned.title.strip():
        raise MobilityError(_("Say what the students do there."))
    if planned.opportunity is None and planned.host is None and not planned.host_name.strip():
        raise MobilityError(_("Say at which institution."))
    with transaction.atomic():
        return [_by_hand(each, planned, sending, actor) for each in students]


def _by_hand(student: User, planned: PlannedStay, sending: UUID, actor: User) -> Stay:
    # The student's row makes two clicks take turns.
    User.objects.select_for_update().get(pk=student.pk)
    known = Stay.objects.filter(student=student, sending=sending).first()
    if known is not None:
        return known
    place = planned.opportunity
    stay = Stay(
        student=student,
        programme=_programme_of(student),
        road=planned.road,
        opportunity=place,
        title=planned.title.strip() or (_in_english(place, "title") if place else ""),
        origin=Origin.OFFICE,
        starts_on=planned.days.first,
        ends_on=planned.days.last,
        begun_by=actor,
        sending=sending,
    )
    stay.save()
    if not may_work_on(actor, stay):
        raise NotAllowedNowError(
            _("%(student)s is of a programme that you do not look after.") % {"student": student}
        )
    if place is not None:
        _copy_hosts(stay, place)
    else:
        host = planned.host
        StayHost.objects.create(
            stay=stay,
            institution=host,
            name=_in_english(host, "name") if host else planned.host_name.strip(),
            city=_in_english(host, "city") if host else planned.city.strip(),
            country=host.country if host else planned.country,
        )
    return _begun(stay, actor)


def _programme_of(student: User) -> DegreeProgramme | None:
    return DegreeProgramme.objects.filter(
        pk__in=type(student).objects.filter(pk=student.pk).values("plan__programme")
    ).first()


def _begun(stay: Stay, actor: User | None) -> Stay:
    steps.lay_out(stay)
    audit.record(
        "stay.begin",
        actor=actor,
        about=stay.student,
        on=stay,
        details={"after": StayState.PREPARING, "road": stay.road.slug, "origin": stay.origin},
    )
    letters.stay_begun(stay)
    return stay


def _copy_hosts(stay: Stay, place: Opportunity, **first: str) -> None:
    """Copy the hosts as they are called now, in English, as agreements name them."""
    for position, link in enumerate(
        place.host_links.select_related("institution").order_by("position", "pk")
    ):
        host = link.institution
        StayHost.objects.create(
            stay=stay,
            position=position,
            institution=host,
            name=_in_english(host, "name"),
            city=_in_english(host, "city"),
            country=host.country,
            **(first if position == 0 else {}),
        )


def _in_english(entry: Institution | Opportunity, name: str) -> str:
    text = text_of(entry, name)
    return text[REQUIRED[0]] or str(text)


def _countries(place: Opportunity) -> list[str]:
    return list(place.hosts.values_list("country", flat=True))
