"""Distances and great circles on the earth."""

from __future__ import annotations

import math

import numpy as np
from pyproj import Geod

from sojourn.design.maps.model import Place
from sojourn.design.maps.shapes import Floats

_EARTH = Geod(ellps="WGS84")


def distance_km(a: Place, b: Place) -> float:
    """Over the earth's surface, in kilometres."""
    return float(_EARTH.inv(a.lon, a.lat, b.lon, b.lat)[2]) / 1000


def great_circle(a: Place, b: Place) -> Floats:
    """Points from `a` to `b`, some 150 km apart: an array of (longitude, latitude)."""
    steps = max(2, math.ceil(distance_km(a, b) / 150))
    between = _EARTH.npts(a.lon, a.lat, b.lon, b.lat, steps - 1)
    return np.array([(a.lon, a.lat), *between, (b.lon, b.lat)], dtype=float)


def around(lon: float, lat: float, km: float) -> Floats:
    """Four points north, east, south and west at that distance."""
    bearings = np.array([0.0, 90.0, 180.0, 270.0])
    lons, lats, _ = _EARTH.fwd(np.full(4, lon), np.full(4, lat), bearings, np.full(4, km * 1000.0))
    return np.column_stack([lons, lats])


def turn(lons: Floats, middle: float) -> Floats:
    """Longitudes as seen from `middle`: from -180 to 180."""
    turned: Floats = (lons - middle + 180.0) % 360.0 - 180.0
    return turned


def middle_longitude(lons: Floats) -> float:
    """Return the middle of the smallest stretch of the globe that holds all of them."""
    ordered = np.unique(lons % 360.0)
    gaps = np.diff(ordered, append=ordered[0] + 360.0)
    widest = int(np.argmax(gaps))
    start = ordered[(widest + 1) % len(ordered)]
    middle = start + (360.0 - gaps[widest]) / 2
    return float((middle + 180.0) % 360.0 - 180.0)
