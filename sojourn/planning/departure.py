"""When a student would leave: the place's first day, or the next time its first month begins."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sojourn.catalogue.snapshot.types import Opportunity, Records


@dataclass(frozen=True)
class Departure:
    day: dt.date
    is_exact: bool
    """False where only a month is known, and the first of it is taken."""


def departure_of(records: Records, opportunity: Opportunity, today: dt.date) -> Departure | None:
    """The next departure from today on; None where nothing says when a stay begins."""
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
    """The same departure in the next year; of 29 February the 1st of March."""
    day = departure.day
    leap_day = (day.month, day.day) == (2, 29)
    later = dt.date(day.year + 1, 3, 1) if leap_day else day.replace(year=day.year + 1)
    return Departure(later, is_exact=False)
