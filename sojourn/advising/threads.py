"""Write into a thread: the next message, its number, its files; nothing twice."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.advising import files as advising_files
from sojourn.advising.errors import AdvisingError
from sojourn.advising.files import ReceivedFile
from sojourn.advising.models import Message, Question, SelfArrangedPlace, Side
from sojourn.people.models import User

LONGEST_TEXT = 5_000
MOST_MESSAGES = 200


class ThreadChangedError(AdvisingError):
    """Another message arrived meanwhile; nothing was sent, and the page shows both."""


@dataclass(frozen=True)
class NewMessage:
    """A message to send; `sending` comes with the form and is the same when sent again."""

    text: str
    sending: uuid.UUID
    files: Sequence[ReceivedFile] = ()


def already_sent(sending: uuid.UUID) -> Message | None:
    """Return the message that this form made when it was sent before."""
    return Message.objects.filter(sending=sending).first()


def add_message(
    thread: Question | SelfArrangedPlace, written: NewMessage, *, side: Side, author: User | None
) -> Message:
    """Add the next message to a thread, which the caller has locked. Raises AdvisingError."""
    text = clean_text(written.text)
    count = thread.messages.count()
    if count >= MOST_MESSAGES:
        raise AdvisingError(_("This conversation is full. Begin a new one."))
    message = Message.objects.create(
        question=thread if isinstance(thread, Question) else None,
        self_arranged_place=thread if isinstance(thread, SelfArrangedPlace) else None,
        number=count + 1,
        side=side,
        author=author,
        text=text,
        sending=written.sending,
    )
    advising_files.attach(message, written.files)
    return message


def clean_text(text: str) -> str:
    """Strip a text. Raises AdvisingError when it is empty or too long."""
    plain = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not plain:
        raise AdvisingError(_("Write something first."))
    if len(plain) > LONGEST_TEXT:
        raise AdvisingError(
            _("A message can have %(most)d characters; this one has %(count)d.")
            % {"most": LONGEST_TEXT, "count": len(plain)}
        )
    return plain
