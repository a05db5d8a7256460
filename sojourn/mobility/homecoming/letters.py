"""What is written when a student comes home.

A mail that holds the link of a host can be read by nobody of the office: the link confirms.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue.choices import DoneBy
from sojourn.common.urls import url_for
from sojourn.mobility.agreements.links import token_for
from sojourn.mobility.models import CertifiedDays, PapersRequest, Stay, Transcript
from sojourn.mobility.naming import place_of
from sojourn.mobility.permissions import looking_after
from sojourn.mobility.wording import days_of
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.outbox import Letter, Link, Recipient


def ask_host(
    stay: Stay, request: PapersRequest, wanted: AbstractSet[DoneBy], *, again: str
) -> None:
    """Ask somebody of the host for what is missing; `again` says which time it is."""
    student = stay.student.get_full_name() or stay.student.email

    def write() -> Letter:
        texts = []
        if DoneBy.DATES in wanted:
            texts.append(_("Please confirm the first and the last day of their stay with you."))
        if DoneBy.TRANSCRIPT in wanted:
            texts.append(_("Please send us their results: the transcript or the assessment."))
        return Letter(
            subject=_("The stay of %(student)s with you") % {"student": student},
            paragraphs=(
                *texts,
                _("One page is enough for it. You need no account."),
                _("Are you not the person who does this? The page lets you pass it on."),
            ),
            link=Link(_("Open the page"), url_for("stays:papers", token_for(request.link))),
        )

    outbox.post(
        key=f"stay-papers:{request.pk}:{again}",
        to=Recipient(request.email, "en"),
        write=write,
        reply_to=outbox.office_address(),
        # Whoever has the link in it confirms for the host.
        readable=Readable.BY_NOBODY_ELSE,
    )


def ask_student(stay: Stay, wanted: AbstractSet[DoneBy], again: str) -> None:
    """Tell the student what is still missing; they know whom to call at the host."""

    def write() -> Letter:
        texts = []
        if DoneBy.DATES in wanted:
            texts.append(_("The host has not confirmed your days yet."))
        if DoneBy.TRANSCRIPT in wanted:
            texts.append(_("We do not have your transcript yet. Do you have it? Then upload it."))
        return Letter(
            subject=_("Still missing: %(place)s") % {"place": place_of(stay)},
            paragraphs=(*texts, _("Ask your contact at the host. We have asked them too.")),
            link=Link(_("Coming home"), url_for("stays:coming-home", stay.uuid)),
        )

    outbox.post(key=f"stay-papers-missing:{stay.uuid}:{again}", to=stay.student, write=write)


def days_certified(stay: Stay, made: CertifiedDays) -> None:
    """Tell the student which days count; the office, where they are others than planned."""

    def write() -> Letter:
        return Letter(
            subject=_("Your days are confirmed: %(place)s") % {"place": place_of(stay)},
            paragraphs=(
                _("The host confirmed these days: %(days)s.")
                % {"days": days_of(made.starts_on, made.ends_on)},
                _("Are they wrong? Ask the host to write to the office."),
            ),
            link=Link(_("Coming home"), url_for("stays:coming-home", stay.uuid)),
        )

    outbox.post(key=f"stay-certified:{made.pk}", to=stay.student, write=write)
    if (made.planned_first, made.planned_last) == (made.starts_on, made.ends_on):
        return
    for each in looking_after(stay):
        outbox.post(
            key=f"stay-certified:{made.pk}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("A host confirmed other days than planned"),
                paragraphs=(_("Look whether grant, insurance and agreement still fit."),),
                link=Link(_("Coming home"), url_for("office:stay-home", stay.uuid)),
            ),
        )


def handed_on(stay: Stay, made: PapersRequest) -> None:
    """Tell the office that another person of the host is asked now."""
    for each in looking_after(stay):
        outbox.post(
            key=f"stay-papers-handed:{made.pk}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("The host passed on who confirms a stay"),
                paragraphs=(
                    _("Now %(name)s is asked. Look whether that is right.") % {"name": made.name},
                ),
                link=Link(_("Coming home"), url_for("office:stay-home", stay.uuid)),
            ),
        )


def transcript_came(stay: Stay, made: Transcript) -> None:
    """Tell the office that a transcript waits to be looked at."""
    for each in looking_after(stay):
        outbox.post(
            key=f"stay-transcript:{made.pk}:{each.pk}",
            to=each,
            write=lambda: Letter(
                subject=_("A transcript came"),
                paragraphs=(_("Look at it, and say how you know that it comes from the host."),),
                link=Link(_("Coming home"), url_for("office:stay-home", stay.uuid)),
            ),
        )


def transcript_refused(stay: Stay, row: Transcript) -> None:
    """Tell the student that a transcript does not count; the page says why."""

    def write() -> Letter:
        return Letter(
            subject=_("Your transcript does not count yet: %(place)s") % {"place": place_of(stay)},
            paragraphs=(_("The office looked at it. The page says what is wrong with it."),),
            link=Link(_("Coming home"), url_for("stays:coming-home", stay.uuid)),
        )

    outbox.post(key=f"stay-transcript-refused:{row.pk}", to=stay.student, write=write)


def recognised(stay: Stay) -> None:
    """Tell the student that every course is decided on."""
    day = timezone.localdate().isoformat()

    def write() -> Letter:
        return Letter(
            subject=_("What counts of your courses: %(place)s") % {"place": place_of(stay)},
            paragraphs=(
                _(
                    "Every course is decided on. The page says what counts, why something does "
                    "not, and until when you can appeal."
                ),
            ),
            link=Link(_("Coming home"), url_for("stays:coming-home", stay.uuid)),
        )

    outbox.post(key=f"stay-recognised:{stay.uuid}:{day}", to=stay.student, write=write)
