"""What journeys about a stay begin with: a site of their own, its people, a stay of one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.support import ready
from tests.support.site import Site, running_site

if TYPE_CHECKING:
    from playwright.sync_api import Page

PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}
STUDENT = {"en": "student-medicine-bsc", "nl": "student-biomedical-sciences-bsc"}


@pytest.fixture(scope="module")
def demo_site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Iterator[Site]:
    """A site with the demo accounts, which the tests of a module may change."""
    name = request.module.__name__.rpartition(".")[2].removeprefix("test_").removesuffix("_journey")
    folder = tmp_path_factory.mktemp(name)
    with ready.installation(ready.DEMO_ACCOUNTS, folder, f"{worker_id}-{name}") as env:
        with running_site(folder, env=env) as site:
            yield site


def begin_stay(
    page: Page, site: Site, language: str, address: str, first: dt.date, last: dt.date,
    city: str = "Makassar",
) -> None:  # fmt: skip
    """Begin a stay outside Erasmus+ in the office, by its form, and stand on its page."""
    page.goto(f"{site.url}/{language}/office/stays/new/")
    for name, value in {
        "students": address, "title": "Half minor", "host_name": "Universitas Contoh",
        "city": city, "starts_on": str(first), "ends_on": str(last),
    }.items():  # fmt: skip
        page.fill(f"[name={name}]", value)
    page.select_option("[name=road]", "courses-outside")
    page.select_option("[name=country]", "ID")
    with page.expect_navigation():
        page.click("main form button.next")
    assert page.locator(".error-summary").count() == 0
