"""Degree programmes of home, their phases, and the subjects to look by."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import Level
from sojourn.catalogue.models.common import Entry, isced_validator, slug_validator


class Subject(models.Model):
    """A field of study or research by which students look for a place."""

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    name = models.CharField(_("name"), max_length=150)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name


class DegreeProgramme(Entry):
    """A degree programme of home, such as the bachelor of Medicine."""

    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=100)
    level = models.CharField(_("level"), max_length=10, choices=Level)
    isced_f = models.CharField(
        _("ISCED-F field"), max_length=4, blank=True, validators=[isced_validator]
    )
    years = models.PositiveSmallIntegerField(
        _("years"), validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("degree programme")
        verbose_name_plural = _("degree programmes")
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name


class StudyPhase(models.Model):
    """A stretch of a degree programme, such as year 3 semester 1."""

    slug = models.CharField(_("id"), max_length=120, unique=True, validators=[slug_validator])
    programme = models.ForeignKey(
        DegreeProgramme, models.CASCADE, related_name="phases", verbose_name=_("programme")
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1), MaxValueValidator(8)]
    )
    semester = models.PositiveSmallIntegerField(
        _("semester"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(2)],
    )
    name = models.CharField(_("name"), max_length=150)

    class Meta:
        verbose_name = _("study phase")
        verbose_name_plural = _("study phases")
        ordering = ["programme", "year", "semester"]

    def __str__(self) -> str:
        return f"{self.programme}: {self.name}"
