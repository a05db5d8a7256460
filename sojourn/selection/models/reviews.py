"""The review of a round: who reads what, the scores, and figures brought in from elsewhere."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone

from sojourn.people.models import User
from sojourn.people.visibility import Casework, Office, Own, Through
from sojourn.selection.models.applications import Application, Choice
from sojourn.selection.models.rounds import Criterion, OfWholeRound, Round
from sojourn.selection.states import ReviewState


class Reviewer(Casework):
    """An account that reviews in a round; being one gives no other right."""

    visible = Own("user") | Through("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="reviewers")
    # None once the account is gone; the scores stay.
    user = models.ForeignKey(User, models.SET_NULL, null=True, related_name="reviewing")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "user"], name="reviewer_once_a_round")
        ]

    def __str__(self) -> str:
        return f"reviewer {self.pk}"


class ReviewerInvitation(Casework):
    """A mail address that was asked to review in a round; the link in the mail is the proof.

    Gone once it is accepted, taken back, or too old.
    """

    visible = Through("round")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="reviewer_invitations")
    email = models.EmailField()
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["invited_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "email"], name="reviewer_invited_once")
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ReviewAssignment(Casework):
    """One reviewer's reading of one application.

    A conflict of interest is a state of this row and stays, so that the same application can never
    come back to the same reviewer.
    """

    visible = Own("reviewer__user") | Through("application")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    reviewer = models.ForeignKey(Reviewer, models.PROTECT, related_name="assignments")
    application = models.ForeignKey(Application, models.CASCADE, related_name="reviews")
    state = models.CharField(max_length=20, choices=ReviewState, default=ReviewState.ASSIGNED)
    # Asked for because the others were too far apart.
    is_third = models.BooleanField(default=False)
    assigned_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    conflict_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["reviewer", "application"], name="review_once"),
            models.CheckConstraint(
                condition=Q(state__in=ReviewState.values), name="review_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.DONE) | Q(done_at__isnull=False),
                name="review_done_when",
            ),
        ]

    def __str__(self) -> str:
        return f"review {self.uuid}"


class Score(Casework):
    """One reviewer's points for one criterion: of the applicant, or of one choice."""

    visible = Through("review")

    review = models.ForeignKey(ReviewAssignment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    choice = models.ForeignKey(
        Choice, models.RESTRICT, null=True, blank=True, related_name="scores"
    )
    points = models.PositiveSmallIntegerField()
    comment = models.TextField(blank=True, max_length=2000)
    scored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["criterion__position", "choice__rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "criterion"],
                condition=Q(choice__isnull=True),
                name="score_once_an_applicant",
            ),
            models.UniqueConstraint(
                fields=["review", "criterion", "choice"], name="score_once_a_choice"
            ),
        ]

    def __str__(self) -> str:
        return f"score {self.pk}"


class ValueImport(Casework):
    """A file of grades or ECTS that was taken in, whole."""

    visible = OfWholeRound("round")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    round = models.ForeignKey(Round, models.CASCADE, related_name="imports")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    sha256 = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"import {self.uuid}"


class ImportFile(Casework):
    """A file that is being read: kept until its values are imported, for an hour at most."""

    visible = OfWholeRound("round")

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    by = models.ForeignKey(User, models.CASCADE, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    name = models.CharField(max_length=100)
    content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "by"], name="one_import_file_for_each")
        ]

    def __str__(self) -> str:
        return f"file to import {self.pk}"


class ColumnName(Casework):
    """What somebody said a column of a file is, for the next file with that name."""

    visible = Office()

    # As compared: `sojourn.selection.value_columns.folded`.
    title = models.CharField(max_length=200, unique=True)
    # The student number, or the code of a criterion.
    meaning = models.CharField(max_length=60)

    def __str__(self) -> str:
        return self.title


class MeasuredValue(Casework):
    """An applicant's value for a criterion that no reviewer scores: imported, or by the office."""

    visible = Through("application")

    application = models.ForeignKey(Application, models.CASCADE, related_name="values")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="values")
    value = models.DecimalField(max_digits=8, decimal_places=3)
    # None: typed in by the office.
    source = models.ForeignKey(
        ValueImport, models.PROTECT, null=True, blank=True, related_name="values"
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion"], name="measured_value_once")
        ]

    def __str__(self) -> str:
        return f"value {self.pk}"
