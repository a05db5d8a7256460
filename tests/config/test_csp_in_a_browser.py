"""No page asks the browser for anything that the content security policy refuses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

PAGES = [
    "/en/",
    "/nl/opportunities/",
    "/en/opportunities/?q=immunology&view=table",
    "/en/opportunities/?view=map",
    "/en/opportunities/karolinska-biomedicine-semester/",
    "/nl/institutions/",
    "/en/institutions/karolinska-institutet/",
    "/en/countries/SE/",
    "/en/map/",
    "/nl/guide/costs/",
    "/en/contacts/",
    "/en/nothing-here/",
    "/en/account/login/",
    "/nl/account/signup/",
    "/en/account/password/reset/",
    "/api/v1/docs",
]

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("address", PAGES)
def test_a_page_keeps_to_the_policy(
    address: str, live_site: Site, new_page: Callable[..., Page]
) -> None:
    page = new_page()
    refused: list[str] = []
    foreign: list[str] = []
    page.on(
        "console",
        lambda message: (
            refused.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    page.on(
        "request",
        lambda request: (
            foreign.append(request.url)
            if not request.url.startswith((live_site.url, "data:"))
            else None
        ),
    )
    page.goto(live_site.url + address)
    page.wait_for_load_state("networkidle")
    assert refused == []
    assert foreign == []
