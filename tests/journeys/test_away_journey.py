"""Who is where, an incident and a drill, from both sides, in a real browser, in both languages."""

from __future__ import annotations

import datetime as dt
import time
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

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.database]

NUMBER = "+62 800 000 000"


def open_incident(page: Page, site: Site, language: str, title: str, *, drill: bool) -> None:
    page.goto(f"{site.url}/{language}/office/incidents/new/")
    page.fill("[name=title]", title)
    if drill:
        page.check("[name=is_drill]")
    page.select_option("[name=places]", f"p:ID:Makassar {language}")
    with page.expect_navigation():
        page.click("button[value=look]")
    assert page.locator("[name=stay]").count() == 1
    with page.expect_navigation():
        page.click("button[value=open]")
    page.wait_for_selector(".tally")


def check_in_link(site: Site, address: str, but: str = "") -> str:
    """The link of the newest mail that asks; `but` is that of the mail before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        # Demo accounts read their mail in the first language of the site.
        found = link_sent_to(site, address, r"/en/stays/check-in/[\w.-]+/")
        if found != but:
            return found
        time.sleep(0.3)
    raise AssertionError("no second mail")


@both_languages
def test_an_incident_and_a_drill(
    demo_site: Site,  # noqa: F811
    new_page: Callable[..., Page],
    language: str,
) -> None:
    site, found = demo_site, []
    address = next(one for one in passwords(site) if one.startswith(STUDENT[language]))
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    student = new_page(bypass_csp=True, reduced_motion="reduce", **PHONE)
    # Neither a session nor a script: what an old telephone has.
    bare = new_page(java_script_enabled=False, **PHONE)
    sign_in(office, site, language, "coordinator")
    sign_in(student, site, language, STUDENT[language])
    today = dt.date.today()
    first, last = today - dt.timedelta(days=3), today + dt.timedelta(days=60)
    begin_stay(office, site, language, address, first, last, f"Makassar {language}")

    # Arrived, and how they are reached.
    student.goto(f"{site.url}/{language}/stays/")
    student.click(".stay-list a")
    student.click("main a[href$='/reach/']")
    with student.expect_navigation():
        student.click("button[value=arrived]")
    student.fill("[name=phone]", NUMBER)
    student.fill("[name=contact-1-name]", "Ada Exempel")
    student.fill("[name=contact-1-phone]", "+31 6 000 000 00")
    student.check("[name=contact-1-may_locate]")
    found += violations(student, "reach")
    with student.expect_navigation():
        student.click("main form button:not([name])")
    assert student.locator(".notice.good").count() == 1
    office.goto(f"{site.url}/{language}/office/away/?place=p:ID:Makassar {language}")
    assert NUMBER in office.inner_text("main")
    found += violations(office, "who is where")
    office.goto(f"{site.url}/{language}/office/away/list/")
    assert "Ada Exempel" in office.inner_text("main")
    found += violations(office, "call list")

    # Something happens.
    open_incident(office, site, language, "An earthquake near Makassar.", drill=False)
    page = office.url
    link = check_in_link(site, address)
    bare.goto(site.url + link)
    bare.fill("[name=text]", "My knee hurts.")
    bare.click("button[value=help]")
    bare.wait_for_selector(".notice.bad")
    student.goto(site.url + link)
    found += violations(student, "check-in")
    office.goto(page)
    assert "My knee hurts." in office.inner_text("main")
    assert office.locator(".who-answered .tone.bad").count() >= 1
    office.click(".who-answered summary")
    found += violations(office, "incident")
    office.select_option("[name=answer]", "safe")
    office.fill(".who-answered [name=text]", "Seen by a doctor.")
    with office.expect_navigation():
        office.click(".who-answered form button")
    office.fill("[name=report]", "One knee, one doctor.")
    with office.expect_navigation():
        office.click("form[action$='/close/'] button")
    assert office.locator("[name=report]").count() == 0

    # And the drill.
    open_incident(office, site, language, "A storm near Makassar.", drill=True)
    assert office.locator("h1 .drill").count() == 1
    page = office.url
    drill = check_in_link(site, address, but=link)
    bare.goto(site.url + drill)
    assert bare.locator(".notice.warn").count() == 1
    bare.click("button[value=safe]")
    bare.wait_for_selector(".notice.good")
    office.goto(page)
    assert "100 %" in office.inner_text("aside")
    office.fill("[name=report]", "It works.")
    with office.expect_navigation():
        office.click("form[action$='/close/'] button")
    assert found == []
