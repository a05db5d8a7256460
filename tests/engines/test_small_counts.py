"""Nothing about fewer than five: not in a table, not worked out from its totals, not in a share."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from sojourn.engines.small_counts import (
    FEWEST,
    Published,
    Share,
    publish,
    publish_line,
    sum_of_shares,
)

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 60))
TABLES = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(COUNTS, min_size=width, max_size=width), min_size=1, max_size=6)
)


def extended(counts: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def shown_of(published: Published) -> list[list[int | None]]:
    cells = zip(published.cells, published.rows, strict=True)
    return [[*row, total] for row, total in cells] + [[*published.columns, published.total]]


def largest_that_fits(shown: list[list[int | None]], row: int, column: int) -> float:
    """What a reader who does the sums can say at most of one count: a linear programme.

    Its tables are networks, so the bounds are whole numbers.
    """
    height, width = len(shown), len(shown[0])
    equations, sums = [], []
    for at in range(height):  # each row adds up to its total
        line = np.zeros((height, width))
        line[at, :-1], line[at, -1] = 1, -1
        equations.append(line.ravel())
        sums.append(0)
    for at in range(width):
        line = np.zeros((height, width))
        line[:-1, at], line[-1, at] = 1, -1
        equations.append(line.ravel())
        sums.append(0)
    bounds = [(number, number) if number is not None else (0, 200) for r in shown for number in r]
    wanted = np.zeros(height * width)
    wanted[row * width + column] = -1
    found = linprog(wanted, A_eq=np.array(equations), b_eq=sums, bounds=bounds)
    assert found.status == 0
    return float(-found.fun)


def check(counts: list[list[int]], published: Published) -> None:
    shown = shown_of(published)
    for row, line in enumerate(extended(counts)):
        for column, number in enumerate(line):
            if 0 < number < FEWEST:
                assert shown[row][column] is None
                assert largest_that_fits(shown, row, column) >= FEWEST - 1e-6
            else:
                assert shown[row][column] in (None, number)


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_no_total_minus_what_is_shown_gives_a_small_count(counts: list[list[int]]) -> None:
    check(counts, publish(counts))


@pytest.mark.slow
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES)
def test_nor_do_two_tables_with_the_same_totals(counts: list[list[int]]) -> None:
    """The totals of the years stand above every table of a page."""
    years = publish_line(extended(counts)[-1][:-1])
    published = publish(counts, hidden_columns=years.hidden_columns, keeps_columns=True)
    assert (published.columns, published.total) == (years.columns, years.total)
    check(counts, published)


def test_what_is_large_enough_is_shown() -> None:
    published = publish([[5, 0], [12, 7]])
    assert shown_of(published) == [[5, 0, 5], [12, 7, 19], [17, 7, 24]]


def test_one_small_count_takes_its_cheapest_neighbours_with_it() -> None:
    published = publish([[2, 9, 30], [8, 7, 30], [40, 50, 60]])
    assert published.cells == ((None, None, 30), (None, None, 30), (40, 50, 60))
    assert published.rows == (41, 45, 150)
    assert (published.columns, published.total) == ((50, 66, 120), 236)


def test_several_stays_of_few_people_are_few_people() -> None:
    published = publish_line([6, 20, 30], people=[3, 20, 30, 50])
    assert published.columns[0] is None
    assert published.total == 56


@given(st.integers(0, 80), st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_a_share_says_nothing_exact_about_few(one: int, rest: int, two: int, more: int) -> None:
    parts = []
    for did, people in ((one, one + rest), (two, two + more)):
        share = Share.of(did, people)
        if people < FEWEST:
            assert share is None
            continue
        assert share is not None
        assert share.least <= did <= share.most
        few = 0 < did < FEWEST or 0 < people - did < FEWEST
        # No bound is closer than "fewer than five".
        assert share.most - share.least == (FEWEST - 2 if few else 0)
        parts.append(share)
    total = sum_of_shares(parts)
    assert (total is None) == (not parts)
    if total is not None:
        # Nothing but what its parts say: exact only where all of them are.
        assert total.is_exact == all(share.is_exact for share in parts)


def test_a_target_is_judged_only_where_the_bounds_decide() -> None:
    def of(did: int, people: int) -> bool | None:
        share = Share.of(did, people)
        assert share is not None
        return share.reaches(98)

    assert of(300, 300) is True
    assert of(299, 300) is True  # at most four were late: over 98 % in any case
    assert of(49, 50) is None
    assert of(30, 50) is False
