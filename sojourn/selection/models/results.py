"""What comes after the review: runs of the allocation, offers, objections, nominations."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User
from sojourn.people.visibility import Casework, Through
from sojourn.selection.models.applications import Application
from sojourn.selection.models.rounds import OfWholeRound, Round, RoundOpportunity
from sojourn.selection.states import (
    TAKES_SEAT,
    NominationState,
    ObjectionState,
    OfferMeaning,
    OfferState,
)


class AllocationRun(Casework):
    """One run of the allocation: what went in, byte for byte, and what came out.

    Never changed: the database itself refuses it (migration 0002). `input` is the canonical
    problem, `result` the office's file with the exact scores, `published` the one for everybody.
    """

    visible = OfWholeRound("round")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="runs")
    number = models.PositiveSmallIntegerField(_("number"))
    method = models.CharField(_("method"), max_length=40)
    method_version = models.PositiveSmallIntegerField(_("version of the method"))
    input = models.BinaryField()
    input_digest = models.CharField(max_length=71)
    result = models.BinaryField()
    result_digest = models.CharField(max_length=71)
    published = models.BinaryField()
    published_digest = models.CharField(max_length=71)
    made_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("run of the allocation")
        verbose_name_plural = _("runs of the allocation")
        ordering = ["round", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="allocation_run_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.round_id}/{self.number}"


class Approval(Casework):
    """One person's approval of the result of a run."""

    visible = Through("run")

    run = models.ForeignKey(AllocationRun, models.PROTECT, related_name="approvals")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "by"], name="approval_once_a_person"),
        ]

    def __str__(self) -> str:
        return f"approval {self.pk}"


class Publication(Casework):
    """The run that a round's results are; from here on its lottery's seed is public."""

    visible = OfWholeRound("round")

    round = models.OneToOneField(Round, models.PROTECT, related_name="publication")
    run = models.OneToOneField(AllocationRun, models.PROTECT, related_name="publication")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    objections_until = models.DateTimeField(_("objections until"))

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")

    def __str__(self) -> str:
        return f"publication {self.pk}"


class OfferOrigin(models.TextChoices):
    """How an offer came about."""

    RESULTS = "results", _("the results")
    WAITING_LIST = "waiting_list", _("the waiting list")
    BETTER = "better", _("a better choice came free")
    OBJECTION = "objection", _("an objection")


# Offers that came when somebody else did not take theirs.
LATER_ORIGINS = (OfferOrigin.WAITING_LIST, OfferOrigin.BETTER)


class Offer(Casework):
    """A place offered to one applicant.

    `seat` counts from 1. A seat has at most one active offer and an applicant at most one, which
    the database holds; so there can never be more accepted places than seats.
    """

    visible = Through("application")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="offers")
    opportunity = models.ForeignKey(RoundOpportunity, models.PROTECT, related_name="offers")
    seat = models.PositiveSmallIntegerField(_("seat"))
    rank = models.PositiveSmallIntegerField(_("rank on the list"))
    state = models.CharField(_("state"), max_length=20, choices=OfferState, default=OfferState.OPEN)
    origin = models.CharField(_("comes from"), max_length=20, choices=OfferOrigin)
    made_at = models.DateTimeField(default=timezone.now)
    answer_by = models.DateTimeField(_("answer by"))
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=TAKES_SEAT),
                name="offer_one_active_an_applicant",
            ),
            models.UniqueConstraint(
                fields=["opportunity", "seat"],
                condition=Q(state__in=TAKES_SEAT),
                name="offer_one_active_a_seat",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OfferState.values), name="offer_state_known"
            ),
            models.CheckConstraint(
                condition=Q(seat__gte=1) & Q(rank__gte=1), name="offer_counts_from_one"
            ),
        ]
        indexes = [models.Index(fields=["state", "answer_by"], name="offer_due")]

    def __str__(self) -> str:
        return f"offer {self.uuid}"

    @property
    def meaning(self) -> OfferMeaning:
        """Return what follows from its state."""
        return OfferState(self.state).meaning


class MoreSeats(Casework):
    """Seats added after publication: held back until then, or given by the host."""

    visible = Through("opportunity")

    opportunity = models.ForeignKey(RoundOpportunity, models.PROTECT, related_name="more_seats")
    count = models.PositiveSmallIntegerField(_("seats"))
    because = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("more seats")
        verbose_name_plural = _("more seats")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1), name="more_seats_at_least_one"),
            models.CheckConstraint(condition=~Q(because=""), name="more_seats_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"more seats {self.pk}"


class Nomination(Casework):
    """A selected student, named to the host."""

    visible = Through("offer")

    offer = models.OneToOneField(Offer, models.CASCADE, related_name="nomination")
    state = models.CharField(
        _("state"), max_length=20, choices=NominationState, default=NominationState.SENT
    )
    sent_at = models.DateTimeField(default=timezone.now)
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("nomination")
        verbose_name_plural = _("nominations")
        ordering = ["sent_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NominationState.values), name="nomination_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=NominationState.CONFIRMED) | Q(confirmed_at__isnull=False),
                name="nomination_confirmed_when",
            ),
        ]

    def __str__(self) -> str:
        return f"nomination {self.pk}"


class Objection(Casework):
    """A student's objection to a published result, with its thread and its outcome."""

    visible = Through("application")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.OneToOneField(Application, models.CASCADE, related_name="objection")
    state = models.CharField(
        _("state"), max_length=20, choices=ObjectionState, default=ObjectionState.OPEN
    )
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    outcome = models.TextField(_("decision and why"), blank=True, max_length=4000)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ObjectionState.values), name="objection_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ObjectionState.UPHELD, ObjectionState.DISMISSED])
                | (Q(decided_at__isnull=False) & ~Q(outcome="")),
                name="objection_decided_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"objection {self.uuid}"


class ObjectionMessage(Casework):
    """One message in the thread of an objection."""

    visible = Through("objection")

    objection = models.ForeignKey(Objection, models.CASCADE, related_name="messages")
    author = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    text = models.TextField(_("message"), max_length=4000)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="objection_message_says_something"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class PastApplicants(Casework):
    """What applications that were deleted still count in their round. It names nobody."""

    visible = OfWholeRound("round")

    round = models.OneToOneField(Round, models.CASCADE, related_name="past_applicants")
    # As `selection.statistics` counts.
    counts = models.JSONField()
    # By the key of a place: how many had it on their list, and how many were called later on.
    lists = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("counts of deleted applications")
        verbose_name_plural = _("counts of deleted applications")

    def __str__(self) -> str:
        return f"past applicants of round {self.round_id}"
