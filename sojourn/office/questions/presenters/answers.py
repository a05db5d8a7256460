"""Published answers as the office looks after them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.questions import QuestionSubject
from sojourn.catalogue.models import PublicationStatus, PublishedAnswer
from sojourn.common.folding import by_name, with_words
from sojourn.common.translated_fields import columns
from sojourn.office.questions.presenters.questions import page_address, title_of
from sojourn.office.shared import lists
from sojourn.office.shared.formatting import short_day


@dataclass(frozen=True)
class Shown:
    """One answer, beside the form that changes it."""

    slug: str
    question: str
    text: str
    page: str
    page_href: str
    checked_on: dt.date
    review_on: dt.date
    is_due: bool
    is_on_the_site: bool


def everything() -> QuerySet[PublishedAnswer]:
    return PublishedAnswer.objects.select_related("opportunity", "institution", "guide", "owner")


def due(today: dt.date) -> QuerySet[PublishedAnswer]:
    """Those on the site whose review date has come, the longest ago first."""
    found = everything().filter(status=PublicationStatus.PUBLISHED, review_on__lte=today)
    return found.order_by("review_on", "slug")


def kind() -> lists.Kind[PublishedAnswer]:
    """Return the list of all of them, the one to look at first on top."""
    return lists.Kind(
        caption=_("Published answers"),
        columns=(
            lists.Column("question", gettext_lazy("Question"), ("question__folded",)),
            lists.Column("page", gettext_lazy("Page")),
            lists.Column("owner", gettext_lazy("Who keeps it up to date"), by_name("owner")),
            lists.Column("status", gettext_lazy("State"), ("status",)),
            lists.Column("review", gettext_lazy("Check again"), ("review_on",)),
        ),
        row=_row,
        empty=_("No answer is published yet. Answer a question, then publish the answer."),
        first_order="review",
        filters=(
            lists.Filter(
                "status", gettext_lazy("State"), tuple(PublicationStatus.choices), _in_state
            ),
            lists.Filter(
                "review",
                gettext_lazy("Check again"),
                (("due", gettext_lazy("now")),),
                lambda found, _value: found.filter(review_on__lte=timezone.localdate()),
            ),
        ),
        search=_with_words,
    )


def shown(answer: PublishedAnswer, today: dt.date) -> Shown:
    about = about_of(answer)
    is_shown = answer.status == PublicationStatus.PUBLISHED
    href = page_address(about)
    return Shown(
        slug=answer.slug,
        question=question_of(answer),
        text=str(answer.text),
        page=title_of(getattr(answer, about.kind)),
        page_href=f"{href}#answer-{answer.slug}" if is_shown else href,
        checked_on=answer.checked_on,
        review_on=answer.review_on,
        is_due=is_shown and answer.review_on <= today,
        is_on_the_site=is_shown,
    )


def about_of(answer: PublishedAnswer) -> QuestionSubject:
    """Return the page it is on; the database holds that there is exactly one."""
    kind = next(kind for kind in QuestionSubject.KINDS if getattr(answer, kind) is not None)
    return QuestionSubject(kind, getattr(answer, kind).slug)


def question_of(answer: PublishedAnswer) -> str:
    return str(answer.question)


def address(answer: PublishedAnswer) -> str:
    return reverse("office:answer", kwargs={"slug": answer.slug})


def _row(answer: PublishedAnswer) -> lists.Row:
    status = PublicationStatus(answer.status)
    is_due = status == PublicationStatus.PUBLISHED and answer.review_on <= timezone.localdate()
    day = short_day(answer.review_on)
    return lists.Row(
        key=answer.slug,
        cells=(
            lists.Cell(question_of(answer), address(answer)),
            lists.Cell(title_of(getattr(answer, about_of(answer).kind))),
            lists.Cell(str(answer.owner or "")),
            lists.Cell(status.label),
            lists.Cell(_("%(day)s: now") % {"day": day} if is_due else day, tone="warn" * is_due),
        ),
    )


def _in_state(found: QuerySet[PublishedAnswer], value: str) -> QuerySet[PublishedAnswer]:
    return found.filter(status=value)


def _with_words(found: QuerySet[PublishedAnswer], words: str) -> QuerySet[PublishedAnswer]:
    return with_words(found, words, *columns("question", "text"))
