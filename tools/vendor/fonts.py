"""Cut the two font families down to the letters and weights that our pages use."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

# Latin: Dutch, English and the names of western Europe and Latin America (Université, Bogotá,
# Å, ö). It is preloaded. Latin extended: names from Poland, Czechia, Turkey and the like; a
# browser asks for it only when a page holds one of these letters.
LATIN = set(range(0x20, 0x7F)) | set(range(0xA0, 0x100)) | {ord(c) for c in "ŒœŸıˆ˜–—‘’‚“”„•…‹›€−"}
# Headings hold no superscripts or currency signs but the euro's.
HEADING_LATIN = {c for c in LATIN if not 0xA0 <= c < 0xC0} | {ord(c) for c in "\xa0¡«·»¿"}
LATIN_EXTENDED = frozenset(set(range(0x100, 0x180)) - LATIN | {ord(c) for c in "ȘșȚțẞẼẽ"})


# Advance widths of Helvetica (the same in Arial, Liberation Sans and Nimbus Sans), in 1/1000 em,
# from Adobe's Helvetica.afm and Helvetica-Bold.afm.
def _widths(space_and_a_to_z: str) -> dict[str, int]:
    letters = " abcdefghijklmnopqrstuvwxyz"
    return dict(zip(letters, map(int, space_and_a_to_z.split()), strict=True))


HELVETICA = _widths(
    "278 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 "
    "722 500 500 500"
)
HELVETICA_BOLD = _widths(
    "278 556 611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 "
    "778 556 556 500"
)
# Ordinary running text in both languages of the interface: how often each letter counts.
SAMPLE = (
    "find a place that fits your degree your budget and your languages and see who went before "
    "you what would you like to study a semester at the institute vind een plek die past bij je "
    "opleiding je budget en je talen en lees wie je voorgingen wat wil je gaan studeren een "
    "semester in het buitenland zonder te gokken"
)


@dataclass(frozen=True)
class Face:
    family: str
    slug: str
    letters: frozenset[int]
    weights: tuple[int, int]
    measured_at: int
    fallback: dict[str, int]
    fallback_locals: tuple[str, ...]


BRICOLAGE_FACE = Face(
    "Bricolage Grotesque",
    "bricolage-grotesque",
    frozenset(HEADING_LATIN),
    (650, 700),
    700,
    HELVETICA_BOLD,
    ("Arial Bold", "Arial-BoldMT", "Helvetica Neue Bold", "Liberation Sans Bold", "Arimo Bold"),
)
ATKINSON_FACE = Face(
    "Atkinson Hyperlegible Next",
    "atkinson-hyperlegible-next",
    frozenset(LATIN),
    (400, 700),
    400,
    HELVETICA,
    ("Arial", "ArialMT", "Helvetica Neue", "Liberation Sans", "Arimo"),
)


@dataclass(frozen=True)
class FallbackMetrics:
    """The CSS descriptors that make a system font take the same room as ours."""

    size_adjust: float
    ascent: float
    descent: float


def _cut(source: Path, letters: frozenset[int], weights: tuple[int, int]) -> bytes:
    # The same source gives the same bytes: no time of making, no order by chance.
    font = TTFont(source, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern", "liga", "locl", "ccmp", "mark", "mkmk", "tnum", "pnum"]
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.notdef_outline = True
    options.hinting = False
    options.flavor = "woff2"
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    variations = font["gvar"].variations
    font["gvar"].variations = {glyph: variations[glyph] for glyph in font.getGlyphOrder()}
    lowest, highest = weights
    font = instancer.instantiateVariableFont(font, {"wght": (lowest, lowest, highest)})
    font.flavor = "woff2"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()


def cut_face(face: Face, package: Path, target: Path) -> list[Path]:
    """Write the face's two woff2 files into `target`."""
    written = []
    for part, letters in (("latin", face.letters), ("latin-ext", LATIN_EXTENDED)):
        source = package / "files" / f"{face.slug}-{part}-wght-normal.woff2"
        out = target / f"{face.slug}-{part}.woff2"
        out.write_bytes(_cut(source, letters, face.weights))
        written.append(out)
    licence = (package / "LICENSE").read_text(encoding="utf-8")
    (target / f"{face.slug}-OFL.txt").write_text(licence, encoding="utf-8")
    return written


def fallback_metrics(face: Face, package: Path) -> FallbackMetrics:
    """Compare our face with Helvetica's widths over ordinary text."""
    source = package / "files" / f"{face.slug}-latin-wght-normal.woff2"
    font = instancer.instantiateVariableFont(TTFont(source), {"wght": face.measured_at})
    letters = font.getBestCmap()
    units = font["head"].unitsPerEm
    ours = sum(font["hmtx"][letters[ord(c)]][0] for c in SAMPLE) / units
    theirs = sum(face.fallback[c] for c in SAMPLE) / 1000
    ratio = ours / theirs
    hhea = font["hhea"]
    return FallbackMetrics(
        size_adjust=round(100 * ratio, 2),
        ascent=round(100 * hhea.ascent / units / ratio, 2),
        descent=round(-100 * hhea.descent / units / ratio, 2),
    )
