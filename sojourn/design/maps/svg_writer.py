"""Writes shapes, routes and markers as SVG: classes only, every text escaped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import numpy as np
import shapely
from babel.numbers import format_decimal

from sojourn.design.maps.globe import distance_km
from sojourn.design.maps.markers import DOT, MANY
from sojourn.design.maps.model import Arc, Label, Marker, Place, Point, Texts
from sojourn.design.maps.shapes import Floats, Shapes


def number(value: float) -> str:
    """At most one decimal, and none where it is 0."""
    rounded = round(value, 1)
    return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.1f}"


def _tenths(steps: int) -> str:
    """Tenths of a pixel, as short as SVG allows: -0.3 is '-.3'."""
    whole, rest = divmod(abs(steps), 10)
    sign = "-" if steps < 0 else ""
    return f"{sign}{whole or ('' if rest else 0)}{f'.{rest}' if rest else ''}"


def _stroke(points: Floats, closed: bool) -> str:
    """One run of points as a relative path; '' when nothing is left of it."""
    tenths = np.round(points * 10).astype(int)
    if closed:
        tenths = tenths[:-1]
    keep = np.any(np.diff(tenths, axis=0, prepend=tenths[:1] - 1) != 0, axis=1)
    tenths = tenths[keep]
    if len(tenths) < (3 if closed else 2):
        return ""
    start, steps = tenths[0], np.diff(tenths, axis=0)
    written = [f"M{_tenths(int(start[0]))} {_tenths(int(start[1]))}l"]
    for i, (dx, dy) in enumerate(steps.tolist()):
        x, y = _tenths(dx), _tenths(dy)
        written.append(("" if i == 0 or x[0] == "-" else " ") + x)
        written.append(("" if y[0] == "-" else " ") + y)
    return "".join(written) + ("z" if closed else "")


def area(shapes: Shapes, name: str) -> str:
    rings: list[Any] = []
    for shape in shapes:
        rings.append(shape.exterior)
        rings.extend(shape.interiors)
    path = "".join(_stroke(shapely.get_coordinates(ring), closed=True) for ring in rings)
    return f'<path class="{name}" d="{path}"/>' if path else ""


def strokes(shapes: Iterable[Any], name: str) -> str:
    path = "".join(_stroke(shapely.get_coordinates(shape), closed=False) for shape in shapes)
    return f'<path class="{name}" d="{path}"/>' if path else ""


def route(arc: Arc) -> str:
    path = "".join(_stroke(np.array([(p.x, p.y) for p in run]), closed=False) for run in arc.runs)
    return f'<path class="route" d="{path}"/>' if path else ""


def circle(name: str, at: Point, size: float) -> str:
    return f'<circle class="{name}" cx="{number(at.x)}" cy="{number(at.y)}" r="{number(size)}"/>'


def line(name: str, a: Point, b: Point) -> str:
    return (
        f'<line class="{name}" x1="{number(a.x)}" y1="{number(a.y)}" '
        f'x2="{number(b.x)}" y2="{number(b.y)}"/>'
    )


def text(label: Label, name: str = "") -> str:
    anchor = "" if label.anchor == "start" else f' text-anchor="{label.anchor}"'
    kind = f' class="{name}"' if name else ""
    return (
        f'<text{kind} x="{number(label.at.x)}" y="{number(label.at.y)}"{anchor}>'
        f"{escape(label.text)}</text>"
    )


def distance(home: Place, place: Place, texts: Texts) -> str:
    """'1,160 km': to 10 km, below 100 to 1; '' for a place at home itself."""
    km = distance_km(home, place)
    rounded = round(km / 10) * 10 if km >= 100 else round(km)
    if rounded == 0:
        return ""
    return texts.distance.format(km=format_decimal(rounded, locale=texts.language))


def _spoken(home: Place, place: Place, texts: Texts) -> str:
    far = distance(home, place, texts)
    label = texts.away.format(name=place.name, distance=far, home=home.name) if far else place.name
    return f"{label}, {place.note}" if place.note else label


def pin(marker: Marker, home: Place, texts: Texts, more: str) -> str:
    """Return a marker with its name, as a link where it leads somewhere.

    Several places behind one marker lead to `more`, where they are told apart.
    """
    at = marker.at
    drawn, number_on_it, several = "", "", ""
    if at != marker.true:
        drawn += line("lead-line", at, marker.true)
    if len(marker.places) > 1:
        names = ", ".join(dict.fromkeys(place.name for place in marker.places))
        spoken = texts.several.format(count=len(marker.places), names=names)
        hrefs = {place.href for place in marker.places}
        href = more or (hrefs.pop() if len(hrefs) == 1 else "")
        # By these a script finds the places of somebody's list.
        several = f' data-at="{escape(" ".join(sorted(hrefs - {""})))}"'
        drawn += circle("many", at, MANY)
        number_on_it = (
            f' <text class="count" x="{number(at.x)}" y="{number(at.y + 4.2)}">'
            f"{len(marker.places)}</text>"
        )
    else:
        (place,) = marker.places
        spoken, href = _spoken(home, place, texts), place.href
        drawn += circle("hit", at, 12) + circle("dot", at, DOT)
    if marker.label:
        drawn += text(marker.label)
        if marker.label.text not in spoken:
            # Who speaks to the computer says what is written: the name must begin with it, in
            # the order in which it is written (WCAG 2.5.3).
            spoken = f"{marker.label.text}, {spoken}"
    drawn += number_on_it
    title = f"<title>{escape(spoken)}</title>"
    if not href:
        return f"<g>{title}{drawn}</g>"
    return f'<a href="{escape(href)}"{several} aria-label="{escape(spoken)}">{title}{drawn}</a>'


def sheet(kind: str, name: str, title: str, size: tuple[int, int], body: Sequence[str]) -> str:
    """Return a whole drawing. `kind` tells several on one page apart."""
    width, height = size
    key = f"map-{kind}"
    return (
        f'<svg class="map {name}" viewBox="0 0 {width} {height}" role="group" '
        f'aria-labelledby="{key}"><title id="{key}">{escape(title)}</title>'
        f"{''.join(body)}</svg>"
    )


def tangents(a: Point, small: float, b: Point, large: float) -> list[tuple[Point, Point]]:
    """Return the two outer lines that touch both circles."""
    apart = math.hypot(b.x - a.x, b.y - a.y)
    if apart <= abs(large - small):
        return []
    heading = math.atan2(b.y - a.y, b.x - a.x)
    lean = math.acos((small - large) / apart)
    found = []
    for side in (1, -1):
        turn = heading + side * lean
        x, y = math.cos(turn), math.sin(turn)
        found.append(
            (Point(a.x + small * x, a.y + small * y), Point(b.x + large * x, b.y + large * y))
        )
    return found
