"""The mails of experiences, each in the language of its reader."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.common.urls import site_root
from sojourn.experiences.links import LinkPurpose, token_for
from sojourn.experiences.models import Correspondent, Message, Report, ReportInvitation
from sojourn.experiences.publication import recipient_of
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import OutboxMail, User
from sojourn.people.outbox import Letter, Link, Recipient


def invite_to_report(invitation: ReportInvitation) -> OutboxMail:
    place = invitation.opportunity

    def write() -> Letter:
        return Letter(
            subject=_("How was it? A request from the study-abroad office"),
            paragraphs=(
                _("You were abroad: %(place)s. Students who go next would like to hear how it was.")
                % {"place": place.title},
                _(
                    "It takes about fifteen minutes, you can stop and continue "
                    "later, and you need no account. You decide whether your name is "
                    "shown and whether students may ask you something."
                ),
                _("The link below is yours alone: anyone who has it can write in your place."),
                _("If we hear nothing, we ask once more after a few weeks, and then not again."),
            ),
            link=Link(
                _("Tell how it was"),
                _path("experiences:invited", LinkPurpose.REPORT, invitation.pk),
            ),
        )

    return _to_invited(invitation, f"report-invitation:{invitation.pk}", write)


def remind_to_report(invitation: ReportInvitation) -> OutboxMail:
    """Send the one reminder; its key prevents a second."""

    def write() -> Letter:
        return Letter(
            subject=_("Our only reminder: how was it?"),
            paragraphs=(
                _("Some weeks ago we asked how it was: %(place)s. Perhaps it slipped your mind.")
                % {"place": invitation.opportunity.title},
                _("This is our only reminder. If you would rather not, do nothing."),
                _("The link below is yours alone: anyone who has it can write in your place."),
            ),
            link=Link(
                _("Tell how it was"),
                _path("experiences:invited", LinkPurpose.REPORT, invitation.pk),
            ),
        )

    return _to_invited(invitation, f"report-reminder:{invitation.pk}", write)


def _to_invited(invitation: ReportInvitation, key: str, write: Callable[[], Letter]) -> OutboxMail:
    return outbox.post(
        key=key,
        to=Recipient(invitation.email, invitation.language),
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
        reply_to=outbox.office_address(),
        stop=lambda: _path("experiences:stop-inviting", LinkPurpose.STOP_INVITING, invitation.pk),
    )


def report_published(report: Report) -> OutboxMail | None:
    def write() -> Letter:
        return Letter(
            subject=_("Your report is published"),
            paragraphs=(
                _("Thank you. Your report is on the page of the place where you were."),
                _(
                    "You can see what the office changed, if anything, and withdraw your "
                    "report at any time."
                ),
            ),
            link=_link_to(report),
        )

    return _to_writer(report, f"report-published:{report.pk}:{report.revision}", write)


def report_edited(report: Report) -> OutboxMail | None:
    def write() -> Letter:
        return Letter(
            subject=_("The office edited your report"),
            paragraphs=(
                _("You can compare the old and the new text word by word."),
                _("If you do not agree, withdraw your report or write to the office."),
            ),
            link=_link_to(report),
        )

    return _to_writer(report, f"report-edited:{report.pk}:{report.revision}", write)


def report_answered(report: Report) -> OutboxMail | None:
    def write() -> Letter:
        return Letter(
            subject=_("The office answered about your report"),
            paragraphs=(
                _("Your report is not published now. The office wrote why, and what you can do."),
            ),
            link=_link_to(report),
        )

    key = f"report-answered:{report.pk}:{report.revision}:{report.state}"
    return _to_writer(report, key, write)


def _to_writer(report: Report, key: str, write: Callable[[], Letter]) -> OutboxMail | None:
    email, language = recipient_of(report)
    if not email:
        return None
    to: User | Recipient = report.writer or Recipient(email, language)
    readable = Readable.BY_THE_OFFICE if report.writer else Readable.BY_NOBODY_ELSE
    return outbox.post(
        key=key,
        to=to,
        write=write,
        readable=readable,
        reply_to=outbox.office_address(),
    )


def _link_to(report: Report) -> Link:
    if report.writer is None and report.invitation is not None:
        path = _path("experiences:invited", LinkPurpose.REPORT, report.invitation.pk)
    else:
        path = reverse("experiences:report", kwargs={"number": report.pk})
    return Link(_("Your report"), path)


def ask_for_consent(person: Correspondent) -> OutboxMail:
    def write() -> Letter:
        return Letter(
            subject=_("May our students write to you?"),
            paragraphs=(
                _(
                    "You know a place where our students go. May they send you a question "
                    "a few times a year?"
                ),
                _(
                    "They never see your address: mail comes through us, and you "
                    "decide whether and how you answer. The link lets you say yes, "
                    "or stop for good, with one click and without an account. If you "
                    "do nothing, nothing happens."
                ),
            ),
            link=Link(
                _("Say yes or no"), _path("experiences:consent", LinkPurpose.CONSENT, person.pk)
            ),
        )

    assert person.asked_at is not None  # noqa: S101
    return outbox.post(
        key=f"consent-asked:{person.pk}:{person.asked_at:%Y%m%d%H%M%S}",
        to=Recipient(person.email, person.language),
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
        reply_to=outbox.office_address(),
        stop=lambda: _path("experiences:stop", LinkPurpose.STOP, person.pk),
    )


def message_to(
    person: Correspondent, message: Message, sender: str, address: str, about: str, text: str
) -> OutboxMail:
    """Mail a message to a correspondent.

    `address` is the student's, where they let it go along; otherwise empty.
    """

    def write() -> Letter:
        stop = _path("experiences:consent", LinkPurpose.CONSENT, person.pk)
        if address:
            way = _("You can answer straight to %(address)s, or with the link below.") % {
                "address": address
            }
        else:
            way = _(
                "You can answer with the link below; your address is not shown unless you say so."
            )
        return Letter(
            subject=_("A question from a student, about %(about)s") % {"about": about},
            paragraphs=(
                _("%(name)s, a student, writes to you through Sojourn:") % {"name": sender},
                *_paragraphs(text),
                way,
                _("To stop these messages for good: %(link)s") % {"link": _full(stop)},
            ),
            link=Link(_("Answer"), _path("experiences:answer", LinkPurpose.ANSWER, message.pk)),
        )

    return outbox.post(
        key=f"message:{message.pk}",
        to=Recipient(person.email, person.language),
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
        reply_to=address,
        stop=lambda: _path("experiences:stop", LinkPurpose.STOP, person.pk),
    )


def answer_to(student: User, message: Message, sender: str, address: str, text: str) -> OutboxMail:
    """Mail an answer to a student.

    `address` is that of the person who answers, where they let it go along; otherwise empty.
    """

    def write() -> Letter:
        if address:
            way = _("You can continue by mail: %(address)s") % {"address": address}
        else:
            way = _("You cannot see the address of the person who answered.")
        return Letter(
            subject=_("An answer to your question"),
            paragraphs=(_("%(name)s answers:") % {"name": sender}, *_paragraphs(text), way),
            link=Link(_("What you asked, and when"), reverse("experiences:mine")),
        )

    return outbox.post(
        key=f"message:{message.pk}",
        to=student,
        write=write,
        readable=Readable.BY_NOBODY_ELSE,
        reply_to=address,
    )


def _paragraphs(text: str) -> tuple[str, ...]:
    lines = (" ".join(part.split()) for part in text.replace("\r\n", "\n").split("\n"))
    return tuple(line for line in lines if line)


def _path(view: str, purpose: LinkPurpose, number: UUID) -> str:
    return reverse(view, kwargs={"token": token_for(purpose, number)})


def _full(path: str) -> str:
    """Return the full address of a path, for running text."""
    return f"{site_root()}{path}"
