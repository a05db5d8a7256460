"""A student finds a place: by subject, by country, by map, by keyboard, without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.journeys.languages import both_languages

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser

# Two browsers, two servers and their tests may share two cores.
expect.set_options(timeout=20_000)

OpenPage = Callable[..., "Page"]

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "search": "Search",
        "subject": "immunology",
        "fits": r"\d+ places? fits?",
        "country": "Sweden",
        "apply": "Apply filters",
        "map": "Map",
        "top_five": "Add to my top five",
        "other": "Nederlands",
        "table": "Table",
        "places": "What you can do there",
    },
    "nl": {
        "search": "Zoeken",
        "subject": "immunologie",
        "fits": r"\d+ passende plek(ken)?",
        "country": "Zweden",
        "apply": "Filters toepassen",
        "map": "Kaart",
        "top_five": "Zet in mijn top vijf",
        "other": "English",
        "table": "Tabel",
        "places": "Wat je er kunt doen",
    },
}


@both_languages
def test_find_by_subject(live_site: Site, new_page: OpenPage, language: str) -> None:
    words = WORDS[language]
    page = new_page()
    page.goto(f"{live_site.url}/{language}/")
    page.locator("main input[type=search]").fill(words["subject"])
    page.locator("main").get_by_role("button", name=words["search"], exact=True).click()
    expect(page.locator("#count")).to_have_text(re.compile(words["fits"]))
    expect(page.locator("article.card").first).to_be_visible()
    page.locator("article.card h3 a").filter(has_text="Karolinska").first.click()
    expect(page).to_have_url(re.compile(rf"/{language}/opportunities/karolinska[a-z-]*/$"))
    button = page.locator(".act").get_by_role("link", name=words["top_five"])
    expect(button).to_be_visible()
    button.click()
    # It is kept at once, without an account, and the page says so.
    expect(page.get_by_role("status").filter(has_text="Karolinska")).to_be_visible()


@both_languages
def test_find_by_country(live_site: Site, new_page: OpenPage, language: str) -> None:
    words = WORDS[language]
    page = new_page()
    page.goto(f"{live_site.url}/{language}/opportunities/")
    before = page.locator("#count").inner_text()
    page.get_by_role("checkbox", name=re.compile(words["country"])).check()
    expect(page).to_have_url(re.compile("country=SE"))
    expect(page.locator("#count")).not_to_have_text(before)
    places = page.locator("article.card .where").all_inner_texts()
    assert any(words["country"] in where for where in places)
    for where in places:
        # A stay at two hosts names its cities instead; Stockholm is the one there.
        assert words["country"] in where or "Stockholm" in where
    expect(page.locator("ul.chips a")).to_contain_text(words["country"])
    # Back is back, with the box empty again.
    page.go_back()
    expect(page.locator("#count")).to_have_text(before)
    expect(page.get_by_role("checkbox", name=re.compile(words["country"]))).not_to_be_checked()


@both_languages
def test_find_by_map(live_site: Site, new_page: OpenPage, language: str) -> None:
    words = WORDS[language]
    page = new_page()
    page.goto(f"{live_site.url}/{language}/")
    page.get_by_role("navigation").get_by_role("link", name=words["map"], exact=True).click()
    expect(page).to_have_url(re.compile(f"/{language}/map/"))
    # What the map shows stands in the table beside it, too.
    page.locator("main svg a[href*='karolinska-institutet']").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"/{language}/institutions/karolinska-institutet/"))
    expect(page.get_by_role("heading", name=words["places"])).to_be_visible()
    page.go_back()
    page.get_by_role("table").get_by_role("link", name="Karolinska Institutet").click()
    expect(page).to_have_url(re.compile("karolinska-institutet"))


def test_results_follow_what_one_types(live_site: Site, new_page: OpenPage) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/en/opportunities/")
    field = page.locator("input[type=search]")
    field.press_sequentially("imunology", delay=20)  # with a mistake in it
    expect(page).to_have_url(re.compile("q=imunology"))
    expect(page.locator("#found article.card").first).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("imunology")


def test_what_was_typed_in_one_go_is_one_step_back(live_site: Site, new_page: OpenPage) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/en/opportunities/?country=SE")
    field = page.locator("input[type=search]")
    for piece, so_far in (("imm", "imm"), ("unol", "immunol"), ("ogy", "immunology")):
        field.press_sequentially(piece)
        expect(page).to_have_url(re.compile(f"q={so_far}(&|$)"))
    page.go_back()
    expect(page).to_have_url(f"{live_site.url}/en/opportunities/?country=SE")
    expect(field).to_have_value("")


def test_the_other_language_asks_what_was_typed(live_site: Site, new_page: OpenPage) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/en/opportunities/")
    page.locator("input[type=search]").fill("neuro")
    expect(page).to_have_url(f"{live_site.url}/en/opportunities/?q=neuro")
    page.get_by_role("banner").get_by_role("link", name="Nederlands").click()
    expect(page).to_have_url(f"{live_site.url}/nl/opportunities/?q=neuro")


def test_a_search_without_an_answer_says_so(live_site: Site, new_page: OpenPage) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/nl/opportunities/")
    field, count = page.locator("input[type=search]"), page.locator("#count")
    page.context.set_offline(True)
    field.fill("neuro")
    expect(count).to_contain_text("De site antwoordt niet")
    page.context.set_offline(False)
    field.fill("immunologie")
    expect(count).to_have_text(re.compile(WORDS["nl"]["fits"]))


def test_results_are_announced(live_site: Site, new_page: OpenPage) -> None:
    """The live region stays the same element; only its words change."""
    page = new_page()
    page.goto(f"{live_site.url}/en/opportunities/")
    page.locator("#count").evaluate("element => { element.dataset.kept = 'yes' }")
    page.locator("input[type=search]").fill("cuba")
    expect(page).to_have_url(re.compile("q=cuba"))
    expect(page.locator("#count")).to_have_attribute("data-kept", "yes")
    expect(page.locator("#count")).to_have_attribute("aria-live", "polite")


def test_a_filter_that_stands_open_stays_open_and_keeps_the_focus(
    live_site: Site, new_page: OpenPage
) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/en/opportunities/")
    facet = page.locator("#facet-subject")
    facet.locator("summary").click()
    box = facet.get_by_role("checkbox").first
    box.focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("subject="))
    expect(page.locator("#facet-subject")).to_have_attribute("open", "")
    expect(page.locator("#facet-subject").get_by_role("checkbox").first).to_be_focused()
    page.keyboard.press("Space")
    expect(page).not_to_have_url(re.compile("subject="))
    expect(page.locator("#facet-subject")).to_have_attribute("open", "")


@both_languages
def test_the_language_switch_keeps_the_page(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    other = {"en": "nl", "nl": "en"}[language]
    page = new_page()
    page.goto(f"{live_site.url}/{language}/opportunities/?q=neuro&view=table")
    page.get_by_role("banner").get_by_role("link", name=WORDS[language]["other"]).click()
    expect(page).to_have_url(f"{live_site.url}/{other}/opportunities/?q=neuro&view=table")
    expect(page.locator("html")).to_have_attribute("lang", other)
    # And the choice is remembered.
    page.goto(f"{live_site.url}/")
    expect(page).to_have_url(f"{live_site.url}/{other}/")


@both_languages
def test_by_keyboard_alone_from_home_to_an_opportunity(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/{language}/")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("karolinska")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("q=karolinska"))
    reach(page, "document.activeElement.closest('article.card')")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/{language}/opportunities/[a-z-]+/$"))
    reach(page, "document.activeElement.matches('.act .button')")
    assert is_in_view(page)


def reach(page: Page, where: str) -> None:
    """Press Tab until the focus is there; each stop on the way must be seen."""
    for _step in range(120):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
        if page.evaluate(f"Boolean({where})"):
            return
    pytest.fail(f"120 presses of Tab do not lead to {where}")


def is_in_view(page: Page) -> bool:
    seen: bool = page.evaluate(
        """() => {
            const box = document.activeElement.getBoundingClientRect();
            return box.width > 0 && box.top >= 0 && box.bottom <= innerHeight;
        }"""
    )
    return seen


@both_languages
def test_without_javascript_everything_is_reached(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    words = WORDS[language]
    page = new_page(java_script_enabled=False)
    page.goto(f"{live_site.url}/{language}/")
    page.locator("#study").select_option(value="biomedical-sciences-bsc.2")
    page.locator("form.who button").click()
    expect(page).to_have_url(re.compile("/plan/fit/$"))
    expect(page.locator("#fits > li").first).to_be_visible()
    page.goto(f"{live_site.url}/{language}/opportunities/")
    page.get_by_role("checkbox", name=re.compile(words["country"])).check()
    page.get_by_role("button", name=words["apply"]).click()
    expect(page).to_have_url(re.compile("country=SE"))
    expect(page.get_by_role("checkbox", name=re.compile(words["country"]))).to_be_checked()
    page.get_by_role("link", name=words["table"], exact=True).click()
    expect(page.get_by_role("table")).to_be_visible()
    page.get_by_role("table").get_by_role("link").filter(has_text="Karolinska").first.click()
    expect(page.locator(".act").get_by_role("link", name=words["top_five"])).to_be_visible()


@both_languages
def test_my_places_carry_their_rank_on_cards_pages_and_dots_of_several(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 900})
    site = f"{live_site.url}/{language}"
    page.goto(f"{site}/")
    page.locator("#study").select_option(value="biomedical-sciences-bsc.1")
    page.locator("form.who button").click()
    expect(page).to_have_url(re.compile("/plan/fit/$"))
    for count, slug in enumerate(
        ("karolinska-biomedicine-semester", "half-minor-edinburgh"), start=1
    ):
        page.locator(f"a[data-add={slug}]").click()
        expect(page.locator("main a.added")).to_have_count(count)
    # The menu leads to what is for me, with my programme and year.
    page.locator(".bar a[data-find]").click()
    expect(page).to_have_url(re.compile("programme=biomedical-sciences-bsc&year=1$"))
    mine = page.locator("article.card.mine")
    expect(mine).to_have_count(2)
    expect(mine.locator(".mine-rank").first).to_have_text(re.compile("^1 "))
    expect(page.locator("#not-for-you")).to_be_hidden()
    page.locator("summary:has(#h-not-for-you)").click()
    expect(page.locator("#not-for-you li").first).to_be_visible()
    # A place that is opened without them has the verdict of the plan, once.
    page.goto(f"{site}/opportunities/half-minor-edinburgh/")
    expect(page.locator("h1 .mine-rank")).to_have_text(re.compile("^2 "))
    expect(page.locator("main .verdict")).to_have_count(1)
    # Stockholm and Uppsala are one dot of the world, with a place of mine in it.
    page.goto(f"{site}/map/")
    host = f"/{language}/institutions/karolinska-institutet/"
    dot = page.locator(f".map.wide a[data-at~='{host}']")
    expect(dot.first).to_have_class("mine")
    expect(dot.first.locator(".mine-number")).to_have_text("1")


def test_on_a_phone_the_filters_wait_behind_one_button(live_site: Site, new_page: OpenPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{live_site.url}/en/opportunities/")
    box = page.get_by_role("checkbox", name=re.compile("Sweden"))
    expect(box).not_to_be_visible()
    page.locator(".facets > summary").click()
    expect(box).to_be_visible()
    box.check()
    expect(page).to_have_url(re.compile("country=SE"))
    expect(box).to_be_checked()


@pytest.mark.parametrize("path", ["", "opportunities/", "map/"])
def test_nothing_is_asked_of_a_third_party_and_nothing_is_blocked(
    live_site: Site, new_page: OpenPage, path: str
) -> None:
    page = new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{live_site.url}/en/{path}", wait_until="networkidle")
    assert asked
    assert all(address.startswith((live_site.url, "data:")) for address in asked)
    assert not said, said


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_no_page_scrolls_sideways(live_site: Site, new_page: OpenPage, width: int) -> None:
    from tests.portal.pages import SAMPLES

    page = new_page(viewport={"width": width, "height": 800})
    wide: dict[str, Any] = {}
    for sample in SAMPLES:
        page.goto(live_site.url + sample.address("nl"))
        over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if over > 0:
            wide[sample.kind] = over
    assert not wide


@both_languages
def test_a_list_of_22_places_on_a_phone_is_soon_read(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{live_site.url}/{language}/opportunities/?per_page=22")
    expect(page.locator("article.card")).to_have_count(22)
    height = page.locator(".cards").evaluate("list => list.offsetHeight")
    assert height <= 6_000


@both_languages
def test_a_folded_part_opens_by_keyboard_by_a_link_and_on_paper(
    live_site: Site, new_page: OpenPage, language: str
) -> None:
    place = f"{live_site.url}/{language}/opportunities/karolinska-biomedicine-semester/"
    page = new_page()
    page.goto(f"{place}#dates")
    expect(page.locator("#dates li").first).to_be_visible()
    expect(page.locator("#sources")).not_to_be_visible()
    page.locator("details:has(> #sources) > summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#sources")).to_be_visible()
    page.locator("a[href='#cost-lines']").click()
    expect(page.locator("#cost-lines table")).to_be_visible()
    page.locator("details:has(> #cost-lines) > summary").click()
    expect(page.locator("#cost-lines table")).not_to_be_visible()
    page.locator("a[href='#cost-lines']").click()
    expect(page.locator("#cost-lines table")).to_be_visible()
    page.emulate_media(media="print")
    for part in page.locator("details.fold > section").all():
        expect(part).to_be_visible()


def test_a_list_of_all_places_is_short_on_a_phone(live_site: Site, new_page: OpenPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{live_site.url}/en/opportunities/?per_page=22")
    assert page.locator("article.card").count() == 22
    assert page.evaluate("document.documentElement.scrollHeight") <= 6_000
