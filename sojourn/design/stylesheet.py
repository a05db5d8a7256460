"""Builds `static/design/sojourn.css` out of the files in `styles/`.

Run `python -m sojourn.design.stylesheet` after an edit. The result is committed, so that nothing
needs a build step to start; a test says when it is out of date.
"""

from __future__ import annotations

import re
from pathlib import Path

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
    "hour",
    "thread",
    "parts-menu",
    "print",
)


def minify(css: str) -> str:
    """Drop comments and the white space that carries no meaning."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s*([{};,])\s*", r"\1", css)
    # After a colon only in declarations: `a :hover` is not `a:hover`.
    css = re.sub(r"(?<=[{;])([a-z-]+): ", r"\1:", css)
    return css.replace(";}", "}").strip()


def _for_older_browsers(tokens: str) -> str:
    """The same colours for browsers from before light-dark() (2024), taken from the tokens.

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
    """The whole stylesheet, as it is served."""
    sources = {name: (STYLES / f"{name}.css").read_text(encoding="utf-8") for name in FILES}
    written = "".join(minify(source) + "\n" for source in sources.values())
    return LAYERS + written + _for_older_browsers(sources["tokens"])


if __name__ == "__main__":
    OUTPUT.write_text(build(), encoding="utf-8")
