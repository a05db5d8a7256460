"""What waits for the office: one section an area, the oldest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising import question_lists, self_arranged_lists
from sojourn.advising.models import Appointment, AppointmentState, Ticket, TicketState
from sojourn.catalogue.models import DeadlineKind
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.urls import url_for
from sojourn.experiences.models import Report, ReportState
from sojourn.office.people import presenters as people_presenters
from sojourn.office.questions.presenters import answers, questions
from sojourn.office.results.presenters import today as results_today
from sojourn.office.rounds.presenters import today as rounds_today
from sojourn.office.self_arranged import presenters
from sojourn.office.shared import formatting
from sojourn.office.shared.faults import Fault, faults
from sojourn.office.shared.pending import LINES_A_SECTION, Line, Section
from sojourn.people.models import User
from sojourn.people.permissions import may_judge_account


@dataclass(frozen=True)
class TodayPage:
    faults: tuple[Fault, ...]
    sections: tuple[Section, ...]

    @property
    def waits(self) -> bool:
        return any(section.lines for section in self.sections)


def page(reader: User, now: dt.datetime) -> TodayPage:
    """Everything that waits at `now`, section by section."""
    sections = [*SECTIONS, accounts] if may_judge_account(reader) else SECTIONS
    return TodayPage(faults(now), tuple(section(reader, now) for section in sections))


def appointments(reader: User, now: dt.datetime) -> Section:
    """Return the appointments of today and the next days."""
    booked = Appointment.objects.visible_to(reader).filter(state=AppointmentState.BOOKED)
    until_next_week = booked.filter(
        Q(ends_at__lte=now) | Q(starts_at__lt=now + dt.timedelta(days=7))
    )
    found = until_next_week.select_related("student").order_by("starts_at")
    return Section(
        title=_("Appointments"),
        empty=_("No appointments in the coming week."),
        lines=tuple(
            Line(
                title=f"{formatting.moment(each.starts_at)}: {each.student}",
                href=reverse("office:appointment", kwargs={"appointment_id": each.pk}),
                detail=each.topic,
                age=_("outcome?") if each.ends_at <= now else "",
            )
            for each in found[:LINES_A_SECTION]
        ),
        all_title=_("All appointments"),
        all_href=f"{reverse('office:appointments')}?time=ahead",
        more=max(0, found.count() - LINES_A_SECTION),
    )


def walk_in(reader: User, now: dt.datetime) -> Section:
    """List who is in the walk-in queues now."""
    today = timezone.localtime(now).date()
    found = (
        Ticket.objects.visible_to(reader)
        .filter(day=today, state=TicketState.WAITING)
        .select_related("student", "diary__contact")
        .order_by("taken_at")
    )
    return Section(
        title=_("Walk-in queue"),
        empty=_("Nobody is waiting at the door."),
        lines=tuple(
            Line(
                title=f"{each.number}. {each.student or each.name}",
                href=reverse("office:queue", kwargs={"slug": each.diary.contact.slug}),
                detail=each.topic,
                age=formatting.clock(each.taken_at),
            )
            for each in found[:LINES_A_SECTION]
        ),
        all_title=_("To the queue"),
        all_href=reverse("office:queues"),
        more=max(0, found.count() - LINES_A_SECTION),
    )


def deadlines(reader: User, now: dt.datetime) -> Section:
    """Return the deadlines of places from today to Sunday."""
    records = current_snapshot().records
    today = timezone.localtime(now).date()
    sunday = today + dt.timedelta(days=6 - today.weekday())
    found = sorted(
        (
            (deadline.date, str(place.title), deadline, place)
            for place in records.opportunities.values()
            for deadline in place.deadlines
            if today <= deadline.date <= sunday
        ),
        key=lambda each: each[:2],
    )
    return Section(
        title=_("Deadlines this week"),
        empty=_("No place closes before Monday."),
        lines=tuple(
            Line(
                title=title,
                href=url_for("portal:opportunity", place.slug),
                detail=f"{deadline.label or DeadlineKind(deadline.kind).label}",
                age=formatting.short_day(date),
            )
            for date, title, deadline, place in found[:LINES_A_SECTION]
        ),
        all_title=_("All places"),
        all_href=url_for("portal:opportunities"),
        more=max(0, len(found) - LINES_A_SECTION),
    )


def waiting_questions(reader: User, now: dt.datetime) -> Section:
    """Return what students asked and nobody answered, the longest wait first."""
    found = question_lists.waiting(reader).select_related("assignee")
    return Section(
        title=_("Waiting questions"),
        empty=_("Nobody is waiting for an answer."),
        lines=tuple(
            Line(
                question.subject,
                questions.address(question),
                str(question.assignee or ""),
                formatting.age(question.waiting_since or question.asked_at, now),
            )
            for question in found[:LINES_A_SECTION]
        ),
        all_title=_("All questions"),
        all_href=reverse("office:questions"),
        more=max(0, found.count() - LINES_A_SECTION),
    )


def waiting_places(reader: User, now: dt.datetime) -> Section:
    """Places that students found and nobody decided about, the longest wait first."""
    found = self_arranged_lists.waiting(reader)
    return Section(
        title=_("Self-arranged places waiting"),
        empty=_("No student is waiting for a decision."),
        lines=tuple(
            Line(
                place.subject,
                presenters.address(place),
                self_arranged_lists.host_and_place(place),
                formatting.age(place.waiting_since or place.proposed_at, now),
            )
            for place in found[:LINES_A_SECTION]
        ),
        all_title=_("All self-arranged places"),
        all_href=reverse("office:self-arranged-places"),
        more=max(0, found.count() - LINES_A_SECTION),
    )


def answers_to_review(reader: User, now: dt.datetime) -> Section:
    """Return published answers whose review date has come."""
    found = answers.due(timezone.localtime(now).date())
    return Section(
        title=_("Answers to check"),
        empty=_("Every published answer has been checked in time."),
        lines=tuple(
            Line(
                answers.question_of(answer),
                answers.address(answer),
                str(answer.owner or ""),
                formatting.short_day(answer.review_on),
            )
            for answer in found[:LINES_A_SECTION]
        ),
        all_title=_("All published answers"),
        all_href=reverse("office:answers"),
        more=max(0, found.count() - LINES_A_SECTION),
    )


def reports_to_read(reader: User, now: dt.datetime) -> Section:
    """Return the experience reports that nobody has read yet."""
    rows = (
        Report.objects.visible_to(reader)
        .filter(state=ReportState.SUBMITTED)
        .select_related("opportunity")
    )
    found = list(rows.order_by("submitted_at")[:LINES_A_SECTION])
    return Section(
        title=_("Reports to read"),
        empty=_("Every report has been read."),
        lines=tuple(
            Line(
                title=report.title,
                href=reverse("office:experience", kwargs={"number": report.pk}),
                detail=str(report.opportunity or ""),
                age=formatting.age(report.submitted_at or now, now),
            )
            for report in found
        ),
        all_title=_("All reports"),
        all_href=reverse("office:experiences"),
        more=max(0, rows.count() - len(found)),
    )


# Each area adds its section here, in the order in which a morning goes.
def accounts(reader: User, now: dt.datetime) -> Section:
    """Return whom the office lets in, and numbers that are claimed twice; for who decides."""
    return people_presenters.section(reader, now)


SECTIONS: tuple[Callable[[User, dt.datetime], Section], ...] = (
    appointments,
    walk_in,
    waiting_questions,
    waiting_places,
    reports_to_read,
    rounds_today.rounds,
    results_today.results,
    deadlines,
    answers_to_review,
)
