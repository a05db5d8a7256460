"""Write mail in the transaction of the change that it is about, in the reader's language.

A mail has a key that says what it is about. Posting the same key again does nothing, so a verb that
runs twice, or a worker that died half way, never writes to a person twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import override

from sojourn.common.languages import known_language
from sojourn.common.urls import site_root
from sojourn.people.mail import Readable, enqueue
from sojourn.people.models import OutboxMail, User


@dataclass(frozen=True)
class Recipient:
    """A person without an account here."""

    email: str
    language: str


@dataclass(frozen=True)
class Link:
    """The one thing to do next. `path` is of this site and begins with a slash."""

    title: str
    path: str


@dataclass(frozen=True)
class Letter:
    """What a mail says. Paragraphs are plain text; nothing in them is read as HTML."""

    subject: str
    paragraphs: tuple[str, ...]
    link: Link | None = None


@dataclass(frozen=True)
class CalendarPart:
    """An appointment as calendar programs read it from a mail (RFC 5546, carried by RFC 6047)."""

    method: str
    """"REQUEST" or "CANCEL"; the same as in the text."""
    text: str


def office_address() -> str:
    """Return where the office reads replies to mail; empty where it does not."""
    return str(settings.OFFICE_MAIL_ADDRESS)


def post(
    *,
    key: str,
    to: User | Recipient,
    write: Callable[[], Letter],
    calendar: CalendarPart | None = None,
    readable: Readable = Readable.BY_THE_OFFICE,
    reply_to: str = "",
    stop: Callable[[], str] | None = None,
) -> OutboxMail:
    """Put a mail into the outbox; the worker sends it after the transaction commits.

    `write` is called in the language of the reader, so that its texts and links are in it too.
    `reply_to` is the address that an answer by mail goes to, where somebody reads it. `stop` gives
    the path of a page that a mail program may POST to, so that nobody ever writes there again
    (RFC 8058); looking at it must change nothing.
    Returns the mail, the earlier one when `key` is known.
    """
    known = OutboxMail.objects.filter(key=key).first()
    if known is not None:
        return known
    language = known_language(to.language)
    with override(language):
        letter = write()
        message = _message(letter, to.email, language, calendar)
        message.reply_to = [reply_to] if reply_to else []
        if stop is not None:
            message.extra_headers["List-Unsubscribe"] = f"<{site_root()}{stop()}>"
            message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    receiver = to if isinstance(to, User) else None
    return enqueue(message, key=key, language=language, readable=readable, receiver=receiver)


def _message(
    letter: Letter, email: str, language: str, calendar: CalendarPart | None
) -> EmailMultiAlternatives:
    context = {
        "letter": letter,
        "language": language,
        "address": f"{site_root()}{letter.link.path}" if letter.link else "",
    }
    message = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),
        body=render_to_string("people/mail/letter.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[email],
        # Nobody reads what out-of-office programs answer (RFC 3834).
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(render_to_string("people/mail/letter.html", context), "text/html")
    if calendar is not None:
        message.attach_alternative(
            calendar.text, f"text/calendar; method={calendar.method}; charset=utf-8"
        )
    return message
