"""What the edition says of figures about people: of how many they may speak, and the targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sojourn.catalogue.choices import Aim
from sojourn.catalogue.models import Edition, Source
from sojourn.engines.small_counts import FEWEST


@dataclass(frozen=True)
class Target:
    """What the office aims at, and who says so."""

    value: int
    source: Source | None = None
    """None: the office's own rule."""
    is_example: bool = False


@dataclass(frozen=True)
class InsightRules:
    fewest_people: int = FEWEST
    targets: Mapping[Aim, Target] = field(default_factory=dict)


def fewest_people() -> int:
    """Return how many people a figure has to be about."""
    return int(_said().get("fewest_people", FEWEST))


def rules() -> InsightRules:
    """Read the rules of the edition, with the sources of its targets."""
    said = _said()
    listed = said.get("targets", [])
    named = {slug for each in listed if (slug := _source_of(each))}
    sources = {each.slug: each for each in Source.objects.filter(slug__in=named)} if named else {}
    return InsightRules(
        int(said.get("fewest_people", FEWEST)),
        {
            Aim(each["id"]): Target(
                each["value"], sources.get(_source_of(each)), each.get("example", False)
            )
            for each in listed
        },
    )


def _said() -> dict[str, Any]:
    return Edition.objects.values_list("insight", flat=True).first() or {}


def _source_of(target: Mapping[str, Any]) -> str:
    return str(target.get("source") or next(iter(target.get("sources", ())), ""))
