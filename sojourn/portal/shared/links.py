"""A link on a page: words, and where they lead."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    title: str
    href: str


@dataclass(frozen=True)
class Stop:
    """A part of the page one is on."""

    id: str
    title: str
