"""A talk from the coordinator's rule to the step in the plan, and a turn in the walk-in line.

Both roles, in both languages; the pages without mistakes for axe; the line without scripts too.
"""

from __future__ import annotations

import contextlib
import secrets
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.test_plan_journey import FIVE
from tests.support import ready
from tests.support.mailbox import confirm_address
from tests.support.site import PROJECT, Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
WHO = "coordinator-internationalisation"
# A walk-in hour all day and a coordinator to sign in as.
PREPARE = """
import django; django.setup()
from sojourn.people.models import User
from tests.portal.test_advice import open_hours
open_hours().rules.all().delete()
User.objects.create_user("office@example.org", "a long pass phrase", role="coordinator",
                         is_demo=True, first_name="Olga")
"""


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("advice-site")
    with contextlib.ExitStack() as stack:
        env = stack.enter_context(ready.installation(ready.LEIDEN, folder, f"{worker_id}-advice"))
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


def sign_up(page: Page, site: Site, base: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{base}account/signup/")
    address = f"talk-{secrets.token_hex(6)}@example.org"
    page.fill("input[name=email]", address)
    page.fill("input[name=password1]", "a long pass phrase")
    page.press("input[name=password1]", "Enter")
    page.wait_for_function("() => !location.pathname.includes('signup')")
    confirm_address(page, site, address)


def sign_in_to_the_office(page: Page, base: str) -> None:
    page.set_default_timeout(60_000)
    page.goto(f"{base}office/")
    page.fill("input[name=login]", "office@example.org")
    page.fill("input[name=password]", "a long pass phrase")
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/office/")


@pytest.mark.parametrize(
    ("students", "offices"),
    [("en", "nl"), pytest.param("nl", "en", marks=pytest.mark.broad)],
)
def test_a_talk_from_the_rule_to_the_step_in_the_plan(
    open_site: Site, new_page: Callable[..., Page], students: str, offices: str
) -> None:
    mine, theirs = f"{open_site.url}/{students}/", f"{open_site.url}/{offices}/"
    student = new_page(bypass_csp=True, reduced_motion="reduce")
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    found: list[str] = []
    sign_in_to_the_office(office, theirs)
    office.goto(f"{theirs}office/hours/{WHO}/rules/new/")
    office.select_option("#id_weekday", "2" if students == "en" else "3")
    office.fill("#id_starts", "10:00")
    office.fill("#id_ends", "12:00")
    found += violations(office, "rule")
    office.click("main .button.next")
    office.wait_for_url(f"**/hours/{WHO}/")
    found += violations(office, "desk")

    # By country, the page leads to the top five first; what was typed stays.
    sign_up(student, open_site, mine)
    student.goto(f"{mine}advice/")
    found += violations(student, "advice")
    student.click(f'a[href$="/book/{WHO}/"]')
    student.locator("label.time").first.click()
    student.check('input[name=route][value="by-country"]')
    student.fill("#id_topic", f"Sweden or Spain ({students})")
    student.fill("#id_question", "Where do I start?")
    found += violations(student, "book")
    student.click("form.booking .button.next")
    student.wait_for_selector("#five-first")
    found += violations(student, "top five first")
    for key in FIVE:
        student.goto(f"{mine}plan/top-five/add/{key}/")
        student.click("main form button")
    student.goto(f"{mine}advice/book/{WHO}/")
    assert student.input_value("#id_question") == "Where do I start?"
    student.locator("label.time").first.click()
    student.click("form.booking .button.next")
    student.wait_for_url("**/advice/appointments/**")
    found += violations(student, "appointment")
    here = student.url

    # The coordinator finds it by keyboard, writes a note and a step.
    office.goto(f"{theirs}office/appointments/?time=ahead&q=({students})")
    found += violations(office, "appointments")
    office.goto(f"{theirs}office/appointments/?time=ahead&q=({students})")
    office.keyboard.press("j")
    office.keyboard.press("Enter")
    office.wait_for_url("**/office/appointments/*-*/")
    assert office.locator(".student-summary tbody tr").count() == 5
    found += violations(office, "sheet")
    office.fill(".write textarea", "Look at the letter from Lund.")
    office.check("input[name=readers][value=both]")
    office.click(".write form:nth-of-type(1) button")
    office.wait_for_selector(".student-summary .note")
    office.fill(".write form:nth-of-type(2) input[name=text]", "Write to Lund")
    office.click(".write form:nth-of-type(2) button")
    office.wait_for_selector(".student-summary .agreed")

    student.goto(here)
    assert "Look at the letter from Lund." in student.content()
    student.goto(f"{mine}plan/")
    found += violations(student, "plan")
    student.goto(f"{mine}plan/")
    student.click(".steps button")
    student.wait_for_selector(".steps .done")

    # The coordinator moves the talk; the student finds it at its new time.
    student.goto(here)
    before = student.inner_text(".hour .date")
    office.click('a[href$="/move/"]')
    found += violations(office, "office moves")
    office.select_option("#id_slot", index=2)
    office.click("main form .button.next")
    office.wait_for_url("**/office/appointments/*-*/")
    student.goto(here)
    assert student.inner_text(".hour .date") != before
    office.goto(f"{theirs}office/hours/{WHO}/walk-in/new/")
    found += violations(office, "weekly hour")
    office.goto(f"{theirs}office/hours/{WHO}/walk-in/coordinator-monday/end/")
    found += violations(office, "end of a weekly hour")

    student.goto(f"{here}move/")
    found += violations(student, "move")
    student.locator("label.time").last.click()
    student.click("form.booking .button.next")
    student.wait_for_url(here)
    student.goto(f"{here}cancel/")
    found += violations(student, "cancel")
    student.click("main .button.next")
    student.wait_for_url("**/advice/")
    assert not found, "\n".join(found)


@both_languages
def test_a_turn_in_the_line_with_scripts_and_without(
    open_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    base = f"{open_site.url}/{language}/"
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    small = {"width": 390, "height": 844}
    with_scripts = new_page(viewport=small, bypass_csp=True, color_scheme="dark")
    without = new_page(viewport=small, java_script_enabled=False)
    found: list[str] = []
    sign_in_to_the_office(office, base)
    office.goto(f"{base}office/line/{WHO}/door/")
    code = office.locator(".door-do strong").first.inner_text()
    for page, name in ((with_scripts, "Cem"), (without, "Dov")):
        page.set_default_timeout(60_000)
        page.goto(f"{base}advice/line/{WHO}/")
        page.fill("#id_name", name)
        page.fill("#id_code", code)
        page.click("main form .button.next")
        page.wait_for_selector(".big-number")
    found += violations(with_scripts, "line")
    assert (
        without.locator("noscript meta[http-equiv=refresh]").count()
        + without.locator("meta[http-equiv=refresh]").count()
    )
    office.goto(f"{base}office/line/{WHO}/")
    found += violations(office, "office line")
    office.goto(f"{base}office/line/{WHO}/")
    office.keyboard.press("n")
    office.wait_for_selector(".inside")
    assert "Cem" in (office.locator(".inside").text_content() or "")
    # Told without anybody touching the telephone.
    with_scripts.wait_for_selector(".in-line.called")
    office.keyboard.press("n")
    office.wait_for_function("() => document.querySelector('.inside')?.textContent.includes('Dov')")
    without.reload()
    assert without.locator(".in-line.called").count() == 1
    office.click("button[name=how][value=done]")
    office.wait_for_load_state()
    office.goto(f"{base}office/line/{WHO}/door/")
    found += violations(office, "door")
    assert office.locator(".door svg").count() == 2
    assert not found, "\n".join(found)
