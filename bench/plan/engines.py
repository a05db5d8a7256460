"""Grants, fit, parts and order of 10,000 places, against the same in plain loops."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from bench.plan import plain
from bench.plan.clock import measured
from sojourn.engines.budget import Stays, help_for
from sojourn.engines.fit import Places, Student, in_order, judge, part_values
from tests.engines.budget.stays import some_rules, some_stays
from tests.engines.fit.places import TODAY, some_places

COUNTS = (22, 1_000, 10_000)
LIMIT_MS = 50.0
WEIGHTS = {"cost": 80, "language": 60, "similarity": 20, "wishes": 100, "experiences": 40}
STUDENT = Student(
    today=TODAY, programme=1, later_programmes=frozenset({4}), year=2, ects=60,
    languages={0: 4, 1: 2}, budget=4_000, wished_subjects=frozenset({1, 2, 7}),
    wished_countries=frozenset({3, 4, 5}), wished_periods=frozenset({0}),
    wished_kinds=frozenset({0}),
)  # fmt: skip
RULES = some_rules()
STATEMENTS = {"green_travel": False, "traineeship": True, "safe": True}


def with_columns(places: Places, stays: Stays) -> list[int]:
    helped = help_for(RULES, stays, STATEMENTS)
    places = replace(
        places,
        cost_low=np.maximum(places.cost_low - helped.high, 0.0),
        cost_high=np.maximum(places.cost_high - helped.low, 0.0),
    )
    verdicts = judge(places, STUDENT).verdict
    order: list[int] = in_order(
        places.slugs, verdicts, part_values(places, STUDENT), WEIGHTS
    ).tolist()
    return order


def with_loops(places: Places, stays: Stays) -> list[int]:
    return plain.order(plain.to_pay(places, stays, RULES, STATEMENTS), STUDENT, WEIGHTS)


def main() -> int:
    print("Grants, fit and order, one student")
    print(f"{'places':>8}  {'columns':>10}  {'worst':>8}  {'plain loops':>12}  {'ratio':>7}")
    slowest = 0.0
    for count in COUNTS:
        places, stays = some_places(count), some_stays(count)
        assert with_columns(places, stays) == with_loops(places, stays)
        columns = measured(lambda places=places, stays=stays: with_columns(places, stays), 30)
        loops = measured(lambda places=places, stays=stays: with_loops(places, stays), 1)
        print(
            f"{count:>8,}  {columns.median:>7.2f} ms  {columns.worst:>5.1f} ms  "
            f"{loops.median:>9.1f} ms  {loops.median / columns.median:>6.0f}x"
        )
        slowest = max(slowest, columns.processor)
    print(f"limit: {LIMIT_MS:.0f} ms for 10,000; both ways give the same order")
    return 1 if slowest > LIMIT_MS else 0
