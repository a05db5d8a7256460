"""From visitor to student with a top five of five: by mouse, by keyboard, without scripts."""

from __future__ import annotations

import secrets
import time
import urllib.request
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.support.mailbox import confirm_address

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser

FIVE = (
    "half-minor-edinburgh",
    "half-minor-global-health-cuba",
    "half-minor-bordeaux",
    "half-minor-tanzania-kcmc",
    "half-minor-finland",
)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PARTS = (
    "", "profile/", "fit/", "top-five/", "compare/", "share/", "data/", "top-five/add/SE/",
    "dates/", f"costs/{FIVE[1]}/", f"language/{FIVE[1]}/",
    "courses/karolinska-biomedicine-semester/",
)  # fmt: skip


def keys(page: Page) -> list[str]:
    found: list[str] = page.locator("#top-five li[data-key]").evaluate_all(
        "items => items.map(item => item.dataset.key)"
    )
    return found


def fill_in_profile(page: Page) -> None:
    page.select_option("#id_programme", "medicine-bsc")
    page.fill("#id_year", "2")
    page.select_option("#id_level_en", "C1")
    page.fill("#id_budget", "4500")
    page.click(".save button")
    page.wait_for_url("**/plan/fit/")


def sign_up(page: Page, site: Site, base: str) -> str:
    mail = f"journey-{secrets.token_hex(6)}@example.org"
    page.goto(f"{base}account/signup/")
    page.fill("input[name=email]", mail)
    page.fill("input[name=password1]", "a long pass phrase")
    page.press("input[name=password1]", "Enter")
    page.wait_for_function("() => !location.pathname.includes('signup')")
    confirm_address(page, site, mail)
    return mail


@both_languages
def test_a_visitor_makes_a_top_five_and_keeps_it_by_signing_up(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page()
    base = f"{live_site.url}/{language}/"
    page.goto(f"{base}opportunities/{FIVE[0]}/")
    page.click("a.button[data-add]")  # one click, no account
    page.wait_for_selector("a.added")
    page.goto(f"{base}plan/profile/")
    fill_in_profile(page)
    for number, key in enumerate(FIVE[1:4], start=2):
        page.click(f'a[data-add="{key}"]')
        page.wait_for_function(
            "n => document.querySelectorAll('a.added').length === n - 1", arg=number
        )
    page.goto(f"{base}countries/SE/")
    page.click("a[data-add]")
    page.wait_for_selector("a.added")
    sign_up(page, live_site, base)
    page.goto(f"{base}plan/top-five/")
    assert keys(page) == [*FIVE[:4], "SE"]
    # A sixth asks which one makes room.
    page.goto(f"{base}opportunities/{FIVE[4]}/")
    page.click("a.button[data-add]")
    page.wait_for_url(f"**/top-five/add/{FIVE[4]}/")
    page.check('input[value="SE"]')
    page.click("main form button")
    page.wait_for_url("**/plan/top-five/")
    assert keys(page) == list(FIVE)
    page.goto(f"{base}plan/compare/")
    assert page.locator(".compare thead th").count() == 5


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _press in range(160):
        if page.evaluate("s => document.activeElement?.matches(s)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never came to {selector} on {page.url}")


@both_languages
def test_the_same_by_keyboard_alone(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page()
    base = f"{live_site.url}/{language}/"
    page.goto(f"{base}plan/profile/")
    tab_to(page, "#id_programme")
    page.keyboard.press("ArrowDown")
    tab_to(page, "#id_year")
    page.keyboard.type("2")
    tab_to(page, ".save button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan/fit/")
    for number in range(1, 6):
        tab_to(page, "a[data-add]")
        page.keyboard.press("Enter")
        page.wait_for_function("n => document.querySelectorAll('a.added').length === n", arg=number)
    page.goto(f"{base}account/signup/")
    tab_to(page, "input[name=email]")
    address = f"keys-{secrets.token_hex(6)}@example.org"
    page.keyboard.type(address)
    tab_to(page, "input[name=password1]")
    page.keyboard.type("a long pass phrase")
    page.keyboard.press("Enter")
    page.wait_for_function("() => !location.pathname.includes('signup')")
    confirm_address(page, live_site, address)
    page.goto(f"{base}plan/top-five/")
    before = keys(page)
    assert len(before) == 5
    tab_to(page, ".handle")
    page.keyboard.press("ArrowDown")
    focus = "id => document.activeElement.id === id"
    page.wait_for_function(focus, arg=f"handle-{before[0]}")  # where it was, so one may go on
    assert keys(page) == [before[1], before[0], *before[2:]]
    assert "2" in (page.locator("#status-message").text_content() or "")  # said to a screen reader
    tab_to(page, f"#down-{before[0]}")
    with page.expect_response("**/top-five/move/"):
        page.keyboard.press("Enter")
    page.wait_for_function(
        "key => document.querySelectorAll('li[data-key]')[2].dataset.key === key", arg=before[0]
    )
    page.goto(f"{base}plan/top-five/")
    assert keys(page)[2] == before[0]


def test_without_scripts_it_works_as_well(live_site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    for key in FIVE[:2]:
        page.goto(f"{live_site.url}/en/opportunities/{key}/")
        page.click("a.button[data-add]")
        page.click("main form button")
    page.click(f'li[data-key="{FIVE[1]}"] .five-act form button')
    assert page.locator("li[data-key]").first.get_attribute("data-key") == FIVE[1]
    page.click(f'li[data-key="{FIVE[1]}"] details.note summary')
    page.fill(f"#note-{FIVE[1]}", "Ask about the group")
    page.click(f"#save-{FIVE[1]}")
    assert page.locator(f"#note-{FIVE[1]}").input_value() == "Ask about the group"
    page.click("#undo")
    assert page.locator(f"#note-{FIVE[1]}").input_value() == ""
    page.goto(f"{live_site.url}/en/plan/fit/")
    page.fill("input[name=cost]", "100")
    page.click("#sliders .no-script button")
    assert page.locator("input[name=cost]").input_value() == "100"


def test_dragging_puts_a_place_elsewhere(live_site: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(viewport={"width": 1280, "height": 1400})
    for key in FIVE[:3]:
        page.goto(f"{live_site.url}/en/plan/top-five/add/{key}/")
        page.click("main form button")
    handle = page.locator(f"#handle-{FIVE[0]}").bounding_box()
    last = page.locator(f"#place-{FIVE[2]}").bounding_box()
    assert handle is not None
    assert last is not None
    page.mouse.move(handle["x"] + 5, handle["y"] + 5)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, last["y"] + last["height"] - 5, steps=12)
    with page.expect_response("**/top-five/order/"):
        page.mouse.up()
    page.reload()
    assert keys(page) == [FIVE[1], FIVE[2], FIVE[0]]


def test_a_slider_moves_the_order_at_once_and_as_the_server_does(
    live_site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    # The comparison of courses is part of the order; it must not arrive between the two looks.
    wait_for_every_similarity(live_site)
    page.goto(f"{live_site.url}/en/plan/profile/")
    fill_in_profile(page)
    slugs = "() => [...document.querySelectorAll('#fits > li')].map(li => li.dataset.slug)"
    before = page.evaluate(slugs)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        # In one go: nothing of the server can come between the move and the look.
        at_once = page.evaluate(
            f"""() => {{
            for (const [part, value] of [["cost", 100], ["language", 0], ["experiences", 5]]) {{
                const range = document.querySelector(`#weight-${{part}}`);
                range.value = value;
                range.dispatchEvent(new Event("input", {{bubbles: true}}));
            }}
            return ({slugs})();
        }}"""
        )
    assert at_once != before
    page.wait_for_load_state("networkidle")
    page.reload()
    assert page.evaluate(slugs) == at_once


@pytest.mark.long
@both_languages
def test_axe_finds_nothing_on_the_pages_of_a_plan(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    base = f"{live_site.url}/{language}/"
    page.goto(f"{base}plan/profile/")
    fill_in_profile(page)
    for key in (*FIVE[:4], "SE"):
        page.goto(f"{base}plan/top-five/add/{key}/")
        page.click("main form button")
    wait_for_similarity(page, base)
    found = []
    for part in PARTS:
        page.goto(f"{base}plan/{part}")
        found += in_every_look(page, part or "overview")
    page.goto(f"{base}plan/profile/")
    page.fill("#id_budget", "1e99")
    page.click(".save button")
    page.wait_for_selector(".error-summary")
    found += in_every_look(page, "profile with a mistake")
    page.goto(f"{base}plan/costs/{FIVE[1]}/")
    page.fill("#id_housing", "-5")
    page.click("#figures .next")
    page.wait_for_selector(".error-summary")
    found += in_every_look(page, "costs with a mistake")
    assert not found, "\n".join(found)


def in_every_look(page: Page, name: str) -> list[str]:
    """Return what axe finds on the open page, in light and dark, narrow and wide."""
    found = []
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found += violations(page, f"{name} {scheme} {width}")
    return found


@both_languages
def test_costs_follow_what_one_types_and_answers(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/{language}/plan/costs/{FIVE[1]}/")
    before = page.locator(".bill .sum").text_content()
    assert "38%" in (page.locator("#lines, .cost-lines").last.text_content() or "") or (
        page.locator(".cost-line", has_text="38%").count() > 0
    )
    page.fill("#id_housing", "9000")
    page.click("#figures .next")
    page.wait_for_selector(".status-message .notice.good")
    dear = page.locator(".bill .sum").text_content()
    assert dear != before
    assert page.locator("#id_housing").input_value() == "9000"
    counted = page.locator(".grants .counted").count()
    page.check("#id_international_place input[value=yes]")
    page.click(".answers button")
    page.wait_for_selector(".status-message .notice.good")
    assert page.locator(".bill .sum").text_content() != dear
    assert page.locator(".grants .counted").count() >= counted
    page.fill("#id_housing", "a lot")
    page.click("#figures .next")
    page.wait_for_selector(".error-summary")
    page.click(".error-summary a")
    assert page.evaluate("document.activeElement.id") == "id_housing"
    assert page.locator("#id_housing").input_value() == "a lot"


@both_languages
def test_courses_are_insisted_on_ruled_out_and_let_go(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page()
    base = f"{live_site.url}/{language}/"
    wait_for_similarity(page, base)
    page.goto(f"{base}plan/courses/karolinska-biomedicine-semester/")
    pairs = "#h-links ~ .course-pairs .course-pair"
    first = page.locator(pairs).first
    name = first.locator(".pair-head").text_content() or ""
    with page.expect_navigation():
        first.locator("button[value=forbid]").click()
    out = page.locator("#h-out ~ .course-pairs .course-pair")
    assert out.count() == 1
    with page.expect_navigation():
        out.locator("button[value=release]").click()
    assert page.locator("#h-out").count() == 0
    assert (page.locator(pairs).first.locator(".pair-head").text_content() or "") == name
    with page.expect_navigation():
        page.locator(pairs).first.locator("button[value=pin]").click()
    assert page.locator(f"{pairs} .tag").count() == 1
    page.goto(f"{base}alike/")
    place = page.locator(".similar-hosts > li").first
    place.locator("summary").first.click()
    assert place.locator("details[open]").count() >= 1


def wait_for_every_similarity(site: Site) -> None:
    """Until each web process has compared the courses: a new connection may meet any of them."""
    in_a_row = 0
    for _try in range(600):
        with urllib.request.urlopen(f"{site.url}/en/alike/", timeout=60) as answer:
            in_a_row = in_a_row + 1 if b'class="similar-hosts' in answer.read() else 0
        if in_a_row == 24:
            return
        if not in_a_row:
            time.sleep(0.5)
    pytest.fail("the courses were never compared")


def wait_for_similarity(page: Page, base: str) -> None:
    """Until the site has compared its courses, which it does beside its other work."""
    page.goto(f"{base}alike/")
    for _try in range(60):
        if page.locator(".similar-hosts").count():
            return
        page.wait_for_timeout(500)
        page.reload()
    pytest.fail("the courses were never compared")
