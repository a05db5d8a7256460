"""Jobs of a coordinator in a real browser, their steps counted beside what they took before.

A step is a thing that a person does: a key or a chord, a text that is typed, a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.test_office_by_keyboard import enter
from tests.support import ready
from tests.support.site import Site, running_site, sojourn

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.timeout(600)]

# On 29 November 2026 by what a person had to do: five lists, each opened, typed into and sent.
BEFORE = {"a student by name, everything on one page": 15}
# What could not be done at all then has no number.
WHO = "Example Applicant 07"


@pytest.fixture
def site_of_a_round(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    with ready.installation(ready.DEMO_ACCOUNTS, tmp_path, f"{worker_id}-jobs") as env:
        made = sojourn("demo", "round", env=env, seconds=280)
        assert made.returncode == 0, made.stdout + made.stderr
        with running_site(tmp_path, env=env) as site:
            yield site


class Hands:
    """Somebody at a page; counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def key(self, keys: str) -> None:
        self.steps += 1
        self.page.keyboard.press(keys)

    def types(self, text: str) -> None:
        self.steps += 1
        self.page.keyboard.type(text)

    def clicks(self, selector: str) -> None:
        self.steps += 1
        self.page.click(selector)


@both_languages
def test_job_8_a_student_by_name_with_everything_on_one_page(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("Control+k")
    page.wait_for_selector("#find[open]")
    hands.types("applicant 07")
    page.wait_for_selector(f"#find .results a:has-text('{WHO}')")
    hands.key("Enter")
    page.wait_for_url("**/students/*/")
    assert hands.steps == 3 < BEFORE["a student by name, everything on one page"]
    assert page.text_content("h1") == WHO
    for part in (".way", ".story", "#tasks", "#notes", "#five", "#mail", ".sums"):
        assert page.locator(part).first.is_visible(), part
    # The same without the box: a link, a word, a name.
    slow = Hands(page)
    page.goto(f"{site_of_a_round.url}/{language}/office/")
    slow.clicks(".seek")
    page.wait_for_url("**/search/")
    slow.clicks("#search-q")
    slow.types("applicant 07")
    slow.key("Enter")
    page.wait_for_selector(f".found a:has-text('{WHO}')")
    slow.clicks(f".found a:has-text('{WHO}')")
    page.wait_for_url("**/students/*/")
    assert page.text_content("h1") == WHO
    assert slow.steps == 5


@both_languages
def test_a_note_and_a_message_begin_with_one_key(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("g")
    hands.key("s")
    page.wait_for_url("**/students/")
    hands.key("j")
    hands.key("Enter")
    page.wait_for_url("**/students/*/")
    hands.key("n")
    page.wait_for_url("**/note/")
    page.focus("[name=text]")
    hands.types("Rather a call than a mail.")
    page.click("main form .button.next")
    page.wait_for_url("**/students/*/")
    assert "Rather a call than a mail." in (page.text_content(".paper") or "")
    assert hands.steps == 6
    hands.key("?")
    page.wait_for_selector("#all-keys[open]")
    assert page.locator("#all-keys .go kbd").count() > 12


@both_languages
def test_job_9_a_colleague_for_one_programme_alone(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("g")
    hands.key("l")
    page.wait_for_url("**/people/")
    hands.clicks(".opening .button.next")
    page.wait_for_url("**/people/invite/")
    hands.clicks("#id_email")
    hands.types("new.colleague@example.org")
    hands.clicks("input[name=role][value=coordinator]")
    hands.clicks("input[name=programmes][value=biomedical-sciences-bsc]")
    hands.clicks("main form .button.next")
    page.wait_for_selector(".status-message :text('new.colleague@example.org')")
    assert page.text_content("h1") == "new.colleague@example.org"
    assert hands.steps == 8
    rights = page.text_content("#roles ~ ul") or ""
    assert "Biomed" in rights


@both_languages
def test_job_12_write_to_all_applicants_of_a_round(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    page.goto(f"{site_of_a_round.url}/{language}/office/rounds/")
    hands = Hands(page)
    hands.clicks("main tbody th a >> nth=0")
    hands.clicks("a[href$='/applications/'] >> nth=0")
    page.wait_for_selector("main tbody tr")
    if page.locator("input[name=everything]").count():
        hands.clicks("input[name=everything]")
    else:
        for box in page.locator("input[name=pick]").all():
            box.check()
        hands.steps += 1
    hands.clicks(".bulk button")
    page.wait_for_selector("[name=text_en]")
    for code in ("en", "nl"):
        page.fill(f"[name=subject_{code}]", "{name}, {code}")
        page.fill(f"[name=text_{code}]", "{name}: {place}")
        hands.steps += 2
    hands.clicks("button[value=look]")
    page.wait_for_selector(".paper")
    assert violations(page, "compose") == []
    sample = page.text_content(".paper") or ""
    assert "Example Applicant" in sample
    assert "{" not in sample
    hands.clicks("button[value=send]")
    page.wait_for_url("**/write/*/")
    assert page.locator("main tbody tr").count() > 3
    assert hands.steps <= 12
