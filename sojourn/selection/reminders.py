"""Reminds, once, who has begun an application and not handed it in, some days before the end."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sojourn.people import outbox
from sojourn.people.outbox import Letter, Link
from sojourn.selection.calendar import last_moment, reminder_at
from sojourn.selection.changes import locked
from sojourn.selection.models import Application, Round
from sojourn.selection.states import ApplicationState, RoundState


def remind(round_: Round, now: dt.datetime) -> int:
    """Write to everybody with an application that is not handed in, where that is due at `now`.

    Safe to call at any time, and twice. Returns to how many a reminder was or had been written.
    """
    with transaction.atomic():
        row = locked(round_)
        due, last = reminder_at(row), last_moment(row)
        if row.state != RoundState.OPEN or due is None or last is None or not due <= now <= last:
            return 0
        waiting = row.applications.filter(state=ApplicationState.DRAFT).select_related("owner")
        for application in waiting:
            _write(row, application)
        return len(waiting)


def _write(round_: Round, application: Application) -> None:
    def write() -> Letter:
        closes = timezone.localtime(round_.closes_at)
        return Letter(
            subject=_("Submit by %(day)s: %(round)s")
            % {"day": date_format(closes, "j F"), "round": round_.title},
            paragraphs=(
                _(
                    "You started an application and have not submitted it. What is "
                    "submitted by %(moment)s counts; what is only saved does not."
                )
                % {"moment": date_format(closes, "j F Y, H:i")},
                _("If you no longer want to apply, you do not need to do anything."),
            ),
            link=Link(_("See your application"), reverse("apply:form", args=[round_.slug])),
        )

    outbox.post(key=f"application-reminder:{application.uuid}", to=application.owner, write=write)
