"""axe finds no violation on any kind of page: light and dark, phone and desk, both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.portal.pages import LANGUAGES, SAMPLES

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    live_site: Site, new_page: Callable[..., Page], scheme: str, width: int, language: str
) -> None:
    # The policy of the pages would keep the rules out as well.
    page = new_page(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        bypass_csp=True,
    )
    found = []
    for sample in SAMPLES:
        page.goto(live_site.url + sample.address(language))
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        page.evaluate(AXE.read_text(encoding="utf-8"))
        result = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        for violation in result["violations"]:
            for node in violation["nodes"][:3]:
                found.append(
                    f"{sample.kind}: {violation['id']}: {node['html'][:160]} "
                    f"{node['failureSummary'][:300]}"
                )
    assert not found, "\n".join(found)


def test_axe_would_find_something(live_site: Site, new_page: Callable[..., Page]) -> None:
    """The rules run at all: a picture without words is reported."""
    page = new_page(bypass_csp=True)
    page.goto(f"{live_site.url}/en/guide/")
    page.evaluate("document.querySelector('main').append(new Image())")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate("axe.run(document)")
    assert "image-alt" in {violation["id"] for violation in result["violations"]}
