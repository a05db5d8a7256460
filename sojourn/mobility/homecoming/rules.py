"""What the edition says of the time when students come home."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sojourn.catalogue.models import Edition


@dataclass(frozen=True)
class ComingHomeRules:
    """Where no edition says otherwise: two weeks before, and after four, eight and twelve."""

    ask_days_before: int = 14
    chase_days: tuple[int, ...] = (28, 56, 84)
    losses: tuple[dict[str, Any], ...] = ()
    """Reasons for a loss of the edition's own: `id` and `name` by language."""
    grade_tables: tuple[dict[str, Any], ...] = ()


def rules() -> ComingHomeRules:
    """Read the rules of the edition."""
    said: dict[str, Any] = Edition.objects.values_list("coming_home", flat=True).first() or {}
    known = ComingHomeRules()
    return ComingHomeRules(
        ask_days_before=said.get("ask_days_before", known.ask_days_before),
        chase_days=tuple(sorted(said.get("chase_days", known.chase_days))),
        losses=tuple(said.get("losses", ())),
        grade_tables=tuple(said.get("grade_tables", ())),
    )
