"""A grant from promise to settled, from both sides, in a real browser, in both languages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.stays import PHONE, STUDENT, begin_stay, demo_site  # noqa: F401 (fixture)
from tests.journeys.test_question_journey import passwords, sign_in
from tests.support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long]


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.locator(button).first.click()


def waive(page: Page, name: str) -> None:
    """Say on the page of the stay that a step is not needed."""
    item = page.locator(".steps > li", has_text=name)
    item.locator("summary").click()
    item.locator("[name=note]").fill("Seen on paper.")
    with page.expect_navigation():
        item.locator("button[value=waive]").click()


STEPS = {
    "en": ("The Board of Examiners approves", "The host confirms your dates"),
    "nl": ("De examencommissie keurt", "De gastinstelling bevestigt je data"),
}


@both_languages
def test_a_grant_from_promise_to_settled(
    demo_site: Site,  # noqa: F811
    new_page: Callable[..., Page],
    language: str,
) -> None:
    site, found = demo_site, []
    address = next(one for one in passwords(site) if one.startswith(STUDENT[language]))
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    student = new_page(bypass_csp=True, reduced_motion="reduce", **PHONE)
    sign_in(office, site, language, "coordinator")
    sign_in(student, site, language, STUDENT[language])
    today = dt.date.today()  # 99 days
    begin_stay(office, site, language, address, today - dt.timedelta(days=98), today)
    stay = office.url.rstrip("/").rpartition("/")[2]
    for name in STEPS[language]:
        waive(office, name)

    # Promised by the bands of the edition: 450 for 91 to 210 days.
    press(office, f"main a[href$='/money/{stay}/']")
    press(office, "main a[href$='/promise/lustra-plus/']")
    found += violations(office, "promise")
    press(office, "main form button.next")
    assert "450" in office.inner_text(".ledger .facts")
    press(office, "button[name=holds][value=yes]")
    found += violations(office, "ledger")

    # 300 are paid; a bank number is refused, and what was typed stays.
    office.goto(office.url)  # folded again, as a person finds it
    form = office.locator("details", has=office.locator("button[value=pay]"))
    form.locator("summary").click()
    form.locator("[name=on]").fill(str(dt.date.today()))
    form.locator("[name=amount]").fill("300,00")
    form.locator("[name=reference]").fill("NL91 ABNA 0417 1643 00")
    press(office, "button[value=pay]")
    assert office.locator(".notice[role=alert]").count() == 1
    form = office.locator("details[open]", has=office.locator("button[value=pay]"))
    assert form.locator("[name=amount]").input_value() == "300,00"
    form.locator("[name=reference]").fill("2027-000123")
    press(office, "button[value=pay]")
    assert "2027-000123" in office.inner_text(".ledger table")

    # What the student reads.
    student.goto(f"{site.url}/{language}/stays/")
    press(student, ".stay-list a")
    assert "150" in student.inner_text("#grants strong")
    found += violations(student, "your grants")

    # 60 days do not count: 39 are left, which is 300. Nothing is open, so it is settled.
    press(office, "main a[href$='/count/']")
    office.fill("[name=off]", "60")
    press(office, "form[method=get] button")
    assert "150" in office.inner_text("main dl")
    found += violations(office, "count again")
    press(office, "main form[method=post] button.next")
    press(office, "button[value=settle]")
    assert office.locator("button[value=reopen]").count() == 1
    student.reload()
    assert "300" in student.inner_text("#grants")

    # The list has it, with sums.
    office.goto(f"{site.url}/{language}/office/money/")
    assert "LUSTRA+" in office.inner_text("table >> nth=0")
    found += violations(office, "list")
    assert found == [], found
