"""Appointments, and who waits for a slot in a week that is full.

A slot is no row: rules make slots, and an appointment takes one. An offer to somebody who waits is
an appointment too, in the state "offered", so that one constraint guards both.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models.hours import AT_OWN_DESK, Diary
from sojourn.people.models import User
from sojourn.people.visibility import Casework, OfStudent

LONGEST_TOPIC = 120
LONGEST_QUESTION = 2000


class AppointmentState(models.TextChoices):
    OFFERED = "offered", _("Offered")
    BOOKED = "booked", _("Booked")
    HELD = "held", _("Took place")
    NO_SHOW = "no_show", _("Did not come")
    CANCELLED = "cancelled", _("Cancelled")
    LAPSED = "lapsed", _("Offer lapsed")


# States in which nobody else can have the slot.
TAKES_SLOT = (
    AppointmentState.OFFERED,
    AppointmentState.BOOKED,
    AppointmentState.HELD,
    AppointmentState.NO_SHOW,
)


class WaitingState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    OFFERED = "offered", _("Offered a time")
    SERVED = "served", _("Has a time")
    LEFT = "left", _("Left the list")
    LAPSED = "lapsed", _("Did not answer in time")


class WeekWaiting(Casework):
    """Somebody who waits for a slot in one week. The order is that of the rows."""

    visible = OfStudent("student") | AT_OWN_DESK

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    diary = models.ForeignKey(Diary, models.CASCADE, related_name="waiting")
    student = models.ForeignKey(User, models.CASCADE, related_name="weeks_waited_for")
    week = models.DateField(_("Monday of the week"))
    route = models.CharField(_("way of looking"), max_length=60, blank=True)
    topic = models.CharField(_("topic"), max_length=LONGEST_TOPIC)
    question = models.TextField(_("what the student wants to know"), max_length=LONGEST_QUESTION)
    state = models.CharField(max_length=10, choices=WaitingState, default=WaitingState.WAITING)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["diary", "student", "week"],
                condition=Q(state__in=["waiting", "offered"]),
                name="week_waiting_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WaitingState.values), name="week_waiting_state"
            ),
        ]

    def __str__(self) -> str:
        return f"waiting {self.pk}"


class Appointment(Casework):
    """An appointment at a time. `sequence` rises with every change that calendars must hear of."""

    visible = OfStudent("student") | AT_OWN_DESK

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    diary = models.ForeignKey(Diary, models.CASCADE, related_name="appointments")
    student = models.ForeignKey(User, models.CASCADE, related_name="appointments")
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    room = models.CharField(_("room"), max_length=60, blank=True)
    online_link = models.URLField(_("link for an online appointment"), blank=True)
    route = models.CharField(_("way of looking"), max_length=60, blank=True)
    topic = models.CharField(_("topic"), max_length=LONGEST_TOPIC)
    question = models.TextField(_("what the student wants to know"), max_length=LONGEST_QUESTION)
    state = models.CharField(max_length=10, choices=AppointmentState)
    sequence = models.PositiveIntegerField(default=0)
    # Of an offer: until when the slot is kept, and for which wait.
    offer_ends_at = models.DateTimeField(null=True, blank=True)
    waited = models.ForeignKey(
        WeekWaiting, models.SET_NULL, null=True, blank=True, related_name="offers"
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            # Two students never hold one slot. Slots that overlap without starting together are
            # refused by the verbs, which hold the diary's lock.
            models.UniqueConstraint(
                fields=["diary", "starts_at"],
                condition=Q(state__in=["offered", "booked", "held", "no_show"]),
                name="appointment_slot_once",
            ),
            models.UniqueConstraint(
                fields=["waited"],
                condition=Q(state="offered"),
                name="appointment_one_offer_a_wait",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")), name="appointment_times_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AppointmentState.values), name="appointment_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="offered") | Q(offer_ends_at__isnull=False),
                name="appointment_offer_ends",
            ),
        ]
        indexes = [models.Index(fields=["student", "starts_at"], name="appointment_of_student")]

    def __str__(self) -> str:
        return f"appointment {self.pk}"
