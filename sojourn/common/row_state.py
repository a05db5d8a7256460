"""What a row holds, as a mark by which a form can tell that somebody changed it meanwhile."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from sojourn.common.languages import FIRST
from sojourn.common.translated_fields import column


def state_of(rows: Iterable[Model]) -> str:
    """Return a mark of all that the rows hold, which any change changes."""
    kept = []
    for record, row in zip(
        serializers.serialize("python", found := list(rows)), found, strict=True
    ):
        # A translated field by its plain name is that of whoever looks.
        fields = {
            name: value
            for name, value in record["fields"].items()
            if not hasattr(row, column(name, FIRST))
            and not getattr(row._meta.get_field(name), "auto_now", False)
        }
        kept.append([record["model"], record["pk"], fields])
    return mark(kept)


def mark(value: Any) -> str:
    """Return a mark of any plain value."""
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def values_of(row: Model) -> list[tuple[str, str]]:
    """Return the fields of a row that say something, by their names, as people read them."""
    found = []
    for field in row._meta.concrete_fields:
        if field.primary_key or not field.editable or hasattr(row, column(field.name, FIRST)):
            continue
        shown = getattr(row, f"get_{field.name}_display", None)
        value = shown() if shown else getattr(row, field.name)
        if value not in (None, "", [], {}, False):
            found.append((str(field.verbose_name), str(value)))
    return found
