"""The line at a walk-in hour: numbers that people take and that are called one after the other."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models.hours import AT_OWN_DESK, Diary
from sojourn.people.models import User
from sojourn.people.visibility import Casework, OfStudent


class TicketState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    CALLED = "called", _("Inside")
    DONE = "done", _("Done")
    LEFT = "left", _("Left the queue")
    NO_SHOW = "no_show", _("Did not come")


class Ticket(Casework):
    """A number in the line of one day. A visitor without an account holds it by its id."""

    visible = OfStudent("student") | AT_OWN_DESK

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    diary = models.ForeignKey(Diary, models.CASCADE, related_name="tickets")
    day = models.DateField(_("day"))
    number = models.PositiveSmallIntegerField(_("number"))
    student = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="tickets")
    name = models.CharField(_("first name"), max_length=60, blank=True)
    topic = models.CharField(_("what it is about"), max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=TicketState, default=TicketState.WAITING)
    taken_at = models.DateTimeField(default=timezone.now)
    called_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("number in the queue")
        ordering = ["day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["diary", "day", "number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["diary", "day", "student"],
                condition=Q(state__in=["waiting", "called"], student__isnull=False),
                name="ticket_student_once",
            ),
            # One conversation at a time: calling the next ends the conversation before.
            models.UniqueConstraint(
                fields=["diary"], condition=Q(state="called"), name="ticket_one_inside"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="ticket_number_from_one"),
            models.CheckConstraint(condition=Q(state__in=TicketState.values), name="ticket_state"),
        ]

    def __str__(self) -> str:
        return f"number {self.number}"
