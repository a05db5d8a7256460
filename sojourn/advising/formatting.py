"""Format the time and place of an appointment for a page or a mail."""

from __future__ import annotations

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.advising.diaries import zone


def day(value: dt.date) -> str:
    """Format a day: 'Monday 30 November', 'maandag 30 november'."""
    return date_format(value, "l j F")


def hours(starts: dt.datetime, ends: dt.datetime) -> str:
    """Format two times: '14:00 to 14:20', by the edition's clock."""
    here = zone()
    return _("%(low)s to %(high)s") % {
        "low": f"{starts.astimezone(here):%H:%M}",
        "high": f"{ends.astimezone(here):%H:%M}",
    }


def when(starts: dt.datetime, ends: dt.datetime) -> str:
    """Format day and times: 'Monday 30 November, 14:00 to 14:20'."""
    return f"{day(starts.astimezone(zone()).date())}, {hours(starts, ends)}"


def place(room: str, online_link: str) -> str:
    """Format a place: 'room V5-28', 'online', or both."""
    parts = [_("room %(room)s") % {"room": room}] if room else []
    if online_link:
        parts.append(_("online"))
    return ", ".join(parts)
