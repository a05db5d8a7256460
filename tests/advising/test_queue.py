"""The walk-in queue: numbers rise, one is inside, and pressing twice calls one person."""

from __future__ import annotations

import datetime as dt

import pytest

from sojourn.advising import queue
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Diary, TicketState
from sojourn.people.models import User
from tests.advising.conftest import MakeStudent, at

HOUR = at(30, 14, 5, month=11)


def test_numbers_are_given_from_half_an_hour_before_until_the_end(diary: Diary) -> None:
    assert queue.current_walk_in_hour(diary, at(30, 13, 29, month=11)) is None
    opens = queue.current_walk_in_hour(diary, at(30, 13, 30, month=11))
    assert opens is not None
    assert opens.starts == at(30, 14, month=11)
    assert queue.current_walk_in_hour(diary, at(30, 15, month=11)) is None
    with pytest.raises(AdvisingError):
        queue.take_number(diary, None, "", "", at(30, 15, month=11))


def test_numbers_rise_and_a_student_has_one(diary: Diary, student: MakeStudent) -> None:
    anna = student("anna")
    first = queue.take_number(diary, anna, "", "grants", HOUR)
    second = queue.take_number(diary, None, "Bert", "", HOUR)
    assert (first.number, second.number) == (1, 2)
    assert queue.take_number(diary, anna, "", "", HOUR).pk == first.pk


def test_who_leaves_lets_the_others_move_up(diary: Diary, student: MakeStudent) -> None:
    tickets = [queue.take_number(diary, student(name), "", "", HOUR) for name in "abc"]
    queue.leave(tickets[0], HOUR)
    queue.leave(tickets[0], HOUR)
    line = queue.queue_of(diary, HOUR.date())
    assert [each.number for each in line.waiting] == [2, 3]
    place = queue.position_of(3, line, queue.current_walk_in_hour(diary, HOUR), HOUR)
    assert place.ahead == 1
    # A new number is behind everybody.
    assert queue.take_number(diary, tickets[0].student, "", "", HOUR).number == 4


def test_calling_the_next_ends_the_appointment_before(
    diary: Diary, student: MakeStudent, coordinator: User
) -> None:
    for name in "abc":
        queue.take_number(diary, student(name), "", "", HOUR)
    one = queue.call_next(diary, None, coordinator, HOUR)
    assert one is not None
    later = HOUR + dt.timedelta(minutes=7)
    two = queue.call_next(diary, one.pk, coordinator, later)
    assert two is not None
    assert two.number == 2
    line = queue.queue_of(diary, HOUR.date())
    assert line.inside == two
    assert line.lengths == (dt.timedelta(minutes=7),)


def test_pressing_twice_calls_one_person(
    diary: Diary, student: MakeStudent, coordinator: User
) -> None:
    for name in "ab":
        queue.take_number(diary, student(name), "", "", HOUR)
    queue.call_next(diary, None, coordinator, HOUR)
    with pytest.raises(AdvisingError):
        queue.call_next(diary, None, coordinator, HOUR)
    assert len(queue.queue_of(diary, HOUR.date()).waiting) == 1


def test_who_did_not_come_can_take_a_new_number(
    diary: Diary, student: MakeStudent, coordinator: User
) -> None:
    anna = student("anna")
    queue.take_number(diary, anna, "", "", HOUR)
    called = queue.call_next(diary, None, coordinator, HOUR)
    assert called is not None
    assert queue.mark_no_show(called, coordinator, HOUR).state == TicketState.NO_SHOW
    assert queue.call_next(diary, None, coordinator, HOUR) is None
    assert queue.take_number(diary, anna, "", "", HOUR).number == 2


def test_an_appointment_forgotten_last_week_does_not_block_the_line(
    diary: Diary, student: MakeStudent, coordinator: User
) -> None:
    queue.take_number(diary, student("a"), "", "", HOUR)
    old = queue.call_next(diary, None, coordinator, HOUR)
    week_later = at(7, 14, 5)
    queue.take_number(diary, student("b"), "", "", week_later)
    assert old is not None
    new = queue.call_next(diary, old.pk, coordinator, week_later)
    assert new is not None
    assert (new.day, new.number) == (week_later.date(), 1)
