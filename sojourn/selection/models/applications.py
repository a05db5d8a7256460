"""One student's application to a round: what was submitted, and the draft.

The rows (choices, answers, referees, the documents marked so) are what was submitted and what
counts. What a student is typing is one value, `Application.draft`, so that saving it is one small
write and never changes what was submitted.
"""

from __future__ import annotations

import secrets
import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import DegreeProgramme
from sojourn.people.models import User
from sojourn.people.visibility import (
    PROGRAMME_OF_STUDENT,
    Casework,
    InUnit,
    Own,
    Through,
)
from sojourn.selection.models.rounds import CustomQuestion, Round, RoundOpportunity
from sojourn.selection.states import ApplicationState

# Digits and letters that nobody mistakes for one another.
_CODE_LETTERS = "23456789abcdefghjkmnpqrstvwxyz"
CODE_LENGTH = 8


def new_code() -> str:
    """Make a pseudonym, used instead of a name."""
    return "".join(secrets.choice(_CODE_LETTERS) for _letter in range(CODE_LENGTH))


def new_file_name() -> str:
    return secrets.token_hex(24)


class Application(Casework):
    """One student in one round, under two codes that cannot be connected.

    `code` is its id in the allocation and in the published result: the student and the office know
    it. It is made with the application, before the lottery's seed is known, because the lots are
    drawn from it. `review_code` is what reviewers see where they see no names.
    """

    visible = Own("owner") | InUnit("programme", f"owner__{PROGRAMME_OF_STUDENT}")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    code = models.CharField(max_length=CODE_LENGTH, default=new_code, editable=False)
    review_code = models.CharField(max_length=CODE_LENGTH, default=new_code, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, related_name="applications")
    owner = models.ForeignKey(User, models.CASCADE, related_name="applications")
    state = models.CharField(
        max_length=20,
        choices=ApplicationState,
        default=ApplicationState.DRAFT,
    )
    # What is being typed (`sojourn.selection.drafts`), and how often it was saved.
    draft = models.JSONField(default=dict, blank=True)
    draft_revision = models.PositiveIntegerField(default=0)
    draft_saved_at = models.DateTimeField(null=True, blank=True)

    # As handed in.
    revision = models.PositiveIntegerField(default=0)
    programme = models.ForeignKey(
        DegreeProgramme, models.PROTECT, null=True, blank=True, related_name="+"
    )
    category = models.CharField(max_length=120, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    # CEFR level by language code, such as {"en": "C1"}.
    languages = models.JSONField(default=dict, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    # Of one that the office entered for the student.
    taken_in_because = models.CharField(max_length=500, blank=True)
    taken_in_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["round", "code"]
        constraints = [
            models.UniqueConstraint(fields=["round", "owner"], name="application_once_a_round"),
            models.UniqueConstraint(fields=["round", "code"], name="application_code_once"),
            models.UniqueConstraint(
                fields=["round", "review_code"], name="application_review_code_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ApplicationState.values), name="application_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.SUBMITTED)
                | (
                    Q(submitted_at__isnull=False, programme__isnull=False, revision__gte=1)
                    & ~Q(category="")
                ),
                name="application_submitted_complete",
            ),
            models.CheckConstraint(
                condition=~Q(state=ApplicationState.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="application_withdrawn_when",
            ),
        ]
        indexes = [models.Index(fields=["round", "state"], name="application_by_state")]

    def __str__(self) -> str:
        return self.code


class Choice(Casework):
    """One line of the submitted list; rank 1 is wanted most."""

    visible = Through("application")

    application = models.ForeignKey(Application, models.CASCADE, related_name="choices")
    rank = models.PositiveSmallIntegerField()
    opportunity = models.ForeignKey(RoundOpportunity, models.PROTECT, related_name="choices")
    motivation = models.TextField(blank=True)
    # The office may find that somebody cannot go there after all; it says why.
    excluded_at = models.DateTimeField(null=True, blank=True)
    exclusion_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["application", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "rank"], name="choice_rank_once"),
            models.UniqueConstraint(
                fields=["application", "opportunity"], name="choice_opportunity_once"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="choice_rank_from_one"),
            models.CheckConstraint(
                condition=Q(excluded_at__isnull=True) | ~Q(exclusion_reason=""),
                name="choice_excluded_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.rank}"


class Answer(Casework):
    """The answer to one of the round's own questions."""

    visible = Through("application")

    application = models.ForeignKey(Application, models.CASCADE, related_name="answers")
    question = models.ForeignKey(CustomQuestion, models.PROTECT, related_name="answers")
    text = models.TextField()

    class Meta:
        ordering = ["question__position", "question_id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "question"], name="answer_once")
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


class Referee(Casework):
    """A person whom the office may ask about the applicant."""

    visible = Through("application")

    application = models.ForeignKey(Application, models.CASCADE, related_name="referees")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=150)
    email = models.EmailField()
    relation = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["application", "position"], name="referee_once")
        ]

    def __str__(self) -> str:
        return f"referee {self.pk}"


class DocumentKind(models.TextChoices):
    CV = "cv", _("CV")
    TRANSCRIPT = "transcript", _("Transcript of records")


class Document(Casework):
    """A PDF of an application; the file is in the data folder under a random name."""

    visible = Through("application")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=20, choices=DocumentKind)
    name = models.CharField(max_length=150)
    stored_as = models.CharField(max_length=64, unique=True, default=new_file_name, editable=False)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.CharField(max_length=64)
    is_submitted = models.BooleanField(default=False)
    uploaded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["kind", "-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(is_submitted=True),
                name="document_submitted_once",
            ),
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(is_submitted=False),
                name="document_in_draft_once",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=DocumentKind.values), name="document_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return f"document {self.uuid}"
