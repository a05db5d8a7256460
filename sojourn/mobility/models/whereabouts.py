"""Where a student can be reached during a stay: what they gave, for a closed circle alone.

Nothing of it is in a log, a mail, a list or an export of the office; it is deleted soon after the
return (`whereabouts.due_whereabouts`).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import country_validator, ordered_range
from sojourn.mobility.models.stays import Stay
from sojourn.people.models import User
from sojourn.people.roles import CIRCLE
from sojourn.people.visibility import (
    PROGRAMME_OF_STUDENT,
    Casework,
    Circle,
    InUnit,
    Office,
    Own,
    Through,
)

MOST_CONTACTS = 2


class SaidBy(models.TextChoices):
    """Who said that a student has arrived."""

    STUDENT = "student", _("the student")
    HOST = "host", _("the host")
    OFFICE = "office", _("the office")


class Arrival(Casework):
    """Somebody said that the student has arrived; each of them once."""

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="arrivals")
    said_by = models.CharField(_("said by"), max_length=10, choices=SaidBy)
    on = models.DateField(_("day"))
    # As typed by the host, who has no account.
    name = models.CharField(_("name"), max_length=200, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("confirmed arrival")
        verbose_name_plural = _("confirmed arrivals")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "said_by"], name="arrival_once_by_each"),
            models.CheckConstraint(
                condition=Q(said_by__in=SaidBy.values), name="arrival_said_by_known"
            ),
            models.CheckConstraint(
                condition=~Q(said_by=SaidBy.HOST) | ~Q(name=""), name="arrival_host_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return f"arrival {self.pk}"


# The student's own, and the closed circle's, of the programmes for which it holds the role.
_OWN_AND_CIRCLE = Own("stay__student") | Circle(
    InUnit("stay__programme", f"stay__student__{PROGRAMME_OF_STUDENT}"), CIRCLE
)


class Whereabouts(Casework):
    """How the student is reached there."""

    visible = _OWN_AND_CIRCLE

    stay = models.OneToOneField(Stay, models.CASCADE, related_name="whereabouts")
    phone = models.CharField(_("telephone there"), max_length=40, blank=True)
    address = models.CharField(_("address there"), max_length=500, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("whereabouts")
        verbose_name_plural = _("whereabouts")

    def __str__(self) -> str:
        return f"whereabouts {self.pk}"


class EmergencyContact(Casework):
    """Somebody at home, and for what the student agreed that they are called."""

    visible = _OWN_AND_CIRCLE

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="emergency_contacts")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("name"), max_length=200)
    relation = models.CharField(_("who they are"), max_length=100, blank=True)
    phone = models.CharField(_("telephone"), max_length=40)
    email = models.EmailField(_("mail address"), blank=True)
    may_locate = models.BooleanField(default=False)
    may_inform = models.BooleanField(default=False)
    may_know_health = models.BooleanField(default=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("emergency contact")
        verbose_name_plural = _("emergency contacts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "position"], name="emergency_contact_order"),
            models.CheckConstraint(
                condition=Q(position__gte=1, position__lte=MOST_CONTACTS),
                name="emergency_contact_two_at_most",
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(phone=""), name="emergency_contact_can_be_called"
            ),
        ]

    def __str__(self) -> str:
        return f"emergency contact {self.pk}"


class SideTrip(Casework):
    """A few days elsewhere, as far as the student wants to say."""

    visible = _OWN_AND_CIRCLE

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="side_trips")
    place = models.CharField(_("place"), max_length=100)
    country = models.CharField(_("country"), max_length=2, validators=[country_validator])
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    class Meta:
        verbose_name = _("side trip")
        verbose_name_plural = _("side trips")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(place=""), name="side_trip_to_a_place"),
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"), name="side_trip_days_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"side trip {self.pk}"


class ReadingKind(models.TextChoices):
    """In which form somebody read where students are."""

    PAGE = "page", _("on the page")
    PRINT = "print", _("as the call list")
    FILE = "file", _("as a sealed file")
    INCIDENT = "incident", _("in an incident")
    WORKER = "worker", _("the daily file")


class WhereaboutsReading(Casework):
    """Somebody read where students are: who, when, of which day and place, how many."""

    visible = Circle(Office(CIRCLE), CIRCLE)

    at = models.DateTimeField(default=timezone.now, db_index=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=10, choices=ReadingKind)
    day = models.DateField()
    # What the list was narrowed to, such as "c:SE"; no person.
    place = models.CharField(max_length=120, blank=True)
    people = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("reading of whereabouts")
        verbose_name_plural = _("readings of whereabouts")
        ordering = ["-at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReadingKind.values), name="whereabouts_reading_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"reading {self.pk}"
