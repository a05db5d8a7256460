"""Build `static/design/sojourn.css` out of the files in `styles/`: `make stylesheet`.

The result is committed, so that nothing needs a build step to start; a test says when it is out
of date.
"""

from __future__ import annotations

import re
from pathlib import Path

from rcssmin import cssmin

STYLES = Path(__file__).parent / "styles"
OUTPUT = Path(__file__).parent / "static" / "design" / "sojourn.css"

# `pages` is for the stylesheets of portal and office, which come after this one.
LAYERS = "@layer tokens, base, layout, components, pages, utilities, print;\n"
FILES = (
    "fonts",
    "tokens",
    "base",
    "layout",
    "button",
    "form",
    "facts",
    "range",
    "card",
    "map",
    "hero",
    "road",
    "chip",
    "verdict",
    "table",
    "wayfinding",
    "notice",
    "fold",
    "hour",
    "thread",
    "parts-menu",
    "print",
)


def _for_older_browsers(tokens: str) -> str:
    """Repeat the colours for browsers from before light-dark() (2024), taken from the tokens.

    Without them such a browser would paint the land of every map black.
    """
    colours = re.findall(r"(--[a-z-]+): light-dark\((#\w+), (#\w+)\)", tokens)
    light = ";".join(f"{name}:{day}" for name, day, _ in colours)
    dark = ";".join(f"{name}:{night}" for name, _, night in colours)
    return (
        "@supports not (color:light-dark(#000,#fff)){@layer tokens{"
        f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}}}}}\n"
    )


def build() -> str:
    """Return the whole stylesheet, as it is served."""
    sources = {name: (STYLES / f"{name}.css").read_text(encoding="utf-8") for name in FILES}
    written = "".join(cssmin(source) + "\n" for source in sources.values())
    return LAYERS + written + _for_older_browsers(sources["tokens"])


if __name__ == "__main__":
    OUTPUT.write_text(build(), encoding="utf-8")
