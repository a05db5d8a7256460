"""Opportunities abroad, with their hosts, requirements, languages and deadlines."""

from __future__ import annotations

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import (
    CEFR_CHOICES,
    DeadlineKind,
    HomeBlock,
    LanguageUse,
    OpportunityKind,
    PublicationStatus,
)
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    ordered_range,
    origin_of,
    require_order,
    slug_validator,
)
from sojourn.catalogue.models.contacts import Contact
from sojourn.catalogue.models.courses import Course, MobilityWindow
from sojourn.catalogue.models.institutions import Institution
from sojourn.catalogue.models.programmes import Subject
from sojourn.engines.language import CEFR_LEVELS
from sojourn.people.models import User


class Opportunity(Entry):
    """A concrete thing to do abroad in one or more mobility windows."""

    FACTS = {
        "period": ("starts_on", "ends_on", "starts_month", "ends_month"),
        "seats": ("seats",),
        "applicants": ("applicants", "applicants_year"),
        "selection": ("selection_text", "selection_criteria"),
        "counts_as": ("counts_as_block", "counts_as_year"),
    }

    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=30, choices=OpportunityKind)
    hosts = models.ManyToManyField(
        Institution,
        through="OpportunityHost",
        related_name="opportunities",
        verbose_name=_("hosts"),
    )
    windows = models.ManyToManyField(
        MobilityWindow, related_name="opportunities", verbose_name=_("windows")
    )
    subjects = models.ManyToManyField(
        Subject, blank=True, related_name="opportunities", verbose_name=_("subjects")
    )
    courses = models.ManyToManyField(
        Course, blank=True, related_name="opportunities", verbose_name=_("courses")
    )
    contacts = models.ManyToManyField(
        Contact, blank=True, related_name="opportunities", verbose_name=_("contacts")
    )
    summary = models.CharField(_("summary"), max_length=250)
    description = models.TextField(_("description"), help_text=_("Markdown"))
    keywords = models.JSONField(_("more search words"), default=list, blank=True)
    ects = models.DecimalField(
        _("ECTS"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    weeks_min = models.PositiveSmallIntegerField(_("weeks, at least"), null=True, blank=True)
    weeks_max = models.PositiveSmallIntegerField(_("weeks, at most"), null=True, blank=True)
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    starts_month = models.PositiveSmallIntegerField(
        _("starts in month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    ends_month = models.PositiveSmallIntegerField(
        _("ends in month"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    period_is_example, period_source = origin_of(
        _("the period is an example"), _("source of the period")
    )
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    seats_is_example, seats_source = origin_of(
        _("the seats are an example"), _("source of the seats")
    )
    applicants = models.PositiveSmallIntegerField(
        _("applicants in an earlier year"), null=True, blank=True
    )
    applicants_year = models.PositiveSmallIntegerField(_("that year"), null=True, blank=True)
    applicants_is_example, applicants_source = origin_of(
        _("the applicants are an example"), _("source of the applicants")
    )
    selection_text = models.TextField(_("how seats are allocated"), blank=True)
    selection_criteria = models.JSONField(_("criteria"), default=list, blank=True)
    selection_is_example, selection_source = origin_of(
        _("the selection is an example"), _("source of the selection")
    )
    counts_as_block = models.CharField(
        _("counts at home as"), max_length=20, blank=True, choices=HomeBlock
    )
    counts_as_year = models.PositiveSmallIntegerField(
        _("and did so in year"), null=True, blank=True
    )
    counts_as_is_example, counts_as_source = origin_of(
        _("what it counts as is an example"), _("source of what it counts as")
    )
    self_arranged = models.BooleanField(_("a place the student finds"), default=False)
    # A draft that one student sees in their plan: the place that they found themselves.
    private_to = models.ForeignKey(
        User,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("for this student alone"),
    )

    class Meta:
        verbose_name = _("opportunity")
        verbose_name_plural = _("opportunities")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("weeks_min", "weeks_max"), name="opportunity_weeks_in_order"
            ),
            models.CheckConstraint(
                condition=ordered_range("starts_on", "ends_on"), name="opportunity_days_in_order"
            ),
            models.CheckConstraint(
                condition=Q(private_to__isnull=True) | Q(status="draft"),
                name="opportunity_private_is_a_draft",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def save(self, *arguments: Any, **named: Any) -> None:
        if self.status != PublicationStatus.DRAFT:
            self.private_to = None  # what everybody sees is nobody's own
        super().save(*arguments, **named)

    def clean(self) -> None:
        require_order(self, ("weeks_min", "weeks_max"), ("starts_on", "ends_on"))


class OpportunityHost(models.Model):
    """A host of an opportunity; position 0 is the main one."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="host_links", verbose_name=_("opportunity")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="host_links", verbose_name=_("institution")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("host")
        verbose_name_plural = _("hosts")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["opportunity", "institution"], name="opportunity_host_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.institution)


class OpportunityRequirement(Fact):
    """What an opportunity asks of a student, in plain words."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="requirements", verbose_name=_("opportunity")
    )
    text = models.TextField(_("requirement"))
    ects = models.DecimalField(
        _("ECTS earned first"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(400)],
        help_text=_("Only where a number of credits is asked for."),
    )

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.text


class LanguageNeed(Fact):
    """Which language a place asks for, for what, and at which level."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="languages", verbose_name=_("opportunity")
    )
    language = models.CharField(
        _("language"), max_length=3, help_text=_("ISO 639 code, such as sv")
    )
    use = models.CharField(_("used for"), max_length=20, choices=LanguageUse)
    level = models.CharField(_("CEFR level"), max_length=2, choices=CEFR_CHOICES, blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="") | Q(level__in=list(CEFR_LEVELS)),
                name="language_need_cefr_level",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level} ({self.use})"


class Deadline(Fact):
    """A date that matters for an opportunity; without a time it lasts until the end of the day.

    The slug begins with that of the opportunity, as editions name deadlines within it.
    """

    slug = models.CharField(_("id"), max_length=210, unique=True, validators=[slug_validator])
    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="deadlines", verbose_name=_("opportunity")
    )
    kind = models.CharField(_("kind"), max_length=20, choices=DeadlineKind)
    date = models.DateField(_("date"), db_index=True)
    time = models.TimeField(_("time"), null=True, blank=True)
    label = models.CharField(_("label"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        ordering = ["date", "time"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.date}"
