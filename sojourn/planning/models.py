"""A plan: the profile, the wishes, the ranked top five and the student's own figures.

A visitor's plan has no owner and hangs on the browser's session; signing in gives it one. Every
change goes through `services`, which raises `Plan.revision` so that two open tabs notice each
other.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import CEFR_CHOICES
from sojourn.catalogue.models import (
    CostItem,
    Course,
    DegreeProgramme,
    MobilityWindow,
    Opportunity,
    StudyPhase,
)
from sojourn.engines.language import CEFR_LEVELS
from sojourn.people.models import User
from sojourn.people.visibility import Casework, InUnit, Only, Own, Through

TOP_FIVE_SIZE = 5


class Plan(Casework):
    """One student's (or visitor's) plan. Every field of the profile may stay empty."""

    # A visitor's plan is found by the session of their browser alone.
    visible = Own("owner") | Only(InUnit("programme"), Q(owner__isnull=False))

    owner = models.OneToOneField(
        User, models.CASCADE, null=True, blank=True, related_name="plan", verbose_name=_("owner")
    )
    programme = models.ForeignKey(
        DegreeProgramme, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    phase = models.ForeignKey(StudyPhase, models.SET_NULL, null=True, blank=True, related_name="+")
    year = models.PositiveSmallIntegerField(
        _("year of study"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(8)],
    )
    ects_earned = models.DecimalField(
        _("ECTS earned"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(480)],
    )
    budget = models.DecimalField(
        _("budget in EUR"),
        max_digits=9,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(1_000_000)],
    )
    hours_a_week = models.PositiveSmallIntegerField(
        _("hours a week for a language"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(60)],
    )
    citizenship_group = models.CharField(_("citizenship group"), max_length=20, blank=True)
    wished_subjects = models.JSONField(_("subjects"), default=list, blank=True)
    wished_countries = models.JSONField(_("countries"), default=list, blank=True)
    wished_periods = models.JSONField(_("periods"), default=list, blank=True)
    wished_kinds = models.JSONField(_("kinds"), default=list, blank=True)
    # What matters, part by part, 0 to 100; a part that is not named counts 50.
    weights = models.JSONField(_("what matters"), default=dict, blank=True)
    # Yes-or-no statements that grants ask for, such as {"green_travel": true}.
    statements = models.JSONField(_("statements"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True, db_index=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.CheckConstraint(
                condition=Q(ects_earned__isnull=True) | Q(ects_earned__gte=0, ects_earned__lte=480),
                name="plan_ects_earned",
            ),
            models.CheckConstraint(
                condition=Q(budget__isnull=True) | Q(budget__gte=0, budget__lte=1_000_000),
                name="plan_budget",
            ),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


class PlanLanguage(Casework):
    """A language that the student knows, and how well."""

    visible = Through("plan")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="languages")
    language = models.CharField(
        _("language"), max_length=3, validators=[RegexValidator(r"^[a-z]{2,3}$")]
    )
    level = models.CharField(_("level"), max_length=2, choices=CEFR_CHOICES)

    class Meta:
        ordering = ["language"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "language"], name="plan_language_once"),
            models.CheckConstraint(
                condition=Q(level__in=list(CEFR_LEVELS)), name="plan_language_cefr_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class TopFiveEntry(Casework):
    """A place in the ranked top five: an opportunity or a whole country, with a note."""

    visible = Through("plan")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="top_five")
    rank = models.PositiveSmallIntegerField(_("rank"))
    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, null=True, blank=True, related_name="top_five_entries"
    )
    country = models.CharField(_("country"), max_length=2, blank=True)
    note = models.TextField(_("note"), blank=True, max_length=2000)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["rank"]
        constraints = [
            # Reordering writes the five rows again: SQLite has no deferred unique constraints.
            models.UniqueConstraint(fields=["plan", "rank"], name="top_five_rank_once"),
            models.UniqueConstraint(
                fields=["plan", "opportunity"],
                condition=Q(opportunity__isnull=False),
                name="top_five_opportunity_once",
            ),
            models.UniqueConstraint(
                fields=["plan", "country"], condition=~Q(country=""), name="top_five_country_once"
            ),
            models.CheckConstraint(
                condition=Q(rank__gte=1, rank__lte=TOP_FIVE_SIZE), name="top_five_rank"
            ),
            models.CheckConstraint(
                condition=Q(opportunity__isnull=False, country="")
                | (Q(opportunity__isnull=True) & ~Q(country="")),
                name="top_five_opportunity_or_country",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rank}. {self.opportunity or self.country}"


class OwnCost(Casework):
    """What the student expects to pay for one line, instead of the estimate."""

    visible = Own("plan__owner")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="own_costs")
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    item = models.CharField(_("line"), max_length=20, choices=CostItem)
    amount = models.DecimalField(
        _("amount in EUR, for the whole stay"),
        max_digits=9,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(1_000_000)],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "opportunity", "item"], name="own_cost_line_once"
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lte=1_000_000), name="own_cost_amount"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"


class CoverWish(Casework):
    """A pair of courses that the student insists on, or rules out, in a window."""

    visible = Own("plan__owner")

    class Kind(models.TextChoices):
        PIN = "pin", _("Keep")
        FORBID = "forbid", _("Rule out")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="cover_wishes")
    window = models.ForeignKey(MobilityWindow, models.CASCADE, related_name="+")
    opportunity = models.ForeignKey(Opportunity, models.CASCADE, related_name="+")
    host_course = models.ForeignKey(Course, models.CASCADE, related_name="+")
    home_course = models.ForeignKey(Course, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "window", "opportunity", "host_course", "home_course"],
                name="cover_wish_pair_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.host_course_id} for {self.home_course_id}"


class ShareLink(Casework):
    """A read-only view of a plan for anyone who has the link, until it is withdrawn.

    Only a hash of the token is kept, so that a copy of the database opens nobody's plan.
    """

    visible = Own("plan__owner")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="share_links")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"share link {self.pk}"


class DatesFeed(Casework):
    """A calendar of what is still to do, for anyone who has its address, until withdrawn.

    Only a hash of the token is kept, as for share links.
    """

    visible = Own("plan__owner")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="dates_feeds")
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan"],
                condition=Q(withdrawn_at__isnull=True),
                name="dates_feed_one_open",
            )
        ]

    def __str__(self) -> str:
        return f"dates feed {self.pk}"
