"""The picture of one place: the land around its city, and the line that comes from home."""

from __future__ import annotations

import numpy as np
import shapely

from sojourn.design.maps import svg_writer
from sojourn.design.maps.globe import around
from sojourn.design.maps.markers import DOT
from sojourn.design.maps.model import Box, Drawing, Marker, Place
from sojourn.design.maps.routes import arcs, in_view
from sojourn.design.maps.shapes import atlas
from sojourn.design.maps.view import View, conic

SIDE = 200
# How far one sees to each side in kilometres, and where in the picture the city lies. A second
# place in one city has the second frame, and so on, so that no two look alike.
FRAMES = ((260, 100, 100), (700, 82, 112), (420, 118, 76), (1500, 90, 128))
_TYPE = 30


def city_picture(home: Place, place: Place, number: int = 0) -> Drawing:
    """Draw the place in frame `number`, hidden from screen readers: the card says it in words.

    After the last frame, or where there is neither coast nor border to see, the latitude stands
    there in type.
    """
    frames = FRAMES[number:] if number else FRAMES[:1] + FRAMES[2:3]
    for reach, x, y in frames[:2]:
        view = _view(place, reach, x, y)
        # Of a wide view less is kept: a picture of 100 pixels shows no fjord.
        land = view.polygons(atlas("50m").land, 0.5 if reach < 500 else 1.0, 3.0)
        borders = view.lines(atlas("50m").borders, 0.5 if reach < 500 else 1.0)
        share = float(shapely.area(land).sum()) / SIDE**2
        if 0.03 < share < 0.97 or len(borders):
            break
    else:
        return _in_type(place)
    at = view.point(place.lon, place.lat)
    routes = tuple(in_view(view, route) for route in arcs(view, home, [place]))
    there = view.point(home.lon, home.lat)
    is_home_seen = view.box.holds(there)
    body = [
        svg_writer.area(land, "land"),
        svg_writer.strokes(borders, "border"),
        *(svg_writer.route(route) for route in routes),
        *([svg_writer.circle("home", there, 4)] if is_home_seen else []),
        svg_writer.circle("dot", at, DOT + 1),
    ]
    marker = Marker(at, (place,), None, at)
    return Drawing(SIDE, SIDE, _svg(body), there if is_home_seen else None, (marker,), routes)


def _view(place: Place, reach: int, x: int, y: int) -> View:
    """Return what lies within reach of the city, with the city at that point."""
    points = around(place.lon, place.lat, reach)
    half = SIDE / 2
    return View.fit(
        conic(np.clip(points[:, 1], -80, 80)),
        points,
        Box(x - half, y - half, x + half, y + half),
        Box(0, 0, SIDE, SIDE),
    )


def _in_type(place: Place) -> Drawing:
    degrees = f"{round(abs(place.lat))}\N{DEGREE SIGN}{'N' if place.lat >= 0 else 'S'}"
    middle = SIDE // 2
    text = f'<text class="latitude" x="{middle}" y="{middle + _TYPE // 3}">{degrees}</text>'
    ground = f'<path class="land" d="M0 0h{SIDE}v{SIDE}H0z"/>'
    return Drawing(SIDE, SIDE, _svg([ground, text]), None)


def _svg(body: list[str]) -> str:
    return (
        f'<svg class="crop city" viewBox="0 0 {SIDE} {SIDE}" preserveAspectRatio="xMidYMid slice" '
        f'aria-hidden="true" focusable="false">{"".join(body)}</svg>'
    )
