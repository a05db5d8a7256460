"""What is written about arriving and being reached. A mail holds a link and no data of anybody."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from sojourn.common.urls import url_for
from sojourn.mobility.models import Stay
from sojourn.mobility.naming import place_of
from sojourn.mobility.whereabouts_links import LinkPurpose, token_for
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.outbox import Letter, Link, Recipient


def ask_student(stay: Stay, day: int) -> None:
    """Ask whether the student is there, and how they are reached."""

    def write() -> Letter:
        return Letter(
            subject=_("Are you there? %(place)s") % {"place": place_of(stay)},
            paragraphs=(
                _("Your stay has begun by our list. Please say that you have arrived."),
                _(
                    "On the same page you say how we reach you there, and whom we may call if we "
                    "cannot. You need no password."
                ),
            ),
            link=_reach(stay),
        )

    outbox.post(
        key=f"stay-arrived:{stay.uuid}:{stay.starts_on}:{day}",
        to=stay.student,
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
    )


def new_link(stay: Stay, hour: dt.datetime) -> None:
    """Mail a new link where the one in an older mail has run out."""

    def write() -> Letter:
        return Letter(
            subject=_("Your new link: %(place)s") % {"place": place_of(stay)},
            paragraphs=(_("With this link you change how we reach you. You need no password."),),
            link=_reach(stay),
        )

    outbox.post(
        key=f"stay-reach:{stay.uuid}:{hour:%Y-%m-%d-%H}",
        to=stay.student,
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
    )


def ask_host(stay: Stay) -> None:
    """Ask the host, once, whether the student has arrived."""
    host = next((each for each in stay.hosts.all() if each.contact_email), None)
    if host is None:
        return
    student = stay.student.get_full_name() or stay.student.email

    def write() -> Letter:
        return Letter(
            subject=_("Has %(student)s arrived?") % {"student": student},
            paragraphs=(
                _("By our list %(student)s is with you from now on.") % {"student": student},
                _("Please confirm it with one click. You need no account."),
            ),
            link=Link(
                _("Confirm the arrival"),
                url_for("stays:arrival", token_for(LinkPurpose.ARRIVAL, stay.uuid)),
            ),
        )

    outbox.post(
        key=f"stay-arrival-host:{stay.uuid}:{stay.starts_on}",
        to=Recipient(host.contact_email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        readable=Readable.BY_NOBODY_ELSE,
    )


def _reach(stay: Stay) -> Link:
    return Link(
        _("Arrived, and how you are reached"),
        url_for("stays:reach", token_for(LinkPurpose.REACH, stay.uuid)),
    )
