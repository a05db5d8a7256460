"""What is written in a thread: messages, and the files that came with them."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.advising.models.questions import Question
from sojourn.advising.models.self_arranged import SelfArrangedPlace
from sojourn.catalogue.models import PublishedAnswer
from sojourn.people.models import User
from sojourn.people.visibility import Casework, Through


class Side(models.TextChoices):
    """Who of the two wrote."""

    ASKER = "asker", _("Who asks")
    OFFICE = "office", _("The office")


class Message(Casework):
    """One message of a thread. `sending` comes with the form: sent twice, it is kept once."""

    visible = Through("question") | Through("self_arranged_place")

    question = models.ForeignKey(
        Question, models.CASCADE, null=True, blank=True, related_name="messages"
    )
    self_arranged_place = models.ForeignKey(
        SelfArrangedPlace, models.CASCADE, null=True, blank=True, related_name="messages"
    )
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=10, choices=Side)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=10_000)
    written_at = models.DateTimeField(default=timezone.now)
    sending = models.UUIDField(default=uuid.uuid4, unique=True)
    published_as = models.OneToOneField(
        PublishedAnswer, models.SET_NULL, null=True, blank=True, related_name="made_from"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "number"],
                condition=Q(question__isnull=False),
                name="message_number_once",
            ),
            models.UniqueConstraint(
                fields=["self_arranged_place", "number"],
                condition=Q(self_arranged_place__isnull=False),
                name="message_number_once_in_place",
            ),
            models.CheckConstraint(
                condition=Q(question__isnull=False, self_arranged_place__isnull=True)
                | Q(question__isnull=True, self_arranged_place__isnull=False),
                name="message_in_one_thread",
            ),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="message_side_known"),
        ]

    def __str__(self) -> str:
        return f"message {self.number}"


class StoredFile(Casework):
    """A file that came with a message. Its content is in the data folder under `key`."""

    visible = Through("message")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="files")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    key = models.CharField(max_length=64, unique=True)
    stored_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["stored_at", "name"]

    def __str__(self) -> str:
        return f"file {self.pk}"
