"""From a draft to the page of the place, and from a question to its answer; by real browsers."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from tests.journeys.languages import both_languages
from tests.support import ready
from tests.support.site import running_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = pytest.mark.browser

PLACE = "karolinska-biomedicine-semester"
PROGRAMME = "biomedical-sciences-bsc"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Site]:
    """A site as `serve --demo` makes it: accounts, and the examples of this area."""
    folder = tmp_path_factory.mktemp("demo")
    with ready.installation(ready.LEIDEN, folder, f"{worker_id}-experiences") as env:
        with running_site(folder, "--demo", env=env) as site:
            yield site


def sign_in(page: Page, site: Site, email: str) -> None:
    accounts = (site.data / "demo-accounts.txt").read_text().splitlines()
    password = next(line.split("\t")[1] for line in accounts if line.startswith(f"{email}\t"))
    page.set_default_timeout(60_000)  # the site has only just begun
    page.goto(f"{site.url}/en/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.wait_for_function("() => !location.pathname.includes('login')")


def mails(site: Site) -> str:
    """Every mail that was delivered, decoded."""
    import email
    from email import policy

    found = []
    for file in sorted((site.data / "mail").glob("*.log"), key=lambda one: one.stat().st_mtime):
        for text in re.split(r"\n-{70,}\n", file.read_text()):
            message = email.message_from_string(text.strip(), policy=policy.default)
            part = message.get_body(("plain",)) if message.get("To") else None  # type: ignore[attr-defined]
            if part is not None:
                found.append(f"To: {message['To']}\n{part.get_content()}")
    return "\n".join(found)


def link_in_mail(page: Page, site: Site, kind: str) -> str:
    """The newest link of that kind that went out; the worker takes a moment."""
    for _time in range(60):
        links = re.findall(rf"http\S+/experiences/{kind}/\S+/", mails(site).replace("=\n", ""))
        if links:
            return re.sub(r"^https?://[^/]+", site.url, links[-1])
        page.wait_for_timeout(500)
    pytest.fail(f"no mail with a link to {kind}")


@both_languages
def test_a_report_travels_from_the_writer_by_the_office_to_the_page(
    demo: Site, new_page: Callable[..., Page], language: str
) -> None:
    base = f"{demo.url}/{language}"
    title = f"Snow until April ({language})"
    student, office = new_page(), new_page()
    sign_in(student, demo, f"student-{PROGRAMME}@example.org")
    student.goto(f"{base}/opportunities/{PLACE}/")
    student.click(".tell a")
    student.click("main form button")
    student.fill("#id_title", title)
    # It saves itself while one writes.
    student.wait_for_function("() => document.querySelector('[data-saved]').textContent !== ''")
    student.fill("#id_starts_on", "2026-01-12")
    student.click("button[name=send]")
    student.wait_for_selector(".error-summary")
    student.fill("#id_ends_on", "2026-05-29")
    student.fill("#id_teaching", "One course at a time, in groups of six.")
    student.fill("#id_paid_housing", "2.400")
    picture = io.BytesIO()
    Image.new("RGB", (900, 600), "teal").save(picture, "JPEG")
    student.set_input_files(
        "#id_photo",
        {"name": "lake.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()},
    )
    student.fill("#id_photo_words", "A lake")
    for part in ("photo", "contact", "costs"):
        student.check(f"#consent-{part}")
    student.click("button[name=send]")
    student.wait_for_selector(".notice.good")
    own = student.url

    sign_in(office, demo, "coordinator@example.org")
    office.goto(f"{base}/office/")
    office.click(f"text={title}")
    office.fill("#id_teaching", "One course at a time, in groups of seven.")
    office.click("button[value=edit]")
    office.wait_for_selector("del")
    office.click("button[value=publish]")
    office.wait_for_selector(".tone.good")

    student.goto(own)
    assert "six." in (student.locator("del").text_content() or "")
    student.goto(f"{base}/opportunities/{PLACE}/")
    for _time in range(20):  # an edit shows within two seconds
        if student.locator(f"h3:has-text('{title}')").count():
            break
        student.wait_for_timeout(500)
        student.reload()
    assert student.locator(f"#reports h3:has-text('{title}')").count() == 1
    student.evaluate("location.hash = 'reports'")  # reports are folded, a link opens them
    picture_there = student.locator("#reports img.photo").first
    picture_there.scroll_into_view_if_needed()
    student.wait_for_function("() => document.querySelector('#reports img.photo').naturalWidth > 0")
    student.goto(own)
    student.click("form[action$='take-back/'] button")
    student.wait_for_selector("#id_title")


@both_languages
def test_a_question_is_answered_without_either_address(
    demo: Site, new_page: Callable[..., Page], language: str
) -> None:
    student, supervisor = new_page(), new_page()
    sign_in(student, demo, "student-medicine-bsc@example.org")
    student.goto(f"{demo.url}/{language}/experiences/people/")
    student.click("a[href*='/experiences/write/person/']")
    student.fill("#id_text", f"How many hours a week? ({language})")
    student.click("main form button")
    student.wait_for_selector(".notice.good")
    supervisor.goto(link_in_mail(supervisor, demo, "answer"))
    supervisor.fill("#id_text", f"Forty, and snow. ({language})")
    supervisor.click("main form button")
    supervisor.wait_for_selector(".notice.good")
    for _time in range(60):
        if f"Forty, and snow. ({language})" in mails(demo):
            break
        student.wait_for_timeout(500)
    said = mails(demo)
    answer = said[said.rindex(f"Forty, and snow. ({language})") - 300 :]
    assert "supervisor" not in answer.split("To: ")[0]


def test_a_report_is_written_without_scripts(demo: Site, new_page: Callable[..., Page]) -> None:
    page = new_page(java_script_enabled=False)
    accounts = (demo.data / "demo-accounts.txt").read_text().splitlines()
    email, password = accounts[2].split("\t")[:2]
    page.goto(f"{demo.url}/en/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.press("input[name=password]", "Enter")
    page.goto(f"{demo.url}/en/experiences/mine/")
    page.click("main form button")
    page.fill("#id_title", "By hand")
    page.click("button[name=save]")
    assert page.locator("#id_title").input_value() == "By hand"
    assert page.locator(".notice.good").count() == 1
