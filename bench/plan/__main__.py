"""Fit, parts and order of 10,000 places, against the same in plain loops."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from bench.plan import plain
from sojourn.engines.fit import Places, Student, in_order, judge, part_values
from tests.engines.fit.places import TODAY, some_places

COUNTS = (22, 1_000, 10_000)
LIMIT_MS = 50.0
WEIGHTS = {"cost": 80, "language": 60, "likeness": 20, "wishes": 100, "experiences": 40}
STUDENT = Student(
    today=TODAY, programme=1, later_programmes=frozenset({4}), year=2, ects=60,
    languages={0: 4, 1: 2}, budget=4_000, wished_subjects=frozenset({1, 2, 7}),
    wished_countries=frozenset({3, 4, 5}), wished_periods=frozenset({0}),
    wished_kinds=frozenset({0}),
)  # fmt: skip


def with_columns(places: Places) -> list[int]:
    verdicts = judge(places, STUDENT).verdict
    order: list[int] = in_order(
        places.slugs, verdicts, part_values(places, STUDENT), WEIGHTS
    ).tolist()
    return order


def milliseconds(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Median and worst."""
    took = []
    for _turn in range(times):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took), max(took)


def main() -> int:
    print(f"{'places':>8}  {'columns':>10}  {'worst':>8}  {'plain loops':>12}  {'ratio':>7}")
    too_slow = False
    for count in COUNTS:
        places = some_places(count)
        assert with_columns(places) == plain.order(places, STUDENT, WEIGHTS)
        median, worst = milliseconds(lambda places=places: with_columns(places), 30)
        loops, _worst = milliseconds(lambda places=places: plain.order(places, STUDENT, WEIGHTS), 3)
        print(
            f"{count:>8,}  {median:>7.2f} ms  {worst:>5.1f} ms  {loops:>9.1f} ms  "
            f"{loops / median:>6.0f}x"
        )
        too_slow = too_slow or median > LIMIT_MS
    print(f"limit: {LIMIT_MS:.0f} ms for 10,000; both ways give the same order")
    return 1 if too_slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
