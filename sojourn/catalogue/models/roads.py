"""Roads: the rules by which a stay abroad runs, from nomination to recognised credits."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import CountedFrom, DoneBy, Gate, Pen
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    ordered_range,
    require_order,
    slug_validator,
)


class Road(Entry):
    """A kind of stay with its rules: for which places it is, its steps and its gates.

    Of several roads that fit a place the first one is taken.
    """

    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    kinds = models.JSONField(_("only for these kinds of stay"), default=list, blank=True)
    countries = models.JSONField(_("only for these countries"), default=list, blank=True)
    not_countries = models.JSONField(_("not for these countries"), default=list, blank=True)
    days_min = models.PositiveSmallIntegerField(_("days, at least"), null=True, blank=True)
    days_max = models.PositiveSmallIntegerField(_("days, at most"), null=True, blank=True)
    # Who may answer for an exception at a gate: [{"gate", "override": [role, …]}].
    gates = models.JSONField(_("gates"), default=list, blank=True)
    # Which agreement it has, who signs it by which rule: `edition.schema.roads.RoadAgreement`.
    agreement = models.JSONField(_("agreement"), default=dict, blank=True)
    year = models.PositiveSmallIntegerField(_("year it speaks of"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("road")
        verbose_name_plural = _("roads")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("days_min", "days_max"), name="road_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        require_order(self, ("days_min", "days_max"))


class RoadStep(Fact):
    """Something that has to be done on a road: by whom, by when, before which gate.

    Its slug begins with that of the road. `due_days` counts from `due_from`, and below zero
    backwards. A step without a source is the office's own rule and says so.
    """

    number = models.PositiveSmallIntegerField(_("order on the road"), default=0)
    slug = models.CharField(_("id"), max_length=210, unique=True, validators=[slug_validator])
    road = models.ForeignKey(Road, models.CASCADE, related_name="steps", verbose_name=_("road"))
    name = models.CharField(_("name"), max_length=200)
    about = models.TextField(_("about"), blank=True)
    who = models.CharField(_("who does it"), max_length=10, choices=Pen)
    gate = models.CharField(_("gate"), max_length=12, choices=Gate, blank=True)
    # The slugs of steps that come first.
    after = models.JSONField(_("has to wait for"), default=list, blank=True)
    due_days = models.SmallIntegerField(_("days"), null=True, blank=True)
    due_from = models.CharField(_("counted from"), max_length=10, choices=CountedFrom, blank=True)
    begins_days = models.SmallIntegerField(_("waits from, in days"), null=True, blank=True)
    begins_from = models.CharField(
        _("counted from the day"), max_length=10, choices=CountedFrom, blank=True
    )
    seen_by_office = models.BooleanField(_("the office has to see it"), default=False)
    expires = models.BooleanField(_("is valid until a day"), default=False)
    done_by = models.CharField(_("done when"), max_length=12, choices=DoneBy, blank=True)
    own_rule = models.BooleanField(_("the office's own rule"), default=False)
    year = models.PositiveSmallIntegerField(_("year it speaks of"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a road")
        verbose_name_plural = _("steps of a road")
        ordering = ["road", "number", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_days__isnull=True, due_from="")
                | (Q(due_days__isnull=False) & ~Q(due_from="")),
                name="road_step_due_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(begins_days__isnull=True, begins_from="")
                | (Q(begins_days__isnull=False) & ~Q(begins_from="")),
                name="road_step_begins_from_a_day",
            ),
            models.CheckConstraint(
                condition=Q(own_rule=False) | Q(source__isnull=True),
                name="road_step_own_rule_has_no_source",
            ),
        ]

    def __str__(self) -> str:
        return self.name
