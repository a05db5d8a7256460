"""All that the reader may see about one student, read once: the same number of reads for any."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from django.db.models import F, Model, QuerySet

from sojourn.advising.models import (
    Appointment,
    AppointmentNote,
    NextStep,
    Question,
    SelfArrangedPlace,
    Ticket,
)
from sojourn.experiences.models import Report
from sojourn.people.models import AuditEvent, OutboxMail, StudentNumber, User
from sojourn.planning.models import Plan
from sojourn.selection.models import Application, Nomination, Objection, Offer
from sojourn.selection.score_lines import Points, points_of

Row = TypeVar("Row", bound=Model)

# Of each kind, the newest so many; the lists of the office have the rest.
MOST = 100
# What a student does to a plan is theirs, and no step of a file.
_OF_THE_PLAN = ("plan.", "top_five.")


@dataclass
class StudentFile:
    """The rows about one student, the newest first, narrowed to what the reader may see."""

    reader: User
    student: User
    now: dt.datetime

    @cached_property
    def number(self) -> StudentNumber | None:
        return StudentNumber.objects.visible_to(self.reader).filter(owner=self.student).first()

    @cached_property
    def _plan(self) -> Plan | None:
        found = Plan.objects.visible_to(self.reader).filter(owner=self.student)
        return found.select_related("programme", "owner").prefetch_related("languages").first()

    @property
    def studies(self) -> Plan | None:
        """Return the plan for programme and year alone, which say whose student this is."""
        return self._plan

    @cached_property
    def plan(self) -> Plan | None:
        """Return profile and top five of a student who came to talk, and was told so then."""
        return self._plan if self.appointments or self.tickets else None

    @cached_property
    def appointments(self) -> Sequence[Appointment]:
        return self._newest(
            Appointment.objects.visible_to(self.reader)
            .filter(student=self.student)
            .select_related("diary__contact"),
            "-starts_at",
        )

    @cached_property
    def tickets(self) -> Sequence[Ticket]:
        return self._newest(
            Ticket.objects.visible_to(self.reader)
            .filter(student=self.student)
            .select_related("diary__contact"),
            "-taken_at",
        )

    @cached_property
    def notes(self) -> Sequence[AppointmentNote]:
        return self._newest(
            AppointmentNote.objects.visible_to(self.reader)
            .filter(student=self.student)
            .select_related("author"),
            "-created_at",
        )

    @cached_property
    def steps(self) -> Sequence[NextStep]:
        found = NextStep.objects.visible_to(self.reader).filter(student=self.student)
        return list(
            found.order_by(
                F("done_at").asc(nulls_first=True), F("due_on").asc(nulls_last=True), "created_at"
            )[:MOST]
        )

    @cached_property
    def questions(self) -> Sequence[Question]:
        return self._newest(
            Question.objects.visible_to(self.reader)
            .filter(asker=self.student)
            .select_related("assignee"),
            "-asked_at",
        )

    @cached_property
    def places(self) -> Sequence[SelfArrangedPlace]:
        return self._newest(
            SelfArrangedPlace.objects.visible_to(self.reader)
            .filter(student=self.student)
            .select_related("institution"),
            "-proposed_at",
        )

    @cached_property
    def applications(self) -> Sequence[Application]:
        return self._newest(
            Application.objects.visible_to(self.reader)
            .filter(owner=self.student)
            .select_related("round", "programme", "taken_in_by")
            .prefetch_related("choices__opportunity__opportunity"),
            "-created_at",
        )

    @cached_property
    def points(self) -> dict[int, Points]:
        return points_of(self.applications)

    @cached_property
    def offers(self) -> Sequence[Offer]:
        return self._newest(
            Offer.objects.visible_to(self.reader)
            .filter(application__owner=self.student)
            .select_related("application__round", "opportunity__opportunity"),
            "-made_at",
        )

    @cached_property
    def nominations(self) -> Sequence[Nomination]:
        return self._newest(
            Nomination.objects.visible_to(self.reader)
            .filter(offer__application__owner=self.student)
            .select_related("offer__opportunity__opportunity", "offer__application__round"),
            "-sent_at",
        )

    @cached_property
    def objections(self) -> Sequence[Objection]:
        return self._newest(
            Objection.objects.visible_to(self.reader)
            .filter(application__owner=self.student)
            .select_related("application__round"),
            "-made_at",
        )

    @cached_property
    def reports(self) -> Sequence[Report]:
        return self._newest(
            Report.objects.visible_to(self.reader)
            .filter(writer=self.student)
            .select_related("opportunity"),
            F("submitted_at").desc(nulls_last=True),
        )

    @cached_property
    def mails(self) -> Sequence[OutboxMail]:
        return self._newest(
            OutboxMail.objects.visible_to(self.reader).filter(
                receiver=self.student, is_secret=False
            ),
            "-created_at",
        )

    @cached_property
    def events(self) -> Sequence[AuditEvent]:
        found = AuditEvent.objects.visible_to(self.reader).filter(about=self.student)
        for beginning in _OF_THE_PLAN:
            found = found.exclude(action__startswith=beginning)
        return self._newest(found.select_related("actor"), "-at")

    @staticmethod
    def _newest(rows: QuerySet[Row], order: Any) -> list[Row]:
        return list(rows.order_by(order, "pk")[:MOST])
