"""The hard rules: each with a place where it bites and one where it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.fit import Judgement, Places, Reason, Rule, Student, Verdict, judge
from sojourn.engines.fit import months_since_year_zero as month_of
from tests.engines.fit.places import LANGUAGES, TODAY, one_place, some_places

YEAR_2 = Student(today=TODAY, programme=0, year=2)


def reasons(places: Places, student: Student) -> Reason:
    return Reason(int(judge(places, student).reasons[0]))


def not_judged(places: Places, student: Student) -> Rule:
    return Rule(int(judge(places, student).not_judged[0]))


def test_next_years_window_is_possible_and_says_from_when() -> None:
    judged = judge(one_place(), YEAR_2)
    assert judged.verdict[0] == Verdict.FITS
    assert judged.goes_in[0] == month_of(dt.date(2027, 9, 1))


def test_a_window_two_years_ahead_is_not_yet_and_says_from_when() -> None:
    judged = judge(one_place(), replace(YEAR_2, year=1))
    assert Reason(int(judged.reasons[0])) == Reason.LATER_YEAR
    assert judged.goes_in[0] == month_of(dt.date(2028, 9, 1))


def test_a_spring_window_of_this_year_is_still_ahead_in_november() -> None:
    places = one_place(window_month=np.array([2]))
    judged = judge(places, replace(YEAR_2, year=3))
    assert judged.verdict[0] == Verdict.FITS
    assert judged.goes_in[0] == month_of(dt.date(2027, 2, 1))


@pytest.mark.parametrize("year", [3, 4])
def test_a_window_that_has_begun_or_lies_behind_is_passed(year: int) -> None:
    assert reasons(one_place(), replace(YEAR_2, year=year)) == Reason.WINDOW_PASSED


def test_the_best_of_several_windows_counts() -> None:
    places = one_place(
        window_place=np.array([0, 0]), window_programme=np.array([5, 0]),
        window_year=np.array([1, 3]), window_month=np.array([9, 9]),
    )  # fmt: skip
    assert judge(places, YEAR_2).verdict[0] == Verdict.FITS


def test_another_programme_is_out_but_the_one_that_follows_only_not_yet() -> None:
    places = one_place(window_programme=np.array([4]))
    assert reasons(places, YEAR_2) == Reason.OTHER_PROGRAMME
    later = replace(YEAR_2, later_programmes=frozenset({4}))
    assert reasons(places, later) == Reason.LATER_PROGRAMME
    assert judge(places, later).verdict[0] == Verdict.NOT_YET


def test_who_says_nothing_is_ruled_out_of_nothing() -> None:
    judged = judge(some_places(500), Student(today=TODAY))
    by_what_the_student_says = (
        Reason.OTHER_PROGRAMME | Reason.LATER_YEAR | Reason.WINDOW_PASSED | Reason.LATER_PROGRAMME
        | Reason.ECTS | Reason.LANGUAGE
    )  # fmt: skip
    assert not (judged.reasons & int(by_what_the_student_says)).any()
    assert (judged.not_judged & int(Rule.WINDOW)).all()


def test_ects_are_compared_with_what_is_asked() -> None:
    places = one_place(required_ects=np.array([60.0]))
    assert Reason.ECTS in reasons(places, replace(YEAR_2, ects=59.5))
    assert Reason.ECTS not in reasons(places, replace(YEAR_2, ects=60))
    assert Rule.ECTS in not_judged(places, YEAR_2)


def spanish(required: bool) -> Places:
    return one_place(
        need_place=np.array([0]), need_language=np.array([3]), need_level=np.array([2]),
        need_is_required=np.array([required]), need_counts_full=np.array([True]),
    )  # fmt: skip


def test_only_a_required_language_stands_in_the_way() -> None:
    assert Reason.LANGUAGE in reasons(spanish(required=True), replace(YEAR_2, languages={3: 1}))
    assert Reason.LANGUAGE not in reasons(spanish(required=True), replace(YEAR_2, languages={3: 2}))
    assert Reason.LANGUAGE not in reasons(
        spanish(required=False), replace(YEAR_2, languages={3: 1})
    )


def test_who_names_one_language_speaks_no_other() -> None:
    assert Reason.LANGUAGE in reasons(spanish(required=True), replace(YEAR_2, languages={0: 6}))
    assert Rule.LANGUAGE in not_judged(spanish(required=True), YEAR_2)


def agreement(seats: float, until: float = np.nan, programme: int = 0) -> dict[str, object]:
    return {
        "agreement_place": np.array([0]),
        "agreement_programme": np.array([programme]),
        "agreement_seats": np.array([seats]),
        "agreement_until": np.array([until]),
    }


def test_no_seats_is_a_no_and_an_agreement_of_another_programme_says_nothing() -> None:
    assert Reason.NO_SEATS in reasons(one_place(seats=np.array([0.0])), YEAR_2)
    assert Reason.NO_SEATS in reasons(one_place(**agreement(0)), YEAR_2)
    assert Reason.NO_SEATS not in reasons(one_place(**agreement(0, programme=5)), YEAR_2)
    assert Rule.SEATS in not_judged(one_place(**agreement(0, programme=5)), YEAR_2)
    assert Rule.SEATS not in not_judged(one_place(**agreement(4)), YEAR_2)


def test_an_agreement_has_to_last_until_one_goes() -> None:
    goes = dt.date(2027, 9, 1).toordinal()
    assert Reason.AGREEMENT_ENDS in reasons(one_place(**agreement(4, goes - 1)), YEAR_2)
    assert Reason.AGREEMENT_ENDS not in reasons(one_place(**agreement(4, goes)), YEAR_2)


@pytest.mark.parametrize(("days", "passed"), [(-1, True), (0, False), (1, False)])
def test_the_last_day_to_apply_counts(days: int, passed: bool) -> None:
    places = one_place(
        next_deadline=np.array([TODAY.toordinal() + days]), has_deadlines=np.array([True])
    )
    assert (Reason.DEADLINE_PASSED in reasons(places, YEAR_2)) is passed


def test_advice_against_travel_stands_in_the_way_only_where_it_is_known() -> None:
    assert Reason.ADVISED_AGAINST in reasons(one_place(advised_against=np.array([1])), YEAR_2)
    assert reasons(one_place(advised_against=np.array([0])), YEAR_2) == Reason(0)
    assert Rule.SAFETY in not_judged(one_place(), YEAR_2)


students = st.builds(
    Student,
    today=st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    programme=st.integers(-1, 5),
    year=st.none() | st.integers(1, 8),
    ects=st.none() | st.floats(0, 480),
    languages=st.dictionaries(st.integers(0, LANGUAGES + 2), st.integers(0, 6)),
)


@pytest.mark.slow
@given(students, st.integers(0, LANGUAGES - 1))
@settings(max_examples=60, deadline=None)
def test_a_better_language_level_never_makes_a_place_worse(student: Student, code: int) -> None:
    places = some_places(60)
    if not student.languages:
        return
    better = replace(student, languages={**student.languages, code: 6})
    before, after = judge(places, student), judge(places, better)
    assert (after.verdict <= before.verdict).all()
    assert not (after.reasons & ~before.reasons).any()


@pytest.mark.slow
@given(students)
@settings(max_examples=60, deadline=None)
def test_the_verdict_is_that_of_its_worst_reason(student: Student) -> None:
    judged: Judgement = judge(some_places(80), student)
    never = int(Reason.OTHER_PROGRAMME | Reason.WINDOW_PASSED | Reason.NO_SEATS)
    for verdict, found in zip(judged.verdict, judged.reasons, strict=True):
        expected = Verdict.NO if found & never else Verdict.NOT_YET if found else Verdict.FITS
        assert verdict == expected
