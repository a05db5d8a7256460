"""Made-up stays and grants with every kind of rule, the same each time, of any number."""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from sojourn.engines.budget import (
    AtMost,
    CountryIn,
    CountryNotIn,
    DaysBetween,
    DistanceBetween,
    EuroRange,
    Fixed,
    GrantRule,
    NotPublished,
    PerDayBands,
    PerMonth,
    PurposeIn,
    Stated,
    Stays,
)

COUNTRIES = ("SE", "ES", "TR", "GB", "CU", "ID")
PURPOSES = ("courses", "half_minor", "research_internship")
STATEMENTS = ("green_travel", "traineeship", "safe")
NEAR = frozenset({"SE", "ES", "TR"})


def some_stays(count: int) -> Stays:
    chance = np.random.default_rng(3)
    days = chance.integers(1, 400, count).astype(np.float64)
    days[chance.random(count) < 0.05] = np.nan
    return Stays(
        COUNTRIES, PURPOSES, chance.integers(0, len(COUNTRIES), count),
        chance.integers(0, len(PURPOSES), count), days, chance.uniform(0, 15_000, count),
    )  # fmt: skip


def _once(amount: int) -> Fixed:
    return Fixed(EuroRange.exactly(Decimal(amount)))


def some_rules() -> list[GrantRule]:
    near, far = CountryIn(NEAR), CountryNotIn(NEAR)
    bands = [(0, 100, 28), (100, 500, 211), (500, 2000, 309), (2000, 4000, 395), (4000, 9e9, 1188)]
    travel = [
        GrantRule(
            f"travel-{number}-{green}",
            (near, DistanceBetween(least, below), Stated("green_travel", expected=green)),
            _once(amount + 100 * green), one_of="travel",
        )
        for number, (least, below, amount) in enumerate(bands)
        for green in (False, True)
    ]  # fmt: skip
    by_length = [
        GrantRule(f"far-{least}", (far, DaysBetween(least, most)), _once(amount), one_of="far")
        for least, most, amount in ((14, 29, 200), (30, 90, 300), (91, 210, 450), (211, 400, 650))
    ]
    return [
        *travel,
        *by_length,
        GrantRule(
            "month", (near, DaysBetween(60, 360)),
            PerMonth(EuroRange(Decimal(330), Decimal(390), Decimal(390))), one_of="support",
        ),
        GrantRule(
            "days", (near, DaysBetween(5, 70)),
            PerDayBands(((14, Decimal(79)), (30, Decimal(56)), (400, Decimal(20)))),
            one_of="support",
        ),
        GrantRule("top-up", (Stated("traineeship"), PurposeIn(frozenset(PURPOSES[1:]))),
                  PerMonth(EuroRange.exactly(Decimal(150)))),
        GrantRule("compete", (Stated("safe"), far), AtMost(Decimal(1500))),
        GrantRule("unknown", (near,), NotPublished()),
        GrantRule("same-a", (near,), _once(50), one_of="same"),
        GrantRule("same-b", (near,), _once(50), one_of="same"),
    ]  # fmt: skip
