"""A question and a place of one's own, from both sides, in a real browser, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.support import ready
from tests.support.site import Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

PLACE = "half-minor-edinburgh"
PDF = {"name": "letter.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n%%EOF\n"}
LOOKS = {
    "en": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "nl": {"viewport": {"width": 390, "height": 900}, "color_scheme": "dark"},
}


@pytest.fixture(scope="module")
def demo_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """A site with the demo accounts, which these tests may change."""
    folder = tmp_path_factory.mktemp("questions")
    with ready.installation(ready.DEMO_ACCOUNTS, folder, f"{worker_id}-questions") as env:
        with running_site(folder, env=env) as site:
            yield site


def passwords(site: Site) -> dict[str, str]:
    lines = (site.data / "demo-accounts.txt").read_text().splitlines()
    return dict(line.split("\t")[:2] for line in lines)


def sign_in(page: Page, site: Site, language: str, who: str) -> None:
    known = passwords(site)
    address = next(address for address in known if address.startswith(who))
    page.goto(f"{site.url}/{language}/account/login/")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", known[address])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login/" not in url)


def send(page: Page, selector: str = "main form button.next") -> None:
    before = page.url
    with page.expect_navigation():
        page.click(selector)
    assert page.url != before or page.locator(".error-summary").count() == 0


@both_languages
def test_asked_answered_published_and_read_by_everybody(
    demo_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    site = demo_site
    found: list[str] = []
    anna = new_page(bypass_csp=True, reduced_motion="reduce", **LOOKS[language])
    carla = new_page(bypass_csp=True, reduced_motion="reduce", **LOOKS[language])
    sign_in(anna, site, language, "student-medicine-bsc")
    sign_in(carla, site, language, "coordinator")

    anna.goto(f"{site.url}/{language}/questions/ask/?opportunity={PLACE}")
    anna.fill("[name=subject]", f"Canary {language}")
    # More words of the question are in a guide than the two odd ones of its subject.
    anna.fill(
        "[name=text]", "What do I pay before I leave: visa, travel, insurance and vaccinations?"
    )
    anna.wait_for_selector(".likely")
    found += violations(anna, "ask")
    anna.set_input_files("[name=attachments]", [PDF])
    send(anna)
    thread = anna.url
    assert "/questions/" in thread
    found += violations(anna, "thread")

    carla.goto(f"{site.url}/{language}/office/questions/")
    found += violations(carla, "questions in the office")
    number = thread.rstrip("/").rpartition("/")[2]
    carla.click(f'main a[href$="/questions/{number}/"]')
    carla.wait_for_selector("[name=becomes]")
    found += violations(carla, "one question in the office")
    carla.fill("[name=text]", "No canaries, Demo.")
    send(carla, "button[name=then]")
    found += violations(carla, "publish")
    other = "nl" if language == "en" else "en"
    carla.fill(f"[name=question_{other}]", f"Canary {other} of {language}?")
    carla.fill(f"[name=text_{other}]", "No canaries at all.")
    send(carla)  # the demo student is called Demo
    assert carla.locator(".traces input").count() == 1
    found += violations(carla, "traces")
    carla.fill(f"[name=text_{language}]", "No canaries, none.")
    send(carla)
    found += violations(carla, "answer")
    carla.goto(f"{site.url}/{language}/office/answers/")
    found += violations(carla, "answers")

    anna.goto(thread)
    assert "No canaries, Demo." in (anna.text_content(".thread") or "")
    visitor = new_page(bypass_csp=True, **LOOKS[language])
    for _time in range(20):
        visitor.goto(f"{site.url}/{language}/opportunities/{PLACE}/")
        if visitor.locator(".answered").count():
            break
        visitor.wait_for_timeout(300)
    assert "No canaries, none." in (visitor.text_content("#answers") or "")
    found += violations(visitor, "place with an answer")
    assert not found, "\n".join(found)


@both_languages
def test_a_place_found_approved_and_planned_with(
    demo_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    site = demo_site
    found: list[str] = []
    anna = new_page(bypass_csp=True, reduced_motion="reduce", **LOOKS[language])
    carla = new_page(bypass_csp=True, reduced_motion="reduce", **LOOKS[language])
    sign_in(anna, site, language, "student-medicine-bsc")
    sign_in(carla, site, language, "coordinator")

    anna.goto(f"{site.url}/{language}/own-places/")
    found += violations(anna, "self-arranged places")
    anna.goto(f"{site.url}/{language}/own-places/new/")
    anna.fill("[name=institution_name]", "Karolinska Institute")
    anna.wait_for_selector(".near")
    found += violations(anna, "tell of a place")
    anna.check('.near input[value="karolinska-institutet"]')
    anna.select_option("[name=kind]", "research_internship")
    anna.fill("[name=subject]", f"Hearts {language}")
    anna.fill("[name=starts_on]", "2027-09-01")
    anna.fill("[name=ends_on]", "2028-01-31")
    anna.fill("[name=text]", "She said yes.")
    anna.set_input_files("[name=attachments]", [PDF])
    send(anna)
    mine = anna.url
    found += violations(anna, "self-arranged place")

    carla.goto(f"{site.url}/{language}/office/own-places/")
    found += violations(carla, "own places in the office")
    number = mine.rstrip("/").rpartition("/")[2]
    carla.click(f'main a[href$="/own-places/{number}/"]')
    carla.wait_for_selector("[name=window]")
    found += violations(carla, "one own place in the office")
    carla.select_option("[name=window]", index=1)
    send(carla)
    found += violations(carla, "approved")

    anna.goto(mine)
    found += violations(anna, "approved place")
    anna.click("main .buttons a.next")
    anna.wait_for_url("**/top-five/add/**")
    send(anna)
    assert f"Hearts {language}" in (anna.text_content("main") or "")
    assert not found, "\n".join(found)


@both_languages
def test_a_visitor_asks_without_javascript(
    demo_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{demo_site.url}/{language}/questions/ask/?guide=costs")
    page.fill("[name=subject]", "Costs")
    page.fill("[name=text]", "What does a stay cost, and which grant pays it?")
    page.fill("[name=email]", f"visitor-{language}@example.org")
    send(page)
    assert page.locator(".likely a").count() > 0  # the step before sending
    assert page.input_value("[name=text]").startswith("What does a stay cost")
    send(page)
    assert page.url.endswith("/questions/ask/sent/")
