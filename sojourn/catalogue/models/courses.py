"""Courses, which were recognised for which, and the mobility windows they fit in."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import Level
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    isced_validator,
    ordered_range,
    require_order,
)
from sojourn.catalogue.models.institutions import Institution
from sojourn.catalogue.models.programmes import DegreeProgramme, StudyPhase


class Course(Entry):
    """A course, at home or at a host."""

    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="courses", verbose_name=_("institution")
    )
    code = models.CharField(_("code"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=250)
    native_title = models.CharField(_("title in its own language"), max_length=250, blank=True)
    ects = models.DecimalField(
        _("ECTS"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    level = models.CharField(_("level"), max_length=10, choices=Level)
    language = models.CharField(_("language of instruction"), max_length=3)
    isced_f = models.CharField(
        _("ISCED-F field"), max_length=4, blank=True, validators=[isced_validator]
    )
    programme = models.ForeignKey(
        DegreeProgramme,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="courses",
        verbose_name=_("programme"),
    )
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
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
    summary = models.TextField(_("summary"), blank=True)
    outcomes = models.JSONField(_("learning outcomes"), default=list, blank=True)
    topics = models.JSONField(_("topics"), default=list, blank=True)

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Precedent(Entry):
    """A host course that was recognised for a home course before."""

    host_course = models.ForeignKey(
        Course, models.PROTECT, related_name="precedents_as_host", verbose_name=_("host course")
    )
    home_course = models.ForeignKey(
        Course, models.PROTECT, related_name="precedents_as_home", verbose_name=_("home course")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    decided_by = models.CharField(_("decided by"), max_length=150, blank=True)
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("precedent")
        verbose_name_plural = _("precedents")
        constraints = [
            models.CheckConstraint(
                condition=~Q(host_course=F("home_course")), name="precedent_two_courses"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    def clean(self) -> None:
        if self.host_course_id and self.host_course_id == self.home_course_id:
            raise ValidationError({"home_course": _("A course is not recognised for itself.")})


class MobilityWindow(Entry):
    """A stretch of a degree programme in which going abroad fits."""

    name = models.CharField(_("name"), max_length=200)
    programme = models.ForeignKey(
        DegreeProgramme, models.PROTECT, related_name="windows", verbose_name=_("programme")
    )
    phase = models.ForeignKey(
        StudyPhase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="windows",
        verbose_name=_("phase"),
    )
    summary = models.TextField(_("summary"), blank=True)
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
    home_courses: models.ManyToManyField[Course, Course] = models.ManyToManyField(
        "Course", blank=True, related_name="home_windows", verbose_name=_("home courses")
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("mobility window")
        verbose_name_plural = _("mobility windows")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=ordered_range("weeks_min", "weeks_max"), name="window_weeks_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.name}"

    def clean(self) -> None:
        require_order(self, ("weeks_min", "weeks_max"))
        if self.phase and self.phase.programme_id != self.programme_id:
            raise ValidationError({"phase": _("This phase belongs to another degree programme.")})


class WindowRequirement(Fact):
    """What a student must have done before a window."""

    window = models.ForeignKey(
        MobilityWindow, models.CASCADE, related_name="requirements", verbose_name=_("window")
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
