"""The picture on a card: home, one place, the great circle between them and its length."""

from __future__ import annotations

import numpy as np

from sojourn.design.maps import ink
from sojourn.design.maps.globe import around, distance_km, great_circle
from sojourn.design.maps.markers import DOT, Surroundings, place_labels, text_width
from sojourn.design.maps.model import Box, Drawing, Marker, Place, Texts
from sojourn.design.maps.routes import ENGLISH, along, arcs, home_box
from sojourn.design.maps.shapes import Floats, Scale, atlas
from sojourn.design.maps.view import MERCATOR, NATURAL_EARTH, View

WIDTH, HEIGHT = 320, 132

# From here on the world is drawn in coarse shapes, and round.
_FAR_KM = 3800


def _ground(home: Place, place: Place) -> Floats:
    """Both ends and what lies between; for near ones enough land to know where one is."""
    points = great_circle(home, place)
    if distance_km(home, place) >= 500:
        return points
    lon, lat = points[len(points) // 2]
    return np.vstack([points, around(float(lon), float(lat), 260)])


def card_crop(home: Place, place: Place, *, texts: Texts = ENGLISH) -> Drawing:
    """It says nothing that the card does not say in words: it is hidden from screen readers."""
    far = distance_km(home, place) > _FAR_KM
    scale: Scale = "110m" if far else "50m"
    words = ink.distance(home, place, texts)
    points = _ground(home, place)
    # Mercator tears the far north apart.
    north = float(np.abs(points[:, 1]).max()) > 72
    shown = Box(0, 0, WIDTH, HEIGHT)
    view = View.fit(
        NATURAL_EARTH if far or north else MERCATOR,
        points,
        Box(44, 26, WIDTH - 30 - text_width(words), HEIGHT - 26),
        shown,
    )
    at, there = view.point(home.lon, home.lat), view.point(place.lon, place.lat)
    routes = arcs(view, home, [place])
    body = [
        ink.area(view.polygons(atlas(scale).land, 0.5, 3.0), "land"),
        *(ink.route(route) for route in routes),
        ink.circle("home", at, 4),
        ink.circle("dot", there, DOT),
    ]
    label = None
    if words:
        written = Marker(there, (Place(place.id, words, place.lat, place.lon),), None, there)
        (written,) = place_labels([written], Surroundings(shown, along(routes), (home_box(at),)))
        label = written.label
    if label:
        body.append(ink.text(label))
    svg = (
        f'<svg class="crop" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false">{"".join(body)}</svg>'
    )
    return Drawing(WIDTH, HEIGHT, svg, at, (Marker(there, (place,), label, there),), routes)
