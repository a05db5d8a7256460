"""A student applies in the example round: from the top five to the receipt, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.test_accessible import AXE, RULES
from tests.journeys.test_plan_journey import sign_up
from tests.support.database import database_of_its_own
from tests.support.site import Site, environment, running_site, sojourn

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SLUG, PLACE = "example-round", "half-minor-edinburgh"


@pytest.fixture
def open_site(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    """A server of its own with the example round, open."""
    with database_of_its_own(f"{worker_id}-apply") as database:
        env = environment(tmp_path, **database)
        made = sojourn("demo", "round", "--until", "open", env=env, seconds=280)
        assert made.returncode == 0, made.stdout + made.stderr
        with running_site(tmp_path, env=env) as site:
            yield site


def check(page: Page) -> None:
    """axe finds nothing on the page as it is now."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    result = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    assert [violation["id"] for violation in result["violations"]] == []


def apply(page: Page, base: str, number: str) -> None:
    at = f"{base}apply/{SLUG}"
    page.goto(f"{base}opportunities/{PLACE}/")
    page.click("a.button[data-add]")
    page.wait_for_selector("a.added")
    sign_up(page, base)
    page.goto(f"{base}apply/")
    check(page)
    page.goto(f"{at}/")
    check(page)
    page.click("main a.button.next")
    check(page)
    page.click("main button.next")
    page.wait_for_url("**/form/")
    assert page.input_value("#choice-1") == PLACE
    page.select_option("#programme", "medicine-bsc")
    page.select_option("#year", "2")
    page.fill("#number", number)
    page.select_option("#language-en", "C1")
    page.fill("#motivation-1", "I want to work beside family doctors.")
    # It saves itself, and says that nothing is missing.
    page.wait_for_function("() => document.querySelectorAll('#gaps li').length === 0")
    page.reload()
    assert page.input_value("#motivation-1") == "I want to work beside family doctors."
    check(page)
    page.click('button[value="hand-in"]')
    page.wait_for_url("**/receipt/")
    assert page.locator(".code").inner_text()
    check(page)
    page.goto(f"{base}apply/mine/")
    check(page)


def test_a_student_applies_from_the_top_five(
    open_site: Site, new_page: Callable[..., Page]
) -> None:
    for language, number, scheme in (("en", "7654321", "light"), ("nl", "7654322", "dark")):
        # The policy of the pages would keep axe out as well.
        page = new_page(bypass_csp=True, color_scheme=scheme, reduced_motion="reduce")
        page.set_default_timeout(60_000)  # the server has just started
        apply(page, f"{open_site.url}/{language}/", number)
