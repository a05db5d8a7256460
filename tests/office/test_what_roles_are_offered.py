"""Every link and every button that a page of the office shows works for the one who sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

import lxml.html
import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve

from sojourn.advising import files as advising_files
from sojourn.advising.models import StoredFile
from sojourn.selection import files as selection_files
from sojourn.selection.models import Document
from tests.office.test_units import Stage, client_of, stage

__all__ = ["client_of", "stage"]

WALKERS = (
    "operator",
    "coordinator of Medicine",
    "secretary of Medicine",
    "board of Medicine",
    "secretary of Biomedicine",
)
START = "/en/office/"
# The admin is opened where the office links to it, and not walked; the public site is left alone.
ADMIN = "/admin/"
# Pages of one kind are alike: the dates of a weekly hour, the applications of a round.
ENOUGH = 3


@pytest.fixture
def with_files(stage: Stage) -> Stage:
    for stored in StoredFile.objects.all():
        path = advising_files.path_of(stored.key)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF")
    for document in Document.objects.all():
        selection_files.write(document, b"%PDF")
    return stage


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("who", WALKERS)
def test_whatever_a_page_offers_may_be_done(
    with_files: Stage, client_of: Callable[[str], Client], who: str
) -> None:
    client = client_of(who)
    waiting, seen, refused, pressed = [(START, "the menu")], {START}, [], set()
    opened: Counter[str] = Counter()
    while waiting:
        address, source = waiting.pop()
        answer = client.get(address, follow=True)
        if answer.status_code in (403, 404):
            refused.append(f"{source} links to {address}: {answer.status_code}")
        if answer.streaming or "text/html" not in answer.headers["Content-Type"]:
            continue
        if address.startswith(ADMIN):
            continue
        page = lxml.html.fromstring(answer.content)
        here = answer.request["PATH_INFO"]
        for link in (urljoin(here, str(href)) for href in page.xpath("//a/@href")):
            path = urlsplit(link)
            if path.netloc or not path.path.startswith((START, ADMIN)):
                continue
            # A list is opened once, not with each of its filters.
            route = resolve(path.path).route
            if path.path not in seen and opened[route] < ENOUGH:
                seen.add(path.path)
                opened[route] += 1
                waiting.append((link, here))
        for action, data in sent_by(page, here):
            press = (action, tuple(sorted(data)), data.get("do"), data.get("to"))
            if action.startswith(START) and press not in pressed:
                pressed.add(press)
                status = sent(client, action, data)
                if status in (403, 404):
                    refused.append(f"{here} offers {action} with {sorted(data)}: {status}")
    assert len(opened) > 12
    assert not refused, "\n".join(refused)


def sent_by(page: lxml.html.HtmlElement, here: str) -> Iterator[tuple[str, dict[str, object]]]:
    """What each button of each form would send, with the fields as the page fills them."""
    for form in page.forms:
        if form.method != "POST":
            continue
        filled: dict[str, object] = {}
        for name, value in form.form_values():
            filled.setdefault(name, value)
        buttons = form.xpath(".//button[not(@type='button')]") or [None]
        for button in buttons:
            pressed = dict(filled)
            action = form.get("action") or here
            if button is not None:
                action = button.get("formaction") or action
                if button.get("name"):
                    pressed[button.get("name")] = button.get("value", "")
            yield urljoin(here, action), pressed


def sent(client: Client, action: str, data: dict[str, object]) -> int:
    """Send a form and take back what it did, so that the next button finds what its page showed."""
    with transaction.atomic():
        status = client.post(action, data).status_code
        transaction.set_rollback(True)
    return status
