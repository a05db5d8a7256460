"""`make vendor`: fetch, cut down and write every third-party asset that Sojourn ships."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tools.vendor import fonts, packages, shapes

DESIGN = Path(__file__).parents[2] / "sojourn" / "design"


def main() -> None:
    static = DESIGN / "static" / "design" / "vendor"
    data = DESIGN / "data"
    static.mkdir(parents=True, exist_ok=True)
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for face, package in (
            (fonts.BRICOLAGE_FACE, packages.BRICOLAGE),
            (fonts.ATKINSON_FACE, packages.ATKINSON),
        ):
            source = packages.unpack(package, Path(folder))
            for file in fonts.cut_face(face, source, static):
                print(f"{file.name}: {file.stat().st_size:,} bytes")
            print(f"{face.family} fallback: {fonts.fallback_metrics(face, source)}")
        htmx = packages.unpack(packages.HTMX, Path(folder)) / "dist" / "htmx.min.js"
        (static / "htmx.min.js").write_bytes(htmx.read_bytes())
        atlas = packages.unpack(packages.WORLD_ATLAS, Path(folder))
        for scale in ("110m", "50m"):
            target = data / f"world-{scale}.json.gz"
            shapes.compact(atlas / f"countries-{scale}.json", target)
            print(f"{target.name}: {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
