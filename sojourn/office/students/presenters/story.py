"""What happened with a student, the newest first: talks, mails, applications, results."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sojourn.advising import diaries, self_arranged_lists
from sojourn.advising.models import AppointmentState, QuestionState, SelfArrangedState, TicketState
from sojourn.experiences.models import ReportState
from sojourn.office.shared import formatting
from sojourn.office.shared.history import WORDS, done_by
from sojourn.office.students.presenters.file import StudentFile
from sojourn.people.models import MailState
from sojourn.selection.models import Application
from sojourn.selection.offers import place_name
from sojourn.selection.score_lines import Points
from sojourn.selection.states import AFTER_CLOSING, ApplicationState, ObjectionState, OfferState

PER_PAGE = 30

MILESTONE, TALK, CHANGE = "milestones", "talks", "changes"
KINDS: tuple[tuple[str, str | Promise], ...] = (
    (MILESTONE, gettext_lazy("Milestones")),
    (TALK, gettext_lazy("Talks and mail")),
    (CHANGE, gettext_lazy("Changes")),
)


@dataclass(frozen=True)
class Rank:
    """One choice of an application."""

    rank: int
    place: str
    is_won: bool
    is_out: bool


@dataclass(frozen=True)
class Part:
    """One criterion with its value and points."""

    name: str
    value: str
    share: float
    """Of what it can give, from 0 to 96: the width of its bar."""
    weight: str
    points: str


@dataclass(frozen=True)
class Sums:
    """The points of an application, and its choices."""

    parts: tuple[Part, ...]
    total: str
    is_final: bool
    missing: str
    choices: tuple[Rank, ...]


@dataclass(frozen=True)
class Entry:
    """One thing that happened."""

    at: dt.datetime
    kind: str
    title: str
    href: str = ""
    text: str = ""
    body: str = ""
    """What a mail said; folded away."""
    mark: str = ""
    """`big` for what changed the road, `open` for what still waits."""
    sums: Sums | None = None
    year: int | None = None
    """Where another year begins above this entry."""

    @property
    def when(self) -> str:
        return formatting.moment(self.at)

    @property
    def machine_time(self) -> str:
        return self.at.isoformat(timespec="minutes")


@dataclass(frozen=True)
class Chip:
    title: str
    count: int
    href: str
    is_chosen: bool


@dataclass(frozen=True)
class Story:
    chips: tuple[Chip, ...]
    entries: tuple[Entry, ...]
    older_href: str
    newer_href: str


def story_of(file: StudentFile, kind: str, page: int) -> Story:
    """Show one page of what happened, all of it or one kind."""
    everything = sorted(_everything(file), key=lambda each: each.at, reverse=True)
    kind = kind if kind in dict(KINDS) else ""
    counts = {name: sum(1 for each in everything if each.kind == name) for name, _title in KINDS}
    # What was pressed when repeats what happened: it is there for who asks.
    whole = [each for each in everything if each.kind != CHANGE]
    chips = [Chip(_("All"), len(whole), "?", not kind)]
    chips += [
        Chip(str(title), counts[name], f"?show={name}", kind == name) for name, title in KINDS
    ]
    chosen = [each for each in everything if each.kind == kind] if kind else whole
    last = max(1, -(-len(chosen) // PER_PAGE))
    page = min(max(page, 1), last)
    shown = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    here = f"?show={kind}&" if kind else "?"
    return Story(
        chips=tuple(chips),
        entries=tuple(_with_years(shown, timezone.localtime(file.now).year)),
        older_href=f"{here}page={page + 1}" if page < last else "",
        newer_href=f"{here}page={page - 1}" if page > 1 else "",
    )


def _with_years(entries: Iterable[Entry], now: int) -> Iterator[Entry]:
    year = now
    for each in entries:
        its = timezone.localtime(each.at).year
        yield replace(each, year=its) if its != year else each
        year = its


def _everything(file: StudentFile) -> Iterator[Entry]:
    yield from _talks(file)
    yield from _applications(file)
    yield from _places_and_reports(file)
    yield from _mails(file)
    for event in file.events:
        yield Entry(
            at=event.at,
            kind=CHANGE,
            title=_sentence(str(WORDS.get(event.action, event.action))),
            text=done_by(event),
        )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _talks(file: StudentFile) -> Iterator[Entry]:
    for each in file.appointments:
        state = AppointmentState(each.state)
        yield Entry(
            at=each.starts_at,
            kind=TALK,
            title=_("Appointment: %(topic)s") % {"topic": each.topic}
            if each.topic
            else _("Appointment"),
            href=reverse("office:appointment", args=[each.pk]),
            text=format_html("{}. {}", state.label, diaries.name_of(each.diary)),
            mark="open" if state == AppointmentState.BOOKED else "",
        )
    for ticket in file.tickets:
        yield Entry(
            at=ticket.taken_at,
            kind=TALK,
            title=_("Walk-in hour: %(topic)s") % {"topic": ticket.topic}
            if ticket.topic
            else _("Walk-in hour"),
            href=reverse("office:ticket", args=[ticket.pk]),
            text=_visit(ticket.called_at, ticket.ended_at, TicketState(ticket.state)),
            mark="open" if ticket.state in (TicketState.WAITING, TicketState.CALLED) else "",
        )
    for question in file.questions:
        state_of_question = QuestionState(question.state)
        yield Entry(
            at=question.asked_at,
            kind=TALK,
            title=_("Question: %(subject)s") % {"subject": question.subject},
            href=reverse("office:question", args=[question.pk]),
            text=str(state_of_question.label),
            mark="open" if state_of_question == QuestionState.WAITING else "",
        )
    for note in file.notes:
        by = str(note.author or "")
        yield Entry(
            at=note.created_at,
            kind=TALK,
            title=_("Note, shared with the student") if note.is_shared else _("Note"),
            text=f"{note.text}\n{by}".strip(),
        )


def _visit(called: dt.datetime | None, ended: dt.datetime | None, state: TicketState) -> str:
    if state == TicketState.DONE and called and ended:
        minutes = max(1, round((ended - called) / dt.timedelta(minutes=1)))
        return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
    return str(state.label)


def _applications(file: StudentFile) -> Iterator[Entry]:
    won = {each.opportunity_id for each in file.offers if each.meaning.takes_seat}
    for each in file.applications:
        state = ApplicationState(each.state)
        is_by_hand = bool(each.taken_in_because)
        yield Entry(
            at=each.withdrawn_at or each.submitted_at or each.created_at,
            kind=MILESTONE,
            title=format_html(
                _("Application for {round}: {state}"),
                round=each.round.title,
                state=str(state.label).lower(),
            ),
            href=reverse("office:application", args=[each.round.slug, each.uuid]),
            text=_("Entered by %(who)s: %(because)s")
            % {"who": each.taken_in_by or _("the office"), "because": each.taken_in_because}
            if is_by_hand
            else "",
            mark="big",
            sums=sums_of(each, file.points[each.pk], won)
            if state == ApplicationState.SUBMITTED
            else None,
        )
    for offer in file.offers:
        yield Entry(
            at=offer.changed_at,
            kind=MILESTONE,
            title=format_html(
                _("Offer of {place}: {state}"),
                place=place_name(offer.opportunity),
                state=str(OfferState(offer.state).label).lower(),
            ),
            href=_offers(offer.application),
            text=_("To be answered by %(day)s.") % {"day": formatting.moment(offer.answer_by)}
            if offer.meaning.awaits_answer
            else "",
            mark="open" if offer.meaning.awaits_answer else "big",
        )
    for nomination in file.nominations:
        yield Entry(
            at=nomination.confirmed_at or nomination.sent_at,
            kind=MILESTONE,
            title=format_html(
                _("Nomination for {place}: {state}"),
                place=place_name(nomination.offer.opportunity),
                state=str(nomination.get_state_display()).lower(),
            ),
            href=reverse("office:nominations", args=[nomination.offer.application.round.slug]),
        )
    for objection in file.objections:
        yield Entry(
            at=objection.decided_at or objection.made_at,
            kind=MILESTONE,
            title=_("Objection: %(state)s") % {"state": str(objection.get_state_display()).lower()},
            href=reverse(
                "office:objection", args=[objection.application.round.slug, objection.uuid]
            ),
            mark="open" if objection.state == ObjectionState.OPEN else "",
        )


def _offers(application: Application) -> str:
    return reverse("office:offers", args=[application.round.slug])


def sums_of(application: Application, points: Points, won: set[int]) -> Sums:
    """Show the points of a submitted application; the seats that it won are marked."""
    total_weight = sum(each.criterion.weight for each in points.lines) or 1
    is_closed = application.round.state in AFTER_CLOSING
    return Sums(
        parts=tuple(
            Part(
                name=each.criterion.name,
                value=_value(each.value) if each.value is not None else "",
                share=round(96 * each.share, 1),
                weight=f"{round(100 * each.criterion.weight / total_weight)}%",
                points=number_format(float(each.points), 2) if each.points is not None else "–",
            )
            for each in points.lines
        )
        if is_closed
        else (),
        total=number_format(float(points.total), 2),
        is_final=points.is_final,
        missing=", ".join(each.name for each in points.missing),
        choices=tuple(
            Rank(
                each.rank,
                place_name(each.opportunity),
                each.opportunity_id in won,
                each.excluded_at is not None,
            )
            for each in sorted(application.choices.all(), key=lambda choice: choice.rank)
        ),
    )


def _value(value: object) -> str:
    number = float(value)  # type: ignore[arg-type]
    return number_format(number, 0 if number == int(number) else 1)


def _places_and_reports(file: StudentFile) -> Iterator[Entry]:
    for each in file.places:
        state = SelfArrangedState(each.state)
        yield Entry(
            at=each.decided_at or each.changed_at,
            kind=MILESTONE,
            title=_("Own place: %(subject)s") % {"subject": each.subject},
            href=reverse("office:self-arranged-place", args=[each.pk]),
            text=format_html("{}. {}.", self_arranged_lists.host_and_place(each), state.label),
            mark="open" if state == SelfArrangedState.WAITING else "big",
        )
    for report in file.reports:
        if report.submitted_at is None:
            continue
        yield Entry(
            at=report.submitted_at,
            kind=MILESTONE,
            title=_("Report: %(title)s") % {"title": report.title},
            href=reverse("office:experience", args=[report.pk]),
            text=format_html("{}. {}", report.opportunity.title, ReportState(report.state).label)
            if report.opportunity
            else str(ReportState(report.state).label),
            mark="open" if report.state == ReportState.SUBMITTED else "big",
        )


def _mails(file: StudentFile) -> Iterator[Entry]:
    for mail in file.mails:
        yield Entry(
            at=mail.sent_at or mail.created_at,
            kind=TALK,
            title=_("Mail: %(subject)s") % {"subject": mail.subject},
            text=str(MailState(mail.state).label),
            body=str(mail.content.get("body", "")).strip(),
            mark="open" if mail.state == MailState.FAILED else "",
        )
