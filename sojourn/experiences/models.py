"""Experience reports on their way to the catalogue, and those who may be written to.

What is kept about a message is who wrote to whom and when; what was said is never kept here.
"""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import CEFR_CHOICES
from sojourn.catalogue.models import (
    Contact,
    CostItem,
    Course,
    DegreeProgramme,
    LanguageUse,
    Opportunity,
    Precedent,
    PublishedReport,
    ReportValues,
    ordered_range,
)
from sojourn.common.languages import CODE_LENGTH, language_choices
from sojourn.engines.language import CEFR_LEVELS
from sojourn.people.models import User
from sojourn.people.visibility import Casework, InUnit, Office, OfStudent, Only, Own, Through

LONGEST_TEXT = 4000


class ReportInvitation(Casework):
    """An invitation of a returned student to report; its link needs no account."""

    visible = Office()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("mail address"))
    language = models.CharField(_("language"), max_length=CODE_LENGTH, choices=language_choices)
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now, db_index=True)
    # At most once; see `invitations.remind`.
    reminded_at = models.DateTimeField(null=True, blank=True)
    # Withdrawn by the office, or declined by the person who was invited.
    closed_at = models.DateTimeField(null=True, blank=True)
    is_declined = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("invitation to report")
        ordering = ["-invited_at"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "opportunity",
                condition=Q(closed_at__isnull=True),
                name="report_invitation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(is_declined=False) | Q(closed_at__isnull=False),
                name="report_invitation_declined_is_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class ReportState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("To look at")
    PUBLISHED = "published", _("Published")
    DECLINED = "declined", _("Not published")


class ReportPart(models.TextChoices):
    """What a report is about: a text each, in the column of that name."""

    TEACHING = "teaching", _("Studying there")
    HOUSING = "housing", _("Housing")
    DAILY_LIFE = "daily_life", _("Daily life")


class Report(ReportValues, Casework):
    """A returned student's report; `state` says how far it is."""

    # A draft is its writer's alone.
    visible = Own("writer") | Only(InUnit("programme"), ~Q(state="draft"))

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Anyone who was invited need not have an account: then the invitation is the writer.
    writer = models.ForeignKey(
        User, models.CASCADE, null=True, blank=True, related_name="experience_reports"
    )
    invitation = models.OneToOneField(
        ReportInvitation, models.SET_NULL, null=True, blank=True, related_name="report"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ReportState, default=ReportState.DRAFT, db_index=True
    )
    language = models.CharField(_("written in"), max_length=CODE_LENGTH, choices=language_choices)
    opportunity = models.ForeignKey(
        Opportunity, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    programme = models.ForeignKey(
        DegreeProgramme, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    title = models.CharField(_("title"), max_length=120, blank=True)
    teaching = models.TextField(_("teaching"), max_length=LONGEST_TEXT, blank=True)
    housing = models.TextField(_("housing"), max_length=LONGEST_TEXT, blank=True)
    daily_life = models.TextField(_("daily life"), max_length=LONGEST_TEXT, blank=True)
    advice = models.TextField(_("advice"), max_length=1000, blank=True)
    first_name = models.CharField(_("first name"), max_length=60, blank=True)
    # What the writer agreed to, part by part; `ReportConsent` holds when.
    shows_name = models.BooleanField(default=False)
    shows_costs = models.BooleanField(default=False)
    shows_photo = models.BooleanField(default=False)
    is_contactable = models.BooleanField(default=False)
    is_example = models.BooleanField(_("example, not a fact"), default=False)
    # What the office says to the writer when it sends a report back or does not publish it.
    answer = models.TextField(_("what the office says"), max_length=2000, blank=True)
    published = models.OneToOneField(
        PublishedReport, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    saved_at = models.DateTimeField(default=timezone.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("experience report")
        verbose_name_plural = _("experience reports")
        ordering = ["-saved_at"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"), name="report_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state__in=ReportState.values), name="report_state_known"
            ),
            models.CheckConstraint(
                condition=Q(writer__isnull=False)
                | Q(invitation__isnull=False)
                | Q(is_example=True),
                name="report_has_a_writer",
            ),
            # Nothing leaves the writer's desk without a place and a date.
            models.CheckConstraint(
                condition=Q(state="draft")
                | Q(submitted_at__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                name="report_submitted_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"report {self.pk}"


class ConsentPart(models.TextChoices):
    """What a writer may agree to, each on its own."""

    NAME = "name", _("First name shown")
    COSTS = "costs", _("Costs shown and counted")
    PHOTO = "photo", _("Photo shown")
    CONTACT = "contact", _("May be written to")


class ReportConsent(Casework):
    """When a writer agreed to a part, or took that back. Rows are only ever added."""

    visible = Through("report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="consents")
    part = models.CharField(max_length=10, choices=ConsentPart)
    given = models.BooleanField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.part} {self.given}"


class PaidLine(Casework):
    """What the stay cost the writer on one line, EUR in all."""

    visible = Through("report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="paid")
    item = models.CharField(_("line"), max_length=20, choices=CostItem)
    amount = models.DecimalField(
        _("EUR in total"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100_000)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["report", "item"], name="paid_line_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=100_000), name="paid_line_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"


class SpokenLanguage(Casework):
    """Which language one use took, and the level that the writer found one needs."""

    visible = Through("report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="languages")
    use = models.CharField(max_length=20, choices=LanguageUse)
    language = models.CharField(max_length=3)
    level = models.CharField(max_length=2, choices=CEFR_CHOICES)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["report", "use"], name="spoken_language_use_once"),
            models.CheckConstraint(
                condition=Q(level__in=list(CEFR_LEVELS)), name="spoken_language_cefr_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.use} {self.language} {self.level}"


class Recognition(models.TextChoices):
    """What home did with a course, as the writer says."""

    YES = "yes", _("Recognised")
    NO = "no", _("Not recognised")
    UNKNOWN = "unknown", _("Not known yet")


class Decision(models.TextChoices):
    """What the office made of something that it was asked."""

    OPEN = "open", _("Open")
    ACCEPTED = "accepted", _("Accepted")
    REJECTED = "rejected", _("Not taken over")


class FollowedCourse(Casework):
    """A course that the writer followed there, and what home did with it."""

    visible = Through("report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="courses")
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(_("course there"), max_length=200)
    ects = models.DecimalField(
        _("ECTS"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(60)],
    )
    host_course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    recognised = models.CharField(max_length=10, choices=Recognition, default=Recognition.UNKNOWN)
    home_title = models.CharField(_("recognised for"), max_length=200, blank=True)
    home_course = models.ForeignKey(
        Course, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    precedent_decision = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN)
    precedent = models.ForeignKey(
        Precedent, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class ReportPhoto(Casework):
    """A photo, made again by `photos`: nothing of the uploaded file is left but the picture."""

    visible = Through("report")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    report = models.OneToOneField(Report, models.CASCADE, related_name="photo")
    file = models.CharField(max_length=200)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # What is in the picture, for those who do not see it.
    words = models.CharField(_("what is in the picture"), max_length=200, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"photo {self.pk}"


class ReportEdit(Casework):
    """One change that the office made to a writer's words; the writer sees both."""

    visible = Through("report")

    report = models.ForeignKey(Report, models.CASCADE, related_name="edits")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    note = models.CharField(_("why"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"edit {self.pk}"


class SuggestionKind(models.TextChoices):
    LANGUAGE = "language", _("Language")
    COURSE = "course", _("Course")


class Suggestion(Casework):
    """A change to the catalogue that follows from what reports say; the office decides."""

    visible = Office()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=SuggestionKind)
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    # What it is about, so that a second report that says the same strengthens it.
    key = models.CharField(max_length=250)
    use = models.CharField(max_length=20, choices=LanguageUse, blank=True)
    language = models.CharField(max_length=3, blank=True)
    level = models.CharField(max_length=2, choices=CEFR_CHOICES, blank=True)
    title = models.CharField(max_length=200, blank=True)
    ects = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    reports = models.ManyToManyField(Report, related_name="suggestions")
    state = models.CharField(max_length=10, choices=Decision, default=Decision.OPEN, db_index=True)
    first_said = models.DateField()
    last_said = models.DateField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("suggested change")
        ordering = ["-last_said", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "kind", "key"], name="suggestion_said_once"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False),
                name="suggestion_decided_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class ConsentState(models.TextChoices):
    UNASKED = "unasked", _("Not asked")
    ASKED = "asked", _("Asked")
    AGREED = "agreed", _("Agreed")
    STOPPED = "stopped", _("Stopped")


class ConsentMethod(models.TextChoices):
    """How somebody agreed."""

    LINK = "link", _("By the link in a mail")
    REPORT = "report", _("In their own report")
    MAIL = "mail", _("In a mail to the office")
    SPOKEN = "spoken", _("In a conversation with the office")


class Correspondent(Casework):
    """A person whom students may write to through Sojourn, if they agreed.

    Either a contact of the catalogue (a supervisor, a home contact) or the writer of a
    report.
    """

    visible = InUnit("report__programme")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    contact = models.OneToOneField(
        Contact, models.CASCADE, null=True, blank=True, related_name="correspondent"
    )
    report = models.OneToOneField(
        Report, models.CASCADE, null=True, blank=True, related_name="correspondent"
    )
    email = models.EmailField(_("mail address"))
    language = models.CharField(_("language"), max_length=CODE_LENGTH, choices=language_choices)
    state = models.CharField(
        _("consent"), max_length=10, choices=ConsentState, default=ConsentState.UNASKED
    )
    asked_at = models.DateTimeField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    agreed_how = models.CharField(_("how"), max_length=10, choices=ConsentMethod, blank=True)
    # Who of the office wrote an agreement down; nobody where the person did so.
    recorded_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    is_example = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("somebody to write to")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, report__isnull=True)
                | Q(contact__isnull=True, report__isnull=False),
                name="correspondent_one_person",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | (Q(agreed_at__isnull=False) & ~Q(agreed_how="")),
                name="correspondent_agreed_when_and_how",
            ),
            models.CheckConstraint(
                condition=~Q(state="stopped") | Q(stopped_at__isnull=False),
                name="correspondent_stopped_when",
            ),
        ]

    def __str__(self) -> str:
        return f"correspondent {self.pk}"


class StoppedAddress(Casework):
    """An address that must never be written to again. Only a hash of it is stored."""

    visible = Office()

    seal = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"stopped {self.pk}"


class Message(Casework):
    """The fact that one person wrote to another. The text went out by mail and is not stored."""

    visible = OfStudent("student")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="messages_to_correspondents"
    )
    correspondent = models.ForeignKey(
        Correspondent, models.SET_NULL, null=True, related_name="messages"
    )
    # The message that this one answers; empty for a student's own.
    answers = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="answered_by"
    )
    is_answer = models.BooleanField(default=False)
    # One form is one message, however often it is sent.
    form = models.UUIDField(unique=True)
    sent_at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("message")
        ordering = ["-sent_at"]
        indexes = [
            models.Index(fields=["student", "sent_at"], name="message_by_student"),
            models.Index(fields=["correspondent", "sent_at"], name="message_by_correspondent"),
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"
