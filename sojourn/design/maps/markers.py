"""Puts markers and their names where they can be told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sojourn.design.maps.model import Anchor, Box, Label, Marker, Place, Point

DOT = 5.0
HOME = 5.5
MANY = 9.0
FONT = 14.0

# Atkinson Hyperlegible Next at weight 500, in em: near enough to keep names apart.
_NARROW = frozenset("iljtfrI.,'’-()|! ")
_WIDE = frozenset("mwMWQOGDHN")


def text_width(text: str) -> float:
    ems = sum(0.32 if c in _NARROW else 0.78 if c in _WIDE else 0.57 for c in text)
    return ems * FONT


@dataclass(frozen=True)
class Spot:
    """Where a label may stand, relative to its marker: direction and anchor."""

    x: float
    y: float
    anchor: Anchor


_SPOTS = (
    Spot(1, 0, "start"),
    Spot(-1, 0, "end"),
    Spot(0, -1, "middle"),
    Spot(0, 1, "middle"),
    Spot(0.75, -0.75, "start"),
    Spot(-0.75, -0.75, "end"),
    Spot(0.75, 0.75, "start"),
    Spot(-0.75, 0.75, "end"),
)


def label_at(text: str, at: Point, spot: Spot, radius: float) -> Label:
    away = radius + 5
    x = at.x + spot.x * away
    middle = at.y + spot.y * (away + (3 if spot.anchor == "middle" else 1))
    width = text_width(text)
    left = {"start": x, "middle": x - width / 2, "end": x - width}[spot.anchor]
    return Label(
        text,
        Point(x, middle + 5),
        spot.anchor,
        Box(left, middle - FONT / 2, left + width, middle + FONT / 2),
    )


@dataclass(frozen=True)
class Surroundings:
    """What names should keep clear of."""

    inside: Box
    lines: Sequence[Point] = ()
    """Points along routes and rings: to touch them is ugly, not wrong."""
    taken: Sequence[Box] = ()
    """Other names and marks: to touch them is wrong."""
    circle: tuple[Point, float] | None = None
    """An inset that is over the map."""


# What each fault costs; a name that still costs more than _TOO_MUCH is not drawn.
_OUTSIDE = 300.0
_ON_NAME = 120.0
_ON_MARK = 60.0
_IN_LENS = 200.0
_ON_LINE = 4.0
_TOO_MUCH = 50.0


def boxes(markers: Sequence[Marker]) -> list[Box]:
    return [
        Box(m.at.x - r, m.at.y - r, m.at.x + r, m.at.y + r)
        for m in markers
        for r in (radius(m) + 1,)
    ]


def radius(marker: Marker) -> float:
    return MANY if len(marker.places) > 1 else DOT


def _in_circle(box: Box, circle: tuple[Point, float]) -> bool:
    centre, size = circle
    x = min(max(centre.x, box.left), box.right)
    y = min(max(centre.y, box.top), box.bottom)
    return math.hypot(x - centre.x, y - centre.y) < size


def _cost(
    label: Label, rank: int, marks: Sequence[Box], names: Sequence[Box], around: Surroundings
) -> float:
    box = label.box
    cost = 0.4 * rank
    area = (box.right - box.left) * (box.bottom - box.top) or 1.0
    inside = box.overlap(around.inside)
    if inside < area - 1e-6:
        cost += _OUTSIDE
    cost += sum(_ON_NAME for other in (*names, *around.taken) if box.overlap(other) > 0)
    cost += sum(_ON_MARK for mark in marks if box.overlap(mark) > 0)
    cost += _ON_LINE * sum(1 for point in around.lines if box.holds(point))
    if around.circle and _in_circle(box, around.circle):
        cost += _IN_LENS
    return cost


def place_labels(markers: Sequence[Marker], around: Surroundings) -> tuple[Marker, ...]:
    """Give each marker its name where it is in nobody's way; none where there is no such spot.

    Greedy, the most crowded first, then twice over to mend.
    """
    marks = boxes(markers)
    crowd = [
        sum(1 for b in markers if math.hypot(a.at.x - b.at.x, a.at.y - b.at.y) < 60)
        for a in markers
    ]
    order = sorted(range(len(markers)), key=lambda i: (-crowd[i], markers[i].at.y, markers[i].at.x))
    chosen: dict[int, tuple[float, Label]] = {}
    for _ in range(3):
        for i in order:
            names = [label.box for j, (_, label) in chosen.items() if j != i]
            others = [*marks[:i], *marks[i + 1 :]]
            text = name_of(markers[i])
            tried = [label_at(text, markers[i].at, spot, radius(markers[i])) for spot in _SPOTS]
            costs = [_cost(label, rank, others, names, around) for rank, label in enumerate(tried)]
            best = min(range(len(tried)), key=costs.__getitem__)
            chosen[i] = (costs[best], tried[best])
    # Remove the worst until none overlaps another.
    shown = dict(chosen)
    for i in sorted(chosen, key=lambda i: -chosen[i][0]):
        names = [label.box for j, (_, label) in shown.items() if j != i]
        others = [*marks[:i], *marks[i + 1 :]]
        if _cost(chosen[i][1], 0, others, names, around) > _TOO_MUCH:
            del shown[i]
    return tuple(
        replace(marker, label=shown[i][1] if i in shown else None)
        for i, marker in enumerate(markers)
    )


def name_of(marker: Marker) -> str:
    """One name for a marker: the shared one, or the first and how many more."""
    names = list(dict.fromkeys(place.name for place in marker.places))
    return names[0] if len(names) == 1 else f"{names[0]} +{len(names) - 1}"


def gather(places: Sequence[tuple[Place, Point]]) -> tuple[Marker, ...]:
    """Markers for places; those that would cover each other become one."""
    groups: list[list[tuple[Place, Point]]] = []
    for place, point in places:
        near = [
            group
            for group in groups
            if any(math.hypot(point.x - p.x, point.y - p.y) < 2 * DOT + 3 for _, p in group)
        ]
        merged = [member for group in near for member in group] + [(place, point)]
        groups = [group for group in groups if group not in near] + [merged]
    markers = []
    for group in groups:
        x = sum(point.x for _, point in group) / len(group)
        y = sum(point.y for _, point in group) / len(group)
        at = Point(x, y)
        markers.append(Marker(at, tuple(place for place, _ in group), None, at))
    return tuple(sorted(markers, key=name_of))


def move_off(markers: Sequence[Marker], home: Point, inside: Box) -> tuple[Marker, ...]:
    """Draw a place at home itself, or next door, beside home with a short line to it."""
    moved: list[Marker] = []
    taken = [m.at for m in markers if math.hypot(m.at.x - home.x, m.at.y - home.y) >= 14]
    for marker in markers:
        if math.hypot(marker.at.x - home.x, marker.at.y - home.y) >= 14:
            moved.append(marker)
            continue
        reach = radius(marker) + HOME + 9
        spots = [
            Point(home.x + reach * math.cos(turn), home.y + reach * math.sin(turn))
            for turn in (math.radians(step) for step in range(40, 400, 45))
        ]
        spots = [spot for spot in spots if inside.holds(spot)] or spots

        def room(spot: Point) -> float:
            return min((math.hypot(spot.x - p.x, spot.y - p.y) for p in taken), default=99.0)

        # The first with room enough, so that the same data give the same map.
        best = next((spot for spot in spots if room(spot) > 2 * MANY), max(spots, key=room))
        taken.append(best)
        moved.append(replace(marker, at=best))
    return tuple(moved)
