"""Coming home: the host confirms and sends, the office recognises, in a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.stays import PHONE, STUDENT, begin_stay, demo_site  # noqa: F401 (fixture)
from tests.journeys.test_question_journey import passwords, sign_in
from tests.selection.pdfs import pdf
from tests.support.mailbox import link_sent_to
from tests.support.site import Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.long]


def press(page: Page, button: str) -> None:
    with page.expect_navigation():
        page.click(button)


@both_languages
def test_from_the_last_week_to_what_counts(
    demo_site: Site,  # noqa: F811
    new_page: Callable[..., Page],
    language: str,
) -> None:
    site, found, today = demo_site, [], dt.date.today()
    address = next(one for one in passwords(site) if one.startswith(STUDENT[language]))
    host = f"astrid-{language}@host.example.org"
    office = new_page(bypass_csp=True, reduced_motion="reduce")
    student = new_page(bypass_csp=True, reduced_motion="reduce", **PHONE)
    # Neither an account nor a script: what an old telephone at the host has.
    bare = new_page(java_script_enabled=False, **PHONE)
    sign_in(office, site, language, "coordinator")
    sign_in(student, site, language, STUDENT[language])

    # A stay in its last days.
    begin_stay(office, site, language, address, today - dt.timedelta(days=40), today)
    stay = office.url
    press(office, "button[value=depart]")

    # The host is asked, and confirms with the link alone.
    office.goto(f"{stay}home/")
    office.click("aside details summary")
    office.fill("[name=name]", "Astrid Exempel")
    office.fill("[name=email]", host)
    press(office, "button[value=name]")
    found += violations(office, "coming home in the office")
    link = link_sent_to(site, host, r"/en/stays/papers/[\w.-]+/")
    bare.goto(site.url + link)
    bare.fill("[name=function]", "Coordinator")
    bare.click("button[value=days]")
    bare.wait_for_selector(".notice.good")
    bare.set_input_files(
        "[name=file]",
        {"name": "transcript.pdf", "mimeType": "application/pdf", "buffer": pdf(1)},
    )
    bare.click("button[value=transcript]")
    bare.wait_for_selector("#results ~ p")
    assert "transcript.pdf" in bare.inner_text("main")
    student.goto(site.url + link)
    found += violations(student, "the host's page")

    # The student reads what is there and what is waited for.
    student.goto(f"{site.url}/{language}/stays/")
    student.click(".stay-list a")
    press(student, "form[action$='/back/'] button")
    press(student, "main section[aria-labelledby=days] a[href$='/home/']")
    assert "Astrid Exempel" in student.inner_text("main")
    found += violations(student, "coming home")
    home = student.url

    # The office checks it, writes the result down, proposes, decides and enters it.
    office.goto(f"{stay}home/")
    office.select_option("[name=how]", "direct")
    press(office, "button[value=check]")
    office.click("section[aria-labelledby=recognition] details summary")
    office.fill("[name=title]", "Kesehatan Tropis")
    office.fill("[name=credits]", "15")
    press(office, "button[value=add]")
    press(office, "section[aria-labelledby=recognition] th a")
    course = office.url
    office.select_option("[name=outcome]", "passed")
    office.fill("[name=grade]", "A-")
    press(office, "button[value=result]")
    office.goto(course)
    found += violations(office, "a course")
    office.fill("[name=recognised]", "12")
    office.select_option("[name=loss]", "overlap")
    press(office, "button[value=propose]")
    assert office.locator("[name=seen]").count() == 1
    press(office, "button[value=decide]")
    assert office.locator("[name=seen]").count() == 0
    office.goto(course)
    press(office, "button[value=enter]")
    office.goto(f"{site.url}/{language}/office/stays/home/")
    assert address.split("@")[0].split("-")[0] in office.inner_text("main").lower()
    found += violations(office, "the list of who comes home")

    # And the student reads what counts, in the host's words and in home's.
    student.goto(home)
    shown = student.inner_text("section[aria-labelledby=recognition]")
    assert "Kesehatan Tropis" in shown
    assert "A-" in shown
    assert "12" in shown
    found += violations(student, "what counts")
    assert found == []
