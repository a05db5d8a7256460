"""Questions to the office, and the replies that it keeps for the next time."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models.group_messages import GroupMessage
from sojourn.catalogue.models import Guide, Institution, Opportunity
from sojourn.common.languages import CODE_LENGTH, language_choices
from sojourn.people.models import User
from sojourn.people.visibility import Casework, Office, OfStudent, OwnWork


class QuestionState(models.TextChoices):
    """Whose turn it is. Which change is allowed is in `advising.questions.ALLOWED`."""

    WAITING = "waiting", _("Waits for the office")
    ASKED_BACK = "asked_back", _("The office asks something back")
    ANSWERED = "answered", _("Answered")
    CLOSED = "closed", _("Closed")


class Question(Casework):
    """A thread between the office and a student, or somebody who left a mail address only.

    The pages of somebody without an account are opened by a link that only their mail holds; it
    is signed, not kept (`advising.links`).
    """

    visible = OfStudent("asker") | OwnWork("assignee")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asker = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="questions")
    reply_email = models.EmailField(_("mail address for the answer"), blank=True)
    language = models.CharField(_("language"), max_length=CODE_LENGTH, choices=language_choices)
    subject = models.CharField(_("in short"), max_length=150)
    state = models.CharField(
        _("state"), max_length=20, choices=QuestionState, default=QuestionState.WAITING
    )
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    institution = models.ForeignKey(
        Institution, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    guide = models.ForeignKey(Guide, models.SET_NULL, null=True, blank=True, related_name="+")
    assignee = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("assigned")
    )
    # The message to several students with which it began.
    group_message = models.ForeignKey(
        GroupMessage, models.SET_NULL, null=True, blank=True, related_name="threads"
    )
    asked_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        indexes = [
            models.Index(fields=["state", "waiting_since"], name="question_waiting"),
            models.Index(fields=["reply_email", "asked_at"], name="question_address"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(asker__isnull=False, reply_email="")
                | (Q(asker__isnull=True) & ~Q(reply_email="")),
                name="question_asker_or_address",
            ),
            models.CheckConstraint(
                condition=Q(state__in=QuestionState.values), name="question_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", waiting_since__isnull=False)
                | (~Q(state="waiting") & Q(waiting_since__isnull=True)),
                name="question_waits_since_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(opportunity__isnull=True, institution__isnull=True)
                | Q(opportunity__isnull=True, guide__isnull=True)
                | Q(institution__isnull=True, guide__isnull=True),
                name="question_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"question {self.pk}"


class SavedReply(Casework):
    """A reply that the office gives often, in every language."""

    visible = Office()

    name = models.CharField(_("name"), max_length=100, unique=True)
    text = models.TextField(_("text"), max_length=5000)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
