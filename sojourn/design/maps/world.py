"""The world with great circles from home, and an inset on the region around it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import shapely

from sojourn.design.maps import svg_writer
from sojourn.design.maps.globe import (
    around,
    distance_km,
    great_circle,
    middle_longitude,
    turn,
)
from sojourn.design.maps.markers import HOME, Surroundings, gather, move_off, place_labels
from sojourn.design.maps.model import (
    WIDE,
    Arc,
    Box,
    Drawing,
    Frame,
    Inset,
    Marker,
    Place,
    Point,
    Texts,
)
from sojourn.design.maps.routes import (
    ENGLISH,
    along,
    arcs,
    home_box,
    home_label,
    home_mark,
    lonlat,
)
from sojourn.design.maps.shapes import Floats, Shapes, atlas
from sojourn.design.maps.view import NATURAL_EARTH, View, conic

NEAR_KM = 3200
"""Closer than this to home, a place is drawn in the inset."""


def _best_middle(home: Place, far: Sequence[Place]) -> float:
    """Return the longitude to put in the middle.

    Few routes cut by the edge, then the tightest fit.
    """
    circles = [great_circle(home, place) for place in far]
    points = lonlat([home, *far])

    def cost(middle: float) -> float:
        cuts = sum(
            int((np.abs(np.diff(turn(circle[:, 0], middle))) > 180).sum()) for circle in circles
        )
        return 1000.0 * cuts + float(np.abs(turn(points[:, 0], middle)).max())

    tight = middle_longitude(points[:, 0])
    return min((tight, *(float(step) for step in range(-180, 180, 10))), key=cost)


def _world_view(home: Place, far: Sequence[Place], frame: Frame) -> View:
    middle = _best_middle(home, far)
    points = np.vstack([lonlat([home]), *(great_circle(home, place) for place in far)])
    # However few places there are, most of the inhabited world is seen.
    low = min(-20.0, float(points[:, 1].min()))
    high = max(75.0 if home.lat > 0 else 50.0, float(points[:, 1].max()))
    least = [[middle - 70, 10.0], [middle + 70, 10.0], [middle, low], [middle, high]]
    shown = np.vstack([points, least])
    whole = Box(0, 0, frame.width, frame.height)
    view = View.fit_turned(NATURAL_EARTH, middle, shown, Box(*frame.world), whole)
    # Where the width decides, the map hangs from the top: the room below is the inset's. But
    # never so high that the northernmost land (Greenland, 83.6° N) is cut.
    spare = float(view.pixels(shown)[:, 1].min()) - frame.world[1]
    north = view.point(middle, 83.6).y - 4
    spare = max(0.0, min(spare, north))
    return replace(view, top=view.top - spare)


def _on_land(land: Shapes, frame: Frame) -> Floats:
    """Points of land, on a grid of 18 pixels."""
    xs, ys = np.meshgrid(np.arange(0.0, frame.width, 18), np.arange(0.0, frame.height, 18))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    hits = shapely.STRtree(shapely.points(grid)).query(land, predicate="contains")
    found: Floats = grid[np.unique(hits[1])]
    return found


def _hidden(points: Floats, x: float, y: float, reach: float) -> int:
    return int((np.hypot(points[:, 0] - x, points[:, 1] - y) < reach).sum())


def _inset_spot(
    frame: Frame,
    home: Point,
    ring: float,
    far: Sequence[Marker],
    routes: Sequence[Arc],
    land: Shapes,
) -> tuple[Point, float]:
    """Where the inset hides least: not home, not a far place, few routes, little land.

    It shrinks where the world leaves it too little room.
    """
    ground = _on_land(land, frame)
    lines = np.array([(p.x, p.y) for p in along(routes)], dtype=float).reshape(-1, 2)
    # Names stand right or left of their marks: keep some room for them.
    marks = np.array(
        [(m.at.x + dx, m.at.y) for m in far for dx in (-28.0, 0.0, 28.0)], dtype=float
    ).reshape(-1, 2)

    def cost(spot: tuple[float, float, float]) -> float:
        x, y, reach = spot
        # Beams as long as a third of the inset show best what it enlarges.
        beam = math.hypot(x - home.x, y - home.y) - reach - ring
        return (
            1000.0 * _hidden(marks, x, y, reach + 14)
            + 4.0 * _hidden(lines, x, y, reach)
            + 0.9 * _hidden(ground, x, y, reach)
            + 0.6 * abs(beam - reach / 3)
            + (3000.0 if beam < 14 else 0.0)
            # Rather a smaller inset than one that hides routes.
            + 600.0 * (1 - reach / frame.inset_radius)
        )

    tried = [
        (float(x), float(y), frame.inset_radius * shrink)
        for shrink in (1.0, 0.92, 0.84, 0.76, 0.68)
        for edge in (frame.inset_radius * shrink + 4,)
        for x in np.arange(edge, frame.width - edge + 1, 16.0)
        for y in np.arange(edge, frame.height - edge + 1, 16.0)
    ]
    x, y, reach = min(tried, key=cost)
    return Point(x, y), reach


def _round(shapes: Shapes, centre: Point, reach: float) -> Shapes:
    """Cut to the inset's circle: fewer points to send than a clip path would leave."""
    disc = shapely.Point(centre.x, centre.y).buffer(reach, quad_segs=24)
    cut = shapely.get_parts(shapely.intersection(shapely.make_valid(shapes), disc))
    cut = shapely.get_parts(cut)
    kept: Shapes = shapely.orient_polygons(cut[shapely.get_type_id(cut) == 3])
    return kept


def _ring_points(centre: Point, reach: float) -> list[Point]:
    return [
        Point(centre.x + reach * math.cos(a), centre.y + reach * math.sin(a))
        for a in np.linspace(0, 2 * math.pi, 180, endpoint=False)
    ]


def _inset(
    home: Place, near: Sequence[Place], centre: Point, reach: float, inside: Box
) -> tuple[Inset, View]:
    points = lonlat([home, *near])
    across, down = reach * 0.7, reach * 0.64
    view = View.fit(
        conic(points[:, 1]),
        np.vstack([points, around(home.lon, home.lat, 350)]),
        Box(centre.x - across, centre.y - down, centre.x + across, centre.y + down),
        Box(centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach),
    )
    at = view.point(home.lon, home.lat)
    markers = gather([(place, view.point(place.lon, place.lat)) for place in near])
    markers = move_off(markers, at, view.box)
    routes = arcs(view, home, near)
    lines = along(routes)
    here = home_label(home, at, markers, inside, lines)
    # Names may stand across the ring, but not beyond the drawing.
    markers = place_labels(
        markers,
        Surroundings(inside, [*lines, *_ring_points(centre, reach)], (here.box, home_box(at))),
    )
    return Inset(centre, reach, at, here, markers, routes), view


def _inset_drawing(inset: Inset, view: View, home: Place, texts: Texts, more: str) -> list[str]:
    land = _round(view.polygons(atlas("50m").land, 0.5, 4.0), inset.centre, inset.radius)
    return [
        svg_writer.circle("sea", inset.centre, inset.radius),
        svg_writer.area(land, "land"),
        *(svg_writer.route(route) for route in inset.arcs),
        svg_writer.circle("ring", inset.centre, inset.radius),
        *(svg_writer.pin(marker, home, texts, more) for marker in inset.markers),
        *home_mark(inset.home, inset.here),
    ]


def world_map(
    home: Place,
    places: Sequence[Place],
    *,
    texts: Texts = ENGLISH,
    frame: Frame = WIDE,
    more: str = "",
) -> Drawing:
    """Draw the home page's map; two or more places near home go into an inset.

    `more` is where a marker leads that stands for several places (the page with the big map).
    """
    near = [place for place in places if distance_km(home, place) < NEAR_KM]
    far = [place for place in places if distance_km(home, place) >= NEAR_KM]
    if len(near) < 2:
        near, far = [], list(places)
    view = _world_view(home, far, frame)
    inside = Box(6, 6, frame.width - 6, frame.height - 6)
    at = view.point(home.lon, home.lat)
    markers = gather([(place, view.point(place.lon, place.lat)) for place in far])
    markers = move_off(markers, at, inside)
    routes = arcs(view, home, far)
    lines = along(routes)
    land = view.polygons(atlas("110m").land, 0.6, 4.0)
    body = [svg_writer.area(land, "land"), *(svg_writer.route(route) for route in routes)]
    inset: Inset | None = None

    if near:
        ring = frame.inset_radius / 6.5
        centre, reach = _inset_spot(frame, at, ring, markers, routes, land)
        inset, inset_view = _inset(home, near, centre, reach, inside)
        markers = place_labels(
            markers,
            Surroundings(
                inside,
                [*lines, *_ring_points(at, ring)],
                (home_box(at),),
                circle=(centre, reach + 3),
            ),
        )
        body += [svg_writer.pin(marker, home, texts, more) for marker in markers]
        body += [
            svg_writer.line("beam", a, b) for a, b in svg_writer.tangents(at, ring, centre, reach)
        ]
        body += [svg_writer.circle("ring", at, ring), svg_writer.circle("home", at, HOME)]
        body += _inset_drawing(inset, inset_view, home, texts, more)
    else:
        here = home_label(home, at, markers, inside, lines)
        markers = place_labels(markers, Surroundings(inside, lines, (here.box, home_box(at))))
        body += [svg_writer.pin(marker, home, texts, more) for marker in markers]
        body += home_mark(at, here)

    title = texts.world.format(home=home.name)
    size = (frame.width, frame.height)
    svg = svg_writer.sheet(f"world-{frame.name}", frame.name, title, size, body)
    return Drawing(frame.width, frame.height, svg, at, markers, routes, inset)
