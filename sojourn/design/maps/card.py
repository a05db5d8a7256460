"""The picture on a card: home, where one goes, the great circles between and their lengths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sojourn.design.maps import svg_writer
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
    """Both ends and what is between; for near ones enough land to know where one is."""
    points = great_circle(home, place)
    if distance_km(home, place) >= 500:
        return points
    lon, lat = points[len(points) // 2]
    return np.vstack([points, around(float(lon), float(lat), 260)])


def card_crop(home: Place, *places: Place, texts: Texts = ENGLISH) -> Drawing:
    """Draw a card's map, hidden from screen readers: the card says the same in words."""
    far = any(distance_km(home, place) > _FAR_KM for place in places)
    scale: Scale = "110m" if far else "50m"
    words = [svg_writer.distance(home, place, texts) for place in places]
    points = np.vstack([_ground(home, place) for place in places])
    # Mercator tears the far north apart.
    north = float(np.abs(points[:, 1]).max()) > 72
    shown = Box(0, 0, WIDTH, HEIGHT)
    view = View.fit(
        NATURAL_EARTH if far or north else MERCATOR,
        points,
        Box(44, 26, WIDTH - 30 - max(map(text_width, words)), HEIGHT - 26),
        shown,
    )
    at = view.point(home.lon, home.lat)
    there = [view.point(place.lon, place.lat) for place in places]
    routes = arcs(view, home, places)
    body = [
        svg_writer.area(view.polygons(atlas(scale).land, 0.5, 3.0), "land"),
        *(svg_writer.route(route) for route in routes),
        svg_writer.circle("home", at, 4),
        *(svg_writer.circle("dot", spot, DOT) for spot in there),
    ]
    written = [
        Marker(spot, (replace(place, name=said),), None, spot)
        for place, said, spot in zip(places, words, there, strict=True)
        if said
    ]
    named = place_labels(written, Surroundings(shown, along(routes), (home_box(at),)))
    body += [svg_writer.text(each.label) for each in named if each.label]
    labels = {each.places[0].id: each.label for each in named}
    svg = (
        f'<svg class="crop" viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false">{"".join(body)}</svg>'
    )
    markers = tuple(
        Marker(spot, (place,), labels.get(place.id), spot)
        for place, spot in zip(places, there, strict=True)
    )
    return Drawing(WIDTH, HEIGHT, svg, at, markers, routes)
