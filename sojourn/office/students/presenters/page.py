"""The page about one student: who, where on the road, what waits, and the side column."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.advising import diaries
from sojourn.advising.models import (
    AppointmentState,
    QuestionState,
    SelfArrangedState,
    TicketState,
)
from sojourn.advising.permissions import may_advise
from sojourn.common.languages import language_title
from sojourn.design.components import Fact
from sojourn.experiences.models import ReportState
from sojourn.mobility.permissions import may_answer_for
from sojourn.office.appointments.presenters import student_summary
from sojourn.office.shared import formatting
from sojourn.office.students.presenters.file import StudentFile
from sojourn.office.students.presenters.story import Story, story_of
from sojourn.people.models import MailState, OutboxMail, User
from sojourn.people.permissions import may_judge_account
from sojourn.planning.profile import profile_of
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.selection.offers import place_name
from sojourn.selection.states import ApplicationState, NominationState, ObjectionState, RoundState


@dataclass(frozen=True)
class Step:
    """A stretch of the road, and how far this student is on it."""

    title: str
    text: str
    state: str
    """`done`, `here` or `ahead`."""


@dataclass(frozen=True)
class Waits:
    """Something that waits for the office, and what to press."""

    day: dt.date
    when: str
    text: str
    action: str
    href: str


@dataclass(frozen=True)
class Begin:
    """Something that the office can begin with a student."""

    title: str
    href: str
    key: str = ""


@dataclass(frozen=True)
class Task:
    text: str
    by: str
    is_done: bool
    remove_href: str


@dataclass(frozen=True)
class Mail:
    when: str
    subject: str
    state: str
    is_bad: bool


@dataclass(frozen=True)
class StudentPage:
    name: str
    initials: str
    key: str
    mail: str
    facts: tuple[str, ...]
    """Programme and year, number, language: in one line."""
    road: tuple[Step, ...]
    waits: tuple[Waits, ...]
    begins: tuple[Begin, ...]
    story: Story
    tasks: tuple[Task, ...]
    notes: tuple[student_summary.Note, ...]
    is_plan_shown: bool
    profile: tuple[Fact, ...]
    places: tuple[student_summary.Place, ...]
    mails: tuple[Mail, ...]


def page(reader: User, student: User, now: dt.datetime, show: str, number: int) -> StudentPage:
    """Collect everything about a student that the reader may see."""
    file = StudentFile(reader, student, now)
    snapshot = visible_snapshot(student)
    advises = may_advise(reader, student)
    profile = profile_of(file.plan)
    return StudentPage(
        name=str(student),
        initials=_initials(student),
        key=str(student.uuid),
        mail=student.email,
        facts=tuple(_facts(file)),
        road=_road(file),
        waits=tuple(sorted(_waits(file, now), key=lambda each: each.day)),
        begins=tuple(_begins(reader, student)) if advises else (),
        story=story_of(file, show, number),
        tasks=tuple(
            Task(
                each.text,
                formatting.short_day(each.due_on) if each.due_on else "",
                each.done_at is not None,
                reverse("office:student-task-remove", args=[student.uuid, each.pk])
                if advises and each.done_at is None
                else "",
            )
            for each in file.steps
        ),
        notes=tuple(
            student_summary.Note(
                formatting.moment(each.created_at),
                str(each.author or ""),
                each.text,
                each.is_shared,
            )
            for each in file.notes[:5]
        ),
        is_plan_shown=file.plan is not None,
        profile=student_summary.facts_of(snapshot, profile) if file.plan else (),
        places=student_summary.places_of(reader, snapshot, file.plan, profile) if file.plan else (),
        mails=tuple(_mail(each) for each in file.mails[:6]),
    )


def _initials(student: User) -> str:
    names = (student.get_full_name() or student.email).split()
    return "".join(each[0] for each in (names[0], names[-1])[: min(2, len(names))]).upper()


def _facts(file: StudentFile) -> Iterator[str]:
    said = [each for each in (file.studies, *file.applications) if each and each.programme]
    if said and said[0].programme is not None:
        yield str(said[0].programme.name)
        if said[0].year:
            yield _("year %(year)d") % {"year": said[0].year}
    if file.number is not None:
        yield (
            file.number.number
            if file.number.is_confirmed
            else _("%(number)s (not confirmed)") % {"number": file.number.number}
        )
    yield _("mails in %(language)s") % {"language": language_title(file.student.language)}
    if not file.student.is_active:
        yield _("may not sign in")


def _road(file: StudentFile) -> tuple[Step, ...]:
    talks = sum(1 for each in file.appointments if each.state == AppointmentState.HELD) + sum(
        1 for each in file.tickets if each.state == TicketState.DONE
    )
    applied = [each for each in file.applications if each.state == ApplicationState.SUBMITTED]
    accepted = [place_name(each.opportunity) for each in file.offers if each.meaning.is_accepted]
    accepted += [each.subject for each in file.places if each.state == SelfArrangedState.APPROVED]
    reports = [each for each in file.reports if each.submitted_at is not None]
    five = file.plan.top_five.count() if file.plan else 0
    found = [
        (
            _("Top five"),
            ngettext("%(count)d place", "%(count)d places", five) % {"count": five} if five else "",
        ),
        (
            _("Talk"),
            ngettext("%(count)d talk", "%(count)d talks", talks) % {"count": talks}
            if talks
            else "",
        ),
        (_("Apply"), applied[0].round.title if applied else ""),
        (_("Go"), accepted[0] if accepted else ""),
        (_("Return"), _("report written") if reports else ""),
    ]
    done = [number for number, (_title, text) in enumerate(found) if text]
    here = done[-1] + 1 if done else 0
    return tuple(
        Step(
            title,
            text or (_("not seen yet") if number == 0 and file.plan is None else ""),
            "here" if number == here else "done" if text else "ahead",
        )
        for number, (title, text) in enumerate(found)
    )


def _waits(file: StudentFile, now: dt.datetime) -> Iterator[Waits]:
    yield from _waiting_talks(file, now)
    yield from _waiting_selection(file, now)
    for place in file.places:
        if place.state == SelfArrangedState.WAITING:
            since = place.waiting_since or place.changed_at
            yield _wait(
                since,
                formatting.age(since, now),
                _("Own place: %(subject)s") % {"subject": place.subject},
                _("Decide"),
                reverse("office:self-arranged-place", args=[place.pk]),
            )
    for report in file.reports:
        if report.state == ReportState.SUBMITTED and report.submitted_at:
            yield _wait(
                report.submitted_at,
                formatting.age(report.submitted_at, now),
                _("Report: %(title)s") % {"title": report.title},
                _("Read it"),
                reverse("office:experience", args=[report.pk]),
            )
    for mail in file.mails:
        if mail.state == MailState.FAILED:
            yield _wait(
                mail.created_at,
                formatting.age(mail.created_at, now),
                _("The mail “%(subject)s” did not arrive at %(address)s.")
                % {"subject": mail.subject, "address": file.student.email},
                _("Write"),
                f"mailto:{file.student.email}",
            )


def _waiting_talks(file: StudentFile, now: dt.datetime) -> Iterator[Waits]:
    for question in file.questions:
        if question.state == QuestionState.WAITING:
            since = question.waiting_since or question.asked_at
            yield _wait(
                since,
                formatting.age(since, now),
                _("Question: %(subject)s") % {"subject": question.subject},
                _("Answer"),
                reverse("office:question", args=[question.pk]),
            )
    for ticket in file.tickets:
        if ticket.state in (TicketState.WAITING, TicketState.CALLED):
            yield _wait(
                ticket.taken_at,
                formatting.clock(ticket.taken_at),
                _("Number %(number)d in the walk-in hour") % {"number": ticket.number},
                _("To the queue"),
                reverse("office:queue", args=[ticket.diary.contact.slug]),
            )
    for each in file.appointments:
        if each.state == AppointmentState.BOOKED:
            is_over = each.ends_at <= now
            yield _wait(
                each.starts_at,
                formatting.moment(each.starts_at),
                format_html(
                    _("Appointment: {topic}"), topic=each.topic or diaries.name_of(each.diary)
                ),
                _("Write what came of it") if is_over else _("Prepare"),
                reverse("office:appointment", args=[each.pk]),
            )


def _waiting_selection(file: StudentFile, now: dt.datetime) -> Iterator[Waits]:
    nominated = {
        each.offer_id for each in file.nominations if each.state != NominationState.CANCELLED
    }
    for offer in file.offers:
        slug = offer.application.round.slug
        if offer.meaning.awaits_answer and offer.application.round.state == RoundState.RESULTS:
            yield _wait(
                offer.answer_by,
                formatting.moment(offer.answer_by),
                format_html(
                    _("Has not answered the offer of {place}"), place=place_name(offer.opportunity)
                ),
                _("See the offer"),
                reverse("office:offers", args=[slug]),
            )
        elif offer.meaning.is_accepted and offer.pk not in nominated:
            deadline = offer.opportunity.nomination_deadline
            yield Waits(
                deadline or timezone.localtime(now).date(),
                formatting.short_day(deadline) if deadline else _("day not known"),
                format_html(_("To be nominated for {place}"), place=place_name(offer.opportunity)),
                _("Nominate"),
                reverse("office:nominations", args=[slug]),
            )
    for objection in file.objections:
        if objection.state == ObjectionState.OPEN:
            yield _wait(
                objection.made_at,
                formatting.age(objection.made_at, now),
                format_html(
                    _("Objection to the result of {round}"), round=objection.application.round.title
                ),
                _("Decide"),
                reverse(
                    "office:objection", args=[objection.application.round.slug, objection.uuid]
                ),
            )


def _wait(at: dt.datetime, when: str, text: str, action: str, href: str) -> Waits:
    return Waits(timezone.localtime(at).date(), when, text, action, href)


def _begins(reader: User, student: User) -> Iterator[Begin]:
    at = [student.uuid]
    yield Begin(_("Message"), reverse("office:student-write", args=at), "w")
    yield Begin(_("Appointment"), reverse("office:student-appointment", args=at), "b")
    yield Begin(_("Note"), reverse("office:student-note", args=at), "n")
    yield Begin(_("Task"), reverse("office:student-task", args=at), "t")
    yield Begin(_("Walk-in number"), reverse("office:student-number", args=at))
    if may_judge_account(reader, student):
        yield Begin(_("Application by hand"), reverse("office:student-application", args=at))
    if may_answer_for(reader, student):
        yield Begin(_("Personal data"), reverse("office:student-data", args=at))


def _mail(mail: OutboxMail) -> Mail:
    return Mail(
        formatting.short_day(timezone.localtime(mail.created_at).date()),
        mail.subject,
        str(MailState(mail.state).label),
        mail.state == MailState.FAILED,
    )
