"""What advising writes to people. A mail says that something happened, never what was written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising import links, question_lists
from sojourn.advising.models import Message, Question, SelfArrangedPlace
from sojourn.people import outbox
from sojourn.people.mail import Readable
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link, Recipient
from sojourn.people.permissions import holds
from sojourn.people.roles import Role
from sojourn.people.visibility import Casework


def question_received(question: Question, message: Message) -> None:
    """Send an asker without an account the link to the thread."""
    if question.asker is not None:
        return
    outbox.post(
        key=_key(question, message),
        to=Recipient(question.reply_email, question.language),
        write=lambda: Letter(
            subject=_("Your question to the study abroad office"),
            paragraphs=(
                _("We have your question. You can read the answer and reply on its page."),
                _("Anyone with this link can read the conversation, so keep it to yourself."),
                _("If you did not ask this, do nothing. You will get no more mail about it."),
            ),
            link=Link(_("Your question"), _asker_page(question)),
        ),
        readable=Readable.BY_NOBODY_ELSE,
    )


def office_wrote(question: Question, message: Message) -> None:
    """Tell the asker that the office replied."""
    to = question.asker or Recipient(question.reply_email, question.language)
    outbox.post(
        key=_key(question, message),
        to=to,
        write=lambda: Letter(
            subject=_("The study abroad office wrote to you"),
            paragraphs=(_("There is something new in the conversation about your question."),),
            link=Link(_("Read and reply"), _asker_page(question)),
        ),
        readable=Readable.BY_THE_OFFICE if question.asker else Readable.BY_NOBODY_ELSE,
    )


def office_began(question: Question, message: Message) -> None:
    """Tell a student that the office began a conversation."""
    if question.asker is None:
        return
    outbox.post(
        key=_key(question, message),
        to=question.asker,
        write=lambda: Letter(
            subject=_("The study abroad office wrote to you"),
            paragraphs=(_("There is a message from the office for you. Only you can read it."),),
            link=Link(_("Read and reply"), _asker_page(question)),
        ),
    )


def asker_wrote(question: Question, message: Message) -> None:
    """Tell the assigned colleague that the asker wrote; all where nobody is assigned."""
    if question.assignee is None or not question.assignee.is_active:
        question_waits(question, message)
        return
    outbox.post(
        key=_key(question, message),
        to=question.assignee,
        write=lambda: Letter(
            subject=_("New message about your question"),
            paragraphs=(_("There is a new message in a conversation assigned to you."),),
            link=Link(_("Open it in Sojourn"), _office_page(question)),
        ),
    )


def question_waits(question: Question, message: Message) -> None:
    """Tell the coordinators who see it that a question is not assigned."""
    _to_coordinators(
        question,
        "question-waits",
        message.written_at,
        lambda: Letter(
            subject=_("A question is waiting"),
            paragraphs=(
                _("A new question has come in and nobody has taken it on yet."),
                _("You get at most one of these mails an hour; the list shows every question."),
            ),
            link=Link(
                _("Unassigned questions"),
                f"{reverse('office:questions')}?assigned={question_lists.NOBODY}",
            ),
        ),
    )


def assigned(question: Question, to: User) -> None:
    """Tell a colleague that a question is assigned to them."""
    outbox.post(
        key=f"question-assigned:{question.pk}:{to.pk}:{question.messages.count()}",
        to=to,
        write=lambda: Letter(
            subject=_("A question was assigned to you"),
            paragraphs=(_("A colleague has assigned a question to you."),),
            link=Link(_("Open it in Sojourn"), _office_page(question)),
        ),
    )


def self_arranged_place_waits(place: SelfArrangedPlace, since: dt.datetime) -> None:
    """Tell every coordinator that a student wrote about a self-arranged place."""
    _to_coordinators(
        place,
        "self-arranged-place-waits",
        since,
        lambda: Letter(
            subject=_("News about a place that a student found"),
            paragraphs=(
                _("A student reported a place, or wrote about one."),
                _("You get at most one of these mails an hour; the list shows every place."),
            ),
            link=Link(_("Self-arranged places"), reverse("office:self-arranged-places")),
        ),
    )


def self_arranged_place_answered(place: SelfArrangedPlace, message: Message) -> None:
    """Tell the student that the office wrote, or decided with a reason."""
    outbox.post(
        key=f"self-arranged-place-message:{place.pk}:{message.number}",
        to=place.student,
        write=lambda: Letter(
            subject=_("News about the place that you found"),
            paragraphs=(_("The study abroad office wrote to you about the place you found."),),
            link=Link(_("Read and reply"), _place_page(place)),
        ),
    )


def self_arranged_place_approved(place: SelfArrangedPlace) -> None:
    """Tell the student that the place is approved."""
    outbox.post(
        key=f"self-arranged-place-approved:{place.pk}",
        to=place.student,
        write=lambda: Letter(
            subject=_("The place that you found is approved"),
            paragraphs=(
                _(
                    "The study abroad office approved the place you found. You can "
                    "plan with it now."
                ),
            ),
            link=Link(_("See your place"), _place_page(place)),
        ),
    )


def _to_coordinators(
    row: Casework, about: str, at: dt.datetime, write: Callable[[], Letter]
) -> None:
    """Write the same to each who sees the row; to operators where there is none.

    One most once an hour: the key holds the hour.
    """
    hour = f"{at.astimezone(dt.UTC):%Y%m%d%H}"
    coordinators = User.objects.holding(Role.COORDINATOR)
    readers = [each for each in coordinators if holds(each, {Role.COORDINATOR}, row)]
    for reader in readers or User.objects.holding(Role.OPERATOR):
        outbox.post(key=f"{about}:{reader.pk}:{hour}", to=reader, write=write)


def _place_page(place: SelfArrangedPlace) -> str:
    return reverse("self-arranged:place", kwargs={"number": place.pk})


def mail_key(question: Question, number: int) -> str:
    """Return the key of the mail about a message of a thread."""
    return f"question-message:{question.pk}:{number}"


def _key(question: Question, message: Message) -> str:
    return mail_key(question, message.number)


def _asker_page(question: Question) -> str:
    if question.asker_id is not None:
        return reverse("questions:thread", kwargs={"number": question.pk})
    return reverse("questions:read", kwargs={"token": links.token_of(question.pk)})


def _office_page(question: Question) -> str:
    return reverse("office:question", kwargs={"number": question.pk})
