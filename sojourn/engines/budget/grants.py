"""Grants as rules: who seems eligible, why, and for how much.

A rule is data of the edition: conditions on the stay, and an amount. A condition that cannot be
judged (the student left it open) makes the rule "not known" and its money is not counted; a
condition that fails says which one. Nothing here promises money: only the office that pays does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from sojourn.engines.budget.money import EuroRange

# Erasmus+ counts a month as 30 days when it pays by the day (Programme Guide, individual support).
GRANT_DAYS_A_MONTH = Decimal(30)


class Answer(StrEnum):
    """How a condition turns out."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class Stay:
    """What the rules may look at. None means that nobody said.

    `statements` are what the student declared, such as {"green_travel": True}.
    """

    country: str
    days: int | None
    distance_km: float | None
    purpose: str
    statements: dict[str, bool] = field(default_factory=dict)


class Condition(Protocol):
    """One thing that must hold; `name` is what a page explains it by."""

    @property
    def name(self) -> str: ...

    def holds(self, stay: Stay) -> Answer: ...


def yes_or_no(holds: bool) -> Answer:
    return Answer.YES if holds else Answer.NO


@dataclass(frozen=True, slots=True)
class CountryIn:
    countries: frozenset[str]
    name: str = "country"

    def holds(self, stay: Stay) -> Answer:
        return yes_or_no(stay.country in self.countries)


@dataclass(frozen=True, slots=True)
class CountryNotIn:
    countries: frozenset[str]
    name: str = "country"

    def holds(self, stay: Stay) -> Answer:
        return yes_or_no(stay.country not in self.countries)


@dataclass(frozen=True, slots=True)
class DaysBetween:
    """At least `least` and at most `most` days abroad."""

    least: int
    most: int
    name: str = "days"

    def holds(self, stay: Stay) -> Answer:
        if stay.days is None:
            return Answer.NOT_KNOWN
        return yes_or_no(self.least <= stay.days <= self.most)


@dataclass(frozen=True, slots=True)
class DistanceBetween:
    """From `least` km up to, but not including, `below` km in a straight line."""

    least: float
    below: float
    name: str = "distance"

    def holds(self, stay: Stay) -> Answer:
        if stay.distance_km is None:
            return Answer.NOT_KNOWN
        return yes_or_no(self.least <= stay.distance_km < self.below)


@dataclass(frozen=True, slots=True)
class PurposeIn:
    purposes: frozenset[str]
    name: str = "purpose"

    def holds(self, stay: Stay) -> Answer:
        return yes_or_no(stay.purpose in self.purposes)


@dataclass(frozen=True, slots=True)
class Stated:
    """The student said `expected` to a question."""

    name: str
    expected: bool = True

    def holds(self, stay: Stay) -> Answer:
        answer = stay.statements.get(self.name)
        return Answer.NOT_KNOWN if answer is None else yes_or_no(answer is self.expected)


class Amount(Protocol):
    def over(self, stay: Stay) -> EuroRange | None:
        """Return what the rule pays for this stay; None if the stay leaves that open."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """One amount for the whole stay."""

    amount: EuroRange

    def over(self, stay: Stay) -> EuroRange | None:
        return self.amount


@dataclass(frozen=True, slots=True)
class AtMost:
    """Up to a ceiling, for which students compete: counted only in the best case."""

    ceiling: Decimal

    def over(self, stay: Stay) -> EuroRange | None:
        return EuroRange(Decimal(0), Decimal(0), self.ceiling)


@dataclass(frozen=True, slots=True)
class NotPublished:
    """A grant of which nobody has said how much it pays."""

    def over(self, stay: Stay) -> EuroRange | None:
        return None


@dataclass(frozen=True, slots=True)
class PerMonth:
    """An amount a month, paid by the day at a thirtieth."""

    amount: EuroRange

    def over(self, stay: Stay) -> EuroRange | None:
        if stay.days is None:
            return None
        return self.amount.times(Decimal(stay.days) / GRANT_DAYS_A_MONTH).rounded()


@dataclass(frozen=True, slots=True)
class PerDayBands:
    """A rate a day that falls with the length: (last day of the band, rate), in order."""

    bands: tuple[tuple[int, Decimal], ...]

    def over(self, stay: Stay) -> EuroRange | None:
        if stay.days is None:
            return None
        total, previous = Decimal(0), 0
        for last_day, rate in self.bands:
            total += max(0, min(stay.days, last_day) - previous) * rate
            previous = last_day
        return EuroRange.exactly(total)


class Standing(StrEnum):
    """Whether the student is eligible for a grant."""

    SEEMS_ELIGIBLE = "seems_eligible"
    NOT_ELIGIBLE = "not_eligible"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True)
class GrantRule:
    """One grant. Of the rules that share a `one_of` name, only the best is counted."""

    id: str
    conditions: tuple[Condition, ...]
    amount: Amount
    one_of: str = ""
    origin: Any = None


@dataclass(frozen=True, slots=True)
class GrantAward:
    """What a rule says of a stay: the standing, each condition's answer, and the amount.

    `counted` is what goes into the budget: nothing unless the student seems eligible and no
    better rule of the same kind is counted already.
    """

    rule: GrantRule
    standing: Standing
    answers: tuple[tuple[str, Answer], ...]
    amount: EuroRange | None
    counted: EuroRange


def award(rule: GrantRule, stay: Stay) -> GrantAward:
    """One rule on its own."""
    answers = tuple((condition.name, condition.holds(stay)) for condition in rule.conditions)
    outcomes = {answer for _, answer in answers}
    amount = rule.amount.over(stay)
    if Answer.NO in outcomes:
        return GrantAward(rule, Standing.NOT_ELIGIBLE, answers, None, EuroRange.nothing())
    if Answer.NOT_KNOWN in outcomes or amount is None:
        return GrantAward(rule, Standing.NOT_KNOWN, answers, amount, EuroRange.nothing())
    return GrantAward(rule, Standing.SEEMS_ELIGIBLE, answers, amount, amount)


def awards(rules: Sequence[GrantRule], stay: Stay) -> tuple[tuple[GrantAward, ...], EuroRange]:
    """Every rule's say, in the order given, and what they come to together."""
    results = [award(rule, stay) for rule in rules]
    best: dict[str, int] = {}
    for index, result in enumerate(results):
        group = result.rule.one_of
        if not group or result.standing is not Standing.SEEMS_ELIGIBLE:
            continue
        rival = best.get(group)
        if rival is None or worth(result) > worth(results[rival]):
            best[group] = index
    total = EuroRange.nothing()
    for index, result in enumerate(results):
        group = result.rule.one_of
        if group and result.standing is Standing.SEEMS_ELIGIBLE and best[group] != index:
            results[index] = GrantAward(
                result.rule, result.standing, result.answers, result.amount, EuroRange.nothing()
            )
        total += results[index].counted
    return tuple(results), total


def worth(result: GrantAward) -> tuple[Decimal, Decimal, str]:
    """Return what makes one award better than another.

    The id settles ties, so order does not matter.
    """
    return result.counted.typical, result.counted.high, result.rule.id
