"""What waits for the office: one section an area, the oldest first."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


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
    empty: str
    """What is said when nothing waits."""
    lines: tuple[Line, ...]
    all_title: str
    all_href: str


@dataclass(frozen=True)
class Page:
    sections: tuple[Section, ...]


def page(now: dt.datetime) -> Page:
    """Everything that waits at `now`. Each area adds its section here."""
    return Page(sections=())
