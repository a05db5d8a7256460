"""Questions as the office sees them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import question_lists
from sojourn.advising.anonymity import Trace
from sojourn.advising.anonymity import TraceKind as TraceKind
from sojourn.advising.models import Message, Question, QuestionState, Side, StoredFile
from sojourn.advising.permissions import may_publish_answers
from sojourn.advising.questions import QuestionSubject, subject_of
from sojourn.catalogue.models import Entry
from sojourn.catalogue.snapshot.types import Records
from sojourn.common.folding import by_name
from sojourn.common.languages import language_title
from sojourn.common.urls import url_for
from sojourn.design import components
from sojourn.office.shared import formatting, lists, people
from sojourn.people.models import User

ACTIONS = (
    lists.Action("take", gettext_lazy("Assign them to me")),
    lists.Action("settle", gettext_lazy("Close them")),
)
TONES = {
    QuestionState.WAITING: "warn",
    QuestionState.ASKED_BACK: "",
    QuestionState.ANSWERED: "good",
    QuestionState.CLOSED: "quiet",
}


@dataclass(frozen=True)
class PageLink:
    title: str
    href: str


@dataclass(frozen=True)
class Choice:
    value: str
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class Publishable:
    """A reply that can become an answer for everybody, or has become one."""

    number: int
    href: str
    is_published: bool


@dataclass(frozen=True)
class Other:
    subject: str
    href: str
    state: str


@dataclass(frozen=True)
class Thread:
    number: str
    subject: str
    asker: people.PersonLink
    address: str
    language: str
    about: PageLink | None
    state: str
    tone: str
    asked_at: dt.datetime
    age: str
    """How long it has waited; empty when it does not."""
    messages: tuple[components.Message, ...]
    publishable: tuple[Publishable, ...]
    assigned: tuple[Choice, ...]
    is_waiting: bool
    is_settled: bool
    others: tuple[Other, ...]
    """What else the same person asked."""


def kind(user: User) -> lists.Kind[Question]:
    """Return the office's list of questions, for one of its people."""
    colleagues = [(str(each.pk), str(each)) for each in question_lists.colleagues()]
    return lists.Kind(
        caption=_("Questions"),
        columns=(
            lists.Column("question", gettext_lazy("Question"), ("subject__folded",)),
            lists.Column("asker", gettext_lazy("Who asks")),
            lists.Column("about", gettext_lazy("About")),
            lists.Column("state", gettext_lazy("State"), ("state", "changed_at")),
            lists.Column("assigned", gettext_lazy("Who answers"), by_name("assignee")),
            lists.Column("since", gettext_lazy("Since"), ("changed_at",)),
        ),
        row=_row,
        empty=_("Nobody has asked anything yet."),
        first_order="since",
        filters=(
            lists.Filter("state", gettext_lazy("State"), tuple(QuestionState.choices), _in_state),
            lists.Filter(
                "assigned",
                gettext_lazy("Who answers"),
                (
                    (question_lists.MINE, gettext_lazy("Me")),
                    (question_lists.NOBODY, gettext_lazy("Nobody yet")),
                    *colleagues,
                ),
                lambda found, value: question_lists.assigned_to(found, value, user),
            ),
        ),
        search=question_lists.matching,
        actions=ACTIONS,
        action_page="office:questions-several",
        per_page=25,
        name="questions",
    )


def _in_state(found: QuerySet[Question], value: str) -> QuerySet[Question]:
    return found.filter(state=value)


def _row(question: Question) -> lists.Row:
    about = about_shown(question)
    since = question.waiting_since or question.changed_at
    state = QuestionState(question.state)
    return lists.Row(
        key=str(question.pk),
        cells=(
            lists.Cell(question.subject, address(question)),
            people.cell(question.asker, question.reply_email),
            lists.Cell(about.title if about else ""),
            lists.Cell(state.label, tone=TONES[state]),
            lists.Cell(str(question.assignee or "")),
            lists.Cell(formatting.age(since, timezone.now())),
        ),
    )


def address(question: Question) -> str:
    return reverse("office:question", kwargs={"number": question.pk})


def thread(
    reader: User,
    question: Question,
    written: Sequence[Message],
    others: Iterable[Question],
    now: dt.datetime,
) -> Thread:
    """Show a question with what was written, and what the reader may publish of it."""
    may_publish = may_publish_answers(reader)
    state = QuestionState(question.state)
    return Thread(
        number=str(question.pk),
        subject=question.subject,
        asker=people.link(question.asker, question.reply_email),
        address=question.asker.email if question.asker else question.reply_email,
        language=language_title(question.language),
        about=about_shown(question),
        state=str(state.label),
        tone=TONES[state],
        asked_at=question.asked_at,
        age=formatting.age(question.waiting_since, now) if question.waiting_since else "",
        messages=tuple(message(question, one) for one in written),
        publishable=tuple(
            Publishable(
                one.number,
                reverse(
                    "office:question-publish",
                    kwargs={"number": question.pk, "message": one.number},
                ),
                one.published_as_id is not None,
            )
            for one in written
            if may_publish and one.side == Side.OFFICE
        ),
        assigned=_people(str(question.assignee_id or "")),
        is_waiting=state == QuestionState.WAITING,
        is_settled=state == QuestionState.CLOSED,
        others=tuple(
            Other(one.subject, address(one), str(QuestionState(one.state).label)) for one in others
        ),
    )


def message(question: Question, written: Message) -> components.Message:
    mine = written.side == Side.OFFICE
    author = str(written.author) if written.author else ""
    return components.Message(
        who=(author or _("The office")) if mine else asker_name(question),
        mine=mine,
        at=written.written_at,
        text=written.text,
        files=tuple(
            file_link(
                file,
                reverse("office:question-file", kwargs={"number": question.pk, "file": file.pk}),
            )
            for file in written.files.all()
        ),
        number=written.number,
    )


def file_link(file: StoredFile, href: str) -> components.FileLink:
    return components.FileLink(
        file.name, href, f"{number_format(max(file.size / 1_000_000, 0.1), 1)} MB"
    )


def asker_name(question: Question) -> str:
    return str(question.asker) if question.asker else question.reply_email


def about_shown(question: Question) -> PageLink | None:
    about = subject_of(question)
    if about is None:
        return None
    entry: Entry = getattr(question, about.kind)
    return PageLink(title_of(entry), page_address(about))


def title_of(entry: Entry) -> str:
    """Return what an entry is called in the language of the page."""
    for name in ("title", "name"):
        if hasattr(entry, name):
            return str(getattr(entry, name))
    return entry.slug


def page_address(about: QuestionSubject) -> str:
    return url_for(f"portal:{about.kind}", about.slug)


def pages_for_answer(records: Records, about: QuestionSubject | None) -> list[tuple[str, str]]:
    """Where an answer may stand: what was asked about and its host first, then the guides."""
    found: list[tuple[str, str]] = []
    if about and about.kind == "opportunity" and about.slug in records.opportunities:
        place = records.opportunities[about.slug]
        found.append((f"opportunity:{place.slug}", str(place.title)))
        found += [
            (f"institution:{slug}", str(records.institutions[slug].name)) for slug in place.hosts
        ]
    if about and about.kind == "institution" and about.slug in records.institutions:
        found.append((f"institution:{about.slug}", str(records.institutions[about.slug].name)))
    guides = sorted(records.guides.values(), key=lambda guide: (guide.position, guide.slug))
    return found + [
        (f"guide:{guide.slug}", _("Guide: %(title)s") % {"title": guide.title}) for guide in guides
    ]


def trace_in_words(trace: Trace) -> str:
    """Return what was found, in words."""
    kinds = {
        TraceKind.ASKERS_ADDRESS: _("the mail address of the person who asked"),
        TraceKind.ADDRESS: _("a mail address"),
        TraceKind.NAME: _("a name of the person who asked"),
        TraceKind.NUMBER: _("perhaps a student number"),
        TraceKind.TELEPHONE: _("perhaps a telephone number"),
    }
    return f"“{trace.text}”: {kinds[trace.kind]}"


def _people(chosen: str) -> tuple[Choice, ...]:
    colleagues = [(str(user.pk), str(user)) for user in question_lists.colleagues()]
    pairs = [("", _("Nobody yet")), *colleagues]
    return tuple(Choice(value, title, value == chosen) for value, title in pairs)
