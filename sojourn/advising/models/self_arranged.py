"""A place that a student arranged: what was agreed there, and what the office decided."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import (
    Institution,
    MobilityWindow,
    Opportunity,
    OpportunityKind,
    country_validator,
    ordered_range,
)
from sojourn.people.models import User
from sojourn.people.visibility import Casework, OfStudent


class SelfArrangedState(models.TextChoices):
    """Whose turn it is; `advising.self_arranged_places.ALLOWED` has the allowed changes."""

    WAITING = "waiting", _("Waits for the office")
    ASKED_BACK = "asked_back", _("The office asks something back")
    APPROVED = "approved", _("Approved")
    DECLINED = "declined", _("Not approved")
    WITHDRAWN = "withdrawn", _("Withdrawn by the student")


class SelfArrangedPlace(Casework):
    """A place that a student arranged. Approved, it has an opportunity that only they see."""

    visible = OfStudent("student")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(User, models.CASCADE, related_name="self_arranged_places")
    state = models.CharField(
        _("state"), max_length=20, choices=SelfArrangedState, default=SelfArrangedState.WAITING
    )
    # Either an institution that the catalogue knows, or the name of one that it does not.
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, related_name="+"
    )
    institution_name = models.CharField(_("institution"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[country_validator]
    )
    website = models.URLField(_("website"), blank=True)
    department = models.CharField(_("department"), max_length=200, blank=True)
    supervisor_name = models.CharField(_("supervisor"), max_length=200, blank=True)
    supervisor_email = models.EmailField(_("mail address of the supervisor"), blank=True)
    kind = models.CharField(_("kind"), max_length=30, choices=OpportunityKind)
    subject = models.CharField(_("subject"), max_length=150)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    window = models.ForeignKey(
        MobilityWindow, models.PROTECT, null=True, blank=True, related_name="+"
    )
    opportunity = models.OneToOneField(
        Opportunity, models.RESTRICT, null=True, blank=True, related_name="self_arranged_place"
    )
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    sending = models.UUIDField(default=uuid.uuid4, unique=True)
    proposed_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("self-arranged place")
        verbose_name_plural = _("self-arranged places")
        indexes = [
            models.Index(fields=["state", "waiting_since"], name="self_arranged_place_waiting")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SelfArrangedState.values),
                name="self_arranged_place_state_known",
            ),
            models.CheckConstraint(
                condition=Q(institution__isnull=False, institution_name="")
                | (Q(institution__isnull=True) & ~Q(institution_name="")),
                name="self_arranged_place_known_or_named_institution",
            ),
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"),
                name="self_arranged_place_days_in_order",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since__isnull=True)),
                name="self_arranged_place_waits_since_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="approved", window__isnull=False, opportunity__isnull=False)
                | (~Q(state="approved") & Q(window__isnull=True, opportunity__isnull=True)),
                name="self_arranged_place_approved_for_a_window",
            ),
        ]

    def __str__(self) -> str:
        return f"self-arranged place {self.pk}"
