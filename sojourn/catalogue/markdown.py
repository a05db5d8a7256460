"""Markdown of the catalogue as safe HTML: rendered by markdown-it-py, then cleaned by nh3."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sojourn.common.languages import BorrowedText

TAGS = {
    "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "h2": {"id"}, "h3": {"id"}, "h4": {"id"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of a long text, for its table of contents."""

    level: int
    anchor: str
    text: str


def anchor_for(text: str, taken: set[str]) -> str:
    """Return an id for a heading.

    Its words in plain letters, with a number when it occurs again.
    """
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "section"
    anchor, number = base, 2
    while anchor in taken:
        anchor, number = f"{base}-{number}", number + 1
    taken.add(anchor)
    return anchor


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Raw HTML is shown as text: the loader refuses it and the admin may not smuggle it in.
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).enable("table")


def _plain(token: Token) -> str:
    return "".join(child.content for child in token.children or [] if child.content)


def _with_anchors(tokens: list[Token]) -> list[Heading]:
    """Give each heading an id, one level down: the page itself has the only h1."""
    headings: list[Heading] = []
    taken: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        level = min(4, max(2, int(token.tag[1:])))
        token.tag = f"h{level}"
        if token.type == "heading_open":
            text = _plain(tokens[index + 1])
            anchor = anchor_for(text, taken)
            token.attrSet("id", anchor)
            headings.append(Heading(level, anchor, text))
    return headings


@lru_cache(maxsize=1024)
def _rendered(source: str) -> tuple[SafeString, tuple[Heading, ...]]:
    parser = _parser()
    environment: dict[str, Any] = {}
    tokens = parser.parse(source.replace("\x00", ""), environment)
    headings = _with_anchors(tokens)
    html = parser.renderer.render(tokens, parser.options, environment)
    clean = nh3.clean(
        html, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener"
    )
    return mark_safe(clean), tuple(headings)  # noqa: S308 (cleaned one line above)


def render(source: str) -> SafeString:
    """Return the text as HTML that is safe to put into a page."""
    html = _rendered(source)[0]
    if isinstance(source, BorrowedText):
        return format_html('<div lang="{}">{}</div>', source.language, html)
    return html


def headings(source: str) -> tuple[Heading, ...]:
    """Return the headings of the text with the anchors that `render` gives them."""
    return _rendered(source)[1]
