"""Which fields of a round exist in every language of the site."""

from __future__ import annotations

from modeltranslation.translator import register

from sojourn.common.translated_fields import translated
from sojourn.selection import models

register(models.Round)(translated("title", "intro"))
register(models.Criterion)(translated("name", "about"))
register(models.RubricLevel)(translated("text"))
register(models.CustomQuestion)(translated("text"))
register(models.PublicNote)(translated("text"))
