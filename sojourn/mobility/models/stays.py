"""A stay abroad: whose, where, when, on which road, and how far it is."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models import SelfArrangedPlace
from sojourn.catalogue.choices import Gate, Pen
from sojourn.catalogue.models import (
    DegreeProgramme,
    Institution,
    MobilityWindow,
    Opportunity,
    Road,
    RoadStep,
    country_validator,
    ordered_range,
)
from sojourn.mobility.states import SETTLED, ChangeKind, StayMeaning, StayState, StepState
from sojourn.people.models import User
from sojourn.people.visibility import PROGRAMME_OF_STUDENT, Casework, InUnit, Own, Through
from sojourn.selection.models import Offer


class Origin(models.TextChoices):
    """How a stay began."""

    OFFER = "offer", _("an accepted offer")
    OWN_PLACE = "own_place", _("a place the student found")
    OFFICE = "office", _("the office")


class Stay(Casework):
    """One student's time abroad on one road. A student may have several, also in one year.

    `starts_on` and `ends_on` are the first and last day on which the host wants the student there;
    the periods that differ from it are rows of their own.
    """

    visible = Own("student") | InUnit("programme", f"student__{PROGRAMME_OF_STUDENT}")

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    student = models.ForeignKey(User, models.CASCADE, related_name="stays")
    programme = models.ForeignKey(
        DegreeProgramme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    road = models.ForeignKey(Road, models.PROTECT, related_name="+", verbose_name=_("road"))
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    window = models.ForeignKey(
        MobilityWindow, models.PROTECT, null=True, blank=True, related_name="+"
    )
    title = models.CharField(_("what"), max_length=200)
    origin = models.CharField(_("began with"), max_length=20, choices=Origin)
    offer = models.OneToOneField(Offer, models.SET_NULL, null=True, blank=True, related_name="stay")
    own_place = models.OneToOneField(
        SelfArrangedPlace, models.SET_NULL, null=True, blank=True, related_name="stay"
    )
    state = models.CharField(
        _("state"), max_length=20, choices=StayState, default=StayState.PREPARING
    )
    starts_on = models.DateField(_("first day at the host"), null=True, blank=True)
    ends_on = models.DateField(_("last day at the host"), null=True, blank=True)
    begun_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    # When the form was made that began it: sent twice, it begins one stay.
    sending = models.UUIDField(default=uuid4, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ["starts_on", "pk"]
        indexes = [models.Index(fields=["state", "starts_on"], name="stay_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=StayState.values), name="stay_state_known"
            ),
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"), name="stay_days_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[StayState.AWAY, StayState.BACK, StayState.FINISHED])
                | Q(starts_on__isnull=False),
                name="stay_away_since_a_day",
            ),
            models.UniqueConstraint(
                fields=["student", "sending"], name="stay_once_a_form_and_student"
            ),
        ]

    def __str__(self) -> str:
        return f"stay {self.uuid}"

    @property
    def meaning(self) -> StayMeaning:
        """Return what follows from its state."""
        return StayState(self.state).meaning


class StayHost(Casework):
    """A host of a stay, as it was when it was written down; position 0 is the first.

    Name and mail address are copies: a card that is changed later changes no stay.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="hosts")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+"
    )
    name = models.CharField(_("institution"), max_length=300)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[country_validator])
    department = models.CharField(_("department"), max_length=200, blank=True)
    contact_name = models.CharField(_("contact at the host"), max_length=200, blank=True)
    contact_role = models.CharField(_("their function"), max_length=200, blank=True)
    contact_email = models.EmailField(_("their mail address"), blank=True)

    class Meta:
        verbose_name = _("host of a stay")
        verbose_name_plural = _("hosts of a stay")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["stay", "position"], name="stay_host_order"),
            models.CheckConstraint(condition=~Q(name=""), name="stay_host_has_a_name"),
        ]

    def __str__(self) -> str:
        return f"host {self.pk}"

    @property
    def region(self) -> str:
        """Return the region of the institution, where it is in the catalogue and noted there."""
        known = self.institution
        return known.region if known is not None and known.country == self.country else ""


class PeriodKind(models.TextChoices):
    """The periods of a stay that are not the days at the host."""

    TRAVEL = "travel", _("Travel")
    GRANT = "grant", _("Grant")
    INSURANCE = "insurance", _("Insurance")
    VISA = "visa", _("Visa or permit")
    ENROLMENT = "enrolment", _("Enrolment at home")


class StayPeriod(Casework):
    """A period of a stay that differs from the days at the host."""

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="periods")
    kind = models.CharField(_("kind"), max_length=12, choices=PeriodKind)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("period of a stay")
        verbose_name_plural = _("periods of a stay")
        constraints = [
            models.UniqueConstraint(fields=["stay", "kind"], name="stay_period_once_a_kind"),
            models.CheckConstraint(
                condition=Q(kind__in=PeriodKind.values), name="stay_period_kind_known"
            ),
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"), name="stay_period_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=False) | Q(ends_on__isnull=False),
                name="stay_period_says_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"period {self.pk}"


class StayStep(Casework):
    """One step of the road of a stay: to do or done, by whom, waiting since when.

    `waiting_since` is empty while other steps have to come first. Of a paper only this is kept:
    that somebody saw it, and until when it is valid.
    """

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="steps")
    step = models.ForeignKey(RoadStep, models.PROTECT, related_name="+")
    state = models.CharField(
        _("state"), max_length=10, choices=StepState, default=StepState.WAITING
    )
    # Who has the pen where that moves while the step waits, as an agreement does; else empty.
    pen = models.CharField(_("waits for"), max_length=10, choices=Pen, blank=True)
    due_on = models.DateField(_("by"), null=True, blank=True)
    waiting_since = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=500, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a stay")
        verbose_name_plural = _("steps of a stay")
        ordering = ["step__number", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="stay_step_due")]
        constraints = [
            models.UniqueConstraint(fields=["stay", "step"], name="stay_step_once"),
            models.CheckConstraint(
                condition=Q(state__in=StepState.values), name="stay_step_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[StepState.WAITING, StepState.SAID], settled_at__isnull=True)
                | Q(state__in=[StepState.DONE, StepState.WAIVED], settled_at__isnull=False),
                name="stay_step_settled_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=StepState.WAIVED) | ~Q(reason=""),
                name="stay_step_waived_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(reminded_at__isnull=True, reminders=0)
                | Q(reminded_at__isnull=False, reminders__gte=1),
                name="stay_step_reminded_when",
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.pk}"

    @property
    def is_settled(self) -> bool:
        """Tell whether the road goes on from here."""
        return self.state in SETTLED

    def is_valid_on(self, day: dt.date) -> bool:
        """Tell whether it holds on that day: settled, and not run out."""
        return self.is_settled and (self.valid_until is None or self.valid_until >= day)


class StayChange(Casework):
    """A change in the course of a stay: of which kind, why, and the days before and after."""

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="changes")
    kind = models.CharField(_("kind"), max_length=20, choices=ChangeKind)
    reason = models.CharField(_("why"), max_length=1000)
    ended_on = models.DateField(_("last day before"), null=True, blank=True)
    ends_on = models.DateField(_("last day now"), null=True, blank=True)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("change of a stay")
        verbose_name_plural = _("changes of a stay")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values), name="stay_change_kind_known"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="stay_change_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"change {self.pk}"


class GateOverride(Casework):
    """Somebody answered for an exception at a gate: for what stood in the way then, and no more."""

    visible = Through("stay")

    stay = models.ForeignKey(Stay, models.CASCADE, related_name="overrides")
    gate = models.CharField(_("gate"), max_length=12, choices=Gate)
    # What stood in the way: the names of steps and of other conditions.
    blockers = models.JSONField(_("in the way"), default=list)
    reason = models.CharField(_("why"), max_length=1000)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("exception at a gate")
        verbose_name_plural = _("exceptions at a gate")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(gate__in=Gate.values), name="gate_override_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="gate_override_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"exception {self.pk}"
