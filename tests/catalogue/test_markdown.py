"""Markdown becomes HTML that is safe whatever was written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sojourn.catalogue.markdown import headings, render


def test_paragraphs_lists_links_and_emphasis() -> None:
    html = render("One *two*\n\n- [three](https://example.org)\n- four")
    assert "<em>two</em>" in html
    assert "<li>four</li>" in html
    assert 'href="https://example.org"' in html


def test_headings_get_anchors_and_leave_the_first_level_to_the_page() -> None:
    text = "# Één kop\n\n## Kosten\n\n## Kosten"
    html = render(text)
    assert '<h2 id="een-kop">' in html
    assert '<h2 id="kosten">' in html
    assert '<h2 id="kosten-2">' in html
    assert "<h1" not in html
    assert [(one.level, one.anchor, one.text) for one in headings(text)] == [
        (2, "een-kop", "Één kop"),
        (2, "kosten", "Kosten"),
        (2, "kosten-2", "Kosten"),
    ]


def test_html_is_shown_and_not_obeyed() -> None:
    html = render('<script>alert(1)</script> <img src=x onerror="x">')
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


def test_no_link_runs_a_script() -> None:
    for address in ("javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"):
        assert "href" not in render(f"[x]({address})")


@pytest.mark.slow
@given(st.text(max_size=300))
def test_only_harmless_markup_comes_out(text: str) -> None:
    html = render(text)
    tags = set(re.findall(r"<\s*/?\s*([a-z0-9]+)", html))
    assert tags <= {
        "a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre",
        "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
    }  # fmt: skip
    assert not re.search(r"<[^>]*\son\w+=", html)
    assert not re.search(r"<[^>]*\sstyle=", html)
