"""Who went where: each place abroad that somebody had, by year, programme, country and kind.

A stay counts for the academic year in which it begins, at its first host. A place that was accepted
or approved counts until its stay has begun.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sojourn.advising.models import SelfArrangedPlace, SelfArrangedState
from sojourn.catalogue.academic_years import named, year_of
from sojourn.catalogue.models import OpportunityHost
from sojourn.mobility.models import Origin, Stay, StayHost
from sojourn.mobility.states import StayState
from sojourn.people.models import User
from sojourn.people.visibility import PROGRAMME_OF_STUDENT
from sojourn.selection.models import Offer
from sojourn.selection.states import ACCEPTED

DID_NOT_GO = (StayState.WITHDRAWN, StayState.POSTPONED)


@dataclass(frozen=True)
class Went:
    """One person's place abroad; a value that nobody knows is empty."""

    student: int
    year: int
    programme: str
    country: str
    kind: str
    """As `OpportunityKind`."""
    way: str
    """As `Origin`: through a round, found by the student, by the office."""


def who_went(reader: User) -> list[Went]:
    """List every place abroad that somebody may know of, in as many queries for many as for few."""
    return [*_stays(reader), *_offers(reader), *_own_places(reader)]


def _stays(reader: User) -> list[Went]:
    stays = Stay.objects.visible_to(reader).exclude(state__in=DID_NOT_GO)
    countries = dict(
        StayHost.objects.filter(stay__in=stays.values("pk"), position=0).values_list(
            "stay", "country"
        )
    )
    rows = stays.order_by().values_list(
        "pk", "student", "starts_on", "begun_at", "offer__application__round__academic_year",
        "programme__slug", f"student__{PROGRAMME_OF_STUDENT}__slug", "opportunity__kind",
        "own_place__kind", "origin",
    )  # fmt: skip
    return [
        Went(
            student,
            _year(starts, begun, of_round),
            programme or of_student or "",
            countries.get(pk, ""),
            kind or own_kind or "",
            origin,
        )
        for (
            pk, student, starts, begun, of_round, programme, of_student, kind, own_kind, origin,
        ) in rows
    ]  # fmt: skip


def _year(starts: dt.date | None, begun: dt.datetime, of_round: str | None) -> int:
    if starts is not None:
        return year_of(starts)
    return named(of_round or "") or year_of(begun.date())


def _offers(reader: User) -> list[Went]:
    rows = (
        Offer.objects.visible_to(reader)
        .filter(state__in=ACCEPTED, stay__isnull=True)
        .order_by()
        .values_list(
            "application__owner", "application__round__academic_year",
            "application__programme__slug", "opportunity__opportunity",
            "opportunity__opportunity__kind",
        )
    )  # fmt: skip
    found = list(rows)
    countries = dict(
        OpportunityHost.objects.filter(
            opportunity__in={place for *_rest, place, _kind in found}, position=0
        ).values_list("opportunity", "institution__country")
    )
    return [
        Went(student, year, programme or "", countries.get(place, ""), kind, Origin.OFFER)
        for student, of_round, programme, place, kind in found
        if (year := named(of_round or "")) is not None
    ]


def _own_places(reader: User) -> list[Went]:
    rows = (
        SelfArrangedPlace.objects.visible_to(reader)
        .filter(state=SelfArrangedState.APPROVED, stay__isnull=True)
        .values_list(
            "student", "starts_on", f"student__{PROGRAMME_OF_STUDENT}__slug",
            "institution__country", "country", "kind",
        )
    )  # fmt: skip
    return [
        Went(
            student, year_of(starts), programme or "", known or country, kind,
            Origin.OWN_PLACE,
        )
        for student, starts, programme, known, country, kind in rows
    ]  # fmt: skip
