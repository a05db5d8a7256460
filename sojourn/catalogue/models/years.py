"""What was decided on the way from one academic year into the next."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models.programmes import DegreeProgramme
from sojourn.people.models import User
from sojourn.people.visibility import Casework, InUnit


class YearLineState(models.TextChoices):
    ACCEPTED = "accepted", _("Accepted")
    LATER = "later", _("Left for later")


class YearLine(Casework):
    """One line of the way into the next year about which somebody decided; undone, it goes.

    A line that nobody decided about is no row: it is proposed anew from what the catalogue and
    the rounds say (`sojourn.catalogue.next_year`).
    """

    visible = InUnit("programmes")

    # The year in which the academic year that ends began.
    year = models.PositiveSmallIntegerField(_("academic year that ends"))
    part = models.CharField(max_length=20)
    # What tells the line from the others of its part: the id of what it is about.
    key = models.CharField(max_length=250)
    state = models.CharField(_("state"), max_length=10, choices=YearLineState)
    # What it is called, in each language.
    title = models.JSONField(default=dict)
    # [{"name", "look", "was", "now"}] of each field that was accepted.
    changes = models.JSONField(default=list)
    # By which it is taken back; empty where it is not.
    made = models.JSONField(default=dict)
    programmes = models.ManyToManyField(DegreeProgramme, blank=True, related_name="+")
    by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("line of the next year")
        verbose_name_plural = _("lines of the next year")
        ordering = ["-at", "-pk"]
        constraints = [
            # Of two clicks, or two colleagues, one decides.
            models.UniqueConstraint(fields=["year", "part", "key"], name="year_line_once"),
            models.CheckConstraint(
                condition=Q(state__in=YearLineState.values), name="year_line_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part} {self.key}"
