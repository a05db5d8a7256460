"""What people searched for and did not find, as counts without people."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sojourn.common.languages import CODE_LENGTH


class FruitlessSearch(models.Model):
    """How often one thing was searched for in one week, without a result.

    `digest` stands for the words. They are written only when somebody searches for them once more
    in that week: what was asked once is never there to read.
    """

    week = models.DateField()
    language = models.CharField(max_length=CODE_LENGTH)
    digest = models.CharField(max_length=64)
    words = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["-week", "-count", "words"]
        constraints = [
            models.UniqueConstraint(
                fields=["week", "language", "digest"], name="fruitless_search_once"
            ),
            models.CheckConstraint(
                condition=Q(words="") | Q(count__gte=2), name="fruitless_search_not_read_once"
            ),
        ]

    def __str__(self) -> str:
        return self.words or self.digest
