"""Asking the office, answering, and whose turn it is.

States and allowed changes (`docs/questions.md` has the same table):

    from         to           by
    waiting      asked back   the office writes and wants to know more
    waiting      answered     the office writes
    waiting      settled      either side needs nothing more
    asked back   waiting      the asker writes
    asked back   answered     the office writes after all
    asked back   settled      either side needs nothing more
    answered     waiting      the asker writes on, or the office takes it up again
    answered     asked back   the office writes and wants to know more
    answered     settled      either side needs nothing more
    settled      waiting      the asker writes on, or the office takes it up again

Every change locks the question, so that two coordinators who answer at once go one after the
other: the second is told that somebody wrote meanwhile.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import letters
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message, Question, QuestionState, Side
from sojourn.advising.threads import (
    NewMessage,
    ThreadChangedError,
    add_message,
    already_sent,
)
from sojourn.catalogue.models import Entry, Guide, Institution, Opportunity
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.people.roles import ADVISING

LONGEST_SUBJECT = 150
# For one account or one mail address, so that nobody fills the office's list or a stranger's
# mailbox.
MOST_A_DAY = 10

WAITING, ASKED_BACK = QuestionState.WAITING, QuestionState.ASKED_BACK
ANSWERED, CLOSED = QuestionState.ANSWERED, QuestionState.CLOSED
ALLOWED: Mapping[str, frozenset[str]] = {
    WAITING: frozenset({ASKED_BACK, ANSWERED, CLOSED}),
    ASKED_BACK: frozenset({WAITING, ANSWERED, CLOSED}),
    ANSWERED: frozenset({WAITING, ASKED_BACK, CLOSED}),
    CLOSED: frozenset({WAITING}),
}


AboutKind = Literal["opportunity", "institution", "guide"]
LONGEST_SLUG = 150


@dataclass(frozen=True)
class QuestionSubject:
    """What a question is about: an entry of the catalogue, by kind and slug."""

    kind: AboutKind
    slug: str

    KINDS: ClassVar[tuple[AboutKind, ...]] = ("opportunity", "institution", "guide")

    @classmethod
    def named(cls, text: str) -> QuestionSubject | None:
        """Parse 'guide:costs'; None for any other text."""
        kind, _colon, slug = text.partition(":")
        known = next((one for one in cls.KINDS if one == kind), None)
        return cls(known, slug[:LONGEST_SLUG].replace("\0", "")) if known and slug else None


@dataclass(frozen=True)
class Asker:
    """Who asks: an account, or a mail address to which the answer goes."""

    user: User | None
    email: str
    language: str


_MODELS: dict[str, type[Entry]] = {
    "opportunity": Opportunity,
    "institution": Institution,
    "guide": Guide,
}


def find_anonymous(number: uuid.UUID) -> Question | None:
    """Find the question that a mailed link opens; never one that belongs to an account."""
    return Question.objects.filter(pk=number, asker__isnull=True).first()


def ask(
    asker: Asker, subject: str, written: NewMessage, about: QuestionSubject | None = None
) -> Question:
    """Begin a thread. The same form sent twice gives the same question.

    Raises AdvisingError when something is missing or too much was asked today.
    """
    subject = _clean_subject(subject)
    with transaction.atomic():
        before = already_sent(written.sending)
        if before is not None:
            return _own_or_refuse(before, asker)
        _refuse_too_many(asker)
        now = timezone.now()
        question = Question.objects.create(
            asker=asker.user,
            reply_email="" if asker.user else asker.email.strip().lower(),
            language=asker.language,
            subject=subject,
            asked_at=now,
            changed_at=now,
            waiting_since=now,
            **_entry(about),
        )
        message = add_message(question, written, side=Side.ASKER, author=asker.user)
        audit.record("question.asked", actor=asker.user, about=asker.user, on=question)
        letters.question_received(question, message)
        letters.question_waits(question, message)
    return question


def begin_for_office(
    student: User, subject: str, written: NewMessage, *, by: User, becomes: str
) -> Question:
    """Begin a thread with a student: the office tells something, or asks it (`becomes`).

    The same form sent twice gives the same thread. Raises AdvisingError when something is missing.
    """
    subject = _clean_subject(subject)
    if becomes not in (ANSWERED, ASKED_BACK):
        raise AdvisingError(_("Choose whether you tell something or ask something."))
    with transaction.atomic():
        before = already_sent(written.sending)
        if before is not None:
            return _own_or_refuse(before, Asker(student, "", student.language))
        now = timezone.now()
        question = Question.objects.create(
            asker=student,
            language=student.language,
            subject=subject,
            state=becomes,
            assignee=by,
            asked_at=now,
            changed_at=now,
        )
        message = add_message(question, written, side=Side.OFFICE, author=by)
        audit.record(
            "question.begun", actor=by, about=student, on=question, details={"state": becomes}
        )
        letters.office_began(question, message)
    return question


def write_on(question: Question, written: NewMessage, *, by: User | None) -> Message:
    """Add the asker's message; the office has to answer again."""
    with _changing(question) as locked:
        if (before := already_sent(written.sending)) is not None:
            return before
        message = add_message(locked, written, side=Side.ASKER, author=by)
        _move(locked, WAITING)
        audit.record("question.written_on", actor=by, about=by, on=locked)
        letters.asker_wrote(locked, message)
        return message


def reply(question: Question, written: NewMessage, *, by: User, becomes: str, seen: int) -> Message:
    """Add the office's reply, or its question (`becomes`). `seen` is the last message read.

    Raises ThreadChangedError when somebody wrote meanwhile.
    """
    if becomes not in (ANSWERED, ASKED_BACK):
        raise AdvisingError(_("Choose whether this answers the question or asks something back."))
    with _changing(question) as locked:
        if (before := already_sent(written.sending)) is not None:
            return before
        if locked.messages.count() != seen:
            raise ThreadChangedError(
                _("There is a new message in this conversation. Read it, then send yours.")
            )
        message = add_message(locked, written, side=Side.OFFICE, author=by)
        if locked.state == CLOSED:
            _move(locked, WAITING)
        if locked.assignee_id is None:
            locked.assignee = by
        _move(locked, becomes)
        audit.record(
            "question.replied", actor=by, about=locked.asker, on=locked,
            details={"state": becomes, "message": message.number},
        )  # fmt: skip
        letters.office_wrote(locked, message)
        return message


def close_question(question: Question, *, by: User | None) -> None:
    """Close a question. Closing it twice changes nothing."""
    with _changing(question) as locked:
        if locked.state == CLOSED:
            return
        _move(locked, CLOSED)
        audit.record("question.closed", actor=by, about=locked.asker, on=locked)


def reopen_question(question: Question, *, by: User) -> None:
    """Put an answered or closed question back on the office's list."""
    with _changing(question) as locked:
        if locked.state == WAITING:
            return
        _move(locked, WAITING)
        audit.record("question.reopened", actor=by, about=locked.asker, on=locked)


def assign(question: Question, *, by: User, to: User | None) -> None:
    """Assign a question to a colleague; None: to nobody."""
    if to is not None and not to.units(*ADVISING):
        raise AdvisingError(_("Only a member of the office can take on a question."))
    with _changing(question) as locked:
        if locked.assignee_id == (to.pk if to else None):
            return
        locked.assignee = to
        locked.save(update_fields=["assignee"])
        audit.record(
            "question.assigned", actor=by, about=locked.asker, on=locked,
            details={"to": to.pk if to else None},
        )  # fmt: skip
        if to is not None and to != by:
            letters.assigned(locked, to)


def subject_of(question: Question) -> QuestionSubject | None:
    """Return what the question is about, if the entry still exists."""
    for kind in QuestionSubject.KINDS:
        entry = getattr(question, kind)
        if entry is not None:
            return QuestionSubject(kind, entry.slug)
    return None


def _clean_subject(subject: str) -> str:
    """Return a subject on one line. Raises AdvisingError when it is empty or too long."""
    subject = " ".join(subject.replace("\0", "").split())
    if not subject:
        raise AdvisingError(_("Say in a few words what it is about."))
    if len(subject) > LONGEST_SUBJECT:
        raise AdvisingError(
            _("Use at most %(most)d characters; the rest goes into the question.")
            % {"most": LONGEST_SUBJECT}
        )
    return subject


def _own_or_refuse(message: Message, asker: Asker) -> Question:
    """Return the question of a form that was sent before, if it is the asker's own."""
    question = message.question
    if question is None:
        raise AdvisingError(_("This form has already been sent. Start a new question."))
    same = (
        question.asker_id == asker.user.pk
        if asker.user
        else question.reply_email == asker.email.strip().lower()
    )
    if not same:
        raise AdvisingError(_("This form has already been sent. Start a new question."))
    return question


def _refuse_too_many(asker: Asker) -> None:
    since = timezone.now() - dt.timedelta(days=1)
    own = (
        Question.objects.filter(asker=asker.user)
        if asker.user
        else Question.objects.filter(reply_email=asker.email.strip().lower())
    )
    if own.filter(asked_at__gt=since).count() >= MOST_A_DAY:
        raise AdvisingError(
            _("You have asked %(most)d questions since yesterday. Continue in one of those.")
            % {"most": MOST_A_DAY}
        )


def _entry(about: QuestionSubject | None) -> dict[str, Entry]:
    if about is None:
        return {}
    entry = _MODELS[about.kind]._default_manager.filter(slug=about.slug).first()
    return {} if entry is None else {about.kind: entry}


@contextlib.contextmanager
def _changing(question: Question) -> Iterator[Question]:
    """Lock the question until the change is committed: answers come one after the other.

    SQLite locks the whole database at BEGIN IMMEDIATE; PostgreSQL locks this row.
    """
    with transaction.atomic():
        locked = Question.objects.select_for_update().filter(pk=question.pk).first()
        if locked is None:
            raise AdvisingError(_("This question was deleted."))
        yield locked


def _move(question: Question, to: str) -> None:
    """Change the state, as the table allows. A question that waits keeps its place."""
    now = timezone.now()
    if question.state != to and to not in ALLOWED[question.state]:
        raise AdvisingError(_("This question cannot change in that way any more."))
    if to == WAITING and question.state != WAITING:
        question.waiting_since = now
    elif to != WAITING:
        question.waiting_since = None
    question.state = to
    question.changed_at = now
    question.save(update_fields=["state", "waiting_since", "changed_at", "assignee"])
