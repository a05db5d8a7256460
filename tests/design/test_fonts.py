"""The fonts: small, complete for the names we show, and as roomy as their fallback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from sojourn.design.stylesheet import STYLES

VENDOR = Path(__file__).parents[2] / "sojourn" / "design" / "static" / "design" / "vendor"
FAMILIES = ("atkinson-hyperlegible-next", "bricolage-grotesque")
NAMES = "Université de Bordeaux, Bogotá, Malmö, Ålesund, Coimbra, São Paulo, Zürich, coördinator"
NAMES_FURTHER_EAST = "ŁódźKrakówBrnoČeskéŞırnakİstanbulŐrségBrașovRīga"


def letters(file: str) -> set[int]:
    return set(TTFont(VENDOR / file).getBestCmap())


@pytest.mark.parametrize("family", FAMILIES)
def test_the_preloaded_file_has_the_letters_of_our_pages(family: str) -> None:
    have = letters(f"{family}-latin.woff2")
    assert {ord(c) for c in NAMES + "0123456789€–…‘’“”"} <= have


@pytest.mark.parametrize("family", FAMILIES)
def test_the_second_file_has_the_rest_of_europe(family: str) -> None:
    have = letters(f"{family}-latin.woff2") | letters(f"{family}-latin-ext.woff2")
    assert {ord(c) for c in NAMES_FURTHER_EAST} <= have


@pytest.mark.parametrize("family", FAMILIES)
def test_files_are_small(family: str) -> None:
    assert (VENDOR / f"{family}-latin.woff2").stat().st_size < 26_000
    assert (VENDOR / f"{family}-latin-ext.woff2").stat().st_size < 12_000


@pytest.mark.parametrize("family", FAMILIES)
def test_the_stylesheet_asks_a_file_only_for_letters_it_has(family: str) -> None:
    source = (STYLES / "fonts.css").read_text(encoding="utf-8")
    for part in ("latin", "latin-ext"):
        face = source.split(f"{family}-{part}.woff2")[1].split("}")[0]
        ranges = re.search(r"unicode-range: ([^;]+);", face)
        assert ranges
        asked: set[int] = set()
        for bounds in ranges[1].replace("U+", "").split(", "):
            first, _, last = bounds.partition("-")
            asked |= set(range(int(first, 16), int(last or first, 16) + 1))
        have = letters(f"{family}-{part}.woff2")
        assert have - {0x20, 0xA0} <= asked | {0x20, 0xA0}, "a letter that is never asked for"


@pytest.mark.parametrize(
    ("family", "fallback"),
    [
        ("atkinson-hyperlegible-next", "Atkinson fallback"),
        ("bricolage-grotesque", "Bricolage fallback"),
    ],
)
def test_the_fallback_has_the_heights_of_the_font(family: str, fallback: str) -> None:
    source = (STYLES / "fonts.css").read_text(encoding="utf-8")
    face = next(part for part in source.split("@font-face") if f'"{fallback}"' in part)
    said = {
        name: float(value)
        for name, value in re.findall(
            r"(size-adjust|ascent-override|descent-override): ([\d.]+)%", face
        )
    }
    font = TTFont(VENDOR / f"{family}-latin.woff2")
    units = font["head"].unitsPerEm
    size = said["size-adjust"] / 100
    assert said["ascent-override"] * size == pytest.approx(
        100 * font["hhea"].ascent / units, abs=0.1
    )
    assert said["descent-override"] * size == pytest.approx(
        -100 * font["hhea"].descent / units, abs=0.1
    )


@pytest.mark.slow
def test_weights_between_the_ends_can_be_drawn() -> None:
    for family, ends in (
        ("atkinson-hyperlegible-next", (400, 700)),
        ("bricolage-grotesque", (650, 700)),
    ):
        font = TTFont(VENDOR / f"{family}-latin.woff2")
        (axis,) = font["fvar"].axes
        assert (axis.minValue, axis.maxValue) == ends
        instancer.instantiateVariableFont(font, {"wght": sum(ends) / 2})


def test_licences_are_beside_the_fonts() -> None:
    for family in FAMILIES:
        assert "SIL Open Font License" in (VENDOR / f"{family}-OFL.txt").read_text(encoding="utf-8")
