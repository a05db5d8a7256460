"""A member of the Board decides under a condition, and the student reads the letter."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.stays import PHONE, STUDENT, begin_stay, demo_site  # noqa: F401 (fixture)
from tests.journeys.test_question_journey import passwords, sign_in
from tests.support.mailbox import link_sent_to
from tests.support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long]

FIELDS = {
    "birth_date": "2005-03-01", "academic_year": "2027/2028", "term": "spring",
}  # fmt: skip
CONDITION = "Physiology with at least a 7."


def go(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)
    assert page.locator(".error-summary").count() == 0


def fill_in_and_sign(page: Page, site: Site, language: str) -> None:
    page.goto(f"{site.url}/{language}/stays/")
    page.click(".stay-list a")
    page.click("main a[href$='/agreement/']")
    go(page, "button[value=begin]")
    page.click("main a[href$='/agreement/edit/']")
    for name, value in FIELDS.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=nationality]", "NL")
    page.select_option("[name=language]", "en")
    page.select_option("[name=cefr]", "B2")
    go(page, "form[action$='/edit/'] button")
    for table, title in (("abroad", "Physiology"), ("home", "Half minor")):
        page.locator("details:has(button[value=add])").evaluate("each => { each.open = true }")
        page.select_option("[name=line-table]", table)
        page.fill("[name=line-title]", title)
        page.fill("[name=line-credits]", "7.5")
        go(page, "button[value=add]")
    page.fill("form[action$='/signer/'] [name=name]", "Astrid Exempel")
    page.fill("form[action$='/signer/'] [name=function]", "Coordinator")
    page.fill("form[action$='/signer/'] [name=email]", "astrid@host.example.org")
    go(page, "form[action$='/signer/'] button")
    page.click("main .where a[href$='/agreement/']")
    page.check("form.sign [name=agrees]")
    go(page, "form.sign button.next")


@both_languages
def test_the_board_decides_under_a_condition_and_the_student_reads_it(
    demo_site: Site,  # noqa: F811
    new_page: Callable[..., Page],
    language: str,
) -> None:
    site = demo_site
    address = next(one for one in passwords(site) if one.startswith(STUDENT[language]))
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    student = new_page(bypass_csp=True, reduced_motion="reduce", **PHONE)
    member = new_page(bypass_csp=True, reduced_motion="reduce")
    sign_in(office, site, language, "coordinator")
    sign_in(student, site, language, STUDENT[language])
    sign_in(member, site, language, "board")
    begin_stay(office, site, language, address, dt.date(2030, 2, 1), dt.date(2030, 4, 30))
    fill_in_and_sign(student, site, language)

    member.goto(f"{site.url}/{language}/office/board/")
    found = violations(member, "desk")
    member.click("main table th a")
    page = member.url
    member.check("[name=outcome][value=conditional]")
    member.fill("[name=conditions]", CONDITION)
    member.check("[name=agrees]")
    # Another tab that was opened before decides nothing any more.
    other = member.context.new_page()
    other.goto(page)
    with member.expect_navigation():
        member.click("form.decide button")
    assert member.locator("form.decide").count() == 0
    assert CONDITION in member.inner_text("main")
    other.check("[name=outcome][value=refused]")
    other.fill("[name=reason]", "No.")
    with other.expect_navigation():
        other.click("form.decide button")
    assert other.locator("[role=alert]").count() == 1
    assert CONDITION in other.inner_text("main")
    found += violations(other, "decided")

    # Demo accounts read their mail in the first language of the site.
    path = link_sent_to(site, address, r"/en/stays/[\w-]+/board/")
    student.goto(site.url + path.replace("/en/", f"/{language}/"))
    assert CONDITION in student.inner_text("main")
    found += violations(student, "student")
    with student.expect_download() as letter:
        student.click("main a[href$='letter.pdf']")
    assert letter.value.path().read_bytes().startswith(b"%PDF")
    assert found == []
