"""The words of the map: places, what is said about them, and what a drawing is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Place:
    """Something to draw: an institution, or home."""

    id: str
    name: str
    lat: float
    lon: float
    href: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2"""
    note: str = ""
    """Said after the name to who listens: '3 places to study'."""

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.id}: {self.lat}, {self.lon} is not on the globe")


@dataclass(frozen=True)
class Texts:
    """What a map says, in one language. Names in braces are filled in."""

    language: str = "en"
    world: str = "Where you can go from {home}"
    region: str = "Places around {home}"
    country: str = "Places in {country}"
    place: str = "Where {name} lies"
    distance: str = "{km} km"
    away: str = "{name}, {distance} from {home}"
    several: str = "{count} places: {names}"


@dataclass(frozen=True)
class Frame:
    """The size of a drawing, in its own pixels, and how the world is in it."""

    name: str
    width: int
    height: int
    world: tuple[int, int, int, int]
    """Left, top, right, bottom of the part in which home and the far places fall."""
    inset_radius: int


WIDE = Frame("wide", 860, 560, (44, 40, 780, 490), 168)
NARROW = Frame("narrow", 400, 400, (28, 30, 362, 190), 116)


@dataclass(frozen=True)
class Point:
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def overlap(self, other: Box) -> float:
        """Return the shared area."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return width * height if width > 0 and height > 0 else 0.0

    def holds(self, point: Point) -> bool:
        return self.left <= point.x <= self.right and self.top <= point.y <= self.bottom


@dataclass(frozen=True)
class Label:
    text: str
    at: Point
    anchor: Anchor
    box: Box


@dataclass(frozen=True)
class Marker:
    """One place, or several that lie too close to be drawn apart."""

    at: Point
    places: tuple[Place, ...]
    label: Label | None
    true: Point
    """Where it really is; differs from `at` when it was moved off another marker."""


@dataclass(frozen=True)
class Arc:
    """The great circle from home to a place; in two runs where the map's edge cuts it."""

    place: str
    runs: tuple[tuple[Point, ...], ...]


@dataclass(frozen=True)
class Inset:
    """A round window on the region around home."""

    centre: Point
    radius: float
    home: Point
    here: Label
    markers: tuple[Marker, ...]
    arcs: tuple[Arc, ...]


@dataclass(frozen=True)
class Drawing:
    width: int
    height: int
    svg: str
    """Ready to put into a page: every text in it is escaped, it has no style and no script."""
    home: Point | None
    """None when home is out of view."""
    markers: tuple[Marker, ...] = ()
    arcs: tuple[Arc, ...] = ()
    inset: Inset | None = None
