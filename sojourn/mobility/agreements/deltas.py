"""What differs between two texts of an agreement, and what all changes together come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sojourn.mobility.agreements import substance
from sojourn.mobility.models import ComponentTable, Standing

Line = Mapping[str, str]


@dataclass(frozen=True)
class FactChange:
    """A field that says something else."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Difference:
    """All that differs: fields, lines that are new, lines that are gone."""

    facts: tuple[FactChange, ...]
    added: tuple[Line, ...]
    removed: tuple[Line, ...]

    def __bool__(self) -> bool:
        return bool(self.facts or self.added or self.removed)


def standing_in(content: Mapping[str, Any]) -> list[Line]:
    """Return the lines that hold in a version: all but those that it removes."""
    return [each for each in content["components"] if each["standing"] != Standing.REMOVED]


def between(before: Mapping[str, Any], after: Mapping[str, Any]) -> Difference:
    """Compare two texts as they stand, whatever led from one to the other."""
    old, new = before["facts"], after["facts"]
    names = sorted(old.keys() | new.keys())
    here = {_same(each): each for each in standing_in(before)}
    there = {_same(each): each for each in standing_in(after)}
    return Difference(
        facts=tuple(
            FactChange(name, old.get(name, ""), new.get(name, ""))
            for name in names
            if old.get(name, "") != new.get(name, "")
        ),
        added=tuple(_with_reason(each, after) for key, each in there.items() if key not in here),
        removed=tuple(_with_reason(each, after) for key, each in here.items() if key not in there),
    )


def total(content: Mapping[str, Any], table: ComponentTable) -> dict[str, Decimal]:
    """Sum the credits of a table by their kind: {"ects": 30}."""
    sums: dict[str, Decimal] = {}
    for each in standing_in(content):
        if each["table"] == table and each.get("credits"):
            scheme = each["scheme"]
            sums[scheme] = sums.get(scheme, Decimal(0)) + Decimal(each["credits"])
    return sums


def in_table(lines: Iterable[Line], table: ComponentTable) -> list[Line]:
    """Keep the lines of one table."""
    return [each for each in lines if each["table"] == table]


def _same(line: Line) -> tuple[tuple[str, str], ...]:
    """Compare lines by what they say; whether one was added or kept is no substance of it."""
    said = ((name, text) for name, text in line.items() if name not in substance.HOW_IT_CAME)
    return tuple(sorted(said))


def _with_reason(line: Line, content: Mapping[str, Any]) -> Line:
    """Give a line the reason that the later text states for it."""
    stated: dict[str, Line] = {each["key"]: each for each in content["components"]}
    return stated.get(line["key"], line)
