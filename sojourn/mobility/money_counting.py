"""What a grant comes to by its rule: how its days are counted, and how much they pay.

Nothing is read here. The rule is the one that was kept when the grant was promised, so that a
figure which changes later changes no promise.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from sojourn.catalogue.choices import GrantCounting, GrantDays, GrantPays
from sojourn.engines.budget.grants import GRANT_DAYS_A_MONTH

CENT = Decimal("0.01")
NOTHING = Decimal(0)
_MONTHS_A_YEAR = 12


class Why(StrEnum):
    """What made the amount another one than the days alone would."""

    NOT_THERE = "not_there"
    LONGER = "longer"
    MOST = "most"
    TOO_SHORT = "too_short"
    FORCE_MAJEURE = "force_majeure"


@dataclass(frozen=True)
class Band:
    """From which day to which an amount is for; `last` is None where it goes on."""

    first: int
    last: int | None
    amount: Decimal


@dataclass(frozen=True)
class Rule:
    """What of a grant's rule decides how much it pays."""

    pays: GrantPays
    counting: GrantCounting
    longer: GrantDays
    too_short: GrantDays
    force_majeure: GrantDays
    days_min: int | None
    days_max: int | None
    amount: Decimal | None
    """For a month, or once; None where the bands say it."""
    bands: tuple[Band, ...]

    @classmethod
    def kept(cls, said: Mapping[str, Any]) -> Rule:
        """Read it from where it was kept."""
        return cls(
            pays=GrantPays(said["pays"]),
            counting=GrantCounting(said["counting"]),
            longer=GrantDays(said["longer"]),
            too_short=GrantDays(said["too_short"]),
            force_majeure=GrantDays(said["force_majeure"]),
            days_min=said["days_min"],
            days_max=said["days_max"],
            amount=None if said["amount"] is None else Decimal(said["amount"]),
            bands=tuple(
                Band(first, last, Decimal(amount)) for first, last, amount in said["bands"]
            ),
        )


@dataclass(frozen=True)
class Counted:
    """What a rule comes to for some days."""

    days: int
    """Days that were counted."""
    paid_days: int
    """Days of them that pay."""
    amount: Decimal
    why: tuple[Why, ...] = ()


def count_days(
    first: dt.date | None, last: dt.date | None, off: int, counting: GrantCounting
) -> int:
    """Count the days from the first to the last, both included, without those that do not count."""
    if first is None or last is None or last < first:
        return 0
    if counting == GrantCounting.MONTHS:
        months = (last.year - first.year) * _MONTHS_A_YEAR + last.month - first.month
        whole = months * int(GRANT_DAYS_A_MONTH) + _in_30(last) - _in_30(first) + 1
    else:
        whole = (last - first).days + 1
    return max(0, whole - off)


def _in_30(day: dt.date) -> int:
    """Return the day of a month of 30 days: the last one of each month is its thirtieth."""
    is_last = day.day == monthrange(day.year, day.month)[1]
    return int(GRANT_DAYS_A_MONTH) if is_last else min(day.day, int(GRANT_DAYS_A_MONTH))


def amount_for(rule: Rule, days: int) -> Decimal:
    """Return what the rule pays for so many days, to the cent."""
    if days <= 0:
        return NOTHING
    if rule.pays == GrantPays.MONTH:
        return _cents((rule.amount or NOTHING) * days / GRANT_DAYS_A_MONTH)
    if rule.pays == GrantPays.DAY:
        return _cents(
            sum(
                (max(0, min(days, band.last or days) - band.first + 1) * band.amount
                 for band in rule.bands),
                NOTHING,
            )
        )  # fmt: skip
    if rule.amount is not None:
        return _cents(rule.amount)
    return _cents(
        next(
            (
                b.amount
                for b in rule.bands
                if b.first <= days and (b.last is None or days <= b.last)
            ),
            NOTHING,
        )
    )


def count(rule: Rule, days: int, *, promised: int | None = None, force: bool = False) -> Counted:
    """Return what the rule comes to for so many days, and why it is not simply those days.

    `promised` are the days of the promise; `force` says that force majeure ended the stay.
    """
    if days <= 0:
        return Counted(0, 0, NOTHING, (Why.NOT_THERE,))
    why: list[Why] = []
    paid = days
    if promised is not None and days > promised and rule.longer == GrantDays.NOTHING:
        paid = promised
        why.append(Why.LONGER)
    if rule.days_max is not None and paid > rule.days_max:
        paid = rule.days_max
        why.append(Why.MOST)
    if rule.days_min is not None and days < rule.days_min:
        if force:
            why.append(Why.FORCE_MAJEURE)
        if (rule.force_majeure if force else rule.too_short) == GrantDays.NOTHING:
            return Counted(days, 0, NOTHING, (*why, Why.TOO_SHORT))
    return Counted(days, paid, amount_for(rule, paid), tuple(why))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)
