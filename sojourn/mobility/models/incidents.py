"""Something happened where students are: whom it may concern, what each answered, the log.

Read by the closed circle alone. The log is only ever added to: the database refuses to change a
line of it, and deletes one only after its incident or its person (migrations make the triggers).
"""

from __future__ import annotations

from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import ContactWay
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
)


class Answer(models.TextChoices):
    """What is known of a person. No answer is no answer: it is never read as safe."""

    NONE = "none", _("No answer")
    SAFE = "safe", _("Safe")
    HELP = "help", _("Needs help")
    HANDED_OVER = "handed_over", _("Others look after it")


class Incident(Casework):
    """Something that happened, or a drill that is marked as one everywhere."""

    visible = Circle(Office(CIRCLE), CIRCLE)

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    is_drill = models.BooleanField(_("drill"), default=False)
    # Read by the students who are asked.
    title = models.CharField(_("what happened"), max_length=200)
    day = models.DateField(_("on which day"))
    # As the list of who is where narrows: "p:ID:Makassar", "c:SE", "r:150"; none: everywhere.
    places = models.JSONField(_("where"), default=list, blank=True)
    opened_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    closed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    report = models.TextField(_("report"), blank=True)
    # When the form was made that opened it: sent twice, it opens one incident.
    sending = models.UUIDField(default=uuid4, unique=True, editable=False)

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="incident_says_what"),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(report=""),
                name="incident_closed_with_a_report",
            ),
        ]

    def __str__(self) -> str:
        return f"incident {self.uuid}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None

    @property
    def name(self) -> str:
        """Return what happened, marked where it is a drill."""
        return _now("DRILL: %(what)s") % {"what": self.title} if self.is_drill else self.title


class IncidentPerson(Casework):
    """A student whom an incident may concern, and what is known of them."""

    visible = Own("student") | Circle(
        InUnit("stay__programme", f"student__{PROGRAMME_OF_STUDENT}"), CIRCLE
    )

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    incident = models.ForeignKey(Incident, models.CASCADE, related_name="people")
    stay = models.ForeignKey(Stay, models.CASCADE, related_name="incident_people")
    student = models.ForeignKey(User, models.CASCADE, related_name="incidents")
    # Where they were said to be on that day.
    where = models.CharField(max_length=300, blank=True)
    answer = models.CharField(max_length=12, choices=Answer, default=Answer.NONE)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("person of an incident")
        verbose_name_plural = _("people of an incident")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "student"], name="incident_person_once"),
            models.CheckConstraint(
                condition=Q(answer=Answer.NONE, answered_at__isnull=True)
                | (
                    Q(answer__in=[Answer.SAFE, Answer.HELP, Answer.HANDED_OVER])
                    & Q(answered_at__isnull=False)
                ),
                name="incident_person_answered_when",
            ),
        ]

    def __str__(self) -> str:
        return f"person {self.pk}"


class EntryKind(models.TextChoices):
    """What a line of the log says."""

    OPENED = "opened", _("Opened")
    ASKED = "asked", _("Asked by mail")
    ANSWERED = "answered", _("Answered")
    TOLD = "told", _("Written down for them")
    TRIED = "tried", _("Not reached")
    ADDED = "added", _("Added")
    NOTE = "note", _("Note")
    CLOSED = "closed", _("Closed")
    REOPENED = "reopened", _("Open again")


class IncidentEntry(Casework):
    """One line of the log of an incident. Lines are only ever added, and numbered without gaps."""

    visible = Circle(
        InUnit("person__stay__programme", f"person__student__{PROGRAMME_OF_STUDENT}"), CIRCLE
    )

    # The database deletes the lines after what they hang on.
    incident = models.ForeignKey(Incident, models.DO_NOTHING, related_name="entries")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    person = models.ForeignKey(
        IncidentPerson, models.DO_NOTHING, null=True, blank=True, related_name="entries"
    )
    kind = models.CharField(max_length=10, choices=EntryKind)
    way = models.CharField(max_length=10, choices=ContactWay, blank=True)
    answer = models.CharField(max_length=12, choices=Answer, blank=True)
    text = models.CharField(max_length=1000, blank=True)

    class Meta:
        verbose_name = _("line of the log")
        verbose_name_plural = _("log")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "number"], name="incident_log_numbered"),
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values), name="incident_log_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[EntryKind.ANSWERED, EntryKind.TOLD])
                | (Q(person__isnull=False) & ~Q(answer="") & ~Q(answer=Answer.NONE)),
                name="incident_log_answer_of_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.number} of incident {self.incident_id}"
