"""Institutions, their units, and the agreements with them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import InstitutionKind, Level
from sojourn.catalogue.models.common import (
    Entry,
    country_validator,
    ordered_range,
    origin_of,
    region_validator,
    require_order,
    slug_validator,
)
from sojourn.catalogue.models.programmes import DegreeProgramme


class Institution(Entry):
    """A higher-education institution or another host; `is_home` marks ours."""

    FACTS = {"preferred": ("is_preferred",)}

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    native_name = models.CharField(_("name in its own language"), max_length=200, blank=True)
    kind = models.CharField(
        _("kind"), max_length=20, choices=InstitutionKind, default=InstitutionKind.UNIVERSITY
    )
    city = models.CharField(_("city"), max_length=100)
    country = models.CharField(
        _("country"), max_length=2, validators=[country_validator], db_index=True
    )
    region = models.CharField(
        _("region"), max_length=6, blank=True, validators=[region_validator],
        help_text=_("ISO 3166-2, such as ID-SN: its travel advice may differ from the country's."),
    )  # fmt: skip
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    is_home = models.BooleanField(_("ours"), default=False)
    is_partner = models.BooleanField(_("partner"), default=True)
    is_preferred = models.BooleanField(_("preferred partner"), default=False)
    preferred_is_example, preferred_source = origin_of(
        _("the preferred mark is an example"), _("source of the preferred mark")
    )
    schac = models.CharField(_("SCHAC code"), max_length=100, blank=True)
    erasmus_code = models.CharField(_("Erasmus code"), max_length=20, blank=True)
    ror = models.URLField(_("ROR id"), blank=True)
    website = models.URLField(_("website"), blank=True)
    about = models.TextField(_("about"), blank=True, help_text=_("Markdown"))
    city_life = models.TextField(_("living there"), blank=True, help_text=_("Markdown"))

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=Q(region="") | Q(region__startswith=F("country")),
                name="institution_region_in_country",
            ),
            models.UniqueConstraint(
                fields=["is_home"], condition=Q(is_home=True), name="institution_one_home"
            ),
            models.CheckConstraint(
                condition=Q(latitude__gte=-90, latitude__lte=90), name="institution_latitude"
            ),
            models.CheckConstraint(
                condition=Q(longitude__gte=-180, longitude__lte=180), name="institution_longitude"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OrganisationalUnit(models.Model):
    """A faculty, department or institute of an institution."""

    slug = models.CharField(_("id"), max_length=120, unique=True, validators=[slug_validator])
    institution = models.ForeignKey(
        Institution, models.CASCADE, related_name="units", verbose_name=_("institution")
    )
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("organisational unit")
        verbose_name_plural = _("organisational units")
        ordering = ["institution", "slug"]

    def __str__(self) -> str:
        return self.name


class Agreement(Entry):
    """An inter-institutional agreement: what home and a partner have signed."""

    partner = models.ForeignKey(
        Institution, models.PROTECT, related_name="agreements", verbose_name=_("partner")
    )
    home_unit = models.ForeignKey(
        OrganisationalUnit,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("our unit"),
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    isced_f = models.JSONField(_("ISCED-F fields"), default=list, blank=True)
    programmes = models.ManyToManyField(
        DegreeProgramme, blank=True, related_name="agreements", verbose_name=_("programmes")
    )
    seats_out = models.PositiveSmallIntegerField(
        _("seats out, per academic year"), null=True, blank=True
    )
    seats_in = models.PositiveSmallIntegerField(
        _("seats in, per academic year"), null=True, blank=True
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("inter-institutional agreement")
        verbose_name_plural = _("inter-institutional agreements")
        ordering = ["slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("valid_from", "valid_until"),
                name="agreement_dates_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.partner} ({self.slug})"

    def clean(self) -> None:
        require_order(self, ("valid_from", "valid_until"))
