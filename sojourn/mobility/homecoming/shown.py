"""What the student's page and the office's say alike about coming home."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import Gate
from sojourn.common.translated_fields import text_of
from sojourn.mobility import wording
from sojourn.mobility.homecoming import asking, transcripts
from sojourn.mobility.models import (
    CertifiedBy,
    CertifiedDays,
    CheckedHow,
    Stay,
    StayStep,
    Transcript,
    TranscriptFrom,
)
from sojourn.mobility.states import TranscriptState


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


@dataclass(frozen=True)
class Brought:
    """A transcript as it is shown."""

    number: int
    file: str
    by: str
    state: str
    tone: str
    checked: str
    reason: str
    whose: str
    """Of whom a file with data says it is."""
    issuer: str
    waits: bool
    counts: bool


_TONES = {
    TranscriptState.WAITING: "warn",
    TranscriptState.CHECKED: "good",
    TranscriptState.REFUSED: "bad",
}


def brought(stay: Stay) -> tuple[Brought, ...]:
    """List the transcripts, the newest first."""
    return tuple(_brought(each) for each in transcripts.of_stay(stay))


def _brought(row: Transcript) -> Brought:
    state = TranscriptState(row.state)
    said = row.read or {}
    checked = ""
    if row.checked_at is not None:
        day = wording.day(timezone.localtime(row.checked_at).date())
        how = f"{CheckedHow(row.how).label}: " if row.how else ""
        checked = f"{how}{row.checked_name}, {day}"
    return Brought(
        row.number,
        row.file_name,
        _("%(name)s (%(who)s), %(day)s")
        % {
            "name": row.brought_name,
            "who": TranscriptFrom(row.origin).label,
            "day": wording.day(timezone.localtime(row.at).date()),
        },
        str(state.label),
        _TONES[state],
        checked,
        row.reason,
        said.get("learner", ""),
        said.get("issuer", ""),
        state == TranscriptState.WAITING,
        state != TranscriptState.REFUSED,
    )
