"""The list of students."""

from __future__ import annotations

from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.advising.models import (
    Appointment,
    AppointmentState,
    Question,
    QuestionState,
    SelfArrangedPlace,
    Ticket,
    TicketState,
)
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.folding import with_words
from sojourn.experiences.students import students_seen_by
from sojourn.office.shared import formatting, lists
from sojourn.people.models import User
from sojourn.selection.models import Application, Offer
from sojourn.selection.states import ACCEPTED, AWAITS_ANSWER, ApplicationState

BY_NAME = ("last_name__as_name", "first_name__as_name")
# What counts as having come, or coming; a slot that was offered or cancelled does not.
_TALKS = (AppointmentState.BOOKED, AppointmentState.HELD)
_VISITS = (TicketState.WAITING, TicketState.CALLED, TicketState.DONE)
NAMES = ("first_name", "last_name", "preferred_name", "email", "student_number__number")


def rows(reader: User) -> QuerySet[User]:
    """List the students whom the reader may see, with what the list says of each."""

    def count(found: QuerySet[Any], account: str) -> Coalesce:
        counted = (
            found.filter(**{account: OuterRef("pk")})
            .order_by()
            .values(account)
            .annotate(number=Count("pk"))
            .values("number")
        )
        return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

    talks = (
        Appointment.objects.visible_to(reader)
        .filter(student=OuterRef("pk"), state__in=_TALKS)
        .order_by()
        .values("student")
        .annotate(last=Max("starts_at"))
        .values("last")
    )
    return (
        students_seen_by(reader)
        .select_related("student_number", "plan__programme")
        .annotate(
            applications_in=count(
                Application.objects.visible_to(reader).filter(state=ApplicationState.SUBMITTED),
                "owner",
            ),
            questions_waiting=count(
                Question.objects.visible_to(reader).filter(state=QuestionState.WAITING), "asker"
            ),
            last_talk=Subquery(talks, output_field=DateTimeField()),
        )
    )


def _row(student: User) -> lists.Row:
    plan = getattr(student, "plan", None)
    number = getattr(student, "student_number", None)
    programme = plan.programme if plan else None
    last = getattr(student, "last_talk", None)
    waiting = getattr(student, "questions_waiting", 0)
    return lists.Row(
        str(student.uuid),
        (
            lists.Cell(str(student), reverse("office:student", args=[student.uuid])),
            lists.Cell(number.number if number else ""),
            lists.Cell(str(programme.short_name) if programme else ""),
            lists.Cell(str(plan.year or "") if plan else ""),
            lists.Cell(str(getattr(student, "applications_in", 0) or "")),
            lists.Cell(str(waiting or ""), tone="warn" if waiting else ""),
            lists.Cell(formatting.moment(last) if last else ""),
            lists.Cell(student.email),
        ),
    )


def kind(reader: User) -> lists.Kind[User]:
    """Return the list of students, for one of the office's people."""
    programmes = current_snapshot().records.programmes.values()
    return lists.Kind(
        caption=_("Students"),
        columns=(
            lists.Column("name", gettext_lazy("Student"), BY_NAME),
            lists.Column("number", gettext_lazy("Number"), ("student_number__number",)),
            lists.Column("programme", gettext_lazy("Programme"), ("plan__programme__slug",)),
            lists.Column("year", gettext_lazy("Year"), ("plan__year",), numeric=True),
            lists.Column(
                "applications", gettext_lazy("Applications"), ("applications_in",), numeric=True
            ),
            lists.Column(
                "waiting", gettext_lazy("Questions waiting"), ("questions_waiting",), numeric=True
            ),
            lists.Column("talk", gettext_lazy("Last appointment"), ("last_talk",)),
            lists.Column("mail", gettext_lazy("Mail address"), ("email",)),
        ),
        row=_row,
        empty=_("No student has an account yet."),
        first_order="name",
        filters=(
            lists.Filter(
                "programme",
                gettext_lazy("Programme"),
                tuple((each.slug, str(each.short_name)) for each in programmes),
                lambda found, value: found.filter(plan__programme__slug=value),
            ),
            lists.Filter(
                "year",
                gettext_lazy("Year"),
                tuple((str(year), str(year)) for year in range(1, 7)),
                lambda found, value: found.filter(plan__year=int(value)),
            ),
            lists.Filter(
                "with", gettext_lazy("Who"), _WHO, lambda found, value: _with(reader, found, value)
            ),
        ),
        search=lambda found, text: with_words(found, text, *NAMES),
        name="students",
        actions=(lists.WRITE,),
        action_page=lists.WRITE_PAGE,
        about="students",
    )


_WHO = (
    ("question", gettext_lazy("waits for an answer")),
    ("talked", gettext_lazy("came to talk")),
    ("applied", gettext_lazy("applied")),
    ("offered", gettext_lazy("has an offer to answer")),
    ("accepted", gettext_lazy("accepted a place")),
    ("own", gettext_lazy("found a place themselves")),
)


def _with(reader: User, found: QuerySet[User], value: str) -> QuerySet[User]:
    """Narrow to the students about whom there is such a row, of those that the reader may see."""
    offers = Offer.objects.visible_to(reader)
    accounts: dict[str, tuple[QuerySet[Any], ...]] = {
        "question": (
            Question.objects.visible_to(reader).filter(state=QuestionState.WAITING).values("asker"),
        ),
        "talked": (
            Appointment.objects.visible_to(reader).filter(state__in=_TALKS).values("student"),
            Ticket.objects.visible_to(reader).filter(state__in=_VISITS).values("student"),
        ),
        "applied": (
            Application.objects.visible_to(reader)
            .filter(state=ApplicationState.SUBMITTED)
            .values("owner"),
        ),
        "offered": (offers.filter(state__in=AWAITS_ANSWER).values("application__owner"),),
        "accepted": (offers.filter(state__in=ACCEPTED).values("application__owner"),),
        "own": (SelfArrangedPlace.objects.visible_to(reader).values("student"),),
    }
    is_one = Q()
    for each in accounts[value]:
        is_one |= Q(pk__in=each)
    return found.filter(is_one)
