"""Which grants of the edition a stay may get, and the rule of one as it is kept with a promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sojourn.catalogue.choices import DoneBy, GrantPays
from sojourn.catalogue.models import Grant, GrantAmount, PublicationStatus
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import Text
from sojourn.common.translated_fields import text_of
from sojourn.engines import budget
from sojourn.engines.budget import Standing
from sojourn.mobility.homecoming.dates import confirmed_dates
from sojourn.mobility.models import PeriodKind, Stay
from sojourn.mobility.money_counting import Band, Rule, count_days
from sojourn.mobility.periods import Days
from sojourn.planning import costs

ANY_LENGTH = 100_000


@dataclass(frozen=True)
class GrantDates:
    """The days that a grant is counted on, and whether the host has confirmed them."""

    days: Days
    is_confirmed: bool


@dataclass(frozen=True)
class Option:
    """One amount of a grant: in words when it is for, and how much."""

    key: int
    amount: GrantAmount
    questions: tuple[str, ...]
    """What has to be true besides, such as travelling green."""


@dataclass(frozen=True)
class Possible:
    """A grant that the stay itself does not exclude."""

    grant: Grant
    days: int
    options: tuple[Option, ...]
    questions: tuple[str, ...]
    """What the office has to know before it promises it."""


def dates_of(stay: Stay) -> GrantDates:
    """Return the days of the grant: its own period, never beyond the days at the host.

    Once the host certified days, those are the days of the stay.
    """
    period = next((one for one in stay.periods.all() if one.kind == PeriodKind.GRANT), None)
    first = _latest(stay.starts_on, period.starts_on if period else None)
    last = _earliest(stay.ends_on, period.ends_on if period else None)
    return GrantDates(Days(first, last), _is_confirmed(stay))


def _is_confirmed(stay: Stay) -> bool:
    """Tell whether the host certified the days, or the office waived that step of the road."""
    return confirmed_dates(stay) is not None or any(
        row.step.done_by == DoneBy.DATES and row.is_settled for row in stay.steps.all()
    )


def _latest(*days: dt.date | None) -> dt.date | None:
    return max((day for day in days if day), default=None)


def _earliest(*days: dt.date | None) -> dt.date | None:
    return min((day for day in days if day), default=None)


# --- Which grants there are -----------------------------------------------------------------------


def possible_grants(stay: Stay) -> list[Possible]:
    """Find the grants that country, length, distance and kind of a stay do not exclude.

    What only the student can say is left open: the office asks, and answers by promising it.
    """
    country = next((host.country for host in stay.hosts.all()), "")
    days = dates_of(stay).days
    rows = Grant.objects.filter(status=PublicationStatus.PUBLISHED).prefetch_related(
        "amounts", "questions"
    )
    found = []
    for grant in rows.order_by("position", "slug"):
        known = current_snapshot().records.grants.get(grant.slug)
        if known is None or not country or days.first is None or days.last is None:
            continue
        counted = count_days(days.first, days.last, 0, _counting(grant))
        asked = budget.Stay(
            country=country,
            days=counted,
            distance_km=_distance(stay),
            purpose=_purpose(stay),
            statements={},
        )
        awards = [budget.award(rule, asked) for rule in costs.rules_of(known)]
        standing = {award.standing for award in awards}
        if standing == {Standing.NOT_ELIGIBLE}:
            continue
        questions = {
            each.statement: str(text_of(each, "question")) for each in grant.questions.all()
        }
        found.append(
            Possible(
                grant=grant,
                days=counted,
                options=tuple(_options(grant, awards, questions)),
                questions=tuple(
                    questions[each.statement]
                    for each in grant.questions.all()
                    if each.decides == "grant"
                ),
            )
        )
    return found


def _options(
    grant: Grant, awards: Iterable[budget.GrantAward], questions: dict[str, str]
) -> Iterable[Option]:
    """Yield the amounts that are still possible, in their order."""
    amounts = list(grant.amounts.all())
    if grant.pays == GrantPays.DAY or not amounts:
        return
    for row, award in zip(amounts, awards, strict=True):
        if award.standing is not Standing.NOT_ELIGIBLE:
            yield Option(row.pk, row, (questions[row.statement],) if row.statement else ())


def _purpose(stay: Stay) -> str:
    if stay.opportunity is not None:
        return stay.opportunity.kind
    return stay.road.kinds[0] if len(stay.road.kinds) == 1 else ""


def _distance(stay: Stay) -> float | None:
    if stay.opportunity is None:
        return None
    known = current_snapshot().records.opportunities.get(stay.opportunity.slug)
    return known.distance_km if known else None


def _counting(grant: Grant) -> Any:
    return Rule.kept(kept_rule(grant, None)).counting


# --- As it is kept --------------------------------------------------------------------------------


def kept_rule(grant: Grant, amount: Decimal | None) -> dict[str, Any]:
    """Return the rule of a grant as it is kept with a promise, with the amount decided for it."""
    return {
        "name": _said(text_of(grant, "name")),
        "pays": grant.pays,
        "counting": grant.counting,
        "longer": grant.longer,
        "too_short": grant.too_short,
        "force_majeure": grant.force_majeure,
        "days_min": grant.days_min,
        "days_max": grant.days_max,
        "amount": None if amount is None else str(amount),
        "bands": [
            [band.first, band.last, str(band.amount)] for band in _bands(grant, amount)
        ],
        "checked_on": grant.checked_on.isoformat() if grant.checked_on else None,
        "is_example": grant.is_example,
        "sources": [
            {
                "title": source.title,
                "publisher": source.publisher,
                "url": source.url,
                "year": source.year,
                "checked_on": source.checked_on.isoformat() if source.checked_on else None,
            }
            for source in grant.sources.all()
        ],
        "conditions": [
            {
                "key": str(number),
                "name": _said(text_of(each, "name")),
                "step": each.step,
                "stage": each.stage,
                "own_rule": each.own_rule,
            }
            for number, each in enumerate(grant.conditions.all(), start=1)
        ],
    }  # fmt: skip


def _bands(grant: Grant, amount: Decimal | None) -> list[Band]:
    """Return the amounts by length: rates a day, or what is paid once for so many days."""
    if amount is not None:
        return []
    return [
        Band(row.days_min or 1, row.days_max, row.typical)
        for row in sorted(grant.amounts.all(), key=lambda row: row.days_min or 1)
        if row.days_min is not None or row.days_max is not None
    ]


def goes_by_length(grant: Grant) -> bool:
    """Tell whether the amounts of the edition say it all: nobody has to decide one."""
    rows = list(grant.amounts.all())
    return grant.pays in (GrantPays.DAY, GrantPays.ONCE) and bool(rows) and all(
        (row.days_min is not None or row.days_max is not None)
        and row.km_min is None
        and row.km_below is None
        and not row.statement
        for row in rows
    )  # fmt: skip


def _said(text: Text) -> dict[str, str]:
    return {language: said for language, said in text.items() if said}
