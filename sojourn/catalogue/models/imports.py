"""Files with a list of the catalogue that the office changed and took in again."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sojourn.people.models import User


class CatalogueImport(models.Model):
    """A file as it was read: what it changes, entry by entry, and what became of that.

    `entries` holds each entry before and after in the words of an edition's file, so that what is
    taken in is what was shown, and can be undone.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    list = models.CharField(_("list"), max_length=20)
    file_name = models.CharField(_("file"), max_length=100)
    by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    read_at = models.DateTimeField(_("read"), default=timezone.now)
    entries = models.JSONField(_("what it changes"))
    # What the file says that is not taken in: cells that somebody changed meanwhile, and the like.
    remarks = models.JSONField(default=dict)
    taken_at = models.DateTimeField(_("taken in"), null=True, blank=True, db_index=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    undone_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("undone by")
    )

    class Meta:
        verbose_name = _("Excel file that was taken in")
        verbose_name_plural = _("Excel files that were taken in")
        ordering = ["-read_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(undone_at__gte=F("taken_at")),
                name="import_undone_after_it_was_taken",
            )
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.pk}"
