"""Somebody is invited to the office and comes in; loses the second step, and comes in again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.test_account_journey import code_of_now, sign_out
from tests.support import ready
from tests.support.mailbox import link_sent_to
from tests.support.site import running_site, sojourn

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PHRASE = "four words nobody guesses"


def set_up_an_app(page: Page) -> list[str]:
    """Set an app up from the page that asks for a second step; return the recovery codes."""
    page.click("main a[href*='totp/activate']")
    page.wait_for_selector("#authenticator_secret")
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", code_of_now(secret))
    page.press("input[name=code]", "Enter")
    page.wait_for_selector(".spare-codes")
    return page.locator(".spare-codes li").all_text_contents()


def sign_in(page: Page, account: str) -> None:
    page.goto(f"{account}login/")
    page.fill("input[name=login]", "carla@example.edu")
    page.fill("input[name=password]", PHRASE)
    page.press("input[name=password]", "Enter")
    page.wait_for_function("() => !location.pathname.includes('login')")


@both_languages
def test_from_the_invitation_to_the_office_and_back_after_a_lost_telephone(
    new_page: Callable[..., Page], tmp_path: Path, worker_id: str, language: str
) -> None:
    found: list[str] = []
    with ready.installation(ready.LEIDEN, tmp_path, f"{worker_id}-staff-{language}") as env:
        with running_site(tmp_path, env=env) as site:
            assert "sojourn people invite" in site.output()
            asked = ("--role", "coordinator", "--language", language)
            shown = sojourn("people", "invite", "carla@example.edu", *asked, env=env)
            invitation = r"/(?:en|nl)/account/invitation/[\w:-]+/"
            link = link_sent_to(site, "carla@example.edu", invitation)
            assert shown.stdout.strip().endswith(link)

            page = new_page(reduced_motion="reduce", bypass_csp=True)
            account = f"{site.url}/{language}/account/"
            page.goto(site.url + link)
            found += violations(page, "the invitation")
            page.fill("[name=first_name]", "Carla")
            page.fill("[name=last_name]", "Bakker")
            page.fill("[name=password1]", PHRASE)
            page.press("[name=password1]", "Enter")
            page.wait_for_url("**/2fa/")
            page.goto(f"{site.url}/{language}/office/")
            page.wait_for_url("**/2fa/")  # not yet
            found += violations(page, "asked for a second step")
            codes = set_up_an_app(page)
            page.click(f"main a[href='/{language}/office/']")
            page.wait_for_url(f"**/{language}/office/")
            page.goto(f"{account}sessions/")
            found += violations(page, "devices")
            sign_out(page, account)

            sign_in(page, account)  # the telephone is lost: a recovery code
            page.wait_for_url("**/2fa/authenticate/")
            found += violations(page, "the second step")
            page.fill("input[name=code]", codes[0].strip())
            page.press("input[name=code]", "Enter")
            page.wait_for_selector("a.signout")

            # The codes are lost too: the person who runs the installation helps.
            assert (
                sojourn("people", "reset-second-step", "carla@example.edu", env=env).returncode == 0
            )
            page.goto(f"{site.url}/{language}/office/")
            page.wait_for_function("() => location.pathname.includes('login')")
            sign_in(page, account)
            page.goto(f"{site.url}/{language}/office/")
            page.wait_for_url("**/2fa/")
            set_up_an_app(page)
            page.goto(f"{site.url}/{language}/office/")
            page.wait_for_url(f"**/{language}/office/")
    assert not found, "\n".join(found)
