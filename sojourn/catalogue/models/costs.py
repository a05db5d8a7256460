"""What a stay costs, exchange rates, and grants towards it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import (
    Certainty,
    CostItem,
    CostPeriod,
    GrantCounting,
    GrantDays,
    GrantDecision,
    GrantPays,
    GrantStage,
)
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    country_validator,
    ordered_range,
    require_order,
    slug_validator,
    statement_validator,
)
from sojourn.catalogue.models.institutions import Institution
from sojourn.catalogue.models.opportunities import Opportunity


class CostLine(Fact):
    """One line of what a stay costs, for an opportunity, a host, a country or everywhere."""

    slug = models.CharField(_("id"), max_length=160, unique=True, validators=[slug_validator])
    opportunity = models.ForeignKey(
        Opportunity,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="cost_lines",
        verbose_name=_("opportunity"),
    )
    institution = models.ForeignKey(
        Institution,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="cost_lines",
        verbose_name=_("institution"),
    )
    country = models.CharField(
        _("country"), max_length=2, blank=True, validators=[country_validator]
    )
    item = models.CharField(_("line"), max_length=20, choices=CostItem)
    # Other lines that the figure has in it, such as housing and food in one official amount.
    covers = models.JSONField(_("also covers"), default=list, blank=True)
    per = models.CharField(_("per"), max_length=10, choices=CostPeriod)
    low = models.DecimalField(
        _("low"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    typical = models.DecimalField(
        _("typical"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    high = models.DecimalField(
        _("high"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    year = models.PositiveSmallIntegerField(_("year"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    note = models.TextField(_("note"), blank=True)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("cost line")
        verbose_name_plural = _("cost lines")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__lte=F("typical")) & Q(typical__lte=F("high")),
                name="cost_line_range_in_order",
            ),
            models.CheckConstraint(condition=Q(low__gte=0), name="cost_line_not_negative"),
            models.CheckConstraint(
                condition=(
                    Q(opportunity__isnull=False, institution__isnull=True, country="")
                    | Q(opportunity__isnull=True, institution__isnull=False, country="")
                    | Q(opportunity__isnull=True, institution__isnull=True)
                ),
                name="cost_line_one_scope",
            ),
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        require_order(self, ("low", "typical"), ("typical", "high"))
        if sum(map(bool, (self.opportunity_id, self.institution_id, self.country))) > 1:
            raise ValidationError(
                {"opportunity": _("A line is for an opportunity, an institution or a country.")}
            )


def rate_slug(currency: str, day: dt.date) -> str:
    """Return the id of a rate: there is one for each currency and day."""
    return f"{currency.lower()}-{day.isoformat()}"


class ExchangeRate(Fact):
    """What one euro was worth on a day, for a currency that the European Central Bank leaves out.

    Currency and day stay what they are once the row exists: they are its id.
    """

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    currency = models.CharField(
        _("currency"),
        max_length=3,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Use a currency code, such as CUP."))],
    )
    per_euro = models.DecimalField(
        _("units for 1 euro"),
        max_digits=16,
        decimal_places=6,
        validators=[MinValueValidator(Decimal("0.000001"))],
        help_text=_(
            "How many units of the currency one euro bought on that day. Used only where the "
            "European Central Bank publishes no rate for the currency; the latest day counts."
        ),
    )
    valid_on = models.DateField(_("rate of"))
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["currency", "-valid_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["currency", "valid_on"],
                name="exchange_rate_once_a_day",
                violation_error_message=_("There is a rate for this currency and day already."),
            ),
            models.CheckConstraint(condition=Q(per_euro__gt=0), name="exchange_rate_positive"),
            models.CheckConstraint(condition=~Q(currency="EUR"), name="exchange_rate_not_of_euro"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.valid_on}"

    def clean(self) -> None:
        if self.currency == "EUR":
            raise ValidationError(
                {"currency": _("The euro needs no rate; choose another currency.")}
            )
        if not self.source_id and not self.is_example:
            raise ValidationError({"source": _("Say where the rate comes from.")})
        day: dt.date | None = getattr(self, "valid_on", None)  # None: what was typed is no day
        if day is not None and day > timezone.localdate():
            raise ValidationError({"valid_on": _("That day has not come yet.")})


class Grant(Entry):
    """Money that a student may get towards a stay, by rules that can be looked at.

    Empty lists ask nothing: no countries means every country. A grant without amounts is one of
    which nobody has published how much it pays.
    """

    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    because = models.CharField(_("you seem eligible because"), max_length=300)
    pays = models.CharField(_("pays"), max_length=10, choices=GrantPays)
    countries = models.JSONField(_("only to these countries"), default=list, blank=True)
    not_countries = models.JSONField(_("not to these countries"), default=list, blank=True)
    kinds = models.JSONField(_("only for these kinds of stay"), default=list, blank=True)
    days_min = models.PositiveSmallIntegerField(_("days, at least"), null=True, blank=True)
    days_max = models.PositiveSmallIntegerField(_("days, at most"), null=True, blank=True)
    one_of = models.CharField(
        _("one of"),
        max_length=60,
        blank=True,
        validators=[slug_validator],
        help_text=_("Of the grants that say the same word here, only the best is counted."),
    )
    counting = models.CharField(
        _("days are counted as"), max_length=10, choices=GrantCounting, default=GrantCounting.DAYS
    )
    longer = models.CharField(
        _("days beyond those promised pay"),
        max_length=10,
        choices=GrantDays,
        default=GrantDays.NOTHING,
    )
    too_short = models.CharField(
        _("fewer days than the least pay"),
        max_length=10,
        choices=GrantDays,
        default=GrantDays.NOTHING,
    )
    force_majeure = models.CharField(
        _("after force majeure, fewer days than the least pay"),
        max_length=10,
        choices=GrantDays,
        default=GrantDays.DAYS,
    )
    year = models.PositiveSmallIntegerField(_("year of the amounts"))
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("grant")
        verbose_name_plural = _("grants")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("days_min", "days_max"), name="grant_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        require_order(self, ("days_min", "days_max"))


class GrantQuestion(models.Model):
    """A yes-or-no question that a grant asks of the student, by the name of the statement."""

    grant = models.ForeignKey(
        Grant, models.CASCADE, related_name="questions", verbose_name=_("grant")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    statement = models.CharField(_("statement"), max_length=40, validators=[statement_validator])
    question = models.CharField(_("question"), max_length=300)
    decides = models.CharField(
        _("decides"),
        max_length=10,
        choices=GrantDecision,
        default=GrantDecision.GRANT,
    )

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["grant", "statement"], name="grant_question_once")
        ]

    def __str__(self) -> str:
        return self.question


class GrantCondition(models.Model):
    """What must be true before a grant that was promised is paid, or before its last part is.

    `step` names a step of the roads (`agreement`): the condition holds once that step is settled.
    Without one, or on a road without such a step, the office says that it holds.
    """

    grant = models.ForeignKey(
        Grant, models.CASCADE, related_name="conditions", verbose_name=_("grant")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    name = models.CharField(_("what must be true"), max_length=200)
    step = models.CharField(
        _("step of the road"), max_length=100, blank=True, validators=[slug_validator]
    )
    stage = models.CharField(
        _("waits for it"), max_length=10, choices=GrantStage, default=GrantStage.PAYMENT
    )
    own_rule = models.BooleanField(_("the office's own rule"), default=False)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["position"]

    def __str__(self) -> str:
        return self.name


class GrantAmount(models.Model):
    """How much a grant pays for a length and a distance; days are those of the stay."""

    grant = models.ForeignKey(
        Grant, models.CASCADE, related_name="amounts", verbose_name=_("grant")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    days_min = models.PositiveSmallIntegerField(_("from day"), null=True, blank=True)
    days_max = models.PositiveSmallIntegerField(_("to day"), null=True, blank=True)
    km_min = models.PositiveIntegerField(_("from kilometre"), null=True, blank=True)
    km_below = models.PositiveIntegerField(_("below kilometre"), null=True, blank=True)
    statement = models.CharField(
        _("only with the statement"), max_length=40, blank=True, validators=[statement_validator]
    )
    low = models.DecimalField(
        _("low"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    typical = models.DecimalField(
        _("typical"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )
    high = models.DecimalField(
        _("high"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("amount")
        verbose_name_plural = _("amounts")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(low__gte=0) & Q(low__lte=F("typical")) & Q(typical__lte=F("high")),
                name="grant_amount_range_in_order",
            ),
            models.CheckConstraint(
                condition=ordered_range("days_min", "days_max"), name="grant_amount_days_in_order"
            ),
            models.CheckConstraint(
                condition=ordered_range("km_min", "km_below"), name="grant_amount_km_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low} - {self.high}"

    def clean(self) -> None:
        require_order(
            self,
            ("low", "typical"),
            ("typical", "high"),
            ("days_min", "days_max"),
            ("km_min", "km_below"),
        )
