"""What the student's page and the office's say alike about coming home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Gate
from sojourn.common.translated_fields import text_of
from sojourn.mobility import wording
from sojourn.mobility.homecoming import asking
from sojourn.mobility.models import CertifiedBy, CertifiedDays, Stay, StayStep


@dataclass(frozen=True)
class Waiting:
    """Something that is still waited for, and from whom."""

    what: str
    who: str
    """'The host has had it for 6 days.'"""
    when: str
    is_late: bool


@dataclass(frozen=True)
class Certified:
    """A certificate of days."""

    number: int
    days: str
    by: str
    how: str
    planned: str
    """The days that the stay had until then, where they were others."""
    has_file: bool


def waiting(stay: Stay, now: dt.datetime) -> tuple[Waiting, ...]:
    """List what the last two gates still wait for."""
    today = timezone.localtime(now).date()
    return tuple(
        Waiting(
            str(text_of(row.step, "name")),
            wording.waits_for(row, now),
            wording.when(row, today),
            wording.is_late(row, today),
        )
        for row in stay.steps.all()
        if _counts(row)
    )


def _counts(row: StayStep) -> bool:
    return row.step.gate in (Gate.END, Gate.RECOGNITION) and not row.is_settled


def certificates(stay: Stay) -> tuple[Certified, ...]:
    """List what the host certified, the newest first: that one counts."""
    held = stay.certified_days.defer("content").order_by("-number")
    return tuple(_certified(each) for each in held)


def _certified(held: CertifiedDays) -> Certified:
    is_other = (held.planned_first, held.planned_last) != (held.starts_on, held.ends_on)
    by = _("%(name)s, %(function)s, on %(day)s") % {
        "name": held.name,
        "function": held.function,
        "day": wording.day(timezone.localtime(held.at).date()),
    }
    if held.way == CertifiedBy.PAPER:
        how = _("On paper; %(name)s checked it.") % {"name": held.checked_name}
    else:
        how = _("By the link that was mailed to the host.")
    return Certified(
        held.number,
        wording.days_of(held.starts_on, held.ends_on),
        by,
        how,
        wording.days_of(held.planned_first, held.planned_last) if is_other else "",
        held.way == CertifiedBy.PAPER,
    )


def asked(stay: Stay) -> str:
    """Say whom the host is asked through, and since when."""
    found = asking.current(stay)
    if found is None:
        return _("Nobody at the host was asked yet.")
    day = wording.day(timezone.localtime(found.asked_at).date())
    return _("%(name)s was asked on %(day)s.") % {"name": found.name or found.email, "day": day}
