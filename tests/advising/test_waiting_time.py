"""The likely time in the line is counted from today's appointments, and never before it can be."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.advising.waiting_time import FIRST_GUESS, estimate_turn, typical_length

NOON = dt.datetime(2026, 11, 30, 13, 0, tzinfo=dt.UTC)
minutes = st.integers(0, 120).map(lambda number: dt.timedelta(minutes=number))


def m(number: int) -> dt.timedelta:
    return dt.timedelta(minutes=number)


def test_before_the_first_appointment_a_guess_is_made() -> None:
    assert estimate_turn(NOON, NOON, 2, None, []) == NOON + 2 * FIRST_GUESS


def test_long_appointments_today_move_everybody_back() -> None:
    assert typical_length([m(20), m(22)]) == m(20)
    assert estimate_turn(NOON, NOON, 1, None, [m(20), m(22)]) == NOON + m(20)


def test_one_appointment_that_was_forgotten_to_be_ended_does_not_spoil_the_day() -> None:
    assert typical_length([m(5), m(6), m(600)]) == m(8)


def test_who_is_inside_still_takes_the_rest_of_an_appointment() -> None:
    assert estimate_turn(NOON, NOON, 0, NOON - m(4), []) == NOON + m(10)
    assert estimate_turn(NOON, NOON, 0, NOON - m(30), []) == NOON


def test_nobody_is_called_before_the_hour_opens() -> None:
    assert estimate_turn(NOON, NOON + m(20), 0, None, []) == NOON + m(20)


@pytest.mark.slow
@given(st.integers(0, 40), minutes, st.none() | minutes, st.lists(minutes, max_size=12))
def test_more_people_before_me_never_make_it_earlier(
    ahead: int, opens_in: dt.timedelta, talked: dt.timedelta | None, today: list[dt.timedelta]
) -> None:
    began = None if talked is None else NOON - talked
    mine = estimate_turn(NOON, NOON + opens_in, ahead, began, today)
    assert mine >= NOON + opens_in
    assert mine.minute % 5 == 0
    assert estimate_turn(NOON, NOON + opens_in, ahead + 1, began, today) >= mine
