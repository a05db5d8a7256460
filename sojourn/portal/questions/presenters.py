"""Questions as the asker sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.advising.models import Message, Question, QuestionState, Side, StoredFile
from sojourn.advising.questions import QuestionSubject, subject_of
from sojourn.catalogue.likely import Likely
from sojourn.catalogue.snapshot.types import Records
from sojourn.design import components
from sojourn.design.components import FileLink
from sojourn.engines.search import Segment
from sojourn.portal.shared import formatting, urls
from sojourn.portal.shared.links import Link

TONES = {
    QuestionState.WAITING: "info",
    QuestionState.ASKED_BACK: "warn",
    QuestionState.ANSWERED: "good",
    QuestionState.CLOSED: "quiet",
}


@dataclass(frozen=True)
class Row:
    subject: str
    href: str
    state: str
    tone: str
    changed_at: dt.datetime
    about: str


@dataclass(frozen=True)
class Thread:
    subject: str
    about: Link | None
    state: str
    tone: str
    says: str
    """What happens next, in a sentence."""
    messages: tuple[components.Message, ...]
    is_settled: bool
    has_answer: bool


@dataclass(frozen=True)
class LikelyAnswer:
    title: str
    href: str
    where: str
    excerpt: tuple[Segment, ...]


def rows(records: Records, found: Iterable[Question]) -> tuple[Row, ...]:
    shown = []
    for question in found:
        link = about_link(records, subject_of(question))
        shown.append(
            Row(
                subject=question.subject,
                href=reverse("questions:thread", kwargs={"number": question.pk}),
                state=state_for_asker(question.state),
                tone=TONES[QuestionState(question.state)],
                changed_at=question.changed_at,
                about=link.title if link else "",
            )
        )
    return tuple(shown)


def thread(
    records: Records,
    question: Question,
    written: Iterable[Message],
    href_of: Callable[[StoredFile], str],
) -> Thread:
    messages = tuple(message(one, href_of) for one in written)
    return Thread(
        subject=question.subject,
        about=about_link(records, subject_of(question)),
        state=state_for_asker(question.state),
        tone=TONES[QuestionState(question.state)],
        says=_what_next(question.state),
        messages=messages,
        is_settled=question.state == QuestionState.CLOSED,
        has_answer=any(not one.mine for one in messages),
    )


def message(written: Message, href_of: Callable[[StoredFile], str]) -> components.Message:
    mine = written.side == Side.ASKER
    author = written.author.get_full_name() if written.author else ""
    office = _("The study abroad office")
    return components.Message(
        who=_("You") if mine else f"{author}, {office.lower()}" if author else office,
        mine=mine,
        at=written.written_at,
        text=written.text,
        files=tuple(file_link(file, href_of(file)) for file in written.files.all()),
        number=written.number,
    )


def file_link(file: StoredFile, href: str) -> FileLink:
    size = max(file.size / 1_000_000, 0.1)
    return FileLink(file.name, href, f"{formatting.number(size, 1)}{formatting.NO_BREAK}MB")


def likely_answers(records: Records, found: Iterable[Likely]) -> tuple[LikelyAnswer, ...]:
    shown = []
    for one in found:
        kind, _slug = one.advice.page
        link = about_link(records, QuestionSubject.named(":".join(one.advice.page)))
        if link is None:
            continue
        anchor = str(one.advice.anchor)
        shown.append(
            LikelyAnswer(
                title=str(one.advice.title),
                href=link.href + (f"#{anchor}" if anchor else ""),
                where="" if kind == "guide" else link.title,
                excerpt=one.excerpt,
            )
        )
    return tuple(shown)


def about_link(records: Records, about: QuestionSubject | None) -> Link | None:
    """Return the page that a question is about, as long as it is shown."""
    if about is None:
        return None
    if about.kind == "opportunity" and about.slug in records.opportunities:
        title = str(records.opportunities[about.slug].title)
        return Link(title, urls.opportunity(about.slug))
    if about.kind == "institution" and about.slug in records.institutions:
        title = str(records.institutions[about.slug].name)
        return Link(title, urls.institution(about.slug))
    if about.kind == "guide" and about.slug in records.guides:
        return Link(str(records.guides[about.slug].title), urls.guide(about.slug))
    return None


def state_for_asker(state: str) -> str:
    return {
        QuestionState.WAITING: _("The office has your question"),
        QuestionState.ASKED_BACK: _("The office asks you something"),
        QuestionState.ANSWERED: _("Answered"),
        QuestionState.CLOSED: _("Closed"),
    }[QuestionState(state)]


def _what_next(state: str) -> str:
    return {
        QuestionState.WAITING: _(
            "You get a mail as soon as there is an answer. You can add something below."
        ),
        QuestionState.ASKED_BACK: _("Read what the office wants to know, and reply below."),
        QuestionState.ANSWERED: _(
            "If this answers your question, you are done. If not, reply below."
        ),
        QuestionState.CLOSED: _("Nobody needs to do anything. If you write again, it reopens."),
    }[QuestionState(state)]


def connect_wish(role: str) -> str:
    """Return the subject of a question that asks to be brought to somebody; empty for others."""
    return {
        "home_contact": _("Can you connect me with the contact at home for this place?"),
        "supervisor": _("Can you connect me with a supervisor of earlier students?"),
    }.get(role, "")
