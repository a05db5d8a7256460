"""Parts of the world: the region around home, a country, the surroundings of one place."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import numpy as np
import shapely

from sojourn.design.maps import svg_writer
from sojourn.design.maps.globe import around, distance_km, middle_longitude, turn
from sojourn.design.maps.markers import Surroundings, gather, move_off, place_labels
from sojourn.design.maps.model import Box, Drawing, Place, Texts
from sojourn.design.maps.routes import (
    ENGLISH,
    along,
    arcs,
    home_box,
    home_label,
    home_mark,
    in_view,
    lonlat,
)
from sojourn.design.maps.shapes import Floats, Layer, Shapes, atlas
from sojourn.design.maps.view import NATURAL_EARTH, View, conic
from sojourn.design.maps.world import NEAR_KM

Size = tuple[int, int]
# As large as they are shown, so that their letters are as large as they should be.
REGION: Size = (640, 500)
NARROW_REGION: Size = (380, 420)


def _view(points: Floats, size: Size, margin: int) -> View:
    width, height = size
    middle = middle_longitude(points[:, 0])
    spread = float(np.abs(turn(points[:, 0], middle)).max())
    return View.fit_turned(
        NATURAL_EARTH if spread > 60 else conic(points[:, 1]),
        middle,
        points,
        Box(margin, margin, width - margin, height - margin),
        Box(0, 0, width, height),
    )


def _ground(view: View, country: str) -> list[str]:
    """Land, the country that is meant, and borders."""
    world = atlas("50m")
    body = [svg_writer.area(view.polygons(world.land, 0.5, 3.0), "land")]
    if country in world.countries:
        own = Layer.of(list(world.countries[country]))
        body.append(svg_writer.area(view.polygons(own, 0.4, 1.0), "country"))
    body.append(svg_writer.strokes(view.lines(world.borders, 0.5), "border"))
    return body


def _drawing(
    view: View,
    country: str,
    home: Place,
    places: Sequence[Place],
    texts: Texts,
    more: str,
    head: tuple[str, str],
    frame: str = "wide",
) -> Drawing:
    """Ground, routes, places and home, as far as they are in view. `head`: the name, the title."""
    shown = view.box
    size = (int(shown.right), int(shown.bottom))
    at = view.point(home.lon, home.lat)
    located = [(place, view.point(place.lon, place.lat)) for place in places]
    seen = [(place, point) for place, point in located if shown.holds(point)]
    markers = gather(seen)
    routes = tuple(in_view(view, route) for route in arcs(view, home, [place for place, _ in seen]))
    lines = along(routes)
    taken: tuple[Box, ...] = ()
    tail: list[str] = []
    if shown.holds(at):
        markers = move_off(markers, at, shown)
        here = home_label(home, at, markers, shown, lines)
        taken = (here.box, home_box(at))
        tail = home_mark(at, here)
    markers = place_labels(markers, Surroundings(shown, lines, taken))
    body = [
        *_ground(view, country),
        *(svg_writer.route(route) for route in routes),
        *(svg_writer.pin(marker, home, texts, more) for marker in markers),
        *tail,
    ]
    name, title = head
    svg = svg_writer.sheet(name, frame, title, size, body)
    return Drawing(*size, svg, at if shown.holds(at) else None, markers, routes)


def region_map(
    home: Place,
    places: Sequence[Place],
    *,
    texts: Texts = ENGLISH,
    size: Size = REGION,
    more: str = "",
) -> Drawing:
    """Return the part of the world around home, with the places in it. For Leiden: Europe.

    Drawn in `NARROW_REGION` it stands in for itself on a small screen.
    """
    near = [place for place in places if distance_km(home, place) < NEAR_KM]
    points = np.vstack([lonlat([home, *near]), around(home.lon, home.lat, 600)])
    frame = "narrow" if size == NARROW_REGION else "wide"
    head = (f"region-{frame}", texts.region.format(home=home.name))
    view = _view(points, size, size[0] // 14)
    return _drawing(view, home.country, home, near, texts, more, head, frame)


def _mainland(polygons: Shapes) -> Floats:
    """Return the outline that one thinks of: the largest part and what is near it."""
    largest = polygons[0]
    west, south, east, north = largest.bounds
    reach = max(east - west, north - south, 2.0) * 0.4
    kept = []
    for polygon in polygons:
        # Across the antimeridian (Fiji, Chukotka) a part is near by turning.
        for lap in (-360.0, 0.0, 360.0):
            left, low, right, high = polygon.bounds
            left, right = left + lap, right + lap
            if (
                left < east + reach
                and right > west - reach
                and low < north + reach
                and high > south - reach
            ):
                kept.append(shapely.get_coordinates(polygon))
                break
    return np.vstack(kept)


def country_map(
    country: str,
    home: Place,
    places: Sequence[Place],
    *,
    name: str = "",
    texts: Texts = ENGLISH,
    size: Size = (480, 360),
    more: str = "",
) -> Drawing:
    """One country, its places, and home with its routes where in view.

    A country too small to have a shape is shown by what is around its places.
    """
    own = [place for place in places if place.country == country]
    parts = [around(place.lon, place.lat, 120) for place in own]
    polygons = atlas("50m").countries.get(country)
    if polygons is not None:
        parts.append(_mainland(polygons))
    if not parts:
        raise LookupError(f"There is no shape and no place for the country {country!r}.")
    view = _view(np.vstack(parts), size, 36)
    head = (f"country-{country.lower()}", texts.country.format(country=name or country))
    return _drawing(view, country, home, own, texts, more, head)


def _place_view(home: Place, place: Place, size: Size) -> View:
    """Close by, with home if it is not too far.

    An island alone in the sea tells nobody where it is: step back until land is seen.
    """
    for reach in (450, 1100, 2400):
        points = [around(place.lon, place.lat, reach)]
        if distance_km(home, place) < 1800:
            points.append(lonlat([home]))
        view = _view(np.vstack(points), size, 32)
        land = float(shapely.area(view.polygons(atlas("50m").land, 0.5, 3.0)).sum())
        if land > 0.05 * size[0] * size[1]:
            break
    return view


def place_map(
    home: Place, place: Place, *, texts: Texts = ENGLISH, size: Size = (400, 280)
) -> Drawing:
    """Where one institution is: its country, its neighbours, home where it is not too far."""
    view = _place_view(home, place, size)
    head = (f"place-{escape(place.id)}", texts.place.format(name=place.name))
    return _drawing(view, place.country, home, [place], texts, "", head)
