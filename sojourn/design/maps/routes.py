"""What all maps share: routes from home, home's own mark, and the places in view."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import shapely

from sojourn.design.maps import svg_writer
from sojourn.design.maps.globe import distance_km, great_circle
from sojourn.design.maps.markers import HOME, Spot, boxes, label_at
from sojourn.design.maps.model import Arc, Box, Label, Marker, Place, Point, Texts
from sojourn.design.maps.shapes import Floats
from sojourn.design.maps.view import View

ENGLISH = Texts()

_HOME_SPOTS = (
    Spot(0.75, -0.75, "start"),
    Spot(1, 0, "start"),
    Spot(0.75, 0.75, "start"),
    Spot(-0.75, -0.75, "end"),
    Spot(-1, 0, "end"),
    Spot(-0.75, 0.75, "end"),
    Spot(0, -1, "middle"),
    Spot(0, 1, "middle"),
)


def lonlat(places: Sequence[Place]) -> Floats:
    return np.array([(place.lon, place.lat) for place in places], dtype=float)


def _points(pixels: Floats) -> tuple[Point, ...]:
    return tuple(Point(float(x), float(y)) for x, y in pixels)


def _pixels(points: Sequence[Point]) -> Floats:
    return np.array([(point.x, point.y) for point in points], dtype=float)


def _thin(runs: Sequence[Floats]) -> tuple[tuple[Point, ...], ...]:
    """As few points as a good curve needs."""
    return tuple(
        _points(shapely.get_coordinates(shapely.simplify(shapely.LineString(run), 0.15)))
        for run in runs
    )


def arc(view: View, home: Place, place: Place) -> Arc:
    return Arc(place.id, _thin(view.runs(great_circle(home, place))))


def arcs(view: View, home: Place, places: Sequence[Place]) -> tuple[Arc, ...]:
    """One arc for each end, however many places share it."""
    ends: dict[tuple[float, float], Place] = {}
    for place in places:
        if distance_km(home, place) > 1:
            ends.setdefault((round(place.lat, 1), round(place.lon, 1)), place)
    return tuple(arc(view, home, place) for place in ends.values())


def in_view(view: View, whole: Arc) -> Arc:
    """Return the part of a route that is shown."""
    return Arc(
        whole.place, _thin([part for run in whole.runs for part in view.clip_line(_pixels(run))])
    )


def along(routes: Sequence[Arc]) -> list[Point]:
    """Points every few pixels, to keep names off the lines."""
    found: list[Point] = []
    for route in routes:
        for run in route.runs:
            for a, b in itertools.pairwise(run):
                steps = max(1, int(math.hypot(b.x - a.x, b.y - a.y) / 6))
                found.extend(
                    Point(a.x + (b.x - a.x) * i / steps, a.y + (b.y - a.y) * i / steps)
                    for i in range(steps)
                )
    return found


def home_box(at: Point) -> Box:
    return Box(at.x - HOME - 1, at.y - HOME - 1, at.x + HOME + 1, at.y + HOME + 1)


def home_label(
    home: Place, at: Point, markers: Sequence[Marker], inside: Box, lines: Sequence[Point]
) -> Label:
    """Home's name is placed first; the others make way for it."""
    marks = boxes(markers)
    labels = [label_at(home.name, at, spot, HOME) for spot in _HOME_SPOTS]

    def cost(rank: int) -> float:
        box = labels[rank].box
        outside = box.left < inside.left or box.right > inside.right or box.top < inside.top
        return (
            rank
            + 50.0 * sum(1 for mark in marks if box.overlap(mark) > 0)
            + 1.5 * sum(1 for point in lines if box.holds(point))
            + 200.0 * outside
        )

    return labels[min(range(len(labels)), key=cost)]


def home_mark(at: Point, label: Label) -> list[str]:
    return [svg_writer.circle("home", at, HOME), svg_writer.text(label, "here")]
