"""What the edition says of the time while students are away: the number, the ladder, the drills."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sojourn.catalogue.choices import ContactWay
from sojourn.catalogue.models import Edition


@dataclass(frozen=True)
class Rung:
    """A way to reach somebody, and how many minutes after the beginning it is its turn."""

    way: ContactWay
    after_minutes: int
    in_drill: bool


@dataclass(frozen=True)
class AwayRules:
    emergency_phone: str = ""
    arrival_days: tuple[int, ...] = (0,)
    drill_days: int = 182
    ladder: tuple[Rung, ...] = field(
        default=(Rung(ContactWay.MAIL, 0, True), Rung(ContactWay.PHONE, 60, True))
    )
    """Where no edition says otherwise: mail, then the telephone."""


def rules() -> AwayRules:
    """Read the rules of the edition."""
    said: dict[str, Any] = Edition.objects.values_list("away", flat=True).first() or {}
    known = AwayRules()
    return AwayRules(
        emergency_phone=said.get("emergency_phone", ""),
        arrival_days=tuple(said.get("arrival_days", known.arrival_days)),
        drill_days=said.get("drill_days", known.drill_days),
        ladder=tuple(
            Rung(ContactWay(one["way"]), one.get("after_minutes", 0), one.get("in_drill", False))
            for one in said.get("ladder", ())
        )
        or known.ladder,
    )
