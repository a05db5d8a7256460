"""The hard rules: what makes a place impossible, what makes it impossible for now.

Each rule says yes, on track, not yet, no or "cannot be judged", for all places at once. A place is
judged at the departure that the student could still take, by what they will have then if they pass
on schedule: 60 ECTS a year of study, as ECTS defines it. A rule that cannot be judged never blocks;
the page names it, so that the student can fill in what is missing or ask.

The rules, in full:

- window: the place is for the student's programme, in a year that is still to come. A window of
  the current year counts as passed from the month in which it begins. One that is two years or
  more ahead is "on track": the years before it have to be passed, and its round has not come. A
  place for the programme that follows on the student's own (the master after the bachelor) is "not
  yet". Without programme or year a place is "perhaps", however much else speaks for it.
- ECTS: at least as many as the place asks for. Enough today is a yes; enough at departure on
  schedule is "on track". What is missing of the years behind stays missing; credits beyond the
  schedule stay. Without the student's year or credits it is judged by the other one, or not at all.
- language: the level that the place makes a condition, for every language of it; "on track" where
  the student has said how much time they have and it is enough before departure.
- seats: the place has some; where it names no number, an agreement for the programme has some.
  An agreement that ends before the window begins is "not yet": it has to be renewed first.
- deadline: one to apply is ahead, or none is known. When all have passed the place is closed. The
  days of a departure a year earlier say nothing.
- safety: "not yet" while the home advises against going.

Seats and days to apply are those of the coming round, so they are not held against a window that
is further ahead.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum, IntEnum, IntFlag

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.fit.model import (
    ANY_PROGRAMME,
    FIRST_MONTH_OF_YEAR,
    UNKNOWN,
    Codes,
    Marks,
    Numbers,
    Places,
    Student,
)

MONTHS = 12
# By the definition of ECTS: the work of a year of full-time study (ECTS Users' Guide, 2015).
ECTS_A_YEAR = 60
NEXT_YEAR = 1  # windows up to this many years ahead are in the coming round


class Verdict(IntEnum):
    """From possible to impossible; the order in which places are listed."""

    FITS = 0
    ON_TRACK = 1
    PERHAPS = 2
    NOT_YET = 3
    NO = 4


class Reason(IntFlag):
    """Why a place is not possible, or not yet, or on what it depends."""

    LATER_YEAR = 1
    LATER_PROGRAMME = 2
    OTHER_PROGRAMME = 4
    WINDOW_PASSED = 8
    ECTS = 16
    LANGUAGE = 32
    NO_SEATS = 64
    AGREEMENT_ENDS = 128
    DEADLINE_PASSED = 256
    ADVISED_AGAINST = 512
    ECTS_AHEAD = 1024
    LANGUAGE_AHEAD = 2048


class Rule(IntFlag):
    """What could not be judged."""

    WINDOW = 1
    ECTS = 2
    LANGUAGE = 4
    SEATS = 8
    DEADLINE = 16
    SAFETY = 32


_NEVER = Reason.OTHER_PROGRAMME | Reason.WINDOW_PASSED | Reason.NO_SEATS | Reason.DEADLINE_PASSED
# What comes true by itself if the student passes on schedule, or learns what they have time for.
_ON_SCHEDULE = Reason.LATER_YEAR | Reason.ECTS_AHEAD | Reason.LANGUAGE_AHEAD


def severity(reason: Reason) -> Verdict:
    """Return how much one reason weighs."""
    if reason & _NEVER:
        return Verdict.NO
    return Verdict.ON_TRACK if reason & _ON_SCHEDULE else Verdict.NOT_YET


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules applied to all places; one value a place in each column."""

    verdict: NDArray[np.int8]
    reasons: NDArray[np.int32]  # Reason flags
    not_judged: NDArray[np.int32]  # Rule flags
    # The month (see months_since_year_zero) in which the student would go; -1: not known.
    goes_in: Codes
    # In how many academic years that is; NaN: not known.
    ahead: Numbers


class _Window(Enum):
    """What one window means to the student, from best to worst (the value orders them)."""

    POSSIBLE = 0
    NOT_SURE = 1
    LATER_YEAR = 2
    LATER_PROGRAMME = 3
    PASSED = 4
    OTHER_PROGRAMME = 5


_OF_WINDOW = {
    _Window.LATER_YEAR: Reason.LATER_YEAR,
    _Window.LATER_PROGRAMME: Reason.LATER_PROGRAMME,
    _Window.PASSED: Reason.WINDOW_PASSED,
    _Window.OTHER_PROGRAMME: Reason.OTHER_PROGRAMME,
}
_FAR = 1_000_000  # more than any month


def months_since_year_zero(day: dt.date) -> int:
    """Return a month as one number, so that months can be compared and counted."""
    return day.year * MONTHS + day.month - 1


def judge(places: Places, student: Student) -> Judgement:
    """Apply every rule to every place."""
    reasons = np.zeros(len(places), np.int32)
    not_judged = np.zeros(len(places), np.int32)
    own = _windows(places, student)
    for kind, reason in _OF_WINDOW.items():
        reasons[own.kind == kind.value] |= reason
    not_judged[own.kind == _Window.NOT_SURE.value] |= Rule.WINDOW
    _ects(places, student, own, reasons, not_judged)
    _languages(places, student, own, reasons, not_judged)
    _seats(places, student, own, reasons, not_judged)
    _deadlines(places, student, own, reasons, not_judged)
    reasons[places.advised_against == 1] |= Reason.ADVISED_AGAINST
    not_judged[places.advised_against == UNKNOWN] |= Rule.SAFETY
    verdict = np.select(
        [
            (reasons & _NEVER) != 0,
            (reasons & ~int(_ON_SCHEDULE)) != 0,
            (not_judged & Rule.WINDOW) != 0,
            reasons != 0,
        ],
        [Verdict.NO, Verdict.NOT_YET, Verdict.PERHAPS, Verdict.ON_TRACK],
        Verdict.FITS,
    )
    return Judgement(verdict.astype(np.int8), reasons, not_judged, own.goes_in, own.ahead)


@dataclass(frozen=True, slots=True)
class _Own:
    """The best window of each place for this student; one value a place in each column."""

    kind: Codes  # of _Window
    goes_in: Codes  # the month in which it begins; UNKNOWN: not known
    ahead: Numbers  # academic years until it begins; NaN: not known

    @property
    def is_later(self) -> Marks:
        """Of a round that has not come."""
        later = (_Window.LATER_YEAR.value, _Window.LATER_PROGRAMME.value)
        return np.isin(self.kind, later)


def _windows(places: Places, student: Student) -> _Own:
    kinds = np.full(len(places), _Window.NOT_SURE.value, np.int64)
    goes_in = np.full(len(places), UNKNOWN, np.int64)
    years_ahead = np.full(len(places), np.nan)
    if student.programme == UNKNOWN or not len(places.window_place):
        return _Own(kinds, goes_in, years_ahead)
    own = places.window_programme == student.programme
    kind = np.full(len(own), _Window.OTHER_PROGRAMME.value, np.int64)
    month = np.full(len(own), _FAR, np.int64)
    ahead = np.full(len(own), np.nan)
    if student.later_programmes:
        later = np.isin(places.window_programme, sorted(student.later_programmes)) & ~own
        kind[later] = _Window.LATER_PROGRAMME.value
        if student.year is not None and student.programme_years is not None:
            ahead[later] = student.programme_years - student.year + places.window_year[later]
    if student.year is None:
        kind[own] = _Window.NOT_SURE.value
    else:
        ahead[own] = places.window_year[own] - student.year
        ahead[places.window_year <= 0] = np.nan
        known_month = ~np.isnan(ahead) & (places.window_month > 0)
        begins = (
            (student.academic_year + np.nan_to_num(ahead).astype(np.int64)
             + (places.window_month < FIRST_MONTH_OF_YEAR)) * MONTHS
            + places.window_month
            - 1
        )  # fmt: skip
        month = np.where(known_month, begins, month)
        has_begun = known_month & (begins <= months_since_year_zero(student.today))
        kind[own] = _Window.POSSIBLE.value
        kind[own & (ahead > NEXT_YEAR)] = _Window.LATER_YEAR.value
        kind[own & ((ahead < 0) | ((ahead == 0) & has_begun))] = _Window.PASSED.value
        kind[own & (places.window_year <= 0)] = _Window.NOT_SURE.value
    # The best window of each place comes first: by kind, then by month.
    order = np.lexsort((month, kind, places.window_place))
    place, first = np.unique(places.window_place[order], return_index=True)
    best = order[first]
    kinds[place] = kind[best]
    goes_in[place] = np.where(month[best] == _FAR, UNKNOWN, month[best])
    years_ahead[place] = ahead[best]
    return _Own(kinds, goes_in, years_ahead)


def _ects(
    places: Places,
    student: Student,
    own: _Own,
    reasons: NDArray[np.int32],
    not_judged: NDArray[np.int32],
) -> None:
    asked = places.required_ects
    asks = ~np.isnan(asked) & (own.kind != _Window.LATER_PROGRAMME.value)
    then = _ects_then(student, own)
    if student.ects is None:
        # On schedule the years behind are passed.
        now = ECTS_A_YEAR * (student.year - 1) if student.year else 0
        ahead = asks & (asked > now) & (asked <= np.nan_to_num(then))
        reasons[ahead] |= Reason.ECTS_AHEAD
        not_judged[asks & ~ahead] |= Rule.ECTS
        return
    short = asks & (asked > student.ects)
    not_judged[short & np.isnan(then)] |= Rule.ECTS
    reasons[short & (asked <= then)] |= Reason.ECTS_AHEAD
    reasons[short & (asked > then)] |= Reason.ECTS


def _ects_then(student: Student, own: _Own) -> Numbers:
    """Return what the student will have at departure on schedule; NaN: not known."""
    if student.year is None:
        return np.full(len(own.kind), np.nan)
    schedule_now = ECTS_A_YEAR * (student.year - 1)
    month = own.goes_in % MONTHS + 1
    # From February on the first half of that year is behind; January still belongs to it.
    half = (own.goes_in != UNKNOWN) & (month > 1) & (month < FIRST_MONTH_OF_YEAR)
    schedule_then = schedule_now + ECTS_A_YEAR * own.ahead + np.where(half, ECTS_A_YEAR / 2, 0)
    if student.ects is None:
        return schedule_then
    missing = max(0.0, schedule_now - student.ects)
    return np.maximum(schedule_then - missing, student.ects)


def own_levels(places: Places, student: Student) -> Codes:
    """Return the student's rank in the language of each need; -1 where nothing was said at all."""
    if not student.languages:
        return np.full(len(places.need_language), UNKNOWN, np.int64)
    highest = max(int(places.need_language.max(initial=0)), *student.languages)
    by_language = np.zeros(highest + 1, np.int64)
    for language, rank in student.languages.items():
        by_language[language] = rank
    return by_language[places.need_language]


def _languages(
    places: Places,
    student: Student,
    window: _Own,
    reasons: NDArray[np.int32],
    not_judged: NDArray[np.int32],
) -> None:
    own = own_levels(places, student)
    required = places.need_is_required & (places.need_level > 0)
    not_judged[places.need_place[required & (own == UNKNOWN)]] |= Rule.LANGUAGE
    missing = np.flatnonzero(required & (own != UNKNOWN) & (own < places.need_level))
    if not len(missing):
        return
    of = places.need_place[missing]
    weeks_left = (_first_day(window.goes_in, student)[of] - student.today.toordinal()) / 7
    weeks = np.fromiter(
        (
            student.weeks_to_learn.get(need, np.inf)
            for need in zip(
                places.need_language[missing].tolist(),
                places.need_level[missing].tolist(),
                strict=True,
            )
        ),
        np.float64,
        len(missing),
    )
    in_time = (window.goes_in[of] != UNKNOWN) & (weeks <= weeks_left)
    reasons[of[~in_time]] |= Reason.LANGUAGE
    reasons[of[in_time]] |= Reason.LANGUAGE_AHEAD


def _seats(
    places: Places,
    student: Student,
    own: _Own,
    reasons: NDArray[np.int32],
    not_judged: NDArray[np.int32],
) -> None:
    known = ~np.isnan(places.seats)
    reasons[known & (places.seats <= 0) & ~own.is_later] |= Reason.NO_SEATS
    covers = (places.agreement_programme == ANY_PROGRAMME) | (
        places.agreement_programme == student.programme
    )
    of = places.agreement_place
    has_some = _any(len(places), of, covers & ~(places.agreement_seats <= 0))
    says_none = _any(len(places), of, covers & (places.agreement_seats <= 0))
    reasons[~known & says_none & ~has_some & ~own.is_later] |= Reason.NO_SEATS
    says_some = _any(len(places), of, covers & (places.agreement_seats > 0))
    not_judged[~known & ~says_some & ~(says_none & ~has_some)] |= Rule.SEATS
    # Until when: an agreement without an end, or one that outlasts the beginning, is enough.
    starts = _first_day(own.goes_in, student)[of] if len(of) else np.zeros(0)
    lasts = covers & (np.isnan(places.agreement_until) | (places.agreement_until >= starts))
    has_lasting = _any(len(places), of, lasts)
    reasons[_any(len(places), of, covers) & ~has_lasting] |= Reason.AGREEMENT_ENDS


def _first_day(goes_in: Codes, student: Student) -> Numbers:
    """Return the day (an ordinal) on which the student would go; today where that is not known.

    The first of a month, by the proleptic Gregorian count that `date.toordinal` uses.
    """
    known = goes_in != UNKNOWN
    year, month = np.where(known, goes_in, 0) // MONTHS, np.where(known, goes_in, 0) % MONTHS
    days = (
        ((year - 1970) * MONTHS + month)
        .astype("datetime64[M]")
        .astype("datetime64[D]")
        .astype(np.int64)
    )
    epoch = dt.date(1970, 1, 1).toordinal()
    return np.where(known, days + epoch, student.today.toordinal()).astype(np.float64)


def _any(count: int, of: Codes, marks: Marks) -> Marks:
    """Tell which places have at least one marked row."""
    found = np.zeros(count, bool)
    found[of[marks]] = True
    return found


def _deadlines(
    places: Places,
    student: Student,
    own: _Own,
    reasons: NDArray[np.int32],
    not_judged: NDArray[np.int32],
) -> None:
    passed = places.has_deadlines & ~(places.next_deadline >= student.today.toordinal())
    a_year_before = _first_day(
        np.where(own.goes_in == UNKNOWN, UNKNOWN, own.goes_in - MONTHS), student
    )
    is_of_an_earlier_year = (own.goes_in != UNKNOWN) & (places.next_deadline < a_year_before)
    reasons[passed & ~is_of_an_earlier_year & ~own.is_later] |= Reason.DEADLINE_PASSED
    not_judged[~places.has_deadlines | (passed & is_of_an_earlier_year)] |= Rule.DEADLINE
