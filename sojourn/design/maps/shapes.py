"""Land, countries and borders from Natural Earth, read once in a process."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import shapely
from numpy.typing import NDArray

DATA = Path(__file__).parents[1] / "data"

# Coarse for the world, fine for a region.
Scale = Literal["110m", "50m"]

Floats = NDArray[np.float64]
Shapes = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Layer:
    """Shapes in longitude and latitude with an index of where they are."""

    shapes: Shapes
    tree: shapely.STRtree

    @classmethod
    def of(cls, shapes: list[Any]) -> Layer:
        array = np.array(shapes, dtype=object)
        return cls(array, shapely.STRtree(array))


@dataclass(frozen=True, eq=False)
class Atlas:
    land: Layer
    borders: Layer
    countries: dict[str, Shapes]
    """Alpha-2 code to the country's polygons, the largest first."""


def _arcs(payload: dict[str, Any]) -> list[Floats]:
    """TopoJSON keeps the steps between quantized points; add them up."""
    scale, translate = np.array(payload["scale"]), np.array(payload["translate"])
    return [np.cumsum(np.array(arc), axis=0) * scale + translate for arc in payload["arcs"]]


def _ring(indices: list[int], arcs: list[Floats]) -> Floats:
    """Arcs end to end; ~i is arc i backwards, and neighbours share a point."""
    parts: list[Floats] = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        parts.append(arc[1:] if parts else arc)
    return _unrolled(np.concatenate(parts))


def _unrolled(points: Floats) -> Floats:
    """Past the antimeridian go on beyond 180 degrees: the atlas is stitched together there."""
    jumps = np.diff(points[:, 0], prepend=points[0, 0])
    laps = np.cumsum(np.where(jumps > 180, -1, 0) + np.where(jumps < -180, 1, 0))
    return np.column_stack([points[:, 0] + 360.0 * laps, points[:, 1]])


def _onto_the_map(shape: Any) -> list[Any]:
    """Cut what is beyond 180 degrees and bring it back to the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return [shape]
    parts = []
    for lap in (-360.0, 0.0, 360.0):
        part = shapely.clip_by_rect(shape, lap - 180.0, -90.0, lap + 180.0, 90.0)
        parts.append(shapely.transform(part, lambda points, by=lap: points - [by, 0.0]))
    return [part for part in parts if not part.is_empty]


def _polygons(groups: list[list[list[int]]], arcs: list[Floats]) -> list[Any]:
    """Return valid polygons, the largest first; Antarctica left out, where nobody studies."""
    found: list[Any] = []
    for rings in groups:
        shell, *holes = (_ring(ring, arcs) for ring in rings)
        if len(shell) < 4 or shell[:, 1].max() < -60:
            continue
        shape = shapely.Polygon(shell, [hole for hole in holes if len(hole) >= 4])
        if not shape.is_valid:
            shape = shapely.make_valid(shape)
        for part in _onto_the_map(shape):
            found.extend(p for p in shapely.get_parts(part) if p.geom_type == "Polygon")
    return sorted(found, key=lambda p: -float(p.area))


def _borders(countries: list[Any], arcs: list[Floats]) -> list[Any]:
    """Return the arcs that two countries share."""
    users: dict[int, set[int]] = {}
    for number, (_, _, groups) in enumerate(countries):
        for rings in groups:
            for ring in rings:
                for index in ring:
                    users.setdefault(index if index >= 0 else ~index, set()).add(number)
    return [
        part
        for index, used in sorted(users.items())
        if len(used) > 1
        for part in _onto_the_map(shapely.LineString(_unrolled(arcs[index])))
    ]


@lru_cache(maxsize=2)
def atlas(scale: Scale) -> Atlas:
    payload = json.loads(gzip.decompress((DATA / f"world-{scale}.json.gz").read_bytes()))
    arcs = _arcs(payload)
    countries: dict[str, Shapes] = {}
    for code, _, groups in payload["countries"]:
        polygons = _polygons(groups, arcs)
        if code and polygons:
            countries[code] = np.array(polygons, dtype=object)
    return Atlas(
        land=Layer.of(_polygons(payload["land"], arcs)),
        borders=Layer.of(_borders(payload["countries"], arcs)),
        countries=countries,
    )
