"""The stylesheet: built from its sources, readable in both schemes, small, free of slips."""

from __future__ import annotations

import gzip
import itertools
import re

import pytest
from rcssmin import cssmin

from sojourn.design.stylesheet import FILES, OUTPUT, STYLES, build

CSS = build()
TOKEN = re.compile(r"--([a-z-]+):\s*light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)", re.IGNORECASE)


def tokens() -> dict[str, tuple[str, str]]:
    source = (STYLES / "tokens.css").read_text(encoding="utf-8")
    return {name: (light, dark) for name, light, dark in TOKEN.findall(source)}


COLOURS = tokens()


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_contrast_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    # The example that WebAIM and others give for the edge of AA on white.
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


GROUNDS = ("paper", "card", "tint")


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        *itertools.product(("ink", "quiet", "good", "warn", "bad"), GROUNDS),
        ("ink", "mark"),
        ("ink", "land"),
        ("ink", "land-near"),
        ("paper", "ink"),
    ],
)
def test_text_reads_at_aaa(front: str, back: str, scheme: int) -> None:
    assert contrast(COLOURS[front][scheme], COLOURS[back][scheme]) >= 7


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_the_next_step_reads_at_aa(scheme: int) -> None:
    assert contrast(COLOURS["accent"][scheme], COLOURS["accent-ink"][scheme]) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"),
    [
        *itertools.product(("accent", "edge"), GROUNDS),
        ("accent", "land"),
        ("accent", "land-near"),
        ("route", "paper"),
        ("route", "land"),
        ("quiet", "card"),
    ],
)
def test_marks_and_edges_are_seen(front: str, back: str, scheme: int) -> None:
    """WCAG 1.4.11: 3 to 1 for what is needed to understand or use a page."""
    assert contrast(COLOURS[front][scheme], COLOURS[back][scheme]) >= 3


def test_every_token_that_is_used_is_made() -> None:
    made = set(re.findall(r"(--[a-z0-9-]+)\s*:", CSS))
    used = set(re.findall(r"var\((--[a-z0-9-]+)", CSS))
    assert used <= made
    assert made - used == set(), "a token that nobody uses is a lie about the design"


def test_colours_are_said_once_as_tokens() -> None:
    for name in FILES:
        if name in {"tokens", "print"}:
            continue
        source = (STYLES / f"{name}.css").read_text(encoding="utf-8")
        assert not re.search(r"#[0-9a-fA-F]{3,8}\b(?![^{]*\{)", source), name
        assert "rgb(" not in source
        assert "hsl(" not in source


def test_the_served_stylesheet_is_what_the_sources_make() -> None:
    assert OUTPUT.read_text(encoding="utf-8") == CSS, "run: make stylesheet"


def test_browsers_without_light_dark_get_every_colour() -> None:
    older = CSS[CSS.index("@supports not (color:light-dark(") :]
    for name, (light, dark) in COLOURS.items():
        assert older.count(f"--{name}:{light}") >= 1
        assert older.count(f"--{name}:{dark}") >= 1


def test_every_source_is_in_the_stylesheet() -> None:
    assert {path.stem for path in STYLES.glob("*.css")} == set(FILES)


def test_braces_balance_in_every_source() -> None:
    for name in FILES:
        source = (STYLES / f"{name}.css").read_text(encoding="utf-8")
        assert source.count("{") == source.count("}"), name


def test_everything_lies_in_a_layer() -> None:
    declared = set(re.search(r"@layer ([^;{]+);", CSS)[1].split(", "))  # type: ignore[index]
    used = set(re.findall(r"@layer ([a-z]+) ?\{", CSS))
    assert used <= declared
    for name in FILES:
        if name == "fonts":
            continue
        outside = _outside_blocks(cssmin((STYLES / f"{name}.css").read_text(encoding="utf-8")))
        assert re.fullmatch(r"(@layer [a-z]+ ?)+", outside), name


def _outside_blocks(css: str) -> str:
    depth, kept = 0, []
    for letter in css:
        if letter == "{":
            depth += 1
        elif letter == "}":
            depth -= 1
        elif depth == 0:
            kept.append(letter)
    return "".join(kept)


def test_it_is_small() -> None:
    assert len(gzip.compress(CSS.encode(), 9)) < 12_000


def test_movement_stops_for_those_who_ask() -> None:
    assert "prefers-reduced-motion:reduce" in CSS.replace(": ", ":")


def test_movement_is_never_longer_than_a_fifth_of_a_second() -> None:
    for number, unit in re.findall(r"\b(\d*\.?\d+)(ms|s)\b", CSS):
        assert float(number) * (1000 if unit == "s" else 1) <= 200
