"""Which fields of the advice exist in every language of the site."""

from __future__ import annotations

from sojourn.advising import models
from sojourn.common.translated_fields import translate

translate(models.SavedReply, "text")
