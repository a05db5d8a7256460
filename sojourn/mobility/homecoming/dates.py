"""The certificate of days: the host says which days it were, by the link or on a paper.

What the host says becomes the days of the stay. So steps, insurance, visa and grant are held
against the days that were really spent there.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy
from sojourn.common.pdf_files import CheckedPdf
from sojourn.mobility import steps
from sojourn.mobility.changes import locked, refusal
from sojourn.mobility.errors import MobilityError, NotAllowedNowError
from sojourn.mobility.homecoming import letters
from sojourn.mobility.homecoming.asking import require_current
from sojourn.mobility.models import CertifiedBy, CertifiedDays, PapersRequest, Stay
from sojourn.mobility.periods import Days, require_order
from sojourn.mobility.states import StayState
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_NAME = 200
# A host certifies in the last weeks; further ahead it is a slip or a promise.
MOST_DAYS_AHEAD = 30
# Once everything is settled a correction opens the stay again first.
WHEN = (StayState.AWAY, StayState.INTERRUPTED, StayState.BACK)


@dataclass(frozen=True)
class Certificate:
    """What the host says: from when until when, who says so, and in which function."""

    days: Days
    name: str
    function: str


def confirmed_dates(stay: Stay) -> Days | None:
    """Return the first and last day that the host certified; None before that."""
    found = newest(stay)
    return Days(found.starts_on, found.ends_on) if found else None


def newest(stay: Stay) -> CertifiedDays | None:
    """Find the certificate that counts, without its file."""
    return stay.certified_days.defer("content").order_by("-number").first()


def certify_by_link(request: PapersRequest, said: Certificate) -> CertifiedDays:
    """Write down what the host says. The same once more changes nothing.

    Something else afterwards is for the office to write down: money may be paid by then.
    """
    first, last = _checked(said)
    with transaction.atomic():
        stay = _stay(request.stay)
        require_current(request)
        before = newest(stay)
        if before is not None:
            if _says(before, said):
                return before
            raise NotAllowedNowError(
                _("The days are confirmed already. Are they wrong? Answer the mail, please.")
            )
        made = CertifiedDays.objects.create(
            stay=stay,
            starts_on=first,
            ends_on=last,
            planned_first=stay.starts_on,
            planned_last=stay.ends_on,
            way=CertifiedBy.LINK,
            name=said.name,
            function=said.function,
            request=request,
        )
        _follow(stay, made, actor=None)
        return made


def certify_on_paper(
    stay: Stay, said: Certificate, paper: CheckedPdf, *, actor: User
) -> CertifiedDays:
    """Write down what stands on a paper of the host, keep it, and say who checked it.

    It takes the place of what was certified before, which stays readable.
    """
    first, last = _checked(said)
    with transaction.atomic():
        row = _stay(stay)
        before = newest(row)
        if before is not None and _says(before, said) and before.sha256 == paper.sha256:
            return before
        made = CertifiedDays.objects.create(
            stay=row,
            number=before.number + 1 if before else 1,
            starts_on=first,
            ends_on=last,
            planned_first=row.starts_on,
            planned_last=row.ends_on,
            way=CertifiedBy.PAPER,
            name=said.name,
            function=said.function,
            checked_by=actor,
            checked_name=str(actor)[:LONGEST_NAME],
            file_name=paper.name,
            content=paper.content,
            sha256=paper.sha256,
        )
        _follow(row, made, actor=actor)
        return made


def cut(name: str, function: str) -> tuple[str, str]:
    """Return both without what a browser adds around them."""
    return " ".join(name.split())[:LONGEST_NAME], " ".join(function.split())[:LONGEST_NAME]


def _checked(said: Certificate) -> tuple[dt.date, dt.date]:
    if not said.name or not said.function:
        raise MobilityError(_("Type the name and the function of who confirms it."))
    first, last = said.days.first, said.days.last
    if first is None or last is None:
        raise MobilityError(_("Give the first and the last day."))
    require_order(said.days)
    today = timezone.localdate()
    if first > today:
        raise MobilityError(_("The first day is still to come. Confirm it near the end."))
    if (last - today).days > MOST_DAYS_AHEAD:
        raise MobilityError(
            _("The last day is more than %(days)d days ahead. Confirm it near the end.")
            % {"days": MOST_DAYS_AHEAD}
        )
    return first, last


def _stay(stay: Stay) -> Stay:
    row = locked(stay)
    if row.state not in WHEN:
        raise refusal(row)
    return row


def _says(held: CertifiedDays, said: Certificate) -> bool:
    now = (said.days.first, said.days.last, said.name, said.function)
    return (held.starts_on, held.ends_on, held.name, held.function) == now


def _follow(stay: Stay, made: CertifiedDays, *, actor: User | None) -> None:
    """Let the days of the stay be those, and the step be done. The caller holds the lock."""
    stay.starts_on, stay.ends_on = made.starts_on, made.ends_on
    stay.save(update_fields=["starts_on", "ends_on"])
    audit.record(
        "stay.certified",
        actor=actor,
        about=stay.student,
        on=stay,
        details={
            "first": made.starts_on.isoformat(),
            "last": made.ends_on.isoformat(),
            "by": made.way,
        },
    )
    steps.done_by(stay, DoneBy.DATES, actor=actor)
    letters.days_certified(stay, made)
