"""The hard rules: each with a place where it bites and one where it does not."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sojourn.engines.fit import Judgement, Places, Reason, Rule, Student, Verdict, judge, severity
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


def test_one_is_on_track_for_a_window_two_years_ahead_and_it_says_from_when() -> None:
    judged = judge(one_place(), replace(YEAR_2, year=1))
    assert Reason(int(judged.reasons[0])) == Reason.LATER_YEAR
    assert judged.verdict[0] == Verdict.ON_TRACK
    assert judged.goes_in[0] == month_of(dt.date(2028, 9, 1))


def test_without_a_year_everything_else_makes_a_place_perhaps_at_best() -> None:
    assert judge(one_place(), replace(YEAR_2, year=None)).verdict[0] == Verdict.PERHAPS
    assert judge(one_place(seats=np.array([0.0])), Student(today=TODAY)).verdict[0] == Verdict.NO


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
    # Year 3 of the master, after a bachelor of three years of which the second has begun.
    known = replace(later, programme_years=3)
    assert judge(places, known).goes_in[0] == month_of(dt.date(2030, 9, 1))


def test_who_says_nothing_is_ruled_out_of_nothing() -> None:
    judged = judge(some_places(500), Student(today=TODAY))
    by_what_the_student_says = (
        Reason.OTHER_PROGRAMME | Reason.LATER_YEAR | Reason.WINDOW_PASSED | Reason.LATER_PROGRAMME
        | Reason.ECTS | Reason.LANGUAGE
    )  # fmt: skip
    assert not (judged.reasons & int(by_what_the_student_says)).any()
    assert (judged.not_judged & int(Rule.WINDOW)).all()


ASKS_60 = {"required_ects": np.array([60.0]), "window_year": np.array([2])}


def test_credits_are_judged_at_departure_as_somebody_will_have_them_who_passes_on_schedule() -> (
    None
):
    """The semester of year 2 at Karolinska asks for 60 ECTS; a first-year has 30 in November."""
    first_year = Student(today=TODAY, programme=0, year=1, ects=30)
    judged = judge(one_place(**ASKS_60, window_month=np.array([8])), first_year)
    assert Reason(int(judged.reasons[0])) == Reason.ECTS_AHEAD
    assert judged.verdict[0] == Verdict.ON_TRACK
    assert judged.goes_in[0] == month_of(dt.date(2027, 8, 1))


@pytest.mark.parametrize(
    ("year", "ects", "asked", "expected"),
    [
        (2, 60, 60, Reason(0)),  # enough today
        (2, 59.5, 60, Reason.ECTS_AHEAD),  # in year 2 the rest of year 1 is not on the schedule…
        (2, 40, 110, Reason.ECTS),  # …so 20 are missing still at departure
        (2, 40, 100, Reason.ECTS_AHEAD),
        (1, 0, 120, Reason.ECTS_AHEAD),
        (1, 0, 121, Reason.ECTS),
        (1, 130, 125, Reason(0)),  # earned before, elsewhere
    ],
)
def test_what_is_missing_of_the_years_behind_stays_missing(
    year: int, ects: float, asked: float, expected: Reason
) -> None:
    places = one_place(required_ects=np.array([float(asked)]))
    found = reasons(places, Student(today=TODAY, programme=0, year=year, ects=ects))
    assert found & (Reason.ECTS | Reason.ECTS_AHEAD) == expected


def test_half_a_year_of_study_is_behind_who_leaves_in_spring() -> None:
    spring = one_place(required_ects=np.array([150.0]), window_month=np.array([2]))
    assert reasons(spring, Student(today=TODAY, programme=0, year=3, ects=120)) == Reason.ECTS_AHEAD
    autumn = one_place(required_ects=np.array([150.0]))
    assert reasons(autumn, Student(today=TODAY, programme=0, year=2, ects=60)) == Reason.ECTS


def test_credits_that_were_not_said_are_those_of_the_schedule_or_not_judged() -> None:
    places = one_place(required_ects=np.array([60.0]))
    assert Rule.ECTS in not_judged(places, YEAR_2)
    ahead = one_place(required_ects=np.array([120.0]))
    assert reasons(ahead, YEAR_2) == Reason.ECTS_AHEAD
    # And credits without a year: nobody knows how many there will be.
    no_year = replace(YEAR_2, year=None, ects=30)
    assert reasons(places, no_year) == Reason(0)
    assert Rule.ECTS in not_judged(places, no_year)


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


def test_a_level_that_can_be_reached_before_departure_is_on_track() -> None:
    """From 24 November to 1 September there are 40 weeks and a day."""
    learns = replace(YEAR_2, languages={3: 1})
    assert reasons(spanish(required=True), learns) == Reason.LANGUAGE
    in_time = replace(learns, weeks_to_learn={(3, 2): 40.0})
    assert reasons(spanish(required=True), in_time) == Reason.LANGUAGE_AHEAD
    assert judge(spanish(required=True), in_time).verdict[0] == Verdict.ON_TRACK
    too_slow = replace(learns, weeks_to_learn={(3, 2): 41.0})
    assert reasons(spanish(required=True), too_slow) == Reason.LANGUAGE


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


def with_last_day(day: dt.date, **facts: object) -> Places:
    last = np.array([float(day.toordinal())])
    return one_place(next_deadline=last, has_deadlines=np.array([True]), **facts)


@pytest.mark.parametrize(("days", "passed"), [(-1, True), (0, False), (1, False)])
def test_the_last_day_to_apply_counts(days: int, passed: bool) -> None:
    places = with_last_day(TODAY + dt.timedelta(days))
    assert (Reason.DEADLINE_PASSED in reasons(places, YEAR_2)) is passed
    assert (Verdict(judge(places, YEAR_2).verdict[0]) is Verdict.NO) is passed


def test_a_day_to_apply_of_the_year_before_closes_nothing() -> None:
    """Who leaves in September 2027 is not late for what closed in March 2026."""
    places = with_last_day(dt.date(2026, 3, 15))
    assert reasons(places, YEAR_2) == Reason(0)
    assert Rule.DEADLINE in not_judged(places, YEAR_2)


def test_seats_and_days_of_this_round_say_nothing_about_a_later_one() -> None:
    places = with_last_day(TODAY - dt.timedelta(1), seats=np.array([0.0]))
    assert reasons(places, replace(YEAR_2, year=1)) == Reason.LATER_YEAR


def test_advice_against_travel_stands_in_the_way_only_where_it_is_known() -> None:
    assert Reason.ADVISED_AGAINST in reasons(one_place(advised_against=np.array([1])), YEAR_2)
    assert reasons(one_place(advised_against=np.array([0])), YEAR_2) == Reason(0)
    assert Rule.SAFETY in not_judged(one_place(), YEAR_2)


students = st.builds(
    Student,
    today=st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)),
    programme=st.integers(-1, 5),
    later_programmes=st.frozensets(st.integers(0, 5), max_size=2),
    programme_years=st.none() | st.integers(1, 6),
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
@given(students, st.floats(0, 480))
@settings(max_examples=60, deadline=None)
def test_more_credits_never_make_a_place_worse(student: Student, more: float) -> None:
    if student.ects is None:
        return
    places = some_places(80)
    before, after = (
        judge(places, student),
        judge(places, replace(student, ects=student.ects + more)),
    )
    assert (after.verdict <= before.verdict).all()


@pytest.mark.slow
@given(students)
@settings(max_examples=60, deadline=None)
def test_who_is_on_track_gets_there_by_passing(student: Student) -> None:
    """A year later, a year further and with a year's credits more nothing is missing."""
    if student.year is None or student.ects is None:
        return
    places = some_places(80)
    judged = judge(places, student)
    waits = int(Reason.LATER_YEAR | Reason.ECTS_AHEAD)
    alone = (judged.verdict == Verdict.ON_TRACK) & ((judged.reasons & ~waits) == 0)
    years = 4
    for number in np.flatnonzero(alone & (judged.goes_in > 0)):
        goes = int(judged.goes_in[number])
        ahead = goes // 12 - (goes % 12 + 1 < 8) - student.academic_year
        assert 0 <= ahead <= years
        passed = replace(
            student,
            today=dt.date(goes // 12, goes % 12 + 1, 1) - dt.timedelta(1),
            year=student.year + ahead,
            ects=max(student.ects, 60 * (student.year - 1)) + 60 * ahead + 30,
        )
        if passed.academic_year != student.academic_year + ahead:
            continue  # the day before is still of the academic year before
        short = int(Reason.ECTS | Reason.ECTS_AHEAD | Reason.LATER_YEAR | Reason.WINDOW_PASSED)
        assert not judge(places, passed).reasons[number] & short


@pytest.mark.slow
@given(students)
@settings(max_examples=60, deadline=None)
def test_the_verdict_is_that_of_its_worst_reason(student: Student) -> None:
    judged: Judgement = judge(some_places(80), student)
    for verdict, found, open_rules in zip(
        judged.verdict, judged.reasons, judged.not_judged, strict=True
    ):
        reasons = Reason(int(found))
        worst = max((severity(reason) for reason in reasons), default=Verdict.FITS)
        if Rule.WINDOW in Rule(int(open_rules)):
            worst = max(worst, Verdict.PERHAPS)
        assert verdict == worst
