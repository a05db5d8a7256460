"""The hard rules: what makes a place impossible, what makes it impossible for now.

Each rule says yes, no, not yet or "cannot be judged", for all places at once. A rule that cannot
be judged never blocks; the page names it, so that the student can fill in what is
missing or ask.

The rules, in full:

- window: the place is for the student's programme, in a year that is still to come. A window of
  the current year counts as passed from the month in which it begins. One that is two years or
  more ahead is "not yet": its round has not come. A place for the programme that follows on the
  student's own (the master after the bachelor) is "not yet" as well.
- ECTS: at least as many earned as the place asks for.
- language: the level that the place makes a condition, for every language of it.
- seats: the place has some; where it names no number, an agreement for the programme has some.
  An agreement that ends before the window begins is "not yet": it has to be renewed first.
- deadline: one to apply is ahead, or none is known. When all have passed it is "not yet".
- safety: "not yet" while the home advises against going.
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
NEXT_YEAR = 1  # windows up to this many years ahead are in the coming round


class Verdict(IntEnum):
    """From possible to impossible; the order in which places are listed."""

    FITS = 0
    NOT_YET = 1
    NO = 2


class Reason(IntFlag):
    """Why a place is not possible, or not yet."""

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


class Rule(IntFlag):
    """What could not be judged."""

    WINDOW = 1
    ECTS = 2
    LANGUAGE = 4
    SEATS = 8
    DEADLINE = 16
    SAFETY = 32


_NEVER = Reason.OTHER_PROGRAMME | Reason.WINDOW_PASSED | Reason.NO_SEATS


def severity(reason: Reason) -> Verdict:
    """Return how much one reason weighs."""
    return Verdict.NO if reason & _NEVER else Verdict.NOT_YET


@dataclass(frozen=True, slots=True)
class Judgement:
    """The rules applied to all places; one value a place in each column."""

    verdict: NDArray[np.int8]
    reasons: NDArray[np.int32]  # Reason flags
    not_judged: NDArray[np.int32]  # Rule flags
    # The month (see months_since_year_zero) in which the student would go; -1: not known.
    goes_in: Codes


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
    window, goes_in = _windows(places, student)
    for kind, reason in _OF_WINDOW.items():
        reasons[window == kind.value] |= reason
    not_judged[window == _Window.NOT_SURE.value] |= Rule.WINDOW
    _ects(places, student, reasons, not_judged)
    _languages(places, student, reasons, not_judged)
    _seats(places, student, goes_in, reasons, not_judged)
    _deadlines(places, student, reasons, not_judged)
    reasons[places.advised_against == 1] |= Reason.ADVISED_AGAINST
    not_judged[places.advised_against == UNKNOWN] |= Rule.SAFETY
    verdict = np.where(reasons & _NEVER, Verdict.NO, np.where(reasons, Verdict.NOT_YET, 0))
    return Judgement(verdict.astype(np.int8), reasons, not_judged, goes_in)


def _windows(places: Places, student: Student) -> tuple[Codes, Codes]:
    """Return the best window of each place for this student, and the month in which it begins."""
    best = np.full(len(places), _Window.NOT_SURE.value, np.int64)
    goes_in = np.full(len(places), UNKNOWN, np.int64)
    if student.programme == UNKNOWN or not len(places.window_place):
        return best, goes_in
    own = places.window_programme == student.programme
    kind = np.full(len(own), _Window.OTHER_PROGRAMME.value, np.int64)
    if student.later_programmes:
        later = np.isin(places.window_programme, sorted(student.later_programmes))
        kind[later] = _Window.LATER_PROGRAMME.value
    month = np.full(len(own), _FAR, np.int64)
    if student.year is None:
        kind[own] = _Window.NOT_SURE.value
    else:
        ahead = places.window_year - student.year
        known_year, known_month = places.window_year > 0, places.window_month > 0
        begins = (
            (student.academic_year + ahead + (places.window_month < FIRST_MONTH_OF_YEAR)) * MONTHS
            + places.window_month
            - 1
        )
        month = np.where(own & known_year & known_month, begins, month)
        has_begun = known_month & (begins <= months_since_year_zero(student.today))
        kind[own] = _Window.POSSIBLE.value
        kind[own & (ahead > NEXT_YEAR)] = _Window.LATER_YEAR.value
        kind[own & ((ahead < 0) | ((ahead == 0) & has_begun))] = _Window.PASSED.value
        kind[own & ~known_year] = _Window.NOT_SURE.value
    # One number for both, so that the best window is the smallest: kind first, then month.
    both = np.full(len(places), np.iinfo(np.int64).max, np.int64)
    np.minimum.at(both, places.window_place, kind * (_FAR + 1) + month)
    has_window = both < np.iinfo(np.int64).max
    best[has_window] = both[has_window] // (_FAR + 1)
    goes_in[has_window] = both[has_window] % (_FAR + 1)
    goes_in[goes_in == _FAR] = UNKNOWN
    return best, goes_in


def _ects(
    places: Places, student: Student, reasons: NDArray[np.int32], not_judged: NDArray[np.int32]
) -> None:
    asks = ~np.isnan(places.required_ects)
    if student.ects is None:
        not_judged[asks] |= Rule.ECTS
    else:
        reasons[asks & (places.required_ects > student.ects)] |= Reason.ECTS


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
    places: Places, student: Student, reasons: NDArray[np.int32], not_judged: NDArray[np.int32]
) -> None:
    own = own_levels(places, student)
    required = places.need_is_required & (places.need_level > 0)
    not_judged[places.need_place[required & (own == UNKNOWN)]] |= Rule.LANGUAGE
    missing = required & (own != UNKNOWN) & (own < places.need_level)
    reasons[places.need_place[missing]] |= Reason.LANGUAGE


def _seats(
    places: Places,
    student: Student,
    goes_in: Codes,
    reasons: NDArray[np.int32],
    not_judged: NDArray[np.int32],
) -> None:
    known = ~np.isnan(places.seats)
    reasons[known & (places.seats <= 0)] |= Reason.NO_SEATS
    covers = (places.agreement_programme == ANY_PROGRAMME) | (
        places.agreement_programme == student.programme
    )
    of = places.agreement_place
    has_some = _any(len(places), of, covers & ~(places.agreement_seats <= 0))
    says_none = _any(len(places), of, covers & (places.agreement_seats <= 0))
    reasons[~known & says_none & ~has_some] |= Reason.NO_SEATS
    says_some = _any(len(places), of, covers & (places.agreement_seats > 0))
    not_judged[~known & ~says_some & ~(says_none & ~has_some)] |= Rule.SEATS
    # Until when: an agreement without an end, or one that outlasts the beginning, is enough.
    starts = _first_day(goes_in, student)[of] if len(of) else np.zeros(0)
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
    places: Places, student: Student, reasons: NDArray[np.int32], not_judged: NDArray[np.int32]
) -> None:
    ahead = places.next_deadline >= student.today.toordinal()
    reasons[places.has_deadlines & ~ahead] |= Reason.DEADLINE_PASSED
    not_judged[~places.has_deadlines] |= Rule.DEADLINE
