"""A student comes by single sign-on, and has a confirmed number; the policy refuses nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.support import ready
from tests.support.identity_provider import ESI, NUMBER, IdentityProvider, running_provider
from tests.support.mailbox import link_sent_to
from tests.support.site import Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
PHRASE = "four words nobody guesses"
ADDRESS = "ada@leidenuniv.nl"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with running_provider() as running:
        yield running


@pytest.fixture(params=["en", pytest.param("nl", marks=pytest.mark.broad)])
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def site(
    tmp_path: Path, worker_id: str, language: str, provider: IdentityProvider
) -> Iterator[Site]:
    name = f"{worker_id}-sso-{language}"
    with ready.installation(ready.LEIDEN, tmp_path, name) as env:
        with running_site(tmp_path, env=env | provider.environment()) as running:
            yield running


def come(page: Page, site: Site, language: str, sub: str) -> None:
    page.goto(f"{site.url}/{language}/account/login/")
    page.click("main form[action$='/sso/surfconext/'] button")
    authorize(page, sub)


def authorize(page: Page, sub: str) -> None:
    page.wait_for_url("**/oauth2/authorize?**")
    page.fill("[name=sub]", sub)
    page.press("[name=sub]", "Enter")
    page.wait_for_url(lambda url: "oauth2" not in url and "callback" not in url)


def test_a_student_from_single_sign_on_to_a_confirmed_number(
    site: Site, provider: IdentityProvider, new_page: Callable[..., Page], language: str
) -> None:
    provider.knows(
        "ada", email=ADDRESS, email_verified=True, given_name="Ada", family_name="de Wit",
        schac_home_organization="leidenuniv.nl", schac_personal_unique_code=[ESI, NUMBER],
    )  # fmt: skip
    page = new_page(locale="fr-FR", reduced_motion="reduce")  # with the policy, as people have it
    refused: list[str] = []
    page.on(
        "console",
        lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None,
    )
    come(page, site, language, "ada")
    assert f"/{language}/" in page.url
    page.goto(f"{site.url}/{language}/plan/data/")
    shown = page.inner_text("main")
    for fact in (ADDRESS, "Ada", "de Wit", "1234567", ESI.lower()):
        assert fact in shown, fact
    assert {"en": "1234567, confirmed", "nl": "1234567, bevestigd"}[language] in shown

    # Out, and in again: the same account, and no new one.
    page.goto(f"{site.url}/{language}/account/logout/")
    page.click("main form button")
    page.wait_for_selector("main [role=status]")
    assert "SURFconext" in page.inner_text("main [role=status]")
    come(page, site, language, "ada")
    page.goto(f"{site.url}/{language}/plan/data/")
    assert "1234567" in page.inner_text("main")
    assert not refused


def test_a_known_address_is_connected_after_its_owner_signed_in(
    site: Site, provider: IdentityProvider, new_page: Callable[..., Page], language: str
) -> None:
    account = f"{site.url}/{language}/account/"
    found: list[str] = []
    page = new_page(bypass_csp=True, reduced_motion="reduce", color_scheme="dark",
                    viewport={"width": 390, "height": 844})  # fmt: skip
    page.goto(f"{account}signup/")
    found += violations(page, "sign-up")
    page.fill("input[name=email]", ADDRESS)
    page.fill("input[name=password1]", PHRASE)
    page.press("input[name=password1]", "Enter")
    page.wait_for_url(lambda url: "signup" not in url)
    page.goto(site.url + link_sent_to(site, ADDRESS, r"/(?:en|nl)/\S+/confirm-email/\S+"))
    page.click("main form button")
    page.wait_for_url(lambda url: "confirm" not in url)
    page.goto(f"{account}logout/")
    page.click("main form button")
    page.wait_for_url(lambda url: "logout" not in url)

    provider.knows("ada", email=ADDRESS, email_verified=True)
    page.goto(f"{account}login/")
    found += violations(page, "sign in")
    come(page, site, language, "ada")
    assert page.url.endswith("/account/sso/known/")
    found += violations(page, "known")
    page.click("main a.next")
    page.fill("input[name=login]", ADDRESS)
    page.fill("input[name=password]", PHRASE)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/account/sso/connect/")
    found += violations(page, "connect")
    page.click("main form button.next")
    page.wait_for_url("**/account/3rdparty/")
    assert "SURFconext" in page.inner_text("main .keys")
    found += violations(page, "connected")
    page.go_back()  # to the form that was sent: nothing happens twice
    page.goto(f"{account}logout/")
    page.click("main form button")
    page.wait_for_url(lambda url: "logout" not in url)
    come(page, site, language, "ada")
    page.goto(f"{account}email/")
    assert ADDRESS in page.inner_text("main")

    # Without a vouched address: asked for one. And a provider that says no has a page.
    other = new_page(bypass_csp=True, reduced_motion="reduce")
    provider.knows("nobody")
    come(other, site, language, "nobody")
    assert other.url.endswith("/account/3rdparty/signup/")
    found += violations(other, "asked for an address")
    other.goto(f"{account}login/")
    other.click("main form[action$='/sso/surfconext/'] button")
    other.wait_for_url("**/oauth2/authorize?**")
    other.click("button[value=deny]")
    other.wait_for_url("**/callback/**")
    found += violations(other, "said no")
    assert not found, "\n".join(found)
