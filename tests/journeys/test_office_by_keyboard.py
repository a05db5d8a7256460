"""The office with the keyboard alone: from Today to an answer and the next, and scoring reviews."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.test_plan_journey import tab_to
from tests.support import ready
from tests.support.site import PROJECT, Site, running_site, sojourn

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PREPARE = """
import django, uuid; django.setup()
from sojourn.advising import questions
from sojourn.advising.threads import NewMessage
from sojourn.people.models import User
from sojourn.selection import demo, reviews
from sojourn.selection.models import Round
office = User.objects.get(email="coordinator@example.org")
student = User.objects.get(email="student-medicine-bsc@example.org")
for subject in ("First", "Second"):
    asker = questions.Asker(student, "", "en")
    questions.ask(asker, f"{subject} question", NewMessage("May I?", uuid.uuid4()))
closed = demo._closed(Round.objects.get())
for person in ("coordinator", "operator"):
    reviews.invite(closed, f"{person}@example.org", actor=office)
reviews.assign(closed, actor=office)
"""


@pytest.fixture
def busy_site(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    """Two questions wait, and a closed round has its reviews to do."""
    with ready.installation(ready.DEMO_ACCOUNTS, tmp_path, f"{worker_id}-keys") as env:
        made = sojourn("demo", "round", "--until", "open", env=env, seconds=280)
        assert made.returncode == 0, made.stdout + made.stderr
        prepared = subprocess.run(
            [sys.executable, "-c", PREPARE],
            env=env | {"DJANGO_SETTINGS_MODULE": "sojourn.config.settings"},
            cwd=PROJECT, capture_output=True, text=True, timeout=400, check=False,
        )  # fmt: skip
        assert prepared.returncode == 0, prepared.stderr
        with running_site(tmp_path, env=env) as site:
            yield site


def enter(page: Page, site: Site, language: str) -> None:
    page.set_default_timeout(60_000)  # the server has just started
    lines = (site.data / "demo-accounts.txt").read_text().splitlines()
    passwords = dict(line.split("\t")[:2] for line in lines)
    page.goto(f"{site.url}/{language}/office/")
    tab_to(page, "[name=login]")
    page.keyboard.type("coordinator@example.org")
    tab_to(page, "[name=password]")
    page.keyboard.type(passwords["coordinator@example.org"])
    goes_on(page, "Enter")


def goes_on(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)


@pytest.mark.long
@pytest.mark.timeout(600)
def test_questions_and_reviews_without_touching_a_mouse(
    busy_site: Site, new_page: Callable[..., Page]
) -> None:
    for language in ("en", "nl"):
        page = new_page(reduced_motion="reduce")
        enter(page, busy_site, language)
        if language == "en":
            two_questions_one_after_the_other(page)
        two_reviews_one_after_the_other(page, language)


def two_questions_one_after_the_other(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.matches('.skip')")
    page.keyboard.press("Enter")
    page.keyboard.press("j")
    while "/questions/" not in page.evaluate("document.activeElement.href"):
        page.keyboard.press("j")
    goes_on(page, "Enter")
    assert page.text_content("h1") == "First question"
    answers(page)
    goes_on(page, "n")
    assert page.text_content("h1") == "Second question"
    answers(page)
    assert page.locator("[data-key=n]").count() == 0


def answers(page: Page) -> None:
    tab_to(page, "[name=text]")
    page.keyboard.type("Yes, you may.")
    tab_to(page, "form[action$='/reply/'] .button.next")
    goes_on(page, "Enter")
    assert "Yes, you may." in (page.text_content(".thread") or "")


def two_reviews_one_after_the_other(page: Page, language: str) -> None:
    page.goto(page.url.partition(f"/{language}/")[0] + f"/{language}/office/reviews/")
    page.keyboard.press("j")
    goes_on(page, "Enter")
    first = page.url
    for _review in range(2):
        page.wait_for_function("() => document.activeElement.matches('[data-score] input')")
        for _field in range(page.locator("[data-score]").count()):
            page.keyboard.press("4")
        goes_on(page, "Control+Enter")
    assert page.url != first
    page.goto(first)
    checked = page.locator("[data-score] input:checked")
    assert checked.count() == page.locator("[data-score]").count()
    assert set(checked.evaluate_all("all => all.map(one => one.value)")) == {"4"}
