"""Institutions, their units, the agreements with them, and who came from them."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import CEFR_CHOICES, InstitutionKind, Level
from sojourn.catalogue.models.common import (
    Entry,
    Source,
    country_validator,
    ordered_range,
    origin_of,
    region_validator,
    require_order,
    slug_validator,
)
from sojourn.catalogue.models.programmes import DegreeProgramme
from sojourn.people.models import User
from sojourn.people.visibility import Casework, InUnit


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
    # Both or neither: where it is not known, there is no dot on a map.
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90), MaxValueValidator(90)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180), MaxValueValidator(180)],
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
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__isnull=False, longitude__isnull=False),
                name="institution_whole_coordinates",
            ),
            models.CheckConstraint(
                # Distances and maps begin at home.
                condition=Q(is_home=False) | Q(latitude__isnull=False),
                name="institution_home_on_the_map",
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


class AgreementLanguage(models.Model):
    """A language that an agreement asks of those who go."""

    agreement = models.ForeignKey(
        Agreement, models.CASCADE, related_name="languages", verbose_name=_("agreement")
    )
    language = models.CharField(
        _("language"), max_length=3, validators=[RegexValidator(r"^[a-z]{2,3}$")]
    )
    level = models.CharField(_("level"), max_length=2, choices=CEFR_CHOICES)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("language of an agreement")
        verbose_name_plural = _("languages of an agreement")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "language"], name="agreement_language_once"
            ),
            models.CheckConstraint(
                condition=Q(level__in=[level for level, _title in CEFR_CHOICES]),
                name="agreement_language_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level}"


class AgreementDocument(Casework):
    """A signed paper of an agreement. Its content is in the data folder under `stored_as`.

    What is removed can be put back.
    """

    visible = InUnit("agreement__programmes")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    agreement = models.ForeignKey(
        Agreement, models.PROTECT, related_name="documents", verbose_name=_("agreement")
    )
    name = models.CharField(_("name"), max_length=120)
    pages = models.PositiveSmallIntegerField(_("pages"))
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=32, unique=True)
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("document of an agreement")
        verbose_name_plural = _("documents of an agreement")
        ordering = ["added_at", "name"]
        constraints = [
            # The same paper sent twice, by a double click say, is there once.
            models.UniqueConstraint(
                fields=["agreement", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="agreement_document_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IncomingStudents(models.Model):
    """How many students of a partner came in one academic year, as somebody entered it."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="incoming", verbose_name=_("partner")
    )
    # The year in which it begins.
    year = models.PositiveSmallIntegerField(_("academic year"))
    count = models.PositiveSmallIntegerField(_("students who came"))
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))
    entered_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("students who came in a year")
        verbose_name_plural = _("students who came in a year")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "year"], name="incoming_once_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=1987, year__lte=2200), name="incoming_year_plausible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.institution_id} {self.year}"


class ListedInstitution(models.Model):
    """An institution of a list that was imported, to make a partner of by choosing it."""

    key = models.CharField(max_length=200, unique=True)
    """What tells it from others in every list: its ROR id, SCHAC or Erasmus code."""
    name = models.CharField(_("name"), max_length=300)
    # What it is found by, folded.
    words = models.TextField()
    country = models.CharField(_("country"), max_length=2, validators=[country_validator])
    city = models.CharField(_("city"), max_length=100, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    schac = models.CharField(_("SCHAC code"), max_length=100, blank=True)
    erasmus_code = models.CharField(_("Erasmus code"), max_length=20, blank=True)
    ror = models.URLField(_("ROR id"), blank=True)
    website = models.URLField(_("website"), blank=True)
    source = models.ForeignKey(Source, models.PROTECT, related_name="+", verbose_name=_("source"))

    class Meta:
        verbose_name = _("institution of a list")
        verbose_name_plural = _("institutions of a list")
        ordering = ["name", "key"]
        indexes = [models.Index(fields=["country", "name"], name="listed_institution_by_country")]
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="listed_institution_on_the_globe",
            ),
        ]

    def __str__(self) -> str:
        return self.name
