"""A projection fitted into a frame: from longitude and latitude to pixels, shapes and all."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import shapely
from pyproj import Proj

from sojourn.design.maps.globe import middle_longitude, turn
from sojourn.design.maps.model import Box, Point
from sojourn.design.maps.shapes import Floats, Layer, Shapes

NATURAL_EARTH = "+proj=natearth +R=1"
MERCATOR = "+proj=merc +R=1"


class _Projections(threading.local):
    """PROJ's objects may not be used by two threads at once: each thread keeps its own."""

    def __init__(self) -> None:
        self.get = lru_cache(maxsize=64)(Proj)


_projections = _Projections()


def _projection(definition: str) -> Proj:
    return _projections.get(definition)


def conic(lats: Floats) -> str:
    """Return a conformal cone on the parallels at a sixth from either end.

    At the equator that cone becomes a cylinder: Mercator.
    """
    low, high = float(lats.min()), float(lats.max())
    first = round(low + (high - low) / 6, 2)
    second = round(high - (high - low) / 6, 2)
    if abs(first + second) < 16 or low < 0 < high:
        return MERCATOR
    first, second = (min(max(lat, -80.0), 80.0) for lat in (first, second))
    return f"+proj=lcc +lat_1={first} +lat_2={second} +R=1"


@dataclass(frozen=True)
class View:
    definition: str
    middle: float
    """The longitude in the middle of the map."""
    scale: float
    left: float
    top: float
    """Where the projection's origin falls, in pixels."""
    box: Box
    """What is shown."""

    @classmethod
    def fit(cls, definition: str, lonlat: Floats, target: Box, shown: Box) -> View:
        """Make `lonlat` fill `target`; draw what falls into `shown`."""
        middle = middle_longitude(lonlat[:, 0])
        return cls.fit_turned(definition, middle, lonlat, target, shown)

    @classmethod
    def fit_turned(
        cls, definition: str, middle: float, lonlat: Floats, target: Box, shown: Box
    ) -> View:
        projected = np.column_stack(
            _projection(definition)(turn(lonlat[:, 0], middle), np.clip(lonlat[:, 1], -89, 89))
        )
        low, high = projected.min(axis=0), projected.max(axis=0)
        spread = np.maximum(high - low, 1e-9)
        scale = min(
            (target.right - target.left) / spread[0], (target.bottom - target.top) / spread[1]
        )
        centre = (low + high) / 2
        return cls(
            definition,
            middle,
            float(scale),
            float((target.left + target.right) / 2 - scale * centre[0]),
            float((target.top + target.bottom) / 2 + scale * centre[1]),
            shown,
        )

    def _pixels(self, turned: Floats) -> Floats:
        x, y = _projection(self.definition)(turned[:, 0], turned[:, 1])
        return np.column_stack([self.left + self.scale * x, self.top - self.scale * y])

    def pixels(self, lonlat: Floats) -> Floats:
        return self._pixels(np.column_stack([turn(lonlat[:, 0], self.middle), lonlat[:, 1]]))

    def point(self, lon: float, lat: float) -> Point:
        ((x, y),) = self.pixels(np.array([[lon, lat]], dtype=float))
        return Point(float(x), float(y))

    def runs(self, lonlat: Floats) -> list[Floats]:
        """Cut a line in pixels where it leaves the map on one side and returns on the other."""
        turned = np.column_stack([turn(lonlat[:, 0], self.middle), lonlat[:, 1]])
        jumps = np.flatnonzero(np.abs(np.diff(turned[:, 0])) > 180)
        runs: list[Floats] = []
        start = 0
        carried: Floats = np.empty((0, 2))
        for jump in jumps.tolist():
            here, there = turned[jump], turned[jump + 1]
            side = 180.0 if here[0] > 0 else -180.0
            whole = there[0] + 2 * side - here[0]
            share = (side - here[0]) / whole if whole else 0.0
            lat = here[1] + share * (there[1] - here[1])
            runs.append(np.vstack([carried, turned[start : jump + 1], [[side, lat]]]))
            carried, start = np.array([[-side, lat]]), jump + 1
        runs.append(np.vstack([carried, turned[start:]]))
        return [self._pixels(run) for run in runs]

    @property
    def _window(self) -> tuple[float, float, float, float]:
        """West, south, east, north of what is shown, seen from the middle."""
        box = self.box
        xs, ys = np.meshgrid(
            np.linspace(box.left, box.right, 25), np.linspace(box.top, box.bottom, 25)
        )
        across = (xs.ravel() - self.left) / self.scale
        up = (self.top - ys.ravel()) / self.scale
        lons, lats = _projection(self.definition)(across, up, inverse=True)
        lons = np.where(np.isfinite(lons), lons, np.sign(across) * 180)
        lats = np.where(np.isfinite(lats), lats, np.sign(up) * 85)
        # A little wider, for what is between the points that were tried.
        west, east = lons.min(), lons.max()
        south, north = lats.min(), lats.max()
        wide, tall = (east - west) / 20 + 0.1, (north - south) / 20 + 0.1
        return (
            max(-180.0, float(west - wide)),
            max(-85.0, float(south - tall)),
            min(180.0, float(east + wide)),
            min(85.0, float(north + tall)),
        )

    def _seen(self, layer: Layer) -> Shapes:
        """Return the layer's shapes in the window, in degrees from the middle."""
        west, south, east, north = self._window
        found = []
        for lap in (-360.0, 0.0, 360.0):
            low = max(west + self.middle + lap, -180.0)
            high = min(east + self.middle + lap, 180.0)
            if low >= high:
                continue
            hits = layer.shapes[layer.tree.query(shapely.box(low, south, high, north))]
            if len(hits) == 0:
                continue
            cut = shapely.clip_by_rect(hits, low, south, high, north)
            shift = np.array([-self.middle - lap, 0.0])
            found.append(shapely.transform(cut, lambda points, by=shift: points + by))
        if not found:
            return np.array([], dtype=object)
        parts: Shapes = shapely.get_parts(np.concatenate(found))
        kept: Shapes = parts[~shapely.is_empty(parts)]
        return kept

    def polygons(self, layer: Layer, tolerance: float, least: float) -> Shapes:
        """Polygons in pixels: simplified to `tolerance`, those under `least` square pixels gone."""
        parts = self._seen(layer)
        parts = parts[shapely.get_type_id(parts) == 3]
        west, _, east, _ = self._window
        if east - west > 300:
            # The map's own edge is a curve.
            parts = shapely.segmentize(parts, 5.0)
        parts = shapely.transform(parts, self._pixels)
        parts = parts[shapely.area(parts) >= least]
        parts = shapely.simplify(parts, tolerance, preserve_topology=False)
        box = self.box
        parts = shapely.get_parts(
            shapely.clip_by_rect(
                parts[~shapely.is_empty(parts)],
                box.left - 2,
                box.top - 2,
                box.right + 2,
                box.bottom + 2,
            )
        )
        parts = parts[shapely.get_type_id(parts) == 3]
        oriented: Shapes = shapely.orient_polygons(parts[shapely.area(parts) >= least])
        return oriented

    def lines(self, layer: Layer, tolerance: float) -> Shapes:
        """Lines in pixels."""
        parts = self._seen(layer)
        parts = shapely.transform(parts[shapely.get_type_id(parts) == 1], self._pixels)
        simplified: Shapes = shapely.simplify(parts, tolerance)
        return simplified

    def clip_line(self, points: Floats) -> list[Floats]:
        """Return the stretches of a line in pixels that are shown."""
        box = self.box
        line = shapely.clip_by_rect(
            shapely.LineString(points), box.left, box.top, box.right, box.bottom
        )
        kept: list[Floats] = [
            shapely.get_coordinates(part)
            for part in shapely.get_parts(line)
            if part.geom_type == "LineString" and not part.is_empty
        ]
        return kept
