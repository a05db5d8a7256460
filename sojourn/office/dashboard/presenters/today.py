"""What waits for the office, what hurts most first, and the next hour beside it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising import formatting as advising_formatting
from sojourn.advising import question_lists, self_arranged_lists
from sojourn.advising.models import Appointment, AppointmentState, Ticket, TicketState
from sojourn.catalogue import partners
from sojourn.catalogue.calendar import next_walk_ins
from sojourn.catalogue.figures import old_figures
from sojourn.catalogue.models import Agreement, DeadlineKind
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.urls import url_for
from sojourn.experiences.models import Report, ReportState
from sojourn.experiences.permissions import may_change_catalogue
from sojourn.mobility import naming
from sojourn.mobility.models import Stay
from sojourn.mobility.permissions import in_safety_team
from sojourn.mobility.states import StayState
from sojourn.office.agreements import presenters as agreement_lists
from sojourn.office.incidents import presenters as incidents_today
from sojourn.office.keeping import presenters as keeping_presenters
from sojourn.office.people.presenters import accounts as people_presenters
from sojourn.office.questions.presenters import answers, questions
from sojourn.office.results.presenters import today as results_today
from sojourn.office.rounds.presenters import today as rounds_today
from sojourn.office.self_arranged import presenters
from sojourn.office.shared import formatting
from sojourn.office.shared.faults import Fault, faults
from sojourn.office.shared.pending import LINES_A_SECTION, Hurt, Line, Section
from sojourn.office.shared.people import PersonLink, address_of, link
from sojourn.office.year import presenters as year_presenters
from sojourn.people.models import MailState, OutboxMail, User
from sojourn.people.permissions import may_judge_account


@dataclass(frozen=True)
class Band:
    """What waits and hurts alike."""

    title: str
    sections: tuple[Section, ...]

    @property
    def count(self) -> int:
        return len(self.sections)


@dataclass(frozen=True)
class NextHour:
    """The next walk-in hour of somebody."""

    who: str
    when: str
    place: str
    href: str


@dataclass(frozen=True)
class Booked:
    when: str
    who: PersonLink
    topic: str
    href: str


@dataclass(frozen=True)
class TodayPage:
    day: str
    faults: tuple[Fault, ...]
    bands: tuple[Band, ...]
    hour: NextHour | None
    booked: tuple[Booked, ...]
    dates: Section

    @property
    def waits(self) -> int:
        return sum(each.count for each in self.bands)


BANDS: tuple[tuple[Hurt, Promise], ...] = (
    (Hurt.FIRST, gettext_lazy("Do first")),
    (Hurt.WEEK, gettext_lazy("Within a week")),
    (Hurt.CAN_WAIT, gettext_lazy("Can wait")),
)
# Questions and places that wait longer hurt most.
PATIENCE_QUESTION = dt.timedelta(days=2)
PATIENCE_PLACE = dt.timedelta(days=5)


def page(reader: User, now: dt.datetime) -> TodayPage:
    """Everything that waits at `now`, what hurts most first; nothing else."""
    found = [section(reader, now) for section in SECTIONS]
    found += results_today.sections(reader, now)
    if may_judge_account(reader):
        found.append(accounts(reader, now))
    if may_change_catalogue(reader):
        found.append(figures(reader, now))
    if in_safety_team(reader):
        # What is open where students are comes before everything else.
        found = [incidents_today.today(reader, now), *found, incidents_today.drill(reader, now)]
    waiting = [each for each in found if each.lines]
    return TodayPage(
        day=formatting.day(timezone.localtime(now).date()),
        faults=faults(now),
        bands=tuple(
            Band(str(title), tuple(each for each in waiting if each.hurt == hurt))
            for hurt, title in BANDS
            if any(each.hurt == hurt for each in waiting)
        ),
        hour=_next_hour(now),
        booked=_booked(reader, now),
        dates=deadlines(reader, now),
    )


def _next_hour(now: dt.datetime) -> NextHour | None:
    records = current_snapshot().records
    found = [
        (hour.starts, hour, contact)
        for contact in records.contacts.values()
        for hour in next_walk_ins(contact, records.edition, now, 1).hours
    ]
    if not found:
        return None
    _starts, hour, contact = min(found, key=lambda each: each[0])
    return NextHour(
        who=contact.name or str(contact.title),
        when=advising_formatting.when(hour.starts, hour.ends),
        place=advising_formatting.place(hour.room, hour.online_link),
        href=reverse("office:queue", kwargs={"slug": contact.slug}),
    )


def _booked(reader: User, now: dt.datetime) -> tuple[Booked, ...]:
    """List the appointments of today and the next days."""
    ahead = Appointment.objects.visible_to(reader).filter(
        state=AppointmentState.BOOKED, ends_at__gt=now, starts_at__lt=now + dt.timedelta(days=7)
    )
    return tuple(
        Booked(
            formatting.moment(each.starts_at),
            link(each.student),
            each.topic,
            reverse("office:appointment", kwargs={"appointment_id": each.pk}),
        )
        for each in ahead.select_related("student").order_by("starts_at")[:LINES_A_SECTION]
    )


def unwritten(reader: User, now: dt.datetime) -> Section:
    """Return the appointments that are over, of which nobody wrote what came of them."""
    over = Appointment.objects.visible_to(reader).filter(
        state=AppointmentState.BOOKED, ends_at__lte=now
    )
    found = over.select_related("student").order_by("starts_at")
    return Section(
        title=_("Appointments without an outcome"),
        lines=tuple(
            Line(
                title=f"{formatting.moment(each.starts_at)}: {each.student}",
                href=reverse("office:appointment", kwargs={"appointment_id": each.pk}),
                detail=each.topic,
                age=formatting.age(each.ends_at, now),
            )
            for each in found[:LINES_A_SECTION]
        ),
        all_title=_("Write what came of them"),
        all_href=f"{reverse('office:appointments')}?time=unwritten",
        more=max(0, found.count() - LINES_A_SECTION),
    )


def failed_mails(reader: User, now: dt.datetime) -> Section:
    """Return the mails to students that did not arrive in the last month."""
    failed = OutboxMail.objects.visible_to(reader).filter(
        state=MailState.FAILED, receiver__isnull=False, created_at__gt=now - dt.timedelta(days=30)
    )
    found = failed.select_related("receiver").order_by("-created_at")
    return Section(
        title=_("Mail that did not arrive"),
        lines=tuple(
            Line(
                str(each.receiver),
                address_of(each.receiver),
                "" if each.is_secret else each.subject,
                formatting.age(each.created_at, now),
            )
            for each in found[:LINES_A_SECTION]
        ),
        all_title=_("All students"),
        all_href=reverse("office:students"),
        more=max(0, found.count() - LINES_A_SECTION),
        hurt=Hurt.FIRST,
    )


def agreements(reader: User, now: dt.datetime) -> Section:
    """Return the agreements that end within a year."""
    today = timezone.localtime(now).date()
    rows_ = Agreement.objects.select_related("partner")
    found = partners.ending(rows_, today, today + agreement_lists.AHEAD)
    rows = list(found.order_by("valid_until", "slug"))
    is_soon = any(
        each.valid_until is not None and each.valid_until <= today + agreement_lists.SOON
        for each in rows
    )
    return Section(
        title=_("Agreements that end"),
        lines=tuple(
            Line(
                str(each.partner.name),
                reverse("office:agreement", args=[each.slug]),
                "",
                formatting.short_day(each.valid_until) if each.valid_until else "",
            )
            for each in rows[:LINES_A_SECTION]
        ),
        all_title=_("All that end within a year"),
        all_href=f"{reverse('office:agreements')}?ends=year",
        more=max(0, len(rows) - LINES_A_SECTION),
        hurt=Hurt.WEEK if is_soon else Hurt.CAN_WAIT,
    )


def figures(reader: User, now: dt.datetime) -> Section:
    """Return the costs, grants, rates and travel advice that nobody looked at for too long."""
    old = old_figures(timezone.localtime(now).date())
    return Section(
        title=_("Figures past their day"),
        lines=tuple(
            Line(
                each.title,
                reverse("office:figures"),
                each.about,
                formatting.full_day(each.day) if each.day else _("never"),
            )
            for each in old[:LINES_A_SECTION]
        ),
        all_title=_("Check them off"),
        all_href=reverse("office:figures"),
        more=max(0, len(old) - LINES_A_SECTION),
        hurt=Hurt.CAN_WAIT,
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
        hurt=Hurt.FIRST,
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
    shown = found[:LINES_A_SECTION]
    oldest = shown[0].waiting_since if shown else None
    return Section(
        title=_("Waiting questions"),
        lines=tuple(
            Line(
                question.subject,
                questions.address(question),
                str(question.assignee or ""),
                formatting.age(question.waiting_since or question.asked_at, now),
            )
            for question in shown
        ),
        all_title=_("All questions"),
        all_href=f"{reverse('office:questions')}?state=waiting",
        more=max(0, found.count() - LINES_A_SECTION),
        hurt=Hurt.FIRST if oldest and oldest < now - PATIENCE_QUESTION else Hurt.WEEK,
    )


def waiting_places(reader: User, now: dt.datetime) -> Section:
    """Places that students found and nobody decided about, the longest wait first."""
    found = self_arranged_lists.waiting(reader)
    shown = found[:LINES_A_SECTION]
    oldest = shown[0].waiting_since if shown else None
    return Section(
        title=_("Self-arranged places waiting"),
        lines=tuple(
            Line(
                place.subject,
                presenters.address(place),
                self_arranged_lists.host_and_place(place),
                formatting.age(place.waiting_since or place.proposed_at, now),
            )
            for place in shown
        ),
        all_title=_("All self-arranged places"),
        all_href=f"{reverse('office:self-arranged-places')}?state=waiting",
        more=max(0, found.count() - LINES_A_SECTION),
        hurt=Hurt.FIRST if oldest and oldest < now - PATIENCE_PLACE else Hurt.WEEK,
    )


def answers_to_review(reader: User, now: dt.datetime) -> Section:
    """Return published answers whose review date has come."""
    found = answers.due(timezone.localtime(now).date())
    return Section(
        title=_("Answers to check"),
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
        hurt=Hurt.CAN_WAIT,
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
        all_href=f"{reverse('office:experiences')}?state=submitted",
        more=max(0, rows.count() - len(found)),
        hurt=Hurt.CAN_WAIT,
    )


def accounts(reader: User, now: dt.datetime) -> Section:
    """Return whom the office lets in, and numbers that are claimed twice; for who decides."""
    return people_presenters.section(reader, now)


def not_arrived(reader: User, now: dt.datetime) -> Section:
    """Return the stays whose first day has come and of which nobody said that they are there."""
    today = timezone.localtime(now).date()
    rows = Stay.objects.visible_to(reader).filter(state=StayState.PREPARING, starts_on__lt=today)
    found = rows.select_related("student", "opportunity").prefetch_related("hosts")
    first = found.order_by("starts_on", "pk")[:LINES_A_SECTION]
    return Section(
        title=_("Arrival not confirmed"),
        lines=tuple(
            Line(
                str(each.student),
                reverse("office:stay", args=[each.uuid]),
                naming.place_of(each),
                formatting.short_day(each.starts_on) if each.starts_on else "",
            )
            for each in first
        ),
        all_title=_("All stays"),
        all_href=f"{reverse('office:stays')}?state={StayState.PREPARING}",
        more=max(0, rows.count() - LINES_A_SECTION),
        hurt=Hurt.FIRST,
    )


# Each area adds its section here, in the order in which a morning goes.
SECTIONS: tuple[Callable[[User, dt.datetime], Section], ...] = (
    walk_in,
    not_arrived,
    failed_mails,
    waiting_questions,
    waiting_places,
    unwritten,
    rounds_today.rounds,
    reports_to_read,
    answers_to_review,
    agreements,
    year_presenters.today_section,
    keeping_presenters.section,
)
