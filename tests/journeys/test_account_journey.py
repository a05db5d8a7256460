"""An account from its first day: confirmed, with a second step and a passkey, and back in."""

from __future__ import annotations

import base64
import hmac
import secrets
import struct
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.support.mailbox import link_sent_to

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser
PHRASE = "a long pass phrase"


def code_of_now(secret: str) -> str:
    """RFC 6238 with its usual six digits and thirty seconds."""
    count = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.digest(base64.b32decode(secret), count, "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def add_device(page: Page) -> None:
    """A device in the browser that keeps passkeys and says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@both_languages
def test_a_second_step_a_passkey_and_back_in(
    live_site: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(bypass_csp=True, reduced_motion="reduce", color_scheme="dark")
    # A passkey belongs to a name, never to a number such as 127.0.0.1.
    site = live_site.url.replace("127.0.0.1", "localhost")
    account = f"{site}/{language}/account/"
    address = f"keys-{secrets.token_hex(6)}@example.org"
    found: list[str] = []

    page.goto(f"{account}signup/")
    page.fill("input[name=email]", address)
    page.fill("input[name=password1]", PHRASE)
    page.press("input[name=password1]", "Enter")
    page.wait_for_url(lambda url: "signup" not in url)
    link = link_sent_to(live_site, address, r"/\S+/confirm-email/\S+")
    page.goto(site + link[link.index(f"/{language}/") :])
    found += violations(page, "confirm")
    page.click("main form button")
    page.wait_for_url(lambda url: "confirm" not in url)

    page.goto(f"{account}2fa/totp/activate/")
    page.fill("input[name=password]", PHRASE)
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#authenticator_secret")
    found += violations(page, "set up an app")
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", code_of_now(secret))
    page.press("input[name=code]", "Enter")
    page.wait_for_selector(".spare-codes")
    found += violations(page, "spare codes")
    spare = page.locator(".spare-codes li").first.text_content() or ""

    add_device(page)
    page.goto(f"{account}2fa/webauthn/add/")
    found += violations(page, "add a passkey")
    page.fill("input[name=name]", "My laptop")
    page.click("#mfa_webauthn_add")
    page.wait_for_url(lambda url: "add" not in url)
    page.goto(f"{account}2fa/webauthn/")
    assert page.locator(".keys li", has_text="My laptop").count() == 1
    found += violations(page, "keys")

    sign_out(page, account)
    page.goto(f"{account}login/")
    found += violations(page, "sign in")
    page.fill("input[name=login]", address)
    page.fill("input[name=password]", PHRASE)
    page.press("input[name=password]", "Enter")
    page.wait_for_url("**/2fa/authenticate/")
    found += violations(page, "the second step")
    page.fill("input[name=code]", spare)
    page.press("input[name=code]", "Enter")
    page.wait_for_selector("a.signin[href*='/account/email/']")

    sign_out(page, account)
    page.goto(f"{account}login/")
    page.click("#passkey_login")
    page.wait_for_selector("a.signin[href*='/account/email/']")
    assert not found, "\n".join(found)


def sign_out(page: Page, account: str) -> None:
    page.goto(f"{account}logout/")
    page.click("main form button")
    page.wait_for_selector("a.signin[href*='/account/login/']")


def test_a_device_that_gives_no_key_is_told_on_the_page(
    live_site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    page.goto(f"{live_site.url}/nl/account/login/")
    page.click("#passkey_login")
    page.wait_for_selector("#key-problem:not([hidden])")
    assert "passkey" in (page.locator("#key-problem").text_content() or "")
