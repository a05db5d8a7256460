"""Which fields of a round exist in every language of the site."""

from __future__ import annotations

from sojourn.common.translated_fields import translate
from sojourn.selection import models

translate(models.Round, "title", "intro")
translate(models.Criterion, "name", "about")
translate(models.RubricLevel, "text")
translate(models.CustomQuestion, "text")
translate(models.PublicNote, "text")
