"""The columns against the same rules as plain loops, which one can check by eye."""

from __future__ import annotations

import pytest

from bench.plan import plain
from sojourn.engines.fit import Student, judge
from tests.engines.fit.places import TODAY, some_places


@pytest.mark.parametrize("year", [None, 1, 2, 3, 4])
@pytest.mark.parametrize("ects", [None, 0.0, 45.0, 130.0])
@pytest.mark.parametrize("programme", [-1, 1])
def test_columns_and_loops_say_the_same(
    year: int | None, ects: float | None, programme: int
) -> None:
    places = some_places(400, seed=7)
    student = Student(
        today=TODAY, programme=programme, later_programmes=frozenset({4}), programme_years=3,
        year=year, ects=ects, languages={0: 4, 1: 2},
    )  # fmt: skip
    rows = plain._rows(places)
    expected = [plain.verdict(places, student, number, rows) for number in range(len(places))]
    assert judge(places, student).verdict.tolist() == expected
