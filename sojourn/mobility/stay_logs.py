"""How stays go, measured from the log of their agreements and arrivals.

The chain of evidence says when somebody was asked, signed or refused, and never changes; so the
times here are those of the log, whatever state anything is in now.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Min, Q, QuerySet
from django.utils import timezone

from sojourn.catalogue.academic_years import year_of
from sojourn.catalogue.choices import Signer
from sojourn.catalogue.models import Road
from sojourn.common.raw_moments import first_raw, moment
from sojourn.mobility import away_rules
from sojourn.mobility.homecoming import rules as homecoming_rules
from sojourn.mobility.models import (
    Arrival,
    Evidence,
    PeriodKind,
    Stay,
    StayAgreement,
    StayPeriod,
    Transcript,
)
from sojourn.mobility.states import StayState
from sojourn.mobility.who_went import DID_NOT_GO
from sojourn.people.models import User

HAS_COME_BACK = (StayState.BACK, StayState.FINISHED)
HAS_LEFT = (StayState.AWAY, StayState.BACK, StayState.FINISHED, StayState.INTERRUPTED)


@dataclass(frozen=True)
class Change:
    """A change of an agreement that was sent to be signed."""

    sent_at: dt.datetime
    decided_at: dt.datetime | None
    """Agreed, or refused; None while it waits or where it was taken back."""


@dataclass(frozen=True)
class StayLog:
    """What the log says of one stay."""

    student: int
    road: str
    year: int
    departs_on: dt.date
    has_departed: bool
    has_agreement: bool
    agreed_on: dt.date | None
    days_to_last_signature: float | None
    """From the student's signature to the last one, of the first version that was agreed."""
    office_days: int | None
    """Working days from the day home was asked to the day it signed that version."""
    changes: tuple[Change, ...]
    arrival_due: bool
    """It was asked for the last time whether the student is there."""
    arrived_on: dt.date | None
    transcript_due: bool
    """It should have come by now: so long after the last day it is asked for once more."""
    transcript_in_time: bool

    @property
    def was_signed_before(self) -> bool:
        return self.agreed_on is not None and self.agreed_on <= self.departs_on


@dataclass
class _Version:
    number: int
    frozen: dt.datetime | None
    asked_home: dt.datetime | None
    signed_by_student: dt.datetime | None
    signed_by_home: dt.datetime | None
    agreed: dt.datetime | None
    refused: dt.datetime | None
    recalled: dt.datetime | None


def logs_of_stays(reader: User, today: dt.date) -> list[StayLog]:
    """Read the log of every stay with a first day that somebody may see, in a few queries."""
    stays = (
        Stay.objects.visible_to(reader)
        .exclude(state__in=DID_NOT_GO)
        .filter(starts_on__isnull=False)
    )
    keys = stays.values("pk")
    travel = dict(
        StayPeriod.objects.filter(
            stay__in=keys, kind=PeriodKind.TRAVEL, starts_on__isnull=False
        ).values_list("stay", "starts_on")
    )
    arrivals = dict(
        Arrival.objects.filter(stay__in=keys)
        .values_list("stay")
        .annotate(first_on=Min("on"))
        .order_by()
    )
    versions: dict[int, list[_Version]] = defaultdict(list)
    for stay, version in _versions(keys):
        versions[stay].append(version)
    seen_elsewhere = dict(
        StayAgreement.objects.filter(stay__in=keys, official_seen_on__isnull=False).values_list(
            "stay", "official_seen_on"
        )
    )
    with_agreement = {each.pk for each in Road.objects.all() if each.agreement}
    asked_last = today - dt.timedelta(days=max(away_rules.rules().arrival_days, default=0))
    transcripts = dict(
        Transcript.objects.filter(stay__in=keys)
        .values_list("stay")
        .annotate(first_at=Min("at"))
        .order_by()
    )
    in_time = dt.timedelta(days=transcript_days())
    zone = timezone.get_current_timezone()
    found = []
    for pk, student, road, slug, starts, ends, state in stays.order_by().values_list(
        "pk", "student", "road", "road__slug", "starts_on", "ends_on", "state"
    ):
        if starts is None:
            continue
        late_from = ends + in_time if ends is not None else None
        came = transcripts.get(pk)
        departs = travel.get(pk) or starts
        first, changes = _agreed_and_changes(versions.get(pk, []))
        agreed = first.agreed.astimezone(zone).date() if first and first.agreed else None
        found.append(
            StayLog(
                student=student,
                road=slug,
                year=year_of(starts),
                departs_on=departs,
                has_departed=state in HAS_LEFT,
                has_agreement=road in with_agreement,
                agreed_on=agreed or seen_elsewhere.get(pk),
                days_to_last_signature=_days_to_last(first),
                office_days=_office_days(first, zone),
                changes=changes,
                arrival_due=state in HAS_LEFT and starts <= asked_last,
                arrived_on=arrivals.get(pk),
                transcript_due=state in HAS_COME_BACK
                and late_from is not None
                and late_from < today,
                transcript_in_time=came is not None
                and late_from is not None
                and came.astimezone(zone).date() <= late_from,
            )
        )
    return found


def transcript_days() -> int:
    """Return in how many days after the last one a transcript is in time: then it is chased."""
    return min(homecoming_rules.rules().chase_days, default=28)


def _versions(stays: QuerySet[Stay, Any]) -> Iterator[tuple[int, _Version]]:
    """Read what happened to each version, in the order of their numbers: one row for each."""

    def first(**which: str) -> Min:
        return first_raw("at", Q(**which))

    rows = (
        Evidence.objects.filter(agreement__stay__in=stays)
        .values_list("agreement__stay", "version")
        .annotate(
            frozen=first(kind="frozen"),
            asked_home=first(kind="asked", what__side=Signer.HOME),
            by_student=first(kind="signed", what__side=Signer.STUDENT),
            by_home=first(kind="signed", what__side=Signer.HOME),
            agreed=first(kind="agreed"),
            refused=first(kind="refused"),
            recalled=first(kind="recalled"),
        )
        .order_by("agreement__stay", "version")
    )
    for stay, number, *moments in rows:
        yield stay, _Version(number, *map(moment, moments))


def _agreed_and_changes(versions: list[_Version]) -> tuple[_Version | None, tuple[Change, ...]]:
    """Find the first version that was agreed, and what was sent to be signed after it."""
    first = next((each for each in versions if each.agreed), None)
    if first is None:
        return None, ()
    return first, tuple(
        Change(each.frozen, each.agreed or each.refused)
        for each in versions
        if each.number > first.number and each.frozen and not each.recalled
    )


def _days_to_last(version: _Version | None) -> float | None:
    if version is None or version.agreed is None or version.signed_by_student is None:
        return None
    return (version.agreed - version.signed_by_student).total_seconds() / 86400


def _office_days(version: _Version | None, zone: dt.tzinfo) -> int | None:
    if version is None or version.asked_home is None or version.signed_by_home is None:
        return None
    asked = version.asked_home.astimezone(zone).date()
    days = (version.signed_by_home.astimezone(zone).date() - asked).days
    weeks, rest = divmod(max(days, 0), 7)
    # Of the last, broken week those that are no Saturday or Sunday.
    return weeks * 5 + sum((asked.weekday() + each) % 7 < 5 for each in range(rest))
