"""What is kept about one student, counted; and what erasing that does to others at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.advising.models import Appointment, AppointmentState
from sojourn.design.components import Fact
from sojourn.experiences.models import Report, ReportState
from sojourn.mobility import personal_data
from sojourn.mobility.models import Stay
from sojourn.mobility.states import STANDING
from sojourn.office.shared import formatting
from sojourn.people.models import User
from sojourn.selection.models import Application
from sojourn.selection.states import ApplicationState, RoundState


@dataclass(frozen=True)
class DataPage:
    key: str
    facts: tuple[Fact, ...]
    """What there is, counted."""
    at_once: tuple[str, ...]
    """What erasing does to others."""


def page(student: User, now: dt.datetime) -> DataPage:
    """Count what the file would hold; nothing of it is shown here."""
    found = personal_data.export_for_office(student)
    advice, selection = found["advice"], found["selection"]
    counted = (
        (_("Appointments"), advice["appointments"]),
        (_("Walk-in numbers"), advice["walk_in_numbers"]),
        (_("Questions"), advice["questions"]),
        (_("Self-arranged places"), advice["self_arranged_places"]),
        (_("Applications"), selection["applications"]),
        (_("Stays abroad"), found["mobility"]["stays"]),
        (_("Reports"), found["experiences"]["reports"]),
    )
    return DataPage(
        key=str(student.uuid),
        facts=tuple(Fact(title, str(len(rows))) for title, rows in counted),
        at_once=tuple(_at_once(student, now)),
    )


def _at_once(student: User, now: dt.datetime) -> Iterator[str]:
    """Say what others notice at once: who waits for a seat, the diary, hosts, readers."""
    ahead = Appointment.objects.owned_by(student).filter(
        state=AppointmentState.BOOKED, starts_at__gt=now
    )
    for each in ahead.order_by("starts_at"):
        yield _("The appointment of %(when)s is cancelled, and its time is free again.") % {
            "when": formatting.moment(each.starts_at)
        }
    standing = Application.objects.owned_by(student).filter(state=ApplicationState.SUBMITTED)
    for application in standing.select_related("round").order_by("round__closes_at", "pk"):
        round_ = application.round
        if round_.state == RoundState.RESULTS:
            yield _(
                "They leave the round “%(round)s”: a seat of theirs goes to the next one, and a "
                "nomination is withdrawn. You tell the host."
            ) % {"round": round_.title}
        elif round_.state != RoundState.FINISHED:
            yield _("Their application leaves the round “%(round)s”.") % {"round": round_.title}
    for stay in Stay.objects.owned_by(student).filter(state__in=STANDING):
        yield _("The stay “%(title)s” ends here. You tell the host.") % {"title": stay.title}
    for report in Report.objects.owned_by(student).filter(state=ReportState.PUBLISHED):
        yield _("The report “%(title)s” is no longer public.") % {"title": report.title}
