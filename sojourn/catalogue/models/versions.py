"""Versions of the entries that the office writes: drafts, what is to appear on a day, what was."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.models.common import slug_validator
from sojourn.people.models import User


class EntryKind(models.TextChoices):
    """What has versions; each is an entry with a page of its own."""

    OPPORTUNITY = "opportunity", _("Place")
    COURSE = "course", _("Course")
    GUIDE = "guide", _("Guide")


class VersionState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SCHEDULED = "scheduled", _("Appears on a day")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


OPEN = (VersionState.DRAFT, VersionState.SCHEDULED)


class EntryVersion(models.Model):
    """An entry as it is to be, is or was, in the words of an edition's file.

    The tables of the catalogue hold what visitors see. A version becomes that when it is
    published; it is kept afterwards, to compare with and to come back to. `base` is the version
    that a draft began from.
    """

    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind)
    slug = models.CharField(_("id"), max_length=100, validators=[slug_validator])
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=20, choices=VersionState)
    document = models.JSONField(_("what it says"))
    base = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("based on")
    )
    # The form that began a new entry, so that sending it twice begins one.
    form = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    written_by = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("written by"),
    )
    written_at = models.DateTimeField(_("written"))
    appears_on = models.DateField(_("appears on"), null=True, blank=True, db_index=True)
    # Why it did not appear on its day.
    problem = models.TextField(blank=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["kind", "slug", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["kind", "slug"],
                condition=Q(state__in=["draft", "scheduled"]),
                name="version_one_open",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(appears_on__isnull=False),
                name="version_scheduled_for_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "scheduled"]) | Q(published_at__isnull=False),
                name="version_published_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.slug} {self.number}"
