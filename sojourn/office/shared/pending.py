"""What waits for the office, as the first page shows it: lines in sections."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

# A section shows this many; the link below it leads to the rest.
LINES_A_SECTION = 8


class Hurt(IntEnum):
    """How much it hurts when something waits longer; a section stands where it hurts most."""

    FIRST = 0
    WEEK = 1
    CAN_WAIT = 2


@dataclass(frozen=True)
class Line:
    """One thing that waits."""

    title: str
    href: str
    detail: str = ""
    age: str = ""
    """How long it has waited, in words; empty where that says nothing."""


@dataclass(frozen=True)
class Section:
    """The things of one kind that wait, and where all of them are."""

    title: str
    lines: tuple[Line, ...]
    all_title: str
    all_href: str
    more: int = 0
    """How many wait besides the lines that are shown."""
    hurt: Hurt = Hurt.WEEK

    @property
    def count(self) -> int:
        return len(self.lines) + self.more
