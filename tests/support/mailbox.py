"""What a running site mailed, read in its own folder; and signing up, which needs that."""

from __future__ import annotations

import email
import email.policy
import re
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site


def link_sent_to(site: Site, address: str, pattern: str) -> str:
    """The newest link of that kind in the mail of the site's own folder."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for path in sorted((site.data / "mail").glob("*"), reverse=True):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            body = message.get_body()
            if body is None or address not in str(message["to"]):
                continue
            found = re.search(pattern, body.get_content())
            if found:
                return found.group(0)
        time.sleep(0.3)
    raise AssertionError(f"no mail with {pattern}")


def confirm_address(page: Page, site: Site, address: str) -> None:
    """Open the link that was mailed, in the browser that signed up; that signs in."""
    link = link_sent_to(site, address, r"/(?:en|nl)/\S+/confirm-email/\S+")
    page.goto(site.url + link)
    page.click("main form button")
    page.wait_for_function("() => !location.pathname.includes('confirm-email')")
