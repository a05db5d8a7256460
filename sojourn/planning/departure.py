"""When a student would leave: the place's first day, or the next time its first month begins.

Not before their own year: who is in year 1 leaves for a place of year 3 two years from now.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sojourn.catalogue.snapshot.types import Opportunity, Records, Window
from sojourn.engines.fit.model import FIRST_MONTH_OF_YEAR
from sojourn.planning.profile import Profile


@dataclass(frozen=True)
class Departure:
    day: dt.date
    is_exact: bool
    """False where only a month is known, and the first of it is taken."""


def departure_of(records: Records, opportunity: Opportunity, today: dt.date) -> Departure | None:
    """Return the next departure from today on; None where no start is known."""
    period = opportunity.period
    if period is not None and period.starts_on is not None and period.starts_on >= today:
        return Departure(period.starts_on, is_exact=True)
    months = [
        period.starts_on.month if period and period.starts_on else None,
        period.starts_month if period else None,
        *(
            window.starts_month
            for slug in opportunity.windows
            if (window := records.windows.get(slug)) is not None
        ),
    ]
    month = next((number for number in months if number), None)
    if month is None:
        return None
    year = today.year if month > today.month else today.year + 1
    return Departure(dt.date(year, month, 1), is_exact=False)


def a_year_later(departure: Departure) -> Departure:
    """Return the same departure in the next year; 29 February becomes 1 March."""
    day = departure.day
    leap_day = (day.month, day.day) == (2, 29)
    later = dt.date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)
    return Departure(later, is_exact=False)


def is_of_one_year(records: Records, opportunity: Opportunity, profile: Profile) -> bool:
    """Tell whether the programme has this place in a year of study, which comes only once."""
    return bool(profile.year) and any(
        window.programme == profile.programme and window.phase is not None and window.phase.year
        for slug in opportunity.windows
        if (window := records.windows.get(slug)) is not None
    )


def own_departure(
    records: Records, opportunity: Opportunity, profile: Profile, today: dt.date
) -> tuple[Departure | None, bool]:
    """Return the first departure that programme and year allow.

    Also returns whether it is later than the next departure for anybody.

    Of a place that is not for them, or of which that cannot be told, it is the next departure:
    whether they may go is the fit's to say.
    """
    departure = departure_of(records, opportunity, today)
    if departure is None:
        return None, False
    begins = [
        first
        for slug in opportunity.windows
        if (window := records.windows.get(slug)) is not None
        and (first := _begins(opportunity, window, profile, today)) is not None
    ]
    if not begins:
        return departure, False
    own = min(begins)
    if (own.year, own.month) == (departure.day.year, departure.day.month):
        return departure, False
    return Departure(own, is_exact=False), own > departure.day


def _begins(
    opportunity: Opportunity, window: Window, profile: Profile, today: dt.date
) -> dt.date | None:
    """Return the month in which the student reaches the window; None where it is not theirs.

    The same count as in `engines.fit.rules`.
    """
    if window.programme != profile.programme or not profile.year:
        return None
    period = opportunity.period
    own_month = period.starts_on.month if period and period.starts_on else None
    month = own_month or (period.starts_month if period else None) or window.starts_month
    if window.phase is None or not window.phase.year or not month:
        return None
    academic_year = today.year - (today.month < FIRST_MONTH_OF_YEAR)
    ahead = window.phase.year - profile.year
    first = dt.date(academic_year + ahead + (month < FIRST_MONTH_OF_YEAR), month, 1)
    return first if ahead >= 0 and first > today else None
