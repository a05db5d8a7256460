"""When somebody of the office can be booked: a diary for each contact, and rules that make slots.

Walk-in hours are the catalogue's (`catalogue.WalkInHour`), because visitors see them; what is here
only makes sense to somebody who books.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models import Contact, Weekday
from sojourn.people.visibility import Casework, Office, OwnWork

# A colleague sees every visitor of their own hours: contact and account share a mail address.
AT_OWN_DESK = OwnWork("diary__contact__email__iexact", key="email")


class Diary(Casework):
    """One contact's appointments and walk-in line. Its row is the lock for both."""

    visible = Office()

    contact = models.OneToOneField(
        Contact, models.CASCADE, related_name="diary", verbose_name=_("contact")
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("hours of notice"), default=24, validators=[MaxValueValidator(24 * 14)]
    )
    horizon_weeks = models.PositiveSmallIntegerField(
        _("weeks ahead"), default=4, validators=[MinValueValidator(1), MaxValueValidator(26)]
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("hours that a freed slot is kept for the next on the waiting list"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24 * 7)],
    )

    class Meta:
        verbose_name = _("diary")
        verbose_name_plural = _("diaries")
        constraints = [
            models.CheckConstraint(
                condition=Q(horizon_weeks__gte=1, horizon_weeks__lte=26),
                name="diary_horizon_in_range",
            ),
            models.CheckConstraint(condition=Q(offer_hours__gte=1), name="diary_offer_has_time"),
        ]

    def __str__(self) -> str:
        return f"diary {self.pk}"


class SlotRule(Casework):
    """Slots on one weekday, by the wall clock of the edition's zone."""

    visible = Office()

    diary = models.ForeignKey(Diary, models.CASCADE, related_name="rules")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    length = models.PositiveSmallIntegerField(
        _("minutes per appointment"),
        default=20,
        validators=[MinValueValidator(5), MaxValueValidator(240)],
    )
    gap = models.PositiveSmallIntegerField(
        _("minutes between appointments"), default=0, validators=[MaxValueValidator(120)]
    )
    room = models.CharField(_("room"), max_length=60, blank=True)
    online_link = models.URLField(_("link for an online appointment"), blank=True)
    valid_from = models.DateField(_("from this day"), null=True, blank=True)
    valid_until = models.DateField(_("until and including"), null=True, blank=True)

    class Meta:
        verbose_name = _("rule for slots")
        verbose_name_plural = _("rules for slots")
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__lt=F("ends")), name="slot_rule_times_in_order"
            ),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="slot_rule_weekday"),
            models.CheckConstraint(
                condition=Q(length__gte=5, length__lte=240), name="slot_rule_length"
            ),
            models.CheckConstraint(condition=Q(gap__lte=120), name="slot_rule_gap"),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="slot_rule_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}"
