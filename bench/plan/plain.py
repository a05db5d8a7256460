"""Fit and order once more as plain loops, to compare with: slower, and easy to check by eye."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sojourn.engines.budget import GrantRule, Stay, Stays, awards
from sojourn.engines.fit import PARTS, Places, Reason, Student, Verdict

_NEVER = Reason.OTHER_PROGRAMME | Reason.WINDOW_PASSED | Reason.NO_SEATS | Reason.DEADLINE_PASSED
_ON_SCHEDULE = Reason.LATER_YEAR | Reason.ECTS_AHEAD | Reason.LANGUAGE_AHEAD


def to_pay(
    places: Places, stays: Stays, rules: Sequence[GrantRule], statements: dict[str, bool]
) -> Places:
    """The same places with what is left to pay after grants, one stay after the other."""
    low, high = places.cost_low.copy(), places.cost_high.copy()
    for number in range(len(places)):
        days, distance = float(stays.days[number]), float(stays.distance_km[number])
        stay = Stay(
            stays.countries[int(stays.country[number])],
            None if math.isnan(days) else int(days),
            distance,
            stays.purposes[int(stays.purpose[number])],
            statements,
        )
        helped = awards(rules, stay)[1]
        # The amount first: not known stays not known.
        low[number] = max(low[number] - float(helped.high), 0.0)
        high[number] = max(high[number] - float(helped.low), 0.0)
    return replace(places, cost_low=low, cost_high=high)


def order(places: Places, student: Student, weights: Mapping[str, int]) -> list[int]:
    """The numbers of the places, best first."""
    rows = _rows(places)

    def key(number: int) -> tuple[int, int, str]:
        total = sum(
            (500 if value is None else round(value * 1000)) * weights.get(part, 50)
            for part, value in zip(PARTS, parts(places, student, number, rows), strict=True)
        )
        return verdict(places, student, number, rows), -total, places.slugs[number]

    return sorted(range(len(places)), key=key)


Rows = tuple[list[list[int]], list[list[int]], list[list[int]]]


def _rows(places: Places) -> Rows:
    """Which windows, languages and agreements belong to each place."""
    found: Rows = tuple([[] for _slug in places.slugs] for _kind in range(3))  # type: ignore[assignment]
    for kind, column in zip(
        found, (places.window_place, places.need_place, places.agreement_place), strict=True
    ):
        for row, number in enumerate(column.tolist()):
            kind[number].append(row)
    return found


def _window(places: Places, student: Student, row: int) -> tuple[int, float, float]:
    """The kind of the window, the month in which it begins, the years until then."""
    programme, year = int(places.window_programme[row]), int(places.window_year[row])
    month = int(places.window_month[row])
    later = programme in student.later_programmes and programme != student.programme
    if not later and programme != student.programme:
        return 5, math.inf, math.nan
    if later and (student.year is None or student.programme_years is None or year == 0):
        return 3, math.inf, math.nan
    if student.year is None or year == 0:
        return 1, math.inf, math.nan
    ahead = year - student.year + ((student.programme_years or 0) if later else 0)
    now = student.today.year * 12 + student.today.month - 1
    begins = math.inf
    if month:
        begins = (student.academic_year + ahead + (month < 8)) * 12 + month - 1
    if later:
        return 3, begins, ahead
    if ahead < 0 or (ahead == 0 and begins <= now):
        return 4, begins, ahead
    return (2 if ahead > 1 else 0), begins, ahead


def _ects(student: Student, asked: float, kind: int, goes: float, ahead: float) -> Reason:
    if math.isnan(asked) or kind == 3 or (student.ects is not None and asked <= student.ects):
        return Reason(0)
    if student.year is None or math.isnan(ahead):
        return Reason(0)
    behind = 60 * (student.year - 1)
    half = 30 if goes != math.inf and 1 <= goes % 12 <= 6 else 0
    then = behind + 60 * ahead + half
    if student.ects is None:
        return Reason.ECTS_AHEAD if behind < asked <= then else Reason(0)
    then = max(then - max(0.0, behind - student.ects), student.ects)
    return Reason.ECTS_AHEAD if asked <= then else Reason.ECTS


def _none_left(places: Places, number: int, covering: list[int]) -> bool:
    seats = float(places.seats[number])
    if not math.isnan(seats):
        return seats <= 0
    return bool(covering) and all(places.agreement_seats[row] <= 0 for row in covering)


def verdict(places: Places, student: Student, number: int, rows: Rows) -> int:
    windows, needs, agreements = (kind[number] for kind in rows)
    reasons = Reason(0)
    kind, goes, ahead = 1, math.inf, math.nan
    if student.programme != -1 and windows:
        kind, goes, ahead = min(
            (_window(places, student, row) for row in windows), key=lambda one: one[:2]
        )
    reasons |= {
        2: Reason.LATER_YEAR, 3: Reason.LATER_PROGRAMME, 4: Reason.WINDOW_PASSED,
        5: Reason.OTHER_PROGRAMME,
    }.get(kind, Reason(0))  # fmt: skip
    is_later = kind in (2, 3)
    reasons |= _ects(student, float(places.required_ects[number]), kind, goes, ahead)
    for row in needs:
        own = student.languages.get(int(places.need_language[row]), 0)
        if student.languages and places.need_is_required[row] and own < places.need_level[row]:
            reasons |= Reason.LANGUAGE
    covering = [
        row for row in agreements if places.agreement_programme[row] in (-1, student.programme)
    ]
    if _none_left(places, number, covering) and not is_later:
        reasons |= Reason.NO_SEATS
    starts = student.today.toordinal()
    a_year_before = 0
    if goes != math.inf:
        starts = dt.date(int(goes) // 12, int(goes) % 12 + 1, 1).toordinal()
        a_year_before = dt.date(int(goes) // 12 - 1, int(goes) % 12 + 1, 1).toordinal()
    until = [places.agreement_until[row] for row in covering]
    if until and not any(math.isnan(day) or day >= starts for day in until):
        reasons |= Reason.AGREEMENT_ENDS
    last = places.next_deadline[number]
    if places.has_deadlines[number] and a_year_before <= last < student.today.toordinal():
        reasons |= Reason(0) if is_later else Reason.DEADLINE_PASSED
    if places.advised_against[number] == 1:
        reasons |= Reason.ADVISED_AGAINST
    if reasons & _NEVER:
        return Verdict.NO
    if reasons & ~_ON_SCHEDULE:
        return Verdict.NOT_YET
    if kind == 1:
        return Verdict.PERHAPS
    return Verdict.ON_TRACK if reasons else Verdict.FITS


def parts(places: Places, student: Student, number: int, rows: Rows) -> list[float | None]:
    return [
        _cost(places, student, number),
        _language(places, student, rows[1][number]),
        None,
        _wishes(places, student, number),
        _experiences(places, number),
    ]


def _cost(places: Places, student: Student, number: int) -> float | None:
    low, high = places.cost_low[number], places.cost_high[number]
    if student.budget is None or math.isnan(low) or math.isnan(high):
        return None
    if high == low:
        return 1.0 if student.budget >= low else 0.0
    return float(min(1.0, max(0.0, (student.budget - low) / (high - low))))


def _language(places: Places, student: Student, needs: list[int]) -> float | None:
    if not student.languages or not needs:
        return None
    gaps = []
    for row in needs:
        own = student.languages.get(int(places.need_language[row]), 0)
        half = 1.0 if places.need_counts_full[row] else 0.5
        gaps.append(max(0, int(places.need_level[row]) - own) * half)
    return 1.0 - max(gaps) / 6


def _wishes(places: Places, student: Student, number: int) -> float | None:
    met = []
    if student.wished_subjects:
        has = sum(bool(places.subjects[number, one]) for one in student.wished_subjects)
        met.append(min(1.0, has / min(3, len(student.wished_subjects))))
    if student.wished_countries:
        met.append(float(int(places.country[number]) in student.wished_countries))
    if student.wished_periods:
        met.append(float(any(places.periods[number, one] for one in student.wished_periods)))
    if student.wished_kinds:
        met.append(float(int(places.kind[number]) in student.wished_kinds))
    return sum(met) / len(met) if met else None


def _experiences(places: Places, number: int) -> float | None:
    count = float(places.rating_count[number])
    if not count:
        return None
    mean = (float(places.rating_total[number]) + 2 * 3) / (count + 2)
    return min(1.0, max(0.0, (mean - 1) / 4))
