"""What the student's pages, the office's and mails say alike about a stay."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.choices import Pen
from sojourn.design import components
from sojourn.mobility.models import PeriodKind, Stay, StayStep
from sojourn.mobility.periods import Conflict, Misfit
from sojourn.mobility.standing import pen_of
from sojourn.mobility.states import StayState

# How good or bad a state is, as the design shows it.
TONES = {
    StayState.PREPARING: "",
    StayState.AWAY: "good",
    StayState.INTERRUPTED: "warn",
    StayState.BACK: "",
    StayState.FINISHED: "good",
    StayState.POSTPONED: "warn",
    StayState.WITHDRAWN: "quiet",
}


def day(value: dt.date) -> str:
    """'7 February 2027'."""
    return date_format(value, "j F Y")


def days_of(first: dt.date | None, last: dt.date | None) -> str:
    """'18 January 2027 – 4 June 2027'; what is not known is left open."""
    if first and last:
        return f"{day(first)} – {day(last)}"
    if first:
        return _("from %(day)s") % {"day": day(first)}
    if last:
        return _("until %(day)s") % {"day": day(last)}
    return ""


def when(row: StayStep, today: dt.date) -> str:
    """'By 3 June 2027, in 12 days'; nothing where there is no day."""
    if row.due_on is None:
        return ""
    left = (row.due_on - today).days
    by = _("By %(day)s") % {"day": day(row.due_on)}
    if row.is_settled:
        return by
    if left < 0:
        late = ngettext("%(days)d day late", "%(days)d days late", -left) % {"days": -left}
        return f"{by}, {late}"
    if left == 0:
        on_the_day = _("today")
        return f"{by}, {on_the_day}"
    ahead = ngettext("in %(days)d day", "in %(days)d days", left) % {"days": left}
    return f"{by}, {ahead}"


def note_of(row: StayStep) -> str:
    """Return until when it is valid, and what was noted about it."""
    if row.valid_until is None:
        return row.reason
    valid = _("Valid until %(day)s.") % {"day": day(row.valid_until)}
    return f"{valid} {row.reason}".strip()


def source_of(row: StayStep) -> components.Source | None:
    """Return where the rule comes from, as read in the year and on the day that it names."""
    source = row.step.source
    if source is None:
        return None
    return components.Source(
        source.title,
        source.publisher,
        source.url,
        row.step.year or source.year,
        row.step.checked_on or source.checked_on,
    )


def waits_for(row: StayStep, now: dt.datetime) -> str:
    """Say who has had a step for how long: 'The host has had it for 6 days'."""
    if row.waiting_since is None:
        return ""
    days = (timezone.localtime(now).date() - timezone.localtime(row.waiting_since).date()).days
    who = {
        Pen.STUDENT: _("The student has it since today."),
        Pen.OFFICE: _("The office has it since today."),
        Pen.BOARD: _("The Board of Examiners has it since today."),
        Pen.HOST: _("The host has it since today."),
    }
    if days <= 0:
        return who[pen_of(row)]
    texts = {
        Pen.STUDENT: ngettext(
            "The student has had it for %(days)d day.",
            "The student has had it for %(days)d days.",
            days,
        ),
        Pen.OFFICE: ngettext(
            "The office has had it for %(days)d day.",
            "The office has had it for %(days)d days.",
            days,
        ),
        Pen.BOARD: ngettext(
            "The Board of Examiners has had it for %(days)d day.",
            "The Board of Examiners has had it for %(days)d days.",
            days,
        ),
        Pen.HOST: ngettext(
            "The host has had it for %(days)d day.",
            "The host has had it for %(days)d days.",
            days,
        ),
    }
    return texts[pen_of(row)] % {"days": days}


def is_late(row: StayStep, today: dt.date) -> bool:
    """Tell whether the day has passed and it is not done."""
    return row.due_on is not None and row.due_on < today and not row.is_settled


def all_days(stay: Stay) -> list[tuple[str, str]]:
    """Name the days at the host and each period that differs from them."""
    return [
        (_("At the host"), days_of(stay.starts_on, stay.ends_on)),
        *(
            (str(PeriodKind(each.kind).label), days_of(each.starts_on, each.ends_on))
            for each in stay.periods.all()
        ),
    ]


def conflict(found: Conflict) -> str:
    """Say how a period does not fit: 'The insurance ends 5 days too early'."""
    days = ngettext("%(days)d day", "%(days)d days", found.days) % {"days": found.days}
    kind = PeriodKind(found.kind).label
    texts = {
        Misfit.BEGINS_LATE: _("%(period)s begins %(days)s too late."),
        Misfit.ENDS_EARLY: _("%(period)s ends %(days)s too early."),
        Misfit.BEGINS_EARLY: _("%(period)s begins %(days)s before the first day at the host."),
        Misfit.ENDS_LATE: _("%(period)s ends %(days)s after the last day at the host."),
    }
    return texts[found.misfit] % {"period": kind, "days": days}


def where_it_is(stay: Stay, today: dt.date) -> str:
    """'57 days to go', 'Day 81 of 138'; nothing where the days are not known."""
    if stay.starts_on is None:
        return ""
    if stay.meaning.is_before:
        left = (stay.starts_on - today).days
        if left <= 0:
            return ""
        return ngettext("%(days)d day to go", "%(days)d days to go", left) % {"days": left}
    if stay.ends_on is not None and stay.starts_on <= today <= stay.ends_on:
        return _("Day %(day)d of %(days)d") % {
            "day": (today - stay.starts_on).days + 1,
            "days": (stay.ends_on - stay.starts_on).days + 1,
        }
    return ""
