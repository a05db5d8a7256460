"""Grants for many stays of one student at once: the rules of `grants` on columns of numbers.

What comes out is what `grants.awards` adds up for each stay alone (a test holds the two against
each other); only the total is kept, as an order of thousands of places needs no reasons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.budget.grants import (
    GRANT_DAYS_A_MONTH,
    Amount,
    AtMost,
    Condition,
    CountryIn,
    CountryNotIn,
    DaysBetween,
    DistanceBetween,
    Fixed,
    GrantRule,
    NotPublished,
    PerDayBands,
    PerMonth,
    PurposeIn,
    Stated,
)

Numbers = NDArray[np.float64]
Codes = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Stays:
    """Stays as columns of one length; days and distance are NaN where nobody said.

    `country` and `purpose` hold numbers, `countries` and `purposes` what these stand for.
    """

    countries: tuple[str, ...]
    purposes: tuple[str, ...]
    country: Codes
    purpose: Codes
    days: Numbers
    distance_km: Numbers

    def __len__(self) -> int:
        return len(self.days)


@dataclass(frozen=True, slots=True)
class Help:
    """Euros from grants, a value a stay."""

    low: Numbers
    typical: Numbers
    high: Numbers


def help_for(rules: Sequence[GrantRule], stays: Stays, statements: Mapping[str, bool]) -> Help:
    """Return what the grants come to for which the student seems eligible, stay by stay."""
    total = _nothing(len(stays))
    best: dict[str, Help] = {}
    # Of two rules that pay the same the one with the later id counts, as in `grants.awards`.
    for rule in sorted(rules, key=lambda one: one.id):
        if not all(_is_met(one, statements) for one in rule.conditions):
            continue
        amount = _amount(rule.amount, stays)
        if amount is None:
            continue
        eligible = ~np.isnan(amount.typical)
        for condition in rule.conditions:
            eligible &= _holds(condition, stays)
        if rule.one_of:
            so_far = best.setdefault(rule.one_of, _nothing(len(stays)))
            _keep_better(so_far, amount, eligible)
        else:
            _add(total, amount, eligible)
    everywhere = np.ones(len(stays), bool)
    for chosen in best.values():
        _add(total, chosen, everywhere)
    return total


def _nothing(count: int) -> Help:
    return Help(np.zeros(count), np.zeros(count), np.zeros(count))


def _add(total: Help, amount: Help, where: Marks) -> None:
    for end in ("low", "typical", "high"):
        column = getattr(total, end)
        column += np.where(where, getattr(amount, end), 0.0)


def _keep_better(so_far: Help, amount: Help, eligible: Marks) -> None:
    better = eligible & (
        (amount.typical > so_far.typical)
        | ((amount.typical == so_far.typical) & (amount.high >= so_far.high))
    )
    for end in ("low", "typical", "high"):
        np.copyto(getattr(so_far, end), getattr(amount, end), where=better)


def _is_met(condition: Condition, statements: Mapping[str, bool]) -> bool:
    """Whether a condition on what the student said holds; others are looked at stay by stay."""
    if isinstance(condition, Stated):
        return statements.get(condition.name) is condition.expected
    return True


def _holds(condition: Condition, stays: Stays) -> Marks:
    """Tell where a condition is known to hold."""
    if isinstance(condition, CountryIn):
        return _among(stays.countries, condition.countries)[stays.country]
    if isinstance(condition, CountryNotIn):
        return ~_among(stays.countries, condition.countries)[stays.country]
    if isinstance(condition, PurposeIn):
        return _among(stays.purposes, condition.purposes)[stays.purpose]
    if isinstance(condition, DaysBetween):
        return (condition.least <= stays.days) & (stays.days <= condition.most)
    if isinstance(condition, DistanceBetween):
        return (condition.least <= stays.distance_km) & (stays.distance_km < condition.below)
    if isinstance(condition, Stated):
        return np.ones(len(stays), bool)
    raise TypeError(f"no columns for the condition {type(condition).__name__}")


def _among(names: Sequence[str], wanted: frozenset[str]) -> Marks:
    return np.array([name in wanted for name in names], bool)


def _amount(amount: Amount, stays: Stays) -> Help | None:
    """Return what a rule pays, NaN where the stay leaves it open; None if it never says."""
    if isinstance(amount, NotPublished):
        return None
    if isinstance(amount, PerMonth):
        months = stays.days / float(GRANT_DAYS_A_MONTH)
        ends = (amount.amount.low, amount.amount.typical, amount.amount.high)
        return Help(*(_to_cents(months * float(end)) for end in ends))
    if isinstance(amount, PerDayBands):
        paid, previous = np.zeros(len(stays)), 0
        for last_day, rate in amount.bands:
            paid += np.maximum(0, np.minimum(stays.days, last_day) - previous) * float(rate)
            previous = last_day
        return Help(paid, paid, paid)
    if isinstance(amount, AtMost):
        ends = (amount.ceiling * 0, amount.ceiling * 0, amount.ceiling)
    elif isinstance(amount, Fixed):
        ends = (amount.amount.low, amount.amount.typical, amount.amount.high)
    else:
        raise TypeError(f"no columns for the amount {type(amount).__name__}")
    return Help(*(np.full(len(stays), float(end)) for end in ends))


def _to_cents(amounts: Numbers) -> Numbers:
    """Half a cent up, as money is rounded here."""
    rounded: Numbers = np.floor(amounts * 100 + 0.5) / 100
    return rounded
