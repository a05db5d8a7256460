"""One message of the office to many students, each in their own language and thread."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User
from sojourn.people.roles import ADVISING
from sojourn.people.visibility import Casework, Office


class GroupMessage(Casework):
    """What was written to a selection of students; each has a thread that points here.

    The texts hold fields such as `{name}`, so nothing in them is about one student.
    """

    visible = Office(ADVISING)

    # The key of the form that sent it: sent twice, it is one.
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    # By language code, as it was written.
    subjects = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("message to several students")
        verbose_name_plural = _("messages to several students")
        ordering = ["-sent_at", "-pk"]

    def __str__(self) -> str:
        return f"group message {self.uuid}"
