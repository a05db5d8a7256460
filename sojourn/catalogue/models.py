"""The catalogue as the database keeps it: public facts, each with its source.

Fields in two languages are declared once here and split by `translation.py`
(`name` becomes `name_en` and `name_nl`). What a page shows comes from the snapshot
(`sojourn.catalogue.snapshot`), never from these tables directly.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and single hyphens.")
)
country_validator = RegexValidator(r"^[A-Z]{2}$", _("Use a two-letter country code, such as SE."))
isced_validator = RegexValidator(r"^\d{2,4}$", _("Use an ISCED-F code of two to four digits."))


class Level(models.TextChoices):
    BACHELOR = "bachelor", _("Bachelor")
    MASTER = "master", _("Master")
    BOTH = "both", _("Bachelor and master")


class CefrLevel(models.TextChoices):
    """Common European Framework of Reference for Languages."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"


class Certainty(models.TextChoices):
    """How sure a fact is, from the host's own word down to what everybody seems to know."""

    OFFICIAL = "official", _("Official")
    FIRST_HAND = "first_hand", _("First hand")
    SECONDARY = "secondary", _("Secondary source")
    GENERAL_KNOWLEDGE = "general_knowledge", _("General knowledge")
    ESTIMATE = "estimate", _("Estimate")


class PublicationStatus(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class CatalogueVersion(models.Model):
    """One row that counts every published change; a process compares it with what it shows."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    number = models.PositiveBigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="catalogue_version_single_row")
        ]

    def __str__(self) -> str:
        return f"catalogue version {self.number}"


class Source(models.Model):
    """Where a fact comes from, and the year it speaks of."""

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    title = models.CharField(_("title"), max_length=300)
    publisher = models.CharField(_("publisher"), max_length=200, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    year = models.PositiveSmallIntegerField(_("year it speaks of"), null=True, blank=True)
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    certainty = models.CharField(_("certainty"), max_length=20, choices=Certainty)
    note = models.TextField(_("note"), blank=True)
    edition_state = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.title


class Entry(models.Model):
    """What every page of the catalogue has: an address, a state, sources.

    `edition_state` holds the values that the edition's file last set, so that a later load can
    tell what the office has changed since (three-way comparison, field by field).
    """

    slug = models.CharField(_("id"), max_length=120, unique=True, validators=[slug_validator])
    status = models.CharField(
        _("status"),
        max_length=20,
        choices=PublicationStatus,
        default=PublicationStatus.PUBLISHED,
        db_index=True,
    )
    is_example = models.BooleanField(_("example, not a fact"), default=False)
    sources = models.ManyToManyField(
        Source, blank=True, verbose_name=_("sources"), related_name="+"
    )
    edition_state = models.JSONField(default=dict, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class Fact(models.Model):
    """A fact that belongs to an entry and has a source of its own, or is marked as an example."""

    position = models.PositiveSmallIntegerField(_("order"), default=0)
    is_example = models.BooleanField(_("example, not a fact"), default=False)
    source = models.ForeignKey(
        Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("source")
    )

    class Meta:
        abstract = True


def ordered_range(low: str, high: str) -> Q:
    """Both ends known and in order, or one of them not known."""
    return (
        Q(**{f"{low}__isnull": True})
        | Q(**{f"{high}__isnull": True})
        | Q(**{f"{low}__lte": F(high)})
    )


def require_order(record: models.Model, *pairs: tuple[str, str]) -> None:
    """Says at the later field of each pair that it comes before the earlier one.

    The constraints hold the same rules; this puts the message where the person is typing.
    """
    errors: dict[str, Any] = {}
    for low, high in pairs:
        first, last = getattr(record, low), getattr(record, high)
        if first is not None and last is not None and first > last:
            label = record._meta.get_field(low).verbose_name  # type: ignore[union-attr]
            errors[high] = _("This must not be less than “%(other)s”.") % {"other": label}
    if errors:
        raise ValidationError(errors)


class Edition(models.Model):
    """The faculty that this installation serves, as its edition describes it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    slug = models.CharField(_("id"), max_length=100, validators=[slug_validator])
    name = models.CharField(_("name"), max_length=200)
    short_name = models.CharField(_("short name"), max_length=30)
    home_city = models.CharField(_("home city"), max_length=100)
    tagline = models.CharField(_("tagline"), max_length=300)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Europe/Amsterdam")
    holidays_country = models.CharField(
        _("country of public holidays"), max_length=2, validators=[country_validator]
    )
    second_person_approves = models.BooleanField(
        _("results need a second person's approval"), default=True
    )
    may_stay_on_the_list = models.BooleanField(
        _("who accepts a place may wait for a better one"), default=True
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer an offer from the waiting list"),
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    remind_application_days = models.PositiveSmallIntegerField(
        _("days before a round closes that we remind who has not handed in"),
        default=3,
        help_text=_("A new round begins with this; 0 reminds nobody."),
        validators=[MaxValueValidator(30)],
    )
    keep_questions_days = models.PositiveSmallIntegerField(
        _("days that a question is kept after the last that was said"),
        default=730,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
    )
    keep_messages_days = models.PositiveSmallIntegerField(
        _("days that it is kept who wrote to whom"),
        default=365,
        # A message may be answered for 90 days, and a week's messages are counted.
        validators=[MinValueValidator(90), MaxValueValidator(3650)],
    )
    keep_talks_days = models.PositiveSmallIntegerField(
        _("days that a talk is kept after it was held"),
        default=730,
        # What was agreed for the coming months stays readable.
        validators=[MinValueValidator(180), MaxValueValidator(3650)],
    )
    remind_report_days = models.PositiveSmallIntegerField(
        _("days until somebody who was asked for a report is reminded"),
        default=21,
        validators=[MinValueValidator(7), MaxValueValidator(90)],
    )
    synonyms = models.JSONField(_("words that find each other"), default=list, blank=True)
    # Ways of looking for a place that one can talk about: [{"id", "name": {"en", "nl"},
    # "top_five"}]; top_five is how many places a student's list must have first.
    advice_routes = models.JSONField(_("ways of looking"), default=list, blank=True)
    edition_state = models.JSONField(default=dict, editable=False)
    with_examples = models.BooleanField(default=True, editable=False)
    loaded_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("edition")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="edition_single_row")]

    def __str__(self) -> str:
        return self.name


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


class InstitutionKind(models.TextChoices):
    UNIVERSITY = "university", _("University")
    HOSPITAL = "hospital", _("Hospital")
    INSTITUTE = "institute", _("Research institute")


class Institution(Entry):
    """A higher-education institution or another host; `is_home` marks ours."""

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
    latitude = models.FloatField(
        _("latitude"), validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    longitude = models.FloatField(
        _("longitude"), validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    is_home = models.BooleanField(_("ours"), default=False)
    is_partner = models.BooleanField(_("partner"), default=True)
    is_preferred = models.BooleanField(_("preferred partner"), default=False)
    preferred_is_example = models.BooleanField(_("the preferred mark is an example"), default=False)
    preferred_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the preferred mark"),
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
        _("seats out, an academic year"), null=True, blank=True
    )
    seats_in = models.PositiveSmallIntegerField(
        _("seats in, an academic year"), null=True, blank=True
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


class ContactRole(models.TextChoices):
    COORDINATOR = "coordinator", _("Coordinator")
    LUMC_CONTACT = "lumc_contact", _("Our contact at a partner")
    SUPERVISOR = "supervisor", _("Supervisor of an earlier student")
    HOST_COORDINATOR = "host_coordinator", _("Coordinator at the host")
    OFFICE = "office", _("Office")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    STUDENTS = "students", _("Students who signed in")
    OFFICE = "office", _("The office")


class Contact(Entry):
    """A person or an office with a role. A person is shown only with consent or a public source."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=20, choices=ContactRole)
    title = models.CharField(_("title"), max_length=200)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="contacts", verbose_name=_("institution")
    )
    unit_name = models.CharField(_("unit"), max_length=200, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    email = models.EmailField(_("mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    help_with = models.TextField(_("what you can ask"), blank=True)
    programmes = models.ManyToManyField(
        DegreeProgramme, blank=True, related_name="contacts", verbose_name=_("programmes")
    )
    visibility = models.CharField(
        _("shown to"), max_length=10, choices=Visibility, default=Visibility.OFFICE
    )
    consent_given = models.BooleanField(_("agreed to be shown"), default=False)
    consent_on = models.DateField(_("agreed on"), null=True, blank=True)
    consent_by = models.CharField(_("agreement recorded by"), max_length=200, blank=True)
    consent_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the agreement"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                # An office's own address is nobody's personal detail.
                condition=Q(visibility="office")
                | Q(consent_given=True)
                | Q(name="", email="", phone="")
                | Q(name="", role="office"),
                name="contact_person_shown_only_with_consent",
            )
        ]

    def __str__(self) -> str:
        return self.name or self.title

    def clean(self) -> None:
        is_person = bool(self.name) or (
            self.role != ContactRole.OFFICE and bool(self.email or self.phone)
        )
        if is_person and self.visibility != Visibility.OFFICE and not self.consent_given:
            raise ValidationError(
                {"visibility": _("A person is shown only after agreeing to it. Tick that below.")}
            )


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class WalkInHour(Fact):
    """A recurring open hour, in the edition's time zone."""

    slug = models.CharField(_("id"), max_length=120, unique=True, validators=[slug_validator])
    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="walk_in_hours", verbose_name=_("contact")
    )
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    room = models.CharField(_("room"), max_length=60, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    online_link = models.URLField(_("link of an online hour"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("walk-in hour")
        verbose_name_plural = _("walk-in hours")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")),
                name="walk_in_hour_times_in_order",
                violation_error_message=_("The hour must end after it starts."),
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="walk_in_hour_weekday"),
            models.CheckConstraint(
                condition=ordered_range("valid_from", "valid_until"),
                name="walk_in_hour_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}"

    def clean(self) -> None:
        require_order(self, ("starts", "ends"), ("valid_from", "valid_until"))


class WalkInChange(models.Model):
    """A walk-in hour that is otherwise on one date. Always the office's own; no edition has any."""

    hour = models.ForeignKey(
        WalkInHour, models.CASCADE, related_name="changes", verbose_name=_("walk-in hour")
    )
    date = models.DateField(_("date"))
    is_cancelled = models.BooleanField(_("does not take place"), default=False)
    # What stays empty is as the rule says.
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    online_link = models.URLField(_("link of an online hour"), blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("change of one date")
        verbose_name_plural = _("changes of one date")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["hour", "date"], name="walk_in_change_once_a_day"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(starts__lt=F("ends")),
                name="walk_in_change_times_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hour_id} {self.date}"


class Absence(Fact):
    """Days on which a contact's walk-in hours do not take place."""

    contact = models.ForeignKey(
        Contact, models.CASCADE, related_name="absences", verbose_name=_("contact")
    )
    first_day = models.DateField(_("from"))
    last_day = models.DateField(_("until and including"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["first_day"]
        constraints = [
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="absence_days_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.first_day} - {self.last_day}"

    def clean(self) -> None:
        require_order(self, ("first_day", "last_day"))


class OpportunityKind(models.TextChoices):
    COURSES = "courses", _("Courses")
    HALF_MINOR = "half_minor", _("Half minor")
    RESEARCH_INTERNSHIP = "research_internship", _("Research internship")
    CLINICAL_PLACEMENT = "clinical_placement", _("Clinical placement")
    ELECTIVE = "elective", _("Elective")
    SUMMER_SCHOOL = "summer_school", _("Summer school")


class Opportunity(Entry):
    """A concrete thing to do abroad in one or more mobility windows."""

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
    period_is_example = models.BooleanField(_("the period is an example"), default=False)
    period_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the period"),
    )
    seats = models.PositiveSmallIntegerField(_("seats"), null=True, blank=True)
    seats_is_example = models.BooleanField(_("the seats are an example"), default=False)
    seats_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the seats"),
    )
    applicants = models.PositiveSmallIntegerField(
        _("applicants in an earlier year"), null=True, blank=True
    )
    applicants_year = models.PositiveSmallIntegerField(_("that year"), null=True, blank=True)
    applicants_is_example = models.BooleanField(_("the applicants are an example"), default=False)
    applicants_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the applicants"),
    )
    selection_text = models.TextField(_("how places are given"), blank=True)
    selection_criteria = models.JSONField(_("criteria"), default=list, blank=True)
    selection_is_example = models.BooleanField(_("the selection is an example"), default=False)
    selection_source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source of the selection"),
    )
    is_own_arrangement = models.BooleanField(_("a place the student finds"), default=False)
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


class LanguageUse(models.TextChoices):
    INSTRUCTION = "instruction", _("Instruction")
    PATIENTS = "patients", _("Patients")
    DAILY_LIFE = "daily_life", _("Daily life")


class LanguageNeed(Fact):
    """Which language a place asks for, for what, and at which level."""

    opportunity = models.ForeignKey(
        Opportunity, models.CASCADE, related_name="languages", verbose_name=_("opportunity")
    )
    language = models.CharField(
        _("language"), max_length=3, help_text=_("ISO 639 code, such as sv")
    )
    use = models.CharField(_("used for"), max_length=20, choices=LanguageUse)
    level = models.CharField(_("CEFR level"), max_length=2, choices=CefrLevel, blank=True)
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("language")
        verbose_name_plural = _("languages")
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(level="") | Q(level__in=CefrLevel.values),
                name="language_need_cefr_level",
            )
        ]

    def __str__(self) -> str:
        return f"{self.language} {self.level} ({self.use})"


class DeadlineKind(models.TextChoices):
    APPLICATION = "application", _("Apply by")
    NOMINATION = "nomination", _("Nomination by")
    RESULT = "result", _("Result on")
    REGISTRATION = "registration", _("Register by")
    OTHER = "other", _("Other date")


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


class CostItem(models.TextChoices):
    TRAVEL = "travel", _("Travel")
    HOUSING = "housing", _("Housing")
    FOOD = "food", _("Food")
    DAILY_LIFE = "daily_life", _("Daily life")
    FEES = "fees", _("Fees")
    VISA = "visa", _("Visa")
    INSURANCE = "insurance", _("Insurance")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    LANGUAGE_COURSE = "language_course", _("Language course")
    HOME = "home", _("What goes on at home")
    OTHER = "other", _("Other")


class CostPeriod(models.TextChoices):
    MONTH = "month", _("a month")
    WEEK = "week", _("a week")
    ONCE = "once", _("once")


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
    """The id of a rate: there is one for each currency and day."""
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
            raise ValidationError({"currency": _("A euro is a euro; choose another currency.")})
        if not self.source_id and not self.is_example:
            raise ValidationError({"source": _("Say where the rate comes from.")})
        day: dt.date | None = getattr(self, "valid_on", None)  # None: what was typed is no day
        if day is not None and day > timezone.localdate():
            raise ValidationError({"valid_on": _("That day has not come yet.")})


class AdviceLevel(models.TextChoices):
    """The colours of the travel advice of the Dutch Ministry of Foreign Affairs."""

    GREEN = "green", _("Green: no special safety risks")
    YELLOW = "yellow", _("Yellow: take care, there are safety risks")
    ORANGE = "orange", _("Orange: travel there only if you must")
    RED = "red", _("Red: do not travel there")


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


class PublishedReport(Entry):
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
    ratings = models.JSONField(_("ratings, 1 to 5"), default=dict, blank=True)
    paid_total = models.DecimalField(
        _("paid in all, EUR"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    is_contactable = models.BooleanField(_("may be contacted"), default=False)
    # The language that a student wrote in; empty where the text is in both.
    language = models.CharField(_("written in"), max_length=5, blank=True)
    # The id of a photo that experiences.photos serves, and what is in it.
    photo = models.CharField(max_length=36, blank=True, editable=False)
    photo_words = models.CharField(_("what is in the picture"), max_length=200, blank=True)
    # Courses followed: title, ects, recognised (yes, no, unknown), home_title, and the slugs of
    # both courses where the catalogue knows them.
    courses = models.JSONField(_("courses followed"), default=list, blank=True, editable=False)

    RATING_CRITERIA: ClassVar[tuple[str, ...]] = (
        "teaching",
        "research",
        "housing",
        "city",
        "support",
        "language",
    )

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
        _("paid in all, EUR"), max_digits=10, decimal_places=2, validators=[MinValueValidator(0)]
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
                {"opportunity": _("An answer stands on one page: choose one of the three.")}
            )
        require_order(self, ("checked_on", "review_on"))


class GrantPays(models.TextChoices):
    """What an amount of a grant is for."""

    MONTH = "month", _("a month of 30 days")
    DAY = "day", _("a day")
    ONCE = "once", _("once")
    AT_MOST = "at_most", _("at most, for which students compete")


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


statement_validator = RegexValidator(
    r"^[a-z]+(_[a-z]+)*$", _("Use small letters and single underscores, such as green_travel.")
)


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
        choices=[("grant", _("whether there is a grant")), ("amount", _("only how much it is"))],
        default="grant",
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


class LearningMeasure(models.TextChoices):
    """Which of the two tables of `engines.language` a figure belongs to."""

    GUIDED_HOURS = "guided_hours", _("Guided hours from nothing to a level")
    CLASS_HOURS = "class_hours", _("Class hours to a working level")


class LearningHours(Fact):
    """How many hours learning takes: to a CEFR level, or for the languages of one category."""

    slug = models.CharField(_("id"), max_length=100, unique=True, validators=[slug_validator])
    measure = models.CharField(_("measure"), max_length=20, choices=LearningMeasure)
    level = models.CharField(_("CEFR level"), max_length=2, choices=CefrLevel, blank=True)
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
                condition=Q(measure="guided_hours", level__in=CefrLevel.values)
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


class StepKind(models.TextChoices):
    """What a step before departure is, so that pages can add what they know of it."""

    APPLICATION = "application", _("Application")
    RESULT = "result", _("Result")
    NOMINATION = "nomination", _("Nomination")
    EXAMINERS = "examiners", _("Approval of your courses")
    VISA = "visa", _("Visa")
    VACCINATIONS = "vaccinations", _("Vaccinations")
    LANGUAGE = "language", _("Language course")
    HOUSING = "housing", _("Housing")
    OTHER = "other", _("Other")


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
