"""The maps that Sojourn draws: the world with its lens, a region, a country, a place, a card."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from html import escape

import numpy as np
import shapely

from sojourn.design.maps import ink
from sojourn.design.maps.globe import (
    around,
    distance_km,
    great_circle,
    middle_longitude,
    turn,
)
from sojourn.design.maps.markers import (
    DOT,
    HOME,
    Surroundings,
    gather,
    label_at,
    move_off,
    place_labels,
    radius,
    Spot,
    text_width,
)
from sojourn.design.maps.model import (
    WIDE,
    Arc,
    Box,
    Drawing,
    Frame,
    Label,
    Lens,
    Marker,
    Place,
    Point,
    Texts,
)
from sojourn.design.maps.shapes import Floats, Layer, Scale, Shapes, atlas
from sojourn.design.maps.view import MERCATOR, NATURAL_EARTH, View, conic

NEAR_KM = 3200
"""Closer than this to home, a place is drawn in the lens."""

ENGLISH = Texts()


def _arc(view: View, home: Place, place: Place) -> Arc:
    runs = view.runs(great_circle(home, place))
    return Arc(
        place.id, tuple(tuple(Point(float(x), float(y)) for x, y in run) for run in runs)
    )


def _arcs(view: View, home: Place, places: Sequence[Place]) -> tuple[Arc, ...]:
    """One arc for each end, however many places share it."""
    ends: dict[tuple[float, float], Place] = {}
    for place in places:
        if distance_km(home, place) > 1:
            ends.setdefault((round(place.lat, 1), round(place.lon, 1)), place)
    return tuple(_arc(view, home, place) for place in ends.values())


def _thin(arc: Arc) -> Arc:
    """As few points as a good curve needs."""
    runs = []
    for run in arc.runs:
        line = shapely.simplify(shapely.LineString([(p.x, p.y) for p in run]), 0.15)
        runs.append(tuple(Point(float(x), float(y)) for x, y in shapely.get_coordinates(line)))
    return Arc(arc.place, tuple(runs))


def _along(arcs: Sequence[Arc]) -> list[Point]:
    """Points every few pixels, to keep names off the lines."""
    found: list[Point] = []
    for arc in arcs:
        for run in arc.runs:
            for a, b in zip(run, run[1:], strict=False):
                steps = max(1, int(math.hypot(b.x - a.x, b.y - a.y) / 6))
                found.extend(
                    Point(a.x + (b.x - a.x) * i / steps, a.y + (b.y - a.y) * i / steps)
                    for i in range(steps)
                )
    return found


def _lonlat(places: Sequence[Place]) -> Floats:
    return np.array([(place.lon, place.lat) for place in places], dtype=float)


def _home_mark(home: Place, at: Point, markers: Sequence[Marker], surroundings: Surroundings) -> tuple[str, Label]:
    """Home's dot and name; the name stands first, the others make way for it."""
    marks = [
        Box(m.at.x - r, m.at.y - r, m.at.x + r, m.at.y + r)
        for m in markers
        for r in (radius(m) + 1,)
    ]
    best: tuple[float, Label] | None = None
    for rank, spot in enumerate(
        (
            Spot(0.75, -0.75, "start"),
            Spot(1, 0, "start"),
            Spot(0.75, 0.75, "start"),
            Spot(-0.75, -0.75, "end"),
            Spot(-1, 0, "end"),
            Spot(-0.75, 0.75, "end"),
            Spot(0, -1, "middle"),
            Spot(0, 1, "middle"),
        )
    ):
        label = label_at(home.name, at, spot, HOME)
        cost = float(rank)
        cost += 50 * sum(1 for mark in marks if label.box.overlap(mark) > 0)
        cost += 1.5 * sum(1 for point in surroundings.lines if label.box.holds(point))
        box, inside = label.box, surroundings.inside
        if box.left < inside.left or box.right > inside.right or box.top < inside.top:
            cost += 200
        if best is None or cost < best[0]:
            best = (cost, label)
    assert best is not None
    return ink.circle("home", at, HOME), best[1]


# --- The world ------------------------------------------------------------------------------


def _best_middle(home: Place, far: Sequence[Place]) -> float:
    """The longitude to put in the middle: few routes cut by the edge, then the tightest fit."""
    circles = [great_circle(home, place) for place in far]
    points = np.vstack([_lonlat([home, *far])])
    found: tuple[float, float] | None = None
    tight = middle_longitude(points[:, 0])
    for middle in (tight, *np.arange(-180.0, 180.0, 10.0)):
        cuts = sum(
            int((np.abs(np.diff(turn(circle[:, 0], float(middle)))) > 180).sum())
            for circle in circles
        )
        spread = float(np.abs(turn(points[:, 0], float(middle))).max())
        cost = 1000.0 * cuts + spread
        if found is None or cost < found[0]:
            found = (cost, float(middle))
    assert found is not None
    return found[1]


def _world_view(home: Place, far: Sequence[Place], frame: Frame) -> View:
    middle = _best_middle(home, far)
    points = np.vstack([_lonlat([home]), *(great_circle(home, place) for place in far)])
    # However few places there are, most of the inhabited world is seen.
    low = min(-20.0, float(points[:, 1].min()))
    high = max(66.0 if home.lat > 0 else 50.0, float(points[:, 1].max()))
    west, east = middle - 70, middle + 70
    shown = np.vstack([points, [[west, 10.0], [east, 10.0], [middle, low], [middle, high]]])
    left, top, right, bottom = frame.world
    view = View.fit_turned(
        NATURAL_EARTH,
        middle,
        shown,
        Box(left, top, right, bottom),
        Box(0, 0, frame.width, frame.height),
    )
    # Where the width decides, the map hangs from the top: the room below is the lens's.
    spare = float(view.pixels(shown)[:, 1].min()) - top
    return replace(view, top=view.top - spare)


def _on_land(land: Shapes, frame: Frame) -> Floats:
    """Every twelfth pixel that is land."""
    xs, ys = np.meshgrid(np.arange(0.0, frame.width, 12), np.arange(0.0, frame.height, 12))
    grid = np.column_stack([xs.ravel(), ys.ravel()])
    hits = shapely.STRtree(shapely.points(grid)).query(land, predicate="contains")
    found: Floats = grid[np.unique(hits[1])]
    return found


def _lens_place(
    frame: Frame,
    home: Point,
    ring: float,
    far: Sequence[Marker],
    arcs: Sequence[Arc],
    land: Shapes,
) -> tuple[Point, float]:
    """Where the lens hides least: not home, not a far place, few routes, little land."""
    ground = _on_land(land, frame)
    lines = np.array([(p.x, p.y) for p in _along(arcs)] or [(-1e6, -1e6)])
    # Names stand right or left of their marks: keep some room for them.
    marks = np.array(
        [(m.at.x + dx, m.at.y) for m in far for dx in (-28.0, 0.0, 28.0)] or [(-1e6, -1e6)]
    )
    size = float(frame.lens_radius)
    best: tuple[float, Point, float] | None = None
    for shrink in (1.0, 0.9, 0.8, 0.7):
        reach = size * shrink
        edge = reach + 4
        for x in np.arange(edge, frame.width - edge + 1, 12.0):
            for y in np.arange(edge, frame.height - edge + 1, 12.0):
                apart = math.hypot(x - home.x, y - home.y)
                hidden = int((np.hypot(marks[:, 0] - x, marks[:, 1] - y) < reach + 14).sum())
                crossed = int((np.hypot(lines[:, 0] - x, lines[:, 1] - y) < reach).sum())
                # Beams as long as a third of the lens show best what it enlarges.
                beam = apart - reach - ring
                covered = int((np.hypot(ground[:, 0] - x, ground[:, 1] - y) < reach).sum())
                cost = 1000.0 * hidden + 4.0 * crossed + 0.6 * abs(beam - reach / 3)
                cost += 0.4 * covered
                cost += 3000.0 if beam < 14 else 0.0
                if best is None or cost < best[0]:
                    best = (cost, Point(float(x), float(y)), reach)
        if best is not None and best[0] < 1000:
            break
    assert best is not None
    return best[1], best[2]


def _lens(home: Place, near: Sequence[Place], centre: Point, reach: float) -> tuple[Lens, View]:
    points = _lonlat([home, *near])
    inner = reach * 0.7
    shown = Box(centre.x - reach, centre.y - reach, centre.x + reach, centre.y + reach)
    view = View.fit(
        conic(points[:, 1]),
        np.vstack([points, around(home.lon, home.lat, 350)]),
        Box(centre.x - inner, centre.y - inner * 0.92, centre.x + inner, centre.y + inner * 0.92),
        shown,
    )
    at = view.point(home.lon, home.lat)
    markers = gather([(place, view.point(place.lon, place.lat)) for place in near])
    markers = move_off(markers, at, shown)
    arcs = tuple(_thin(arc) for arc in _arcs(view, home, near))
    return Lens(centre, reach, at, markers, arcs), view


def _ring_points(centre: Point, reach: float) -> list[Point]:
    return [
        Point(centre.x + reach * math.cos(a), centre.y + reach * math.sin(a))
        for a in np.linspace(0, 2 * math.pi, 180, endpoint=False)
    ]


def world_map(
    home: Place,
    places: Sequence[Place],
    *,
    texts: Texts = ENGLISH,
    frame: Frame = WIDE,
    more: str = "",
) -> Drawing:
    """The hero: the world with great circles from home, and a lens on the region around it.

    `more` is where a marker leads that stands for several places (the page with the big map).
    """
    near = [place for place in places if distance_km(home, place) < NEAR_KM]
    far = [place for place in places if distance_km(home, place) >= NEAR_KM]
    if len(near) < 2:
        near, far = [], list(places)
    view = _world_view(home, far, frame)
    whole = Box(6, 6, frame.width - 6, frame.height - 6)
    at = view.point(home.lon, home.lat)
    markers = gather([(place, view.point(place.lon, place.lat)) for place in far])
    markers = move_off(markers, at, whole)
    arcs = tuple(_thin(arc) for arc in _arcs(view, home, far))
    land = view.polygons(atlas("110m").land, 0.6, 4.0)
    body = [ink.area(land, "land"), *(ink.route(arc) for arc in arcs)]

    if not near:
        surroundings = Surroundings(whole, _along(arcs))
        mark, here = _home_mark(home, at, markers, surroundings)
        markers = place_labels(
            markers, Surroundings(whole, surroundings.lines, (here.box, _mark_box(at)))
        )
        body += [ink.pin(marker, home, texts, more) for marker in markers]
        body += [mark, ink.text(here, "here")]
        svg = ink.sheet(
            f"world-{frame.name}",
            frame.name,
            texts.world.format(home=home.name),
            (frame.width, frame.height),
            body,
        )
        return Drawing(frame.width, frame.height, svg, at, markers, arcs)

    ring = frame.lens_radius / 6.5
    centre, reach = _lens_place(frame, at, ring, markers, arcs, land)
    markers = place_labels(
        markers,
        Surroundings(
            whole,
            [*_along(arcs), *_ring_points(at, ring)],
            (_mark_box(at),),
            circle=(centre, reach + 3),
        ),
    )
    lens, lens_view = _lens(home, near, centre, reach)
    body += [ink.pin(marker, home, texts, more) for marker in markers]
    body += [ink.line("beam", a, b) for a, b in ink.tangents(at, ring, centre, reach)]
    body += [ink.circle("ring", at, ring), ink.circle("home", at, HOME)]
    lens, inside = _lens_drawing(lens, lens_view, home, whole, texts, more, frame)
    body += inside
    svg = ink.sheet(
        f"world-{frame.name}",
        frame.name,
        texts.world.format(home=home.name),
        (frame.width, frame.height),
        body,
    )
    return Drawing(frame.width, frame.height, svg, at, markers, arcs, lens)


def _mark_box(at: Point) -> Box:
    return Box(at.x - HOME - 1, at.y - HOME - 1, at.x + HOME + 1, at.y + HOME + 1)


def _round(shapes: Shapes, centre: Point, reach: float) -> Shapes:
    """Cut to the lens's circle: fewer points to send than a clip path would leave."""
    disc = shapely.Point(centre.x, centre.y).buffer(reach, quad_segs=24)
    cut = shapely.get_parts(shapely.intersection(shapely.make_valid(shapes), disc))
    cut = shapely.get_parts(cut)
    kept: Shapes = shapely.orient_polygons(cut[shapely.get_type_id(cut) == 3])
    return kept


def _lens_drawing(
    lens: Lens,
    view: View,
    home: Place,
    whole: Box,
    texts: Texts,
    more: str,
    frame: Frame,
) -> tuple[Lens, list[str]]:
    centre, reach = lens.centre, lens.radius
    land = _round(view.polygons(atlas("50m").land, 0.5, 4.0), centre, reach)
    lines = _along(lens.arcs)
    # Names may stand across the ring, but not beyond the drawing.
    surroundings = Surroundings(whole, lines)
    mark, here = _home_mark(home, lens.home, lens.markers, surroundings)
    markers = place_labels(
        lens.markers,
        Surroundings(
            whole,
            [*lines, *_ring_points(centre, reach)],
            (here.box, _mark_box(lens.home)),
        ),
    )
    body = [
        ink.circle("sea", centre, reach),
        ink.area(land, "land"),
        *(ink.route(arc) for arc in lens.arcs),
        ink.circle("ring", centre, reach),
        *(ink.pin(marker, home, texts, more) for marker in markers),
        mark,
        ink.text(here, "here"),
    ]
    return Lens(centre, reach, lens.home, markers, lens.arcs), body


# --- A card ---------------------------------------------------------------------------------

_CROP = (320, 132)


def _pair_points(home: Place, place: Place) -> Floats:
    """Both ends and what lies between; for near ones enough land to know where one is."""
    middle = great_circle(home, place)
    parts = [middle]
    if distance_km(home, place) < 500:
        lon, lat = middle[len(middle) // 2]
        parts.append(around(float(lon), float(lat), 260))
    return np.vstack(parts)


def card_crop(home: Place, place: Place, *, texts: Texts = ENGLISH) -> Drawing:
    """The picture of an opportunity: home, the place, the arc and the distance.

    It says nothing that the card does not say in words, so it is hidden from screen readers.
    """
    width, height = _CROP
    km = distance_km(home, place)
    far = km > 3800
    points = _pair_points(home, place)
    shown = Box(0, 0, width, height)
    words = ink.distance(home, place, texts)
    right = width - 30 - min(90.0, text_width(words))
    highest = float(np.abs(points[:, 1]).max())
    definition = NATURAL_EARTH if far or highest > 72 else MERCATOR
    view = View.fit(definition, points, Box(44, 26, right, height - 26), shown)
    at, there = view.point(home.lon, home.lat), view.point(place.lon, place.lat)
    scale: Scale = "110m" if far else "50m"
    arc = _thin(_arc(view, home, place)) if km > 1 else None
    body = [ink.area(view.polygons(atlas(scale).land, 0.5, 3.0), "land")]
    marker = Marker(there, (place,), None, there)
    if arc:
        body.append(ink.route(arc))
    body.append(ink.circle("home", at, 4))
    body.append(ink.circle("dot", there, DOT))
    if words:
        (marker,) = place_labels(
            [Marker(there, (Place(place.id, words, place.lat, place.lon),), None, there)],
            Surroundings(shown, _along([arc]) if arc else [], (_mark_box(at),)),
        )
        if marker.label:
            body.append(ink.text(marker.label))
    svg = (
        f'<svg class="crop" viewBox="0 0 {width} {height}" aria-hidden="true" '
        f'focusable="false">{"".join(body)}</svg>'
    )
    drawn = Marker(there, (place,), marker.label, there)
    return Drawing(width, height, svg, at, (drawn,), (arc,) if arc else ())


# --- Regions, countries, places -------------------------------------------------------------


def _regional_view(points: Floats, size: tuple[int, int], margin: int) -> View:
    width, height = size
    target = Box(margin, margin, width - margin, height - margin)
    shown = Box(0, 0, width, height)
    middle = middle_longitude(points[:, 0])
    spread = float(np.abs(turn(points[:, 0], middle)).max())
    definition = NATURAL_EARTH if spread > 60 else conic(points[:, 1])
    return View.fit_turned(definition, middle, points, target, shown)


def _ground(view: View, scale: Scale, highlighted: str) -> list[str]:
    """Land, the country that is meant, and borders."""
    world = atlas(scale)
    body = [ink.area(view.polygons(world.land, 0.5, 3.0), "land")]
    polygons = world.countries.get(highlighted)
    if polygons is not None:
        body.append(ink.area(view.polygons(Layer.of(list(polygons)), 0.4, 1.0), "country"))
    body.append(ink.strokes(view.lines(world.borders, 0.5), "border"))
    return body


def _with_places(
    view: View,
    size: tuple[int, int],
    home: Place,
    places: Sequence[Place],
    texts: Texts,
    more: str,
) -> tuple[list[str], Point | None, tuple[Marker, ...], tuple[Arc, ...]]:
    """Routes, markers and home, as far as they are in view."""
    shown = Box(0, 0, *size)
    at = view.point(home.lon, home.lat)
    home_seen = shown.holds(at)
    seen = [
        (place, point)
        for place in places
        for point in (view.point(place.lon, place.lat),)
        if shown.holds(point)
    ]
    markers = gather(seen)
    arcs: tuple[Arc, ...] = ()
    body: list[str] = []
    taken: tuple[Box, ...] = ()
    tail: list[str] = []
    arcs = tuple(
        _clipped(view, arc) for arc in _arcs(view, home, [place for place, _ in seen])
    )
    body += [ink.route(arc) for arc in arcs]
    if home_seen:
        markers = move_off(markers, at, shown)
        mark, here = _home_mark(home, at, markers, Surroundings(shown, _along(arcs)))
        taken = (here.box, _mark_box(at))
        tail = [mark, ink.text(here, "here")]
    markers = place_labels(markers, Surroundings(shown, _along(arcs), taken))
    body += [ink.pin(marker, home, texts, more) for marker in markers]
    return [*body, *tail], at if home_seen else None, markers, arcs


def _clipped(view: View, arc: Arc) -> Arc:
    """The part of a route that is in view."""
    runs = [
        tuple(Point(float(x), float(y)) for x, y in part)
        for run in arc.runs
        for part in view.clip_line(np.array([(p.x, p.y) for p in run]))
    ]
    return _thin(Arc(arc.place, tuple(runs)))


def region_map(
    home: Place,
    places: Sequence[Place],
    *,
    texts: Texts = ENGLISH,
    size: tuple[int, int] = (860, 640),
    more: str = "",
) -> Drawing:
    """The part of the world around home, with the places in it. For Leiden: Europe."""
    near = [place for place in places if distance_km(home, place) < NEAR_KM]
    points = np.vstack([_lonlat([home, *near]), around(home.lon, home.lat, 600)])
    view = _regional_view(points, size, 60)
    body = _ground(view, "50m", home.country)
    drawn, at, markers, arcs = _with_places(view, size, home, near, texts, more)
    svg = ink.sheet("region", "wide", texts.region.format(home=home.name), size, [*body, *drawn])
    return Drawing(*size, svg, at, markers, arcs)


def _mainland(polygons: Shapes) -> Floats:
    """The outline that one thinks of: the largest part and what lies near it."""
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
    size: tuple[int, int] = (560, 420),
    more: str = "",
) -> Drawing:
    """One country, its places, and home with its routes where in view.

    A country too small to have a shape is shown by what lies around its places.
    """
    own = [place for place in places if place.country == country]
    polygons = atlas("50m").countries.get(country)
    parts: list[Floats] = []
    if polygons is not None:
        parts.append(_mainland(polygons))
    if own:
        parts.append(_lonlat(own))
        parts += [around(place.lon, place.lat, 120) for place in own]
    if not parts:
        raise LookupError(f"There is no shape and no place for the country {country!r}.")
    view = _regional_view(np.vstack(parts), size, 36)
    body = _ground(view, "50m", country)
    drawn, at, markers, arcs = _with_places(view, size, home, own, texts, more)
    title = texts.country.format(country=name or country)
    svg = ink.sheet(f"country-{country.lower()}", "wide", title, size, [*body, *drawn])
    return Drawing(*size, svg, at, markers, arcs)


def place_map(
    home: Place,
    place: Place,
    *,
    texts: Texts = ENGLISH,
    size: tuple[int, int] = (560, 360),
) -> Drawing:
    """Where one institution lies: its country, its neighbours, home where it is not too far."""
    for reach in (450, 1100, 2400):
        points = [around(place.lon, place.lat, reach)]
        if distance_km(home, place) < 1800:
            points.append(_lonlat([home]))
        view = _regional_view(np.vstack(points), size, 40)
        # An island alone in the sea tells nobody where it is: step back until more is seen.
        seen = float(shapely.area(view.polygons(atlas("50m").land, 0.5, 3.0)).sum())
        if seen > 0.05 * size[0] * size[1]:
            break
    body = _ground(view, "50m", place.country)
    drawn, at, markers, arcs = _with_places(view, size, home, [place], texts, "")
    svg = ink.sheet(
        f"place-{escape(place.id)}", "wide", texts.place.format(name=place.name), size, [*body, *drawn]
    )
    return Drawing(*size, svg, at, markers, arcs)
