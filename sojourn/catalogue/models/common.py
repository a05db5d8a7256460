"""What all tables of the catalogue share: sources, entries, facts, and the edition itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import Certainty, PublicationStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

slug_validator = RegexValidator(
    r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Use small letters, digits and single hyphens.")
)
country_validator = RegexValidator(r"^[A-Z]{2}$", _("Use a two-letter country code, such as SE."))
region_validator = RegexValidator(
    r"^[A-Z]{2}-[A-Z0-9]{1,3}$", _("Use a code of ISO 3166-2, such as ID-SN.")
)
isced_validator = RegexValidator(r"^\d{2,4}$", _("Use an ISCED-F code of two to four digits."))
statement_validator = RegexValidator(
    r"^[a-z]+(_[a-z]+)*$", _("Use small letters and single underscores, such as green_travel.")
)


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

    # Optional facts with a source of their own: the name of each, and the columns of its parts.
    # Each has two more, from `origin_of`: <fact>_is_example and <fact>_source.
    FACTS: ClassVar[dict[str, tuple[str, ...]]] = {}

    class Meta:
        abstract = True


def origin_of(
    mark: StrOrPromise, source: StrOrPromise
) -> tuple[models.BooleanField[bool, bool], models.ForeignKey[Source | None, Source | None]]:
    """Return the two columns that say where a fact of an entry comes from, under these names."""
    return (
        models.BooleanField(mark, default=False),
        models.ForeignKey(
            Source, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=source
        ),
    )


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
        _("days before a round closes that applicants who have not submitted are reminded"),
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
    keep_appointments_days = models.PositiveSmallIntegerField(
        _("days that an appointment is kept afterwards"),
        default=730,
        # What was agreed for the coming months stays readable.
        validators=[MinValueValidator(180), MaxValueValidator(3650)],
    )
    keep_self_arranged_days = models.PositiveSmallIntegerField(
        _("days that a self-arranged place is kept after its last day"),
        default=730,
        validators=[MinValueValidator(180), MaxValueValidator(3650)],
    )
    keep_applications_days = models.PositiveSmallIntegerField(
        _("days that an application is kept after the academic year it was for"),
        default=365,
        # Objections, nominations and the stay itself come before.
        validators=[MinValueValidator(90), MaxValueValidator(3650)],
    )
    keep_accounts_days = models.PositiveSmallIntegerField(
        _("days that a student's account is kept after the last sign-in"),
        default=1095,
        validators=[MinValueValidator(365), MaxValueValidator(3650)],
    )
    keep_stays_days = models.PositiveSmallIntegerField(
        _("days that a stay is kept after it is finished"),
        default=1825,
        validators=[MinValueValidator(365), MaxValueValidator(3650)],
    )
    check_figures_days = models.PositiveSmallIntegerField(
        _("days after which a cost, a grant or a rate is looked at again"),
        default=365,
        validators=[MinValueValidator(30), MaxValueValidator(1095)],
    )
    check_advice_days = models.PositiveSmallIntegerField(
        _("days after which travel advice is looked at again"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
    )
    # The page on which a host signs, in languages that the site does not have:
    # [{"language", "name", "texts": {key: sentence}}].
    signing_languages = models.JSONField(
        _("languages of the page on which hosts sign"), default=list, blank=True
    )
    keep_whereabouts_days = models.PositiveSmallIntegerField(
        _("days that address, telephone and emergency contacts are kept after a stay"),
        default=30,
        validators=[MinValueValidator(1), MaxValueValidator(180)],
    )
    keep_incidents_days = models.PositiveSmallIntegerField(
        _("days that an incident is kept after it is closed"),
        default=730,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
    )
    # What is done while students are away: `AwayRules` of the edition's schema.
    away = models.JSONField(_("while students are away"), default=dict, blank=True)
    # What is done when they come home: `ComingHomeRules` of the edition's schema.
    coming_home = models.JSONField(_("when students come home"), default=dict, blank=True)
    # How one comes into the next academic year: `YearRules` of the edition's schema.
    year = models.JSONField(_("the way into the next academic year"), default=dict, blank=True)
    # Of how many people figures may speak, and the office's targets: `InsightRules` of the schema.
    insight = models.JSONField(_("figures and targets"), default=dict, blank=True)
    # How one appeals against a decision of the Board: `BoardRules` of the edition's schema.
    board = models.JSONField(_("the Board of Examiners"), default=dict, blank=True)
    remind_report_days = models.PositiveSmallIntegerField(
        _("days until somebody who was asked for a report is reminded"),
        default=21,
        validators=[MinValueValidator(7), MaxValueValidator(90)],
    )
    staff_second_step = models.BooleanField(
        _("whoever works in the office needs a second step"), default=True
    )
    # After the @ of a mail address. None: everybody is let in.
    student_domains = models.JSONField(
        _("domains of the mail addresses of our students"), default=list, blank=True
    )
    synonyms = models.JSONField(_("words that find each other"), default=list, blank=True)
    # Ways of searching that students can book an appointment about: [{"id", "top_five", "name":
    # {language: text}}]; top_five is how many places a student's list must have first.
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
