"""Reads of questions: one's own, one thread with everything in it, the office's lists."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from sojourn.advising.models import Message, Question, QuestionState, StoredFile
from sojourn.common.folding import with_words
from sojourn.people.models import User
from sojourn.people.roles import ADVISING

NOBODY, MINE = "nobody", "mine"
LONGEST_SEARCH = 100


def questions_of(user: User) -> QuerySet[Question]:
    """List a person's questions, the last change first."""
    return _with_related(Question.objects.owned_by(user)).order_by("-changed_at")


def find_own(user: User, number: uuid.UUID) -> Question | None:
    """Find a question of this person; None for anybody else's."""
    return _with_related(Question.objects.owned_by(user)).filter(pk=number).first()


def find(reader: User, number: uuid.UUID) -> Question | None:
    """Find a question that somebody of the office may see."""
    return all_questions(reader).filter(pk=number).first()


def messages_of(question: Question) -> Sequence[Message]:
    """List the whole thread, oldest first, with its files."""
    return list(
        question.messages.select_related("author").prefetch_related("files").order_by("number")
    )


def file_of(question: Question, number: uuid.UUID) -> StoredFile | None:
    """Find a file of this thread; None for one of another."""
    return StoredFile.objects.filter(pk=number, message__question=question).first()


def others_by_asker(reader: User, question: Question) -> Sequence[Question]:
    """List the asker's other questions, the latest first."""
    found = all_questions(reader).exclude(pk=question.pk)
    if question.asker is not None:
        found = found.filter(asker=question.asker)
    else:
        found = found.filter(reply_email=question.reply_email)
    return list(found.order_by("-asked_at")[:5])


def waiting(reader: User) -> QuerySet[Question]:
    """List the questions that wait for the office, the longest wait first."""
    found = Question.objects.visible_to(reader).filter(state=QuestionState.WAITING)
    return found.order_by("waiting_since", "pk")


def next_waiting(reader: User, besides: Question) -> Question | None:
    """Find the next question to answer."""
    return waiting(reader).exclude(pk=besides.pk).first()


def all_questions(reader: User) -> QuerySet[Question]:
    """List every question that somebody may see, with what a list shows of it."""
    return _with_related(Question.objects.visible_to(reader).select_related("asker", "assignee"))


def assigned_to(found: QuerySet[Question], value: str, user: User) -> QuerySet[Question]:
    """Narrow to the questions of `user` ('mine'), of nobody, or of the account of that number."""
    if value == NOBODY:
        return found.filter(assignee__isnull=True)
    if value == MINE:
        return found.filter(assignee=user)
    return found.filter(assignee_id=int(value))


def matching(found: QuerySet[Question], words: str) -> QuerySet[Question]:
    """Narrow to the questions with each word in the subject, a message or the asker's name."""
    for word in words[:LONGEST_SEARCH].split():
        said = with_words(Message.objects.filter(question=OuterRef("pk")), word, "text")
        names = with_words(
            found, word, "subject", "reply_email", "asker__email", "asker__first_name",
            "asker__last_name", "asker__preferred_name",
        )  # fmt: skip
        found = found.filter(Q(pk__in=names.values("pk")) | Q(Exists(said)))
    return found


def colleagues() -> QuerySet[User]:
    """List the members of the office who can take on a question."""
    return User.objects.holding(*ADVISING)


def _with_related(found: QuerySet[Question]) -> QuerySet[Question]:
    return found.select_related("opportunity", "institution", "guide")
