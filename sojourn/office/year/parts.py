"""The parts of the way into the next year, in the order in which one goes it."""

from __future__ import annotations

from sojourn.advising.next_year import HOURS
from sojourn.catalogue.next_year import Part
from sojourn.catalogue.next_year_parts import (
    AGREEMENTS,
    DEADLINES,
    FIGURES,
    GUIDES,
    PERIODS,
    WINDOWS,
)
from sojourn.selection.next_year import ROUNDS

PARTS: tuple[Part, ...] = (
    AGREEMENTS,
    ROUNDS,
    DEADLINES,
    PERIODS,
    WINDOWS,
    FIGURES,
    GUIDES,
    HOURS,
)


def named(name: str) -> Part | None:
    """Return the part of that name."""
    return next((each for each in PARTS if each.name == name), None)
