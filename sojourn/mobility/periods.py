"""The periods of a stay beside each other: what does not fit together.

Travel, the days at the host, the grant, the insurance, the visa and the enrolment at home are six
different periods. Where they do not fit is what somebody has to know in time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.translation import gettext as _

from sojourn.mobility import steps
from sojourn.mobility.changes import locked
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.models import PeriodKind, Stay, StayPeriod
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_STAY = dt.timedelta(days=3 * 365)


@dataclass(frozen=True)
class Days:
    """A stretch of days; an end that is None is not known."""

    first: dt.date | None = None
    last: dt.date | None = None


class Misfit(StrEnum):
    """How a period does not fit."""

    BEGINS_LATE = "begins_late"
    """It begins after the first day on which it has to hold."""
    ENDS_EARLY = "ends_early"
    """It ends before the last day on which it has to hold."""
    BEGINS_EARLY = "begins_early"
    """Days are counted before the host wants the student there."""
    ENDS_LATE = "ends_late"
    """Days are counted after the host wants the student there."""


@dataclass(frozen=True)
class Conflict:
    """A period that does not fit, by how many days."""

    kind: PeriodKind
    misfit: Misfit
    days: int


# What has to hold from the day of travel to the day of travel back.
_COVERS_TRAVEL = (PeriodKind.INSURANCE, PeriodKind.VISA)


def conflicts(at_host: Days, periods: dict[PeriodKind, Days]) -> list[Conflict]:
    """Find what does not fit; a day that is not known is in nobody's way."""
    travel = periods.get(PeriodKind.TRAVEL, Days())
    away = Days(
        _first([travel.first, at_host.first]),
        _last([travel.last, at_host.last]),
    )
    found = list(_not_covering(PeriodKind.TRAVEL, travel, at_host))
    for kind in _COVERS_TRAVEL:
        found += _not_covering(kind, periods.get(kind, Days()), away)
    found += _not_covering(PeriodKind.ENROLMENT, periods.get(PeriodKind.ENROLMENT, Days()), at_host)
    grant = periods.get(PeriodKind.GRANT, Days())
    if grant.first and at_host.first and grant.first < at_host.first:
        days = (at_host.first - grant.first).days
        found.append(Conflict(PeriodKind.GRANT, Misfit.BEGINS_EARLY, days))
    if grant.last and at_host.last and grant.last > at_host.last:
        days = (grant.last - at_host.last).days
        found.append(Conflict(PeriodKind.GRANT, Misfit.ENDS_LATE, days))
    return found


def _not_covering(kind: PeriodKind, has: Days, needed: Days) -> Iterator[Conflict]:
    if has.first and needed.first and has.first > needed.first:
        yield Conflict(kind, Misfit.BEGINS_LATE, (has.first - needed.first).days)
    if has.last and needed.last and has.last < needed.last:
        yield Conflict(kind, Misfit.ENDS_EARLY, (needed.last - has.last).days)


def _first(days: list[dt.date | None]) -> dt.date | None:
    return min((day for day in days if day), default=None)


def _last(days: list[dt.date | None]) -> dt.date | None:
    return max((day for day in days if day), default=None)


def conflicts_of(stay: Stay) -> list[Conflict]:
    """Find what does not fit in a stay."""
    held = {
        PeriodKind(each.kind): Days(each.starts_on, each.ends_on) for each in stay.periods.all()
    }
    return conflicts(Days(stay.starts_on, stay.ends_on), held)


def set_days(stay: Stay, at_host: Days, periods: dict[PeriodKind, Days], *, actor: User) -> Stay:
    """Write down the days at the host and the periods that are named; empty ones are removed.

    The steps of the road move with them. Once the student is abroad the days at the host change
    by a change of its course (`endings`) only, because grant, insurance and agreement hang on them.
    """
    with transaction.atomic():
        row = locked(stay)
        if row.meaning.is_over:
            raise NotAllowedNowError(_("This stay is over; its days stay as they are."))
        if (row.starts_on, row.ends_on) != (at_host.first, at_host.last):
            if not row.meaning.is_before:
                raise NotAllowedNowError(
                    _("The days at the host have begun. Extend the stay or end it instead.")
                )
            require_order(at_host)
            row.starts_on, row.ends_on = at_host.first, at_host.last
            row.save()
        for kind, days in periods.items():
            _write(row, kind, days)
        steps.count_again(row)
        audit.record(
            "stay.days", actor=actor, about=row.student, on=row, details={"kinds": sorted(periods)}
        )
        return row


def _write(stay: Stay, kind: PeriodKind, days: Days) -> None:
    require_order(days)
    if days.first is None and days.last is None:
        StayPeriod.objects.filter(stay=stay, kind=kind).delete()
        return
    StayPeriod.objects.update_or_create(
        stay=stay, kind=kind, defaults={"starts_on": days.first, "ends_on": days.last}
    )


def require_order(days: Days) -> None:
    """Refuse a last day before the first, and a stretch that is a slip of the keyboard."""
    if days.first and days.last:
        if days.last < days.first:
            raise MobilityError(_("The last day comes before the first."))
        if days.last - days.first > LONGEST_STAY:
            raise MobilityError(_("A stay lasts three years at most. Check the two days."))
