"""A first-year student from "I want to go abroad" to a checked plan and a booked talk.

The words on the way are counted, the pages, clicks and keys too. What stands on an earlier page is
not read again, and in the list of what fits, the reasons of the places that are chosen are read and
of the others the names and verdicts. With reading at 200 words a minute, choosing and typing it
takes less than ten minutes. A click and a key take what the keystroke-level model gives an average
person: to decide 1.35 s, to point 1.1 s, to press 0.2 s; a key 0.28 s (Card, Moran and Newell,
"The keystroke-level model for user performance time", Communications of the ACM, 1980).
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.support import ready
from tests.support.mailbox import link_sent_to
from tests.support.site import PROJECT, Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
WHO = "coordinator-internationalisation"
WORDS_A_MINUTE = 200
SECONDS_A_CLICK, SECONDS_A_KEY = 1.35 + 1.1 + 0.2, 0.28
MOST_MINUTES = 10
MOST_WORDS = 1_700
MOST_PAGES = 10
MOST_CLICKS = 22
# Times to book on weekdays.
PREPARE = """
import django; django.setup()
from tests.portal.test_advice import open_hours
open_hours()
"""


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("first-year-site")
    with contextlib.ExitStack() as stack:
        env = stack.enter_context(
            ready.installation(ready.LEIDEN, folder, f"{worker_id}-first-year")
        )
        prepared = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=env | {"DJANGO_SETTINGS_MODULE": "sojourn.config.settings"},
            cwd=PROJECT, capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip
        assert prepared.returncode == 0, prepared.stderr
        site = stack.enter_context(running_site(Path(folder), env=env))
        # The first page waits for a snapshot, on a busy machine longer than a browser would.
        urllib.request.urlopen(f"{site.url}/en/", timeout=200).close()
        yield site


@dataclass
class Reader:
    """Somebody who reads each page that they come to, and clicks."""

    page: Page
    pages: list[tuple[str, int]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    clicks: int = 0
    keys: int = 0

    @property
    def words(self) -> int:
        return sum(words for _name, words in self.pages)

    @property
    def minutes(self) -> dict[str, float]:
        return {
            "reading": self.words / WORDS_A_MINUTE,
            "choosing": self.clicks * SECONDS_A_CLICK / 60,
            "typing": self.keys * SECONDS_A_KEY / 60,
        }

    def reads(self, name: str, skipped: str = "") -> None:
        """Count the words that stand on the page and are new: what is folded is not read."""
        self.page.wait_for_load_state("networkidle")
        lines = self.page.evaluate(
            """skipped => {
              const main = document.querySelector("main");
              const unread = `.hush, select, [aria-hidden=true]${skipped && ", " + skipped}`;
              const hidden = [...main.querySelectorAll(unread)];
              for (const one of hidden) one.classList.add("unread");
              const style = document.head.appendChild(document.createElement("style"));
              style.textContent = ".unread { display: none !important }";
              const lines = main.innerText.split("\\n");
              style.remove();
              for (const one of hidden) one.classList.remove("unread");
              return lines.map(line => line.trim());
            }""",
            skipped,
        )
        new = [line for line in lines if line not in self.seen]
        self.seen.update(lines)
        self.pages.append((name, sum(len(line.split()) for line in new)))
        assert violations(self.page, name) == []

    def clicks_on(self, what: str) -> None:
        self.page.locator(what).first.click()
        self.clicks += 1

    def goes_by(self, what: str, address: str) -> None:
        self.clicks_on(what)
        self.page.wait_for_url(address)

    def types(self, field_: str, text: str) -> None:
        self.page.fill(field_, text)
        self.clicks += 1
        self.keys += len(text)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("language", ["en", pytest.param("nl", marks=pytest.mark.broad)])
def test_from_wanting_to_go_abroad_to_a_checked_plan_and_a_booked_talk(
    open_site: Site, new_page: Callable[..., Page], language: str, width: int
) -> None:
    page = new_page(
        viewport={"width": width, "height": 844}, bypass_csp=True, reduced_motion="reduce"
    )
    page.set_default_timeout(60_000)
    student = Reader(page)
    page.goto(f"{open_site.url}/{language}/")
    student.reads("home")
    page.select_option("#study", "biomedical-sciences-bsc.1")
    student.clicks += 2
    student.goes_by("form.who button", "**/plan/fit/")
    student.reads("what fits", "#fits > li:nth-child(n+6) :is(.where, .reason, .fit-more)")
    for number in range(1, 6):
        student.clicks_on("a[data-add]")
        page.wait_for_function(
            "n => document.querySelectorAll('main a.added').length === n", arg=number
        )
    # The plan is checked: programme and year came along, each place has its verdict.
    student.goes_by(".bar nav a[data-plan]", "**/plan/")
    student.reads("plan")
    assert page.locator(".five-lines .verdict").count() == 5
    assert "Bio" in page.locator("aside .facts").inner_text()
    # A full list leads to the talk; the free times stand there before anybody signs in.
    student.goes_by(".step .button.next", "**/advice/")
    student.reads("talk to the office")
    student.goes_by(f'a.button[href$="/book/{WHO}/"]', f"**/book/{WHO}/")
    student.reads("free times")
    student.clicks_on("label.time")
    student.clicks_on("label:has(input[name=route][value=by-country])")
    student.types("#id_topic", "Stockholm")
    student.types("#id_question", "Does the semester fit my second year?")
    student.goes_by("form.booking .button.next", "**/account/login/**")
    student.reads("sign in")
    address = f"first-{secrets.token_hex(6)}@example.org"
    student.types("input[name=email]", address)
    student.types("input[name=password1]", "a long pass phrase")
    student.goes_by("form:has(input[name=password1]) button", "**/confirm-email/")
    student.reads("look in your mail")
    link = link_sent_to(open_site, address, r"/(?:en|nl)/\S+/confirm-email/\S+")
    page.goto(open_site.url + link)
    student.clicks += 1
    student.reads("confirm")
    # Back where one was going, with what was chosen.
    student.goes_by("main form button", f"**/book/{WHO}/")
    student.reads("free times again")
    assert page.locator("input[name=slot]:checked").count() == 1
    assert page.input_value("#id_topic") == "Stockholm"
    student.goes_by("form.booking .button.next", "**/advice/appointments/**")
    student.reads("appointment")

    took = ", ".join(f"{what} {minutes:.1f}" for what, minutes in student.minutes.items())
    minutes = sum(student.minutes.values())
    print(f"\n{language} {width}: {len(student.pages)} pages, {student.clicks} clicks,")
    print(f"{student.keys} keys, {student.words} words: {minutes:.1f} minutes ({took})")
    print(student.pages)
    assert len(student.pages) <= MOST_PAGES
    assert student.clicks <= MOST_CLICKS
    assert student.words <= MOST_WORDS
    assert minutes < MOST_MINUTES
    page.goto(f"{open_site.url}/{language}/plan/")
    assert page.locator(".appointments a").count() >= 1
