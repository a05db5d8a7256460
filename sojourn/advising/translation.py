"""Which fields of the advice exist in every language of the site."""

from __future__ import annotations

from modeltranslation.translator import register

from sojourn.advising import models
from sojourn.common.translated_fields import translated

register(models.SavedReply)(translated("text"))
