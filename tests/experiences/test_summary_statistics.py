"""Several reports at a glance: nothing is averaged of fewer than three."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.snapshot.types import (
    Report,
)
from sojourn.common.languages import Text
from sojourn.experiences.summary_statistics import summarise


def a_report(marks: dict[str, int], year: int = 2025, example: bool = False) -> Report:
    text = Text({"en": "a", "nl": "a"})
    return Report(
        slug="r", opportunity="o", programme=None, year=year, stay_weeks=None, author=text,
        title=text, text=text, advice=text, ratings=tuple(marks.items()), paid_total=None,
        costs=(), is_contactable=False, is_example=example,
    )  # fmt: skip


MARKS = st.lists(st.integers(1, 5), max_size=30)


@pytest.mark.slow
@given(MARKS)
def test_the_bars_count_every_mark_and_the_mean_is_of_three_or_more(marks: list[int]) -> None:
    glance = summarise([a_report({"city": mark}) for mark in marks])
    if not marks:
        assert glance is None
        return
    assert glance is not None
    (spread,) = glance.spreads
    assert sum(spread.counts) == len(marks)
    assert [spread.counts[mark - 1] for mark in range(1, 6)] == [
        marks.count(mark) for mark in range(1, 6)
    ]
    if len(marks) < 3:
        assert spread.mean is None
    else:
        assert spread.mean is not None
        assert min(marks) <= spread.mean <= max(marks)
        assert abs(spread.mean - Decimal(sum(marks)) / len(marks)) <= Decimal("0.05")


def test_three_reports_of_which_two_gave_a_mark_make_no_mean() -> None:
    glance = summarise([a_report({"city": 4}), a_report({"city": 5}), a_report({})])
    assert glance is not None
    assert glance.number == 3
    assert glance.spreads[0].mean is None


def test_an_invented_mark_never_moves_a_true_one() -> None:
    glance = summarise([a_report({"city": 1}, example=True), a_report({"city": 5}, 2026)])
    assert glance is not None
    assert glance.spreads[0].counts == (0, 0, 0, 0, 1)
    assert (glance.first_year, glance.left_out, glance.is_example) == (2026, 1, False)


@pytest.mark.parametrize(("marks", "mean"), [((4, 4, 5), "4.3"), ((1, 2, 5, 5), "3.3")])
def test_a_mean_is_rounded_as_people_do(marks: tuple[int, ...], mean: str) -> None:
    glance = summarise([a_report({"city": mark}) for mark in marks])
    assert glance is not None
    assert str(glance.spreads[0].mean) == mean
