"""What came of an appointment: notes, and the steps that were agreed."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models.appointments import Appointment
from sojourn.advising.models.queue import Ticket
from sojourn.people.models import User
from sojourn.people.visibility import Casework, OfStudent, Through

LONGEST_NOTE = 5000
LONGEST_STEP = 200


def _one_source(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(appointment__isnull=True) | Q(ticket__isnull=True), name=name
    )


class AppointmentNote(Casework):
    """A note about an appointment: for the office alone, or shared with the student."""

    visible = OfStudent("student") | Through("appointment") | Through("ticket")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(User, models.CASCADE, related_name="appointment_notes")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    appointment = models.ForeignKey(
        Appointment, models.SET_NULL, null=True, blank=True, related_name="notes"
    )
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, blank=True, related_name="notes")
    text = models.TextField(_("note"), max_length=LONGEST_NOTE)
    is_shared = models.BooleanField(_("the student may read it"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        constraints = [_one_source("appointment_note_of_one_source")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class NextStep(Casework):
    """Something that was agreed; the student finds it in the plan until it is done."""

    visible = OfStudent("student") | Through("appointment") | Through("ticket")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(User, models.CASCADE, related_name="next_steps")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    appointment = models.ForeignKey(
        Appointment, models.SET_NULL, null=True, blank=True, related_name="next_steps"
    )
    ticket = models.ForeignKey(
        Ticket, models.SET_NULL, null=True, blank=True, related_name="next_steps"
    )
    text = models.CharField(_("step"), max_length=LONGEST_STEP)
    due_on = models.DateField(_("by"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["due_on", "created_at"]
        constraints = [_one_source("next_step_of_one_source")]

    def __str__(self) -> str:
        return f"step {self.pk}"
