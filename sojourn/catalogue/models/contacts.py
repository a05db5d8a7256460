"""Contacts, their walk-in hours and their absences."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.choices import ContactRole, Visibility, Weekday
from sojourn.catalogue.models.common import (
    Entry,
    Fact,
    Source,
    ordered_range,
    require_order,
    slug_validator,
)
from sojourn.catalogue.models.institutions import Institution
from sojourn.catalogue.models.programmes import DegreeProgramme


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
    # The office's own note; no edition says it.
    contacted_on = models.DateField(_("last contact"), null=True, blank=True)

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
