"""Writes days, hours and ages as the office reads them."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def day(value: dt.date) -> str:
    """'Monday 30 November', 'maandag 30 november'; of another year with the year."""
    return date_format(value, _with_year("l j F", value))


def short_day(value: dt.date) -> str:
    """'Mon 30 November'; of another year 'Tue 30 November 2027'."""
    return date_format(value, _with_year("D j F", value))


def full_day(value: dt.date) -> str:
    """'30 November 2026'."""
    return date_format(value, "j F Y")


def _with_year(format_: str, value: dt.date) -> str:
    """Format a date so that one of another year is not read as one of this year."""
    return format_ if value.year == timezone.localdate().year else f"{format_} Y"


def clock(value: dt.time | dt.datetime) -> str:
    """'14:00', of a moment in the edition's zone."""
    if isinstance(value, dt.datetime):
        value = timezone.localtime(value)
    return f"{value:%H:%M}"


def moment(value: dt.datetime) -> str:
    """'Mon 30 November, 14:00'."""
    return f"{short_day(timezone.localtime(value).date())}, {clock(value)}"


def age(since: dt.datetime, now: dt.datetime) -> str:
    """How long something has waited: 'since today', '1 day', '12 days'."""
    days = (timezone.localtime(now).date() - timezone.localtime(since).date()).days
    if days <= 0:
        return _("since today")
    return ngettext("%(days)d day", "%(days)d days", days) % {"days": days}
