"""The plan at 390 pixels: parts that fold, two places at a time, costs that count at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PLACES = (
    "karolinska-biomedicine-semester",
    "half-minor-edinburgh",
    "half-minor-global-health-cuba",
)
# What is there and wider than the screen, or runs out of it.
OUTSIDE = """() => [...document.querySelectorAll("main *")]
  .filter((each) => each.checkVisibility() && !each.closest(".hush"))
  .filter((each) => each.getBoundingClientRect().right > innerWidth + 1)
  .map((each) => each.outerHTML.slice(0, 80))"""
# What lies on top of each link of the comparison once it is scrolled to.
COVERED = """() => [...document.querySelectorAll(".compare-pair a")].filter((link) => {
    link.scrollIntoView({ block: "nearest" });
    const box = link.getBoundingClientRect();
    const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
    return !(top && (link.contains(top) || top.contains(link)));
  }).map((link) => link.textContent.trim())"""


def with_a_list(page: Page, base: str) -> None:
    page.goto(f"{base}plan/profile/")
    page.select_option("#id_programme", "biomedical-sciences-bsc")
    page.fill("#id_year", "1")
    page.fill("#id_ects_earned", "30")
    page.click(".save button")
    page.wait_for_url("**/plan/fit/")
    for number, key in enumerate(PLACES, start=1):
        page.click(f'a[data-add="{key}"]')
        page.wait_for_function("n => document.querySelectorAll('a.added').length === n", arg=number)


@both_languages
def test_a_first_year_compares_two_places_on_a_phone(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(viewport=PHONE)
    base = f"{live_site.url}/{language}/"
    with_a_list(page, base)
    # What is not for a first-year of this programme lies folded under its count.
    assert page.locator(".ruled-out").get_attribute("open") is None
    assert page.locator("#fits .verdict.track").count() >= 4
    for path in ("", "fit/", "compare/", "dates/", f"costs/{PLACES[0]}/"):
        page.goto(f"{base}plan/{path}")
        fold = page.locator(".parts-fold")
        assert fold.is_visible()
        height = (fold.bounding_box() or {"height": 0})["height"]
        assert 24 <= height <= 64, "one row"
        assert page.evaluate(OUTSIDE) == []
        assert not violations(page, f"{path} {language}")
    page.goto(f"{base}plan/")
    page.click(".parts-fold summary")
    page.click(".parts-fold a[href$='/plan/compare/']")
    page.wait_for_url("**/plan/compare/")
    pair = page.locator(".compare-pair")
    assert pair.locator(".pair-head").count() == 2
    assert page.locator(".compare table").is_hidden()
    first = pair.locator(".pair-head").first.bounding_box()
    second = pair.locator(".pair-head").last.bounding_box()
    assert first is not None
    assert second is not None
    assert first["y"] == second["y"]
    assert second["x"] + second["width"] <= PHONE["width"]
    assert page.evaluate(COVERED) == []
    # The third beside the one that was first.
    pair.locator(".pair-choice a").nth(2).click()
    page.wait_for_url("**?pair=1-3")
    assert page.locator(".pair-choice [aria-current]").count() == 2
    assert page.locator(".pair-head a").last.get_attribute("href") == (
        f"/{language}/opportunities/{PLACES[2]}/"
    )


@both_languages
def test_own_figures_count_while_one_types_and_by_the_button_without_scripts(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(viewport=PHONE)
    address = f"{live_site.url}/{language}/plan/costs/{PLACES[0]}/"
    page.goto(address)
    before = page.locator("#total-now b").inner_text()
    page.fill("#id_housing", "9000")
    page.wait_for_function(
        "t => document.querySelector('#total-now b').textContent.trim() !== t.trim()", arg=before
    )
    now = page.locator("#total-now b").inner_text()
    assert now in page.locator(".bill .sum").inner_text()
    assert page.locator("#id_housing").input_value() == "9000"
    page.reload()
    assert page.locator("#total-now b").inner_text() == now
    button = page.locator("#figures .next").bounding_box()
    total = page.locator("#total-now").bounding_box()
    assert button is not None
    assert total is not None
    assert abs(total["y"] - button["y"]) < 80, "beside the button"

    plain = new_page(viewport=PHONE, java_script_enabled=False)
    plain.goto(address)
    plain.fill("#id_housing", "9000")
    plain.click("#figures .next")
    plain.wait_for_selector(".status-message .notice.good")
    assert plain.locator("#total-now b").inner_text() == now
