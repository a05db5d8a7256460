"""Answer once: a reply to one person becomes an answer for everybody, without that person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising.anonymity import Trace, TraceKind, find_traces
from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message, Question, Side
from sojourn.advising.questions import QuestionSubject
from sojourn.catalogue import services
from sojourn.catalogue.models import (
    Entry,
    Guide,
    Institution,
    Opportunity,
    PublicationStatus,
    PublishedAnswer,
)
from sojourn.common.languages import FIRST, Text
from sojourn.common.translated_fields import write
from sojourn.people import audit
from sojourn.people.models import User

LONGEST_QUESTION = 200
LONGEST_ANSWER = 5_000
REVIEW_AFTER = dt.timedelta(days=365)

_MODELS: dict[str, type[Entry]] = {
    "opportunity": Opportunity,
    "institution": Institution,
    "guide": Guide,
}


@dataclass(frozen=True)
class AnswerDraft:
    """An answer as the office wrote it for everybody."""

    question: Text
    text: Text
    page: QuestionSubject
    owner: User
    review_on: dt.date


class TracesLeftError(AdvisingError):
    """Something in the texts may tell who asked; somebody has to look and say that it does not."""

    def __init__(self, message: str, found: tuple[Trace, ...]) -> None:
        super().__init__(message)
        self.found = found


def traces_in(question: Question, draft: AnswerDraft) -> tuple[Trace, ...]:
    """List what in a draft may tell who asked the question."""
    asker = question.asker
    names = (asker.first_name, asker.last_name) if asker else ()
    address = asker.email if asker else question.reply_email
    return find_traces((*draft.question.values(), *draft.text.values()), names, address)


def publish_answer(
    message: Message, draft: AnswerDraft, *, by: User, looked_at: frozenset[str]
) -> PublishedAnswer:
    """Publish a reply. The same reply published again gives the same answer.

    `looked_at` names the traces of which somebody said that they tell nothing about the asker.
    Raises TracesLeftError for others, and for the asker's own address whatever was said.
    """
    question = message.question
    if message.side != Side.OFFICE or question is None:
        raise AdvisingError(_("Only what the office wrote can be published."))
    _require_traceless(question, draft, looked_at)
    with services.changing_catalogue():
        # The catalogue's lock is held: two people who publish at once go one after the other.
        locked = Message.objects.select_related("published_as").get(pk=message.pk)
        if locked.published_as is not None:
            return locked.published_as
        answer = PublishedAnswer(
            slug=services.unused_slug(PublishedAnswer, draft.question[FIRST][:80]),
            status=PublicationStatus.PUBLISHED,
            checked_on=timezone.localdate(),
        )
        _write(answer, draft)
        locked.published_as = answer
        locked.save(update_fields=["published_as"])
        audit.record("answer.published", actor=by, about=None, on=answer)
        services.publish_change()
    return answer


def change_answer(answer: PublishedAnswer, draft: AnswerDraft, *, by: User) -> None:
    """Change an answer; that counts as a review today."""
    with services.changing_catalogue():
        answer.checked_on = timezone.localdate()
        _write(answer, draft)
        audit.record("answer.changed", actor=by, about=None, on=answer)
        services.publish_change()


def mark_reviewed(answer: PublishedAnswer, *, by: User) -> None:
    """Record that the answer is still right: the next review is in a year."""
    with services.changing_catalogue():
        answer.checked_on = timezone.localdate()
        answer.review_on = answer.checked_on + REVIEW_AFTER
        answer.save(update_fields=["checked_on", "review_on", "updated_at"])
        audit.record("answer.reviewed", actor=by, about=None, on=answer)
        services.publish_change()


def withdraw_answer(answer: PublishedAnswer, *, by: User) -> None:
    """Withdraw an answer from the site; it can be published again."""
    _set_status(answer, by, PublicationStatus.WITHDRAWN, "answer.withdrawn")


def republish_answer(answer: PublishedAnswer, *, by: User) -> None:
    _set_status(answer, by, PublicationStatus.PUBLISHED, "answer.republished")


def _set_status(answer: PublishedAnswer, by: User, status: PublicationStatus, action: str) -> None:
    with services.changing_catalogue():
        if answer.status == status:
            return
        answer.status = status
        answer.save(update_fields=["status", "updated_at"])
        audit.record(action, actor=by, about=None, on=answer)
        services.publish_change()


def _require_traceless(question: Question, draft: AnswerDraft, looked_at: frozenset[str]) -> None:
    found = traces_in(question, draft)
    if any(one.kind is TraceKind.ASKERS_ADDRESS for one in found):
        raise TracesLeftError(
            _("The text contains the mail address of the person who asked. Remove it."), found
        )
    if any(one.text not in looked_at for one in found):
        raise TracesLeftError(
            _("Something here may reveal who asked. Remove it, or confirm that it does not."), found
        )


def _write(answer: PublishedAnswer, draft: AnswerDraft) -> None:
    """Write the draft onto the row and check it as a whole. Raises AdvisingError."""
    entry = _MODELS[draft.page.kind]._default_manager.filter(
        slug=draft.page.slug, status=PublicationStatus.PUBLISHED
    )
    page = entry.first()
    if page is None:
        raise AdvisingError(_("There is no such page. Choose the page for the answer."))
    if draft.question.missing or draft.text.missing:
        raise AdvisingError(_("Question and answer are needed in each language."))
    if draft.review_on <= answer.checked_on:
        raise AdvisingError(_("The day of the next check must be in the future."))
    write(answer, "question", draft.question.stripped())
    write(answer, "text", draft.text.stripped())
    answer.opportunity = page if isinstance(page, Opportunity) else None
    answer.institution = page if isinstance(page, Institution) else None
    answer.guide = page if isinstance(page, Guide) else None
    answer.owner = draft.owner
    answer.review_on = draft.review_on
    answer.save()
