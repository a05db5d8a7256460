"""Academic years, and days, moments and texts moved by a year."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.catalogue.calendar import public_holiday
from sojourn.catalogue.choices import Keeps
from sojourn.catalogue.models import Edition
from sojourn.common.languages import Text, joined
from sojourn.engines.fit.model import FIRST_MONTH_OF_YEAR

_SATURDAY = 5
_A_DAY = dt.timedelta(days=1)
_52_WEEKS = dt.timedelta(weeks=52)
# A year, or two of them that belong together: 2027, 2027-2028, 2027/28.
_YEARS = re.compile(r"(?<![\d.])(20\d\d)(?:([-/–])(20\d\d|\d\d)(?![\d-]))?(?!\d)")


# --- Years ----------------------------------------------------------------------------------------


def year_of(day: dt.date) -> int:
    """Return the year in which the academic year of a day begins."""
    return day.year if day.month >= FIRST_MONTH_OF_YEAR else day.year - 1


def first_day(year: int) -> dt.date:
    """Return the first day of the academic year that begins in a year."""
    return dt.date(year, FIRST_MONTH_OF_YEAR, 1)


def name_of(year: int) -> str:
    """'2027-2028', as a round writes it."""
    return f"{year}-{year + 1}"


def named(name: str) -> int | None:
    """Return the year in which '2027-2028' begins; None where nothing like it is written."""
    year = name[:4]
    return int(year) if year.isascii() and year.isdigit() else None


# --- Days -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rules:
    """What the edition says of the way into the next year."""

    keeps: Keeps = Keeps.WEEKDAY
    from_month: int = 4
    until_month: int = 9


def rules() -> Rules:
    """Read the rules of the edition."""
    said: dict[str, Any] = Edition.objects.values_list("year", flat=True).first() or {}
    known = Rules()
    return Rules(
        keeps=Keeps(said.get("keeps", known.keeps)),
        from_month=said.get("from_month", known.from_month),
        until_month=said.get("until_month", known.until_month),
    )


def on(day: dt.date, years: int, keeps: Keeps) -> dt.date:
    """Move a day by some years; it falls in the academic year that is as many years later."""
    if keeps is Keeps.DATE:
        try:
            return day.replace(year=day.year + years)
        except ValueError:  # 29 February
            return dt.date(day.year + years, 2, 28)
    for _year in range(years):
        later = day + _52_WEEKS
        # 1 August would come a day earlier, and so in the year before.
        day = later if year_of(later) > year_of(day) else later + dt.timedelta(weeks=1)
    return day


def together_on(days: Sequence[dt.date], years: int, keeps: Keeps) -> list[dt.date]:
    """Move days that belong together: where weekdays stay, as many days stay between them."""
    if keeps is Keeps.DATE or not days:
        return [on(day, years, keeps) for day in days]
    by = on(days[0], years, keeps) - days[0]
    return [day + by for day in days]


def moments_on(
    moments: Mapping[str, dt.datetime | None], years: int, keeps: Keeps
) -> dict[str, dt.datetime]:
    """Move moments that belong together; the clock on the wall shows the same."""
    known = {name: timezone.localtime(each) for name, each in moments.items() if each is not None}
    days = together_on([each.date() for each in known.values()], years, keeps)
    return {
        name: timezone.make_aware(dt.datetime.combine(day, known[name].time()))
        for name, day in zip(known, days, strict=True)
    }


def years_until(day: dt.date, today: dt.date, keeps: Keeps) -> int:
    """Return by how many years a day is moved until it has not passed; 0 where it has not."""
    years = max(0, today.year - day.year)
    while on(day, years, keeps) < today:
        years += 1
    while years and on(day, years - 1, keeps) >= today:
        years -= 1
    return years


def remarks(day: dt.date, country: str, was: dt.date | None = None) -> tuple[str, ...]:
    """Say what somebody should know of a day before they take it over."""
    found = []
    if day.weekday() >= _SATURDAY:
        found.append(_("This is a %(weekday)s.") % {"weekday": date_format(day, "l")})
    if holiday := public_holiday(country, day):
        found.append(joined(": ", (_("This is a public holiday"), str(holiday))))
    if was is not None and (was.month, was.day) == (2, 29) and (day.month, day.day) == (2, 28):
        found.append(_("%(year)d has no 29 February.") % {"year": day.year})
    return tuple(found)


# --- Texts ----------------------------------------------------------------------------------------


def said_on(text: str, years: int, known: Collection[int]) -> str:
    """Move the years that a text names; only those that are `known`, as 1987 is history."""

    def moved(found: re.Match[str]) -> str:
        first, between, second = found.groups()
        year = int(first)
        if year not in known:
            return found[0]
        later = str(year + years)
        if between is None:
            return later
        if int(second) % 100 != (year + 1) % 100:
            return f"{later}{found[0][len(first) :]}"
        return f"{later}{between}{str(year + years + 1)[-len(second) :]}"

    return _YEARS.sub(moved, text)


def text_on(text: Text, years: int, known: Collection[int]) -> Text:
    """Move the years that a text names, in every language."""
    return text.map(lambda said: said_on(said, years, known))


# --- The turn of the year -------------------------------------------------------------------------


@dataclass(frozen=True)
class Turn:
    """The way from one academic year into the next, and the months in which it is gone."""

    ends: int
    """The year in which the academic year that ends began."""
    opens: dt.date
    closes: dt.date

    @property
    def names(self) -> tuple[str, str]:
        """'2026-2027' and '2027-2028'."""
        return name_of(self.ends), name_of(self.ends + 1)

    def is_on(self, day: dt.date) -> bool:
        return self.opens <= day <= self.closes


def turn_of(today: dt.date) -> Turn:
    """Return the turn that is on, or the next one."""
    said = rules()
    year = today.year if today.month <= said.until_month else today.year + 1
    after = dt.date(year + said.until_month // 12, said.until_month % 12 + 1, 1)
    return Turn(year - 1, dt.date(year, said.from_month, 1), after - _A_DAY)
