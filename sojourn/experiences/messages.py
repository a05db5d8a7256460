"""Messages between a student and somebody who went before, or who knows the place.

They go out by mail and are not kept: the log holds who wrote to whom and when. How many a student
may send and a person may get in a week is counted from that log, under a lock, so that two clicks
at the same moment cannot both take the last one.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.experiences import letters
from sojourn.experiences.correspondents import may_receive_messages
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Correspondent, Message
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.people.names import clean_name

WEEK = dt.timedelta(days=7)
LONGEST_MESSAGE = 3000
MOST_ANSWERS = 5  # to one message
ANSWER_WITHIN = dt.timedelta(days=90)


@dataclass(frozen=True)
class NewMessage:
    """What somebody wants to say. `form` is the id of the form it was typed in.

    `name` is how an answer is signed; a question bears the name of the student's account.
    """

    form: UUID
    text: str
    name: str = ""
    shows_address: str = ""
    """The sender's own address, where it may go along; empty where it stays hidden."""


def send_message(student: User, person: Correspondent, note: NewMessage, about: str) -> Message:
    """Mail a student's message; the same form sent twice is the same message.

    The mail comes from our address, so it says that a student writes, under the account's own name.
    Raises ExperienceError when the person did not agree or stopped, when there is nothing to say,
    when the account has no name, or when this week's messages are used up.
    """
    _check(note)
    name = clean_name(student.get_full_name())
    if not name:
        raise ExperienceError(_("Fill in your name first: people like to know who asks."))
    with transaction.atomic():
        known = Message.objects.filter(form=note.form, student=student).first()
        if known is not None:
            return known
        # Always the student first and then the person, so that two messages never wait in a ring.
        User.objects.select_for_update().get(pk=student.pk)
        locked = (
            Correspondent.objects.select_for_update(of=("self",))
            .select_related("report__published", "contact")
            .get(pk=person.pk)
        )
        if not may_receive_messages(locked):
            raise ExperienceError(_("You can no longer write to this person."))
        _within_limits(student, locked)
        message = Message.objects.create(student=student, correspondent=locked, form=note.form)
        letters.message_to(locked, message, name, note.shows_address, about, note.text)
        audit.record(
            "message.sent",
            actor=student,
            about=student,
            on=message,
            details={"to": str(locked.pk)},
        )
    return message


def _check(note: NewMessage) -> None:
    if not note.text.strip():
        raise ExperienceError(_("Write your question first."), "text")
    if len(note.text) > LONGEST_MESSAGE:
        raise ExperienceError(
            _("This is too long: at most %(most)d characters.") % {"most": LONGEST_MESSAGE}, "text"
        )


def _within_limits(student: User, person: Correspondent) -> None:
    left = count_left_this_week(student)
    if left <= 0:
        raise ExperienceError(
            ngettext(
                "You can send %(count)d message a week, and you have sent it. Try "
                "again in a few days.",
                "You can send %(count)d messages a week, and you have sent them. Try "
                "again in a few days.",
                settings.MESSAGES_A_WEEK_PER_SENDER,
            )
            % {"count": settings.MESSAGES_A_WEEK_PER_SENDER}
        )
    since = timezone.now() - WEEK
    # Counted by address: one person may stand in the list twice.
    got = Message.objects.filter(
        correspondent__email__iexact=person.email, is_answer=False, sent_at__gt=since
    ).count()
    if got >= settings.MESSAGES_A_WEEK_PER_RECEIVER:
        raise ExperienceError(
            _("This person got enough mail from students this week. Try again in a few days.")
        )


def count_left_this_week(student: User) -> int:
    """Return how many messages the student may still send."""
    sent = Message.objects.filter(
        student=student, is_answer=False, sent_at__gt=timezone.now() - WEEK
    ).count()
    most: int = settings.MESSAGES_A_WEEK_PER_SENDER
    return max(0, most - sent)


def may_be_answered(message: Message) -> bool:
    """Tell whether the link to answer still works."""
    return (
        not message.is_answer
        and message.student is not None
        and message.student.is_active
        and message.correspondent is not None
        and timezone.now() - message.sent_at < ANSWER_WITHIN
    )


def send_answer(message: Message, note: NewMessage) -> Message:
    """Mail an answer to the student; the same form sent twice is the same answer."""
    _check(note)
    name = clean_name(note.name)
    if not name:
        raise ExperienceError(
            _("Fill in your name, so that the student knows who answers."), "name"
        )
    with transaction.atomic():
        asked = Message.objects.select_for_update(of=("self",)).get(pk=message.pk)
        known = Message.objects.filter(form=note.form, answers=asked).first()
        if known is not None:
            return known
        if not may_be_answered(asked) or asked.student is None:
            raise ExperienceError(_("This question cannot be answered here any more."))
        if asked.answered_by.count() >= MOST_ANSWERS:
            raise ExperienceError(
                _("You have answered %(count)d times. Share your address and continue by mail.")
                % {"count": MOST_ANSWERS}
            )
        sent = Message.objects.create(
            student=asked.student,
            correspondent=asked.correspondent,
            answers=asked,
            is_answer=True,
            form=note.form,
        )
        letters.answer_to(asked.student, sent, name, note.shows_address, note.text)
        audit.record("message.answered", actor=None, about=asked.student, on=sent)
    return sent
