"""Writes dates, money, credits and lengths as a reader of the page's language does."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from functools import cache

from django.utils import dates
from django.utils.formats import date_format, number_format
from django.utils.html import conditional_escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.snapshot.types import Period
from sojourn.common.languages import locale, page_language

NO_BREAK = "\N{NO-BREAK SPACE}"


def number(value: Decimal | float, decimals: int = 0) -> str:
    """1,160 in English, 1.160 in Dutch."""
    return number_format(value, decimal_pos=decimals, force_grouping=True)


def ects_points(ects: Decimal | None) -> str:
    """'30 ECTS', '7.5 ECTS'; nothing where it is not known."""
    if ects is None:
        return ""
    decimals = 0 if ects == ects.to_integral_value() else 1
    return f"{number(ects, decimals)}{NO_BREAK}ECTS"


def euros(amount: Decimal | float) -> str:
    """'€3,900' in English, '€ 3.900' in Dutch."""
    before, after = _around_money(page_language())
    return f"{before}{number(round(amount))}{after}"


@cache
def _around_money(language: str) -> tuple[str, str]:
    """Return what CLDR writes before and after an amount of euros."""
    pattern = locale(language).currency_formats["standard"]
    return pattern.prefix[0].replace("¤", "€"), pattern.suffix[0].replace("¤", "€")


def euro_range(low: Decimal, high: Decimal) -> str:
    """'€3,900 to 6,400'; one figure where both ends are the same."""
    if round(low) == round(high):
        return euros(low)
    return _("%(low)s to %(high)s") % {"low": euros(low), "high": number(round(high))}


def to_the_fifty(amount: Decimal) -> Decimal:
    """Return a headline figure, no more exact than it is."""
    return Decimal(round(amount / 50) * 50)


def distance(kilometres: float | None) -> str:
    """'1,160 km', to the ten, as on the maps: below 100 to the kilometre. Empty if not known."""
    if kilometres is None:
        return ""
    rounded = round(kilometres, -1) if kilometres >= 100 else round(kilometres)
    return f"{number(rounded)}{NO_BREAK}km"


def day(value: dt.date) -> str:
    """'7 February 2027', '7 februari 2027'."""
    return date_format(value, "j F Y")


def short_day(value: dt.date) -> str:
    """'7 Feb', '7 feb'."""
    return date_format(value, "j M" if _has_capital_months(page_language()) else "j b")


def weekday_and_day(value: dt.date) -> str:
    """'Monday 30 November', 'maandag 30 november'."""
    return date_format(value, "l j F")


def weekday(number_of_weekday: int) -> str:
    """'Monday' is 0."""
    return str(dates.WEEKDAYS[number_of_weekday])


def clock(value: dt.time | dt.datetime) -> str:
    return f"{value:%H:%M}"


def hours(starts: dt.time | dt.datetime, ends: dt.time | dt.datetime) -> str:
    return _("%(low)s to %(high)s") % {"low": clock(starts), "high": clock(ends)}


def month(number_of_month: int) -> str:
    return str(dates.MONTHS[number_of_month])


def short_month(number_of_month: int) -> str:
    """'Sep' in English, 'sep' in Dutch."""
    name = str(dates.MONTHS_3[number_of_month])
    return name.capitalize() if _has_capital_months(page_language()) else name


@cache
def _has_capital_months(language: str) -> bool:
    """Tell whether the language writes the names of months with a capital letter."""
    return str(locale(language).months["format"]["abbreviated"][1])[0].isupper()


def months(starts: int | None, ends: int | None) -> str:
    """'September to January'."""
    return _span(*(month(number) if number else "" for number in (starts, ends)))


def short_period(period: Period | None) -> str:
    """'Sep to Jan', for a card."""
    if period is None:
        return ""
    starts = period.starts_on.month if period.starts_on else period.starts_month
    ends = period.ends_on.month if period.ends_on else period.ends_month
    return _span(*(short_month(number) if number else "" for number in (starts, ends)))


def full_period(period: Period | None) -> str:
    """'30 August 2027 to 16 January 2028' where the days are known, months otherwise."""
    if period is None:
        return ""
    if period.starts_on or period.ends_on:
        return _span(*(day(date) if date else "" for date in (period.starts_on, period.ends_on)))
    return months(period.starts_month, period.ends_month)


def _span(starts: str, ends: str) -> str:
    if starts and ends and starts != ends:
        return _("%(low)s to %(high)s") % {"low": starts, "high": ends}
    if starts or not ends:
        return starts
    return _("until %(day)s") % {"day": ends}


def weeks(shortest: int | None, longest: int | None) -> str:
    """'18 to 20 weeks', '10 weeks'."""
    known = [number for number in (shortest, longest) if number is not None]
    if not known:
        return ""
    low, high = min(known), max(known)
    if low == high:
        return ngettext("%(count)d week", "%(count)d weeks", low) % {"count": low}
    return _("%(low)d to %(high)d weeks") % {"low": low, "high": high}


def listed(words: list[str]) -> str:
    """'Sweden, Cuba and Indonesia'."""
    if len(words) < 2:
        return "".join(words)
    return _("%(most)s and %(last)s") % {"most": ", ".join(words[:-1]), "last": words[-1]}


def sentence_case(text: str) -> str:
    """Return a first letter that is large; the rest stays as it was."""
    return text[:1].upper() + text[1:]


_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)")


def first_sentence(text: str, longest: int = 180) -> str:
    """Return the first sentence; a very long one ends at a word, with dots."""
    first = _SENTENCE_END.split(" ".join(text.split()), maxsplit=1)[0]
    if len(first) <= longest:
        return first
    return first[:longest].rsplit(" ", 1)[0].rstrip(",;:") + "\N{HORIZONTAL ELLIPSIS}"


def escaped(text: str) -> str:
    """Safe to put into HTML."""
    return str(conditional_escape(text))
