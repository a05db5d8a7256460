"""Travel advice, reports, guides, published answers, and steps before departure."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import (
    CEFR_CHOICES,
    AdviceLevel,
    Certainty,
    CostItem,
    LearningMeasure,
    StepKind,
)
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    Source,
    country_validator,
    ordered_range,
    region_validator,
    require_order,
    slug_validator,
)
from sojourn.catalogue.models.institutions import Institution
from sojourn.catalogue.models.opportunities import Opportunity
from sojourn.catalogue.models.programmes import DegreeProgramme
from sojourn.common.languages import CODE_LENGTH
from sojourn.engines.language import CEFR_LEVELS
from sojourn.people.models import User


class TravelAdvice(models.Model):
    """The Dutch travel advice for a country, as somebody read it on a day.

    It always has a source and is never an example: a student might go by it. The country stays
    what it is once the row exists: it is its id.
    """

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    country = models.CharField(
        _("country"), max_length=2, unique=True, validators=[country_validator]
    )
    level = models.CharField(_("level"), max_length=10, choices=AdviceLevel)
    checked_on = models.DateField(_("checked on"))
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        related_name="+",
        verbose_name=_("source"),
        help_text=_("The page of the advice itself; students are led there."),
    )
    note = models.TextField(_("note"), blank=True)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("travel advice")
        verbose_name_plural = _("travel advice")
        ordering = ["country"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=AdviceLevel.values), name="travel_advice_has_a_known_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country}: {self.level}"

    def clean(self) -> None:
        source = Source.objects.filter(pk=self.source_id).first()
        if source is not None and not source.url:
            raise ValidationError({"source": _("Choose a source with an address.")})
        day: dt.date | None = getattr(self, "checked_on", None)  # None: what was typed is no day
        if day is not None and day > timezone.localdate():
            raise ValidationError({"checked_on": _("That day has not come yet.")})


class AdviceRegion(models.Model):
    """A part of a country for which the travel advice has another colour."""

    advice = models.ForeignKey(
        TravelAdvice, models.CASCADE, related_name="regions", verbose_name=_("travel advice")
    )
    name = models.CharField(_("region"), max_length=200)
    codes = models.JSONField(
        _("codes"), default=list, blank=True,
        help_text=_("ISO 3166-2, such as ID-PA: the hosts there have this colour."),
    )  # fmt: skip
    level = models.CharField(_("level"), max_length=10, choices=AdviceLevel)
    position = models.PositiveIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("region with another colour")
        verbose_name_plural = _("regions with another colour")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=AdviceLevel.values), name="advice_region_has_a_known_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.level}"

    def clean(self) -> None:
        codes = self.codes
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise ValidationError({"codes": _("Give a list of codes.")})
        for code in codes:
            region_validator(code)


class ReportValues(models.Model):
    """What a report holds in the same columns as its writer fills it in and as it is published."""

    ratings = models.JSONField(_("ratings, 1 to 5"), default=dict, blank=True)

    class Meta:
        abstract = True


class PublishedReport(ReportValues, Entry):
    """An experience report as visitors read it."""

    opportunity = models.ForeignKey(
        Opportunity, models.PROTECT, related_name="reports", verbose_name=_("opportunity")
    )
    programme = models.ForeignKey(
        DegreeProgramme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("programme"),
    )
    year = models.PositiveSmallIntegerField(_("year of the stay"))
    stay_weeks = models.PositiveSmallIntegerField(_("weeks"), null=True, blank=True)
    author = models.CharField(_("written by"), max_length=150, blank=True)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("report"), help_text=_("Markdown"))
    advice = models.TextField(_("advice"), blank=True)
    paid_total = models.DecimalField(
        _("paid in total, EUR"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    is_contactable = models.BooleanField(_("may be contacted"), default=False)
    # The language that a student wrote in; empty where the text is in several.
    language = models.CharField(_("written in"), max_length=CODE_LENGTH, blank=True)
    # The id of a photo that experiences.photos serves, and what is in it.
    photo = models.CharField(max_length=36, blank=True, editable=False)
    photo_words = models.CharField(_("what is in the picture"), max_length=200, blank=True)
    # Courses followed: title, ects, recognised (yes, no, unknown), home_title, and the slugs of
    # both courses where the catalogue knows them.
    courses = models.JSONField(_("courses followed"), default=list, blank=True, editable=False)

    class Meta:
        verbose_name = _("experience report")
        verbose_name_plural = _("experience reports")
        ordering = ["-year", "slug"]

    def __str__(self) -> str:
        return self.title


class ReportedCost(models.Model):
    """What the writer of a report paid for one line, EUR for the whole stay."""

    report = models.ForeignKey(
        PublishedReport, models.CASCADE, related_name="costs", verbose_name=_("experience report")
    )
    item = models.CharField(_("line"), max_length=20, choices=CostItem)
    amount = models.DecimalField(
        _("paid in total, EUR"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("reported cost")
        verbose_name_plural = _("reported costs")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "item"], name="reported_cost_line_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="reported_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.amount}"


class Guide(Entry):
    """A page of advice."""

    title = models.CharField(_("title"), max_length=200)
    summary = models.CharField(_("summary"), max_length=300)
    text = models.TextField(_("text"), help_text=_("Markdown"))
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    related = models.ManyToManyField(
        "self", blank=True, symmetrical=False, verbose_name=_("related")
    )

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.title


class PublishedAnswer(Entry):
    """A question that was answered once for everybody, on the place or the guide it belongs to.

    Made by the office from an answer to one person, without anything about that person.
    """

    question = models.CharField(_("question"), max_length=200)
    text = models.TextField(_("answer"), help_text=_("Markdown"))
    opportunity = models.ForeignKey(
        Opportunity,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("opportunity"),
    )
    institution = models.ForeignKey(
        Institution,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("institution"),
    )
    guide = models.ForeignKey(
        Guide,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="answers",
        verbose_name=_("guide"),
    )
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who keeps it right"),
    )
    checked_on = models.DateField(_("checked on"))
    review_on = models.DateField(_("look at it again on"), db_index=True)

    class Meta:
        verbose_name = _("published answer")
        verbose_name_plural = _("published answers")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opportunity__isnull=False, institution__isnull=True, guide__isnull=True)
                | Q(opportunity__isnull=True, institution__isnull=False, guide__isnull=True)
                | Q(opportunity__isnull=True, institution__isnull=True, guide__isnull=False),
                name="published_answer_on_one_page",
            ),
            models.CheckConstraint(
                condition=Q(review_on__gt=F("checked_on")),
                name="published_answer_review_after_check",
            ),
        ]

    def __str__(self) -> str:
        return self.question

    def clean(self) -> None:
        if sum(page is not None for page in (self.opportunity, self.institution, self.guide)) != 1:
            raise ValidationError(
                {"opportunity": _("An answer belongs to one page: choose one of the three.")}
            )
        require_order(self, ("checked_on", "review_on"))


class LearningHours(Fact):
    """How many hours learning takes: to a CEFR level, or for the languages of one category."""

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    measure = models.CharField(_("measure"), max_length=20, choices=LearningMeasure)
    level = models.CharField(_("CEFR level"), max_length=2, choices=CEFR_CHOICES, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    low = models.PositiveSmallIntegerField(_("hours, at least"))
    high = models.PositiveSmallIntegerField(_("hours, at most"))
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    note = models.TextField(_("note"), blank=True)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("hours of learning")
        verbose_name_plural = _("hours of learning")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(low__lte=F("high")), name="learning_hours_in_order"),
            models.CheckConstraint(
                condition=Q(measure="guided_hours", level__in=list(CEFR_LEVELS))
                | Q(measure="class_hours", level=""),
                name="learning_hours_level_where_guided",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        require_order(self, ("low", "high"))
        if (self.measure == LearningMeasure.GUIDED_HOURS) != bool(self.level):
            raise ValidationError(
                {"level": _("Guided hours lead to a level; class hours do not name one.")}
            )


class PreparationStep(Entry):
    """Something that has to be done before departure, how long it takes, and what waits for it.

    `before` names the steps that cannot begin until this one is done; without any it has to be
    done by departure. A language course takes as long as the language engine says.
    """

    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    kind = models.CharField(_("kind"), max_length=20, choices=StepKind)
    weeks_min = models.PositiveSmallIntegerField(_("weeks, at least"), null=True, blank=True)
    weeks_max = models.PositiveSmallIntegerField(_("weeks, at most"), null=True, blank=True)
    before = models.JSONField(_("has to be done before"), default=list, blank=True)
    countries = models.JSONField(_("only for these countries"), default=list, blank=True)
    not_countries = models.JSONField(_("not for these countries"), default=list, blank=True)
    kinds = models.JSONField(_("only for these kinds of stay"), default=list, blank=True)
    citizenship = models.CharField(_("only for this citizenship group"), max_length=20, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("step before departure")
        verbose_name_plural = _("steps before departure")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("weeks_min", "weeks_max"),
                name="preparation_step_weeks_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        require_order(self, ("weeks_min", "weeks_max"))
