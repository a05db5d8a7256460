"""Turn world-atlas' TopoJSON into the compact shapes that `sojourn.design.maps` reads."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from babel.core import get_global

# Natural Earth has shapes without an ISO 3166-1 number; these have a code in common use.
_BY_NAME = {"Kosovo": "XK"}


def _alpha2(number: str | None, name: str) -> str:
    """ISO 3166-1 numeric to alpha-2, by CLDR's table of territory aliases."""
    if number is None:
        return _BY_NAME.get(name, "")
    aliases: list[str] = get_global("territory_aliases").get(number, [])
    return aliases[0] if aliases else ""


def compact(source: Path, target: Path) -> None:
    """Keep what we draw: arcs and countries with their two-letter code."""
    atlas = json.loads(source.read_text(encoding="utf-8"))
    countries = []
    for shape in atlas["objects"]["countries"]["geometries"]:
        if "arcs" not in shape:
            continue
        name = shape["properties"]["name"]
        polygons = shape["arcs"] if shape["type"] == "MultiPolygon" else [shape["arcs"]]
        countries.append([_alpha2(shape.get("id"), name), name, polygons])
    (land,) = atlas["objects"]["land"]["geometries"]
    payload = {
        "scale": atlas["transform"]["scale"],
        "translate": atlas["transform"]["translate"],
        "arcs": atlas["arcs"],
        "land": land["arcs"],
        "countries": countries,
    }
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    # mtime=0: the same source gives the same bytes.
    target.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))
