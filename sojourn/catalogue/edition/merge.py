"""The three-way comparison by which a load never undoes what the office edited.

Each field has three values: what the edition says now, what the catalogue holds, and what the
edition said when it was last loaded (the base). A field that the catalogue still holds as the
edition last set it is the edition's to change; one that differs from that is the office's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

Values = dict[str, Any]


class Missing(Enum):
    """The value of a field that is not there at all, such as a removed deadline."""

    MISSING = "missing"


MISSING = Missing.MISSING


class ConflictPolicy(Enum):
    """What becomes of a field that both the edition and the office have changed."""

    KEEP_OFFICE = "keep"
    OVERWRITE = "overwrite"


@dataclass(frozen=True, slots=True)
class Merge:
    """What follows from comparing one entry: fields to set, fields to keep, and the new base."""

    to_set: Values
    kept: tuple[str, ...]
    base: Values


def merge(
    edition: Mapping[str, Any],
    catalogue: Mapping[str, Any],
    base: Mapping[str, Any],
    on_conflict: ConflictPolicy = ConflictPolicy.KEEP_OFFICE,
) -> Merge:
    """Compare the three sides of one entry, field by field.

    Values are plain JSON in one normal form, so that equal means equal. A field that is missing
    from the edition although the base has it is to be removed (`to_set` says MISSING); one that
    neither the edition nor the base knows is the office's own and left alone.
    """
    to_set: Values = {}
    kept: list[str] = []
    for field in [*edition, *(field for field in base if field not in edition)]:
        wanted = edition.get(field, MISSING)
        held = catalogue.get(field, MISSING)
        if held == wanted:
            continue
        untouched = held == base.get(field, MISSING)
        if untouched or on_conflict is ConflictPolicy.OVERWRITE:
            to_set[field] = wanted
        else:
            kept.append(field)
    return Merge(to_set, tuple(kept), dict(edition))
