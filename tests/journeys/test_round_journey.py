"""A round from opening to nominations in one go, by everybody who has a part in it.

Time is moved as the example round does it: `sojourn demo round` puts the dates back and does what
the made-up applicants and reviewers do; everything that the journey is about is clicked.
"""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from tests.journeys import axe
from tests.selection.pdfs import pdf
from tests.support import ready
from tests.support.site import Site, running_site, sojourn

if TYPE_CHECKING:
    from playwright.sync_api import Download, Page

pytestmark = pytest.mark.browser

KAROLINSKA, EDINBURGH = "karolinska-biomedicine-semester", "half-minor-edinburgh"
COORDINATOR, OPERATOR = "coordinator@example.org", "operator@example.org"
PLACED, WAITING = "student-biomedical-sciences-bsc@example.org", "student-medicine-bsc@example.org"
# How the plan and the home page begin, in each state.
STANDS = {
    "en": {
        "round": "Apply: ", "draft": "Submit your application: ", "applied": "You applied: ",
        "offer": "You are offered a place: ", "waiting": "on the waiting list: ",
        "place": "You have a place: ",
        "ready": "Everything is filled in.", "nothing": "You need to do nothing now.",
    },
    "nl": {
        "round": "Meld je aan: ", "draft": "Dien je aanmelding in: ",
        "applied": "Je bent aangemeld: ",
        "offer": "Je krijgt een plek aangeboden: ", "waiting": "op de wachtlijst: ",
        "place": "Je hebt een plek: ",
        "ready": "Alles is ingevuld.", "nothing": "Je hoeft nu niets te doen.",
    },
}  # fmt: skip
NUMBERS = {PLACED: "7654321", WAITING: "7654322"}


@dataclass(frozen=True)
class Stage:
    """The running site, and the environment of commands about it."""

    site: Site
    env: dict[str, str]


@pytest.fixture
def stage(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stage]:
    """A site for each language: the place of one round would stand on the plan of the next."""
    folder = tmp_path_factory.mktemp("round-site")
    with ready.installation(ready.DEMO_ACCOUNTS, folder, f"{worker_id}-round") as env:
        with running_site(folder, env=env) as site:
            # The first page waits for a snapshot, on a busy machine longer than a browser would.
            urllib.request.urlopen(f"{site.url}/en/", timeout=200).close()
            yield Stage(site, env)


def round_goes_on(env: dict[str, str], slug: str, until: str) -> None:
    """What the made-up applicants and reviewers do, and the weeks that this takes."""
    made = sojourn("demo", "round", "--address", slug, "--until", until, env=env, seconds=400)
    assert made.returncode == 0, made.stdout + made.stderr


class Person:
    """Somebody at a browser of their own, in one language."""

    def __init__(self, page: Page, site: Site, language: str, email: str) -> None:
        self.page = page
        page.set_default_timeout(60_000)  # the machine may be busy
        self.language = language
        self.base = f"{site.url}/{language}/"
        accounts = (site.data / "demo-accounts.txt").read_text().splitlines()
        passwords = dict(line.split("\t")[:2] for line in accounts if "\t" in line)
        page.goto(f"{self.base}account/login/")
        page.fill("[name=login]", email)
        page.fill("[name=password]", passwords[email])
        page.press("[name=password]", "Enter")
        page.wait_for_function("() => !location.pathname.includes('login')")

    def goes_to(self, path: str) -> None:
        self.page.goto(self.base + path)
        self.finds_nothing_in_the_way()

    def stands(self, state: str, *, waits: int, said: str = "") -> None:
        """Read the same answer and badge on plan and home page, wide and on a phone."""
        before = self.page.viewport_size
        words = STANDS[self.language]
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            for path, title in (("plan/", ".step-title"), ("", ".stand h1")):
                self.goes_to(path)
                assert words[state] in self.reads(title), (state, path, width)
                if said:
                    assert words[said] in self.reads(".step, .stand")
                badge = self.page.locator(".bar .waits")
                assert badge.count() == bool(waits)
                assert not waits or badge.inner_text().split()[-1] == str(waits)
                assert self.page.locator(".road li a").count() == 6
                assert self.page.locator("main .button.next").count() == 1
        assert before is not None
        self.page.set_viewport_size(before)

    def sends(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.click(button)
        self.finds_nothing_in_the_way()

    def reads(self, part: str) -> str:
        return self.page.locator(part).first.inner_text()

    def downloads(self, link: str, file: Path) -> Path:
        with self.page.expect_download() as found:
            self.page.click(link)
        download: Download = found.value
        download.save_as(file)
        return file

    def finds_nothing_in_the_way(self) -> None:
        assert axe.violations(self.page, self.page.url) == []


@pytest.mark.long
@pytest.mark.database
@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    [("en", 1280, "light"), pytest.param("nl", 390, "dark", marks=pytest.mark.broad)],
)
def test_a_round_from_opening_to_nominations(
    stage: Stage,
    new_page: Callable[..., Page],
    tmp_path: Path,
    language: str,
    width: int,
    scheme: str,
) -> None:
    slug = f"example-{language}"
    round_goes_on(stage.env, slug, "draft")

    def enters(email: str) -> Person:
        page = new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,  # the policy of the pages would keep axe out as well
            accept_downloads=True,
        )
        return Person(page, stage.site, language, email)

    one, two = enters(COORDINATOR), enters(OPERATOR)
    publish_the_rules(one, slug)

    placed, waiting = enters(PLACED), enters(WAITING)
    code = apply_from_the_top_five(placed, slug, "biomedical-sciences-bsc", KAROLINSKA)
    apply_from_the_top_five(waiting, slug, "medicine-bsc", EDINBURGH)
    round_goes_on(stage.env, slug, "closed")
    placed.stands("applied", waits=0, said="nothing")
    placed.goes_to(f"apply/{slug}/form/")
    assert placed.page.locator("button[value=hand-in]").count() == 0

    import_grades(one, slug, tmp_path)
    review(one, two, slug)
    round_goes_on(stage.env, slug, "reviewed")
    allocate(one, two, slug)

    placed.stands("offer", waits=1)
    accept_the_place(placed, slug)
    placed.stands("place", waits=0)
    wait_and_move_up(waiting, one, slug)
    waiting.stands("place", waits=0)
    decide_the_objection(placed, one, slug)
    nominate(one, slug, tmp_path)
    check_the_certificate(placed, slug, code, tmp_path)


def publish_the_rules(office: Person, slug: str) -> None:
    office.goes_to(f"office/rounds/{slug}/")
    office.sends("a.button.next[href$='/publish/']")
    office.sends(".confirm button.next")
    assert office.page.locator(".notice.bad, a[href$='/publish/']").count() == 0
    # It opened by itself: its opening time had come.
    assert office.page.locator(".opening .quiet").count() == 1


def apply_from_the_top_five(student: Person, slug: str, programme: str, place: str) -> str:
    """Returns the code under which the student stands in the published result."""
    page = student.page
    page.goto(f"{student.base}opportunities/{place}/")
    if page.locator("a.added").count() == 0:
        page.click("a.button[data-add]")
        page.wait_for_selector("a.added")
    is_followed = place == KAROLINSKA
    if is_followed:
        student.stands("round", waits=0)
    student.goes_to("apply/")
    student.goes_to(f"apply/{slug}/")
    student.sends("main a.button.next")
    student.sends("main button.next")
    page.wait_for_url("**/form/")
    assert page.input_value("#choice-1") == place
    if is_followed:
        student.stands("draft", waits=1)
        student.goes_to(f"apply/{slug}/form/")
    page.select_option("#programme", programme)
    page.select_option("#year", "1" if place == KAROLINSKA else "2")
    page.fill("#number", NUMBERS[PLACED if place == KAROLINSKA else WAITING])
    page.select_option("#language-en", "C1")
    # What is no PDF is refused by name, and nothing of the form is lost.
    page.set_input_files(
        "#document-cv", {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": b"PK no PDF"}
    )
    student.sends("#document-cv ~ p button")
    assert student.page.locator("[role=alert]").count() == 1
    assert page.input_value("#number") in NUMBERS.values()
    page.set_input_files(
        "#document-cv", {"name": "cv.pdf", "mimeType": "application/pdf", "buffer": pdf(1)}
    )
    student.sends("#document-cv ~ p button")
    assert page.locator("a[href*='/documents/']").count() == 1
    page.fill("#motivation-1", "I want to work beside family doctors.")
    # It saves itself, and says that nothing is missing.
    page.wait_for_function("() => document.querySelectorAll('#gaps li').length === 0")
    page.reload()
    assert page.input_value("#motivation-1") == "I want to work beside family doctors."
    if is_followed:
        student.stands("draft", waits=1, said="ready")
        student.goes_to(f"apply/{slug}/form/")
    student.sends("button[value='hand-in']")
    page.wait_for_url("**/receipt/")
    assert "I want to work beside family doctors." in student.reads("main")
    code = student.reads(".code")
    if is_followed:
        student.stands("applied", waits=0)
    student.goes_to("apply/mine/")
    return code


def import_grades(office: Person, slug: str, folder: Path) -> None:
    numbers = [f"s99{number:05}" for number in range(1, 41)]
    good = [
        *([number, f"{6 + index % 30 / 10:.1f}".replace(".", ","), "80"] for index, number in
          enumerate(numbers)),
        [NUMBERS[PLACED], "10", "120"],
        [NUMBERS[WAITING], "6,0", "60"],
    ]  # fmt: skip
    bad = [*good, [NUMBERS[PLACED], "9", "60"]]
    bad[8:10] = [[numbers[8], "=1+1", "80"], [numbers[9], "good", "80"]]
    office.goes_to(f"office/rounds/{slug}/values/")
    office.page.set_input_files("#file", table(folder / "bad.csv", bad))
    office.sends("form[enctype] button")
    mistakes = office.page.locator(".error-summary li")
    assert mistakes.count() == 3  # a formula, a word, a person twice
    assert "42" in mistakes.nth(2).inner_text()  # the line that has the person too
    assert office.page.locator("form[action$='/take-in/']").count() == 0
    office.page.set_input_files("#file", table(folder / "good.csv", good))
    office.sends("form[enctype] button")
    office.sends("form[action$='/take-in/'] button")
    office.goes_to(f"office/rounds/{slug}/values/")
    assert office.page.locator("[aria-labelledby=h-imports] li").count() == 1


def table(file: Path, rows: list[list[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows([["student number", "grades", "ects"], *rows])
    file.write_text(text.getvalue())
    return str(file)


def review(one: Person, two: Person, slug: str) -> None:
    """Two reviewers; each scores one application by hand, with the keyboard alone."""
    one.goes_to(f"office/rounds/{slug}/reviewers/")
    for email in (COORDINATOR, OPERATOR):
        one.page.fill("#email", email)
        one.sends("button[value=invite]")
    one.sends("button[value=assign]")
    for reviewer in (one, two):
        reviewer.goes_to("office/reviews/")
        reviewer.sends("a[href*='/office/reviews/']:not([href$='/office/reviews/'])")
        first = reviewer.page.url
        radios = reviewer.page.locator("fieldset[data-score]")
        reviewer.page.locator("fieldset[data-score] input").first.focus()
        for _field in range(radios.count()):
            reviewer.page.keyboard.press("4")
        with reviewer.page.expect_navigation():
            reviewer.page.keyboard.press("Control+Enter")
        reviewer.finds_nothing_in_the_way()
        assert reviewer.page.url != first


def allocate(one: Person, two: Person, slug: str) -> None:
    """Compared, tried, run, approved by two, published; nobody can do it alone."""
    one.goes_to(f"office/results/{slug}/")
    assert one.page.locator("main table tbody tr").count() >= 3  # every method side by side
    one.goes_to(f"office/results/{slug}/what-if/?seats-{EDINBURGH}=6")
    assert one.page.locator("#difference").count() == 1
    one.goes_to(f"office/results/{slug}/")
    one.sends("form[action$='/run/'] button")
    one.sends("button[value=approve]")
    assert one.page.locator("a[href$='/publish/']").count() == 0
    two.goes_to(f"office/results/{slug}/")
    two.sends("button[value=again]")
    two.sends("button[value=approve]")
    two.sends("a[href$='/publish/']")
    two.page.check("[name=sure]")
    two.sends("form .button.next")
    assert f"/{slug}/offers/" in two.page.url


def opens_the_result(student: Person, slug: str) -> None:
    student.goes_to(f"apply/{slug}/receipt/")
    student.sends("a.button.next")
    assert "/apply/results/" in student.page.url


def accept_the_place(student: Person, slug: str) -> None:
    student.goes_to("apply/results/")
    assert student.page.locator(".result-list a").count() >= 1
    opens_the_result(student, slug)
    student.page.check("[name=answer][value=accept]")
    student.sends(".answer button")
    assert student.page.locator(".answer").count() == 0


def wait_and_move_up(student: Person, office: Person, slug: str) -> None:
    """Who got nothing reads why and where they stand; seats come free and they are offered one."""
    student.stands("waiting", waits=0)
    number = re.findall(r"\d+", student.reads(".stand h1"))[0]
    opens_the_result(student, slug)
    assert number in student.reads(".own-choices")
    assert student.page.locator(".answer").count() == 0
    assert student.page.locator(".own-choices .reason").count() == 2  # why not; where on the list
    office.goes_to(f"office/results/{slug}/offers/")
    office.page.select_option("#place", EDINBURGH)
    office.page.fill("#count", "40")
    office.page.fill("#because", "The host takes more.")
    office.sends("form[action$='/seats/'] button")
    student.stands("offer", waits=1)
    opens_the_result(student, slug)
    student.page.check("[name=answer][value=accept]")
    student.sends(".answer button")


def decide_the_objection(student: Person, office: Person, slug: str) -> None:
    opens_the_result(student, slug)
    student.sends("a[href$='/objection/']")
    student.page.fill("textarea", "?")
    student.sends("form .button.next")
    for path in ("offers", "statistics", "objections"):
        office.goes_to(f"office/results/{slug}/{path}/")
    office.sends("table a[href*='/objections/']")
    office.page.check("[value=dismiss]")
    office.page.fill("#outcome-text", "!")
    office.sends("#decide ~ form button, form[action$='/decide/'] button")


def nominate(office: Person, slug: str, folder: Path) -> None:
    office.goes_to(f"office/results/{slug}/nominations/")
    office.sends(f"form[action*='/{KAROLINSKA}/sent/'] button")
    office.sends(f"form[action*='/{KAROLINSKA}/confirmed/'] button")
    data = office.downloads(f"a[href$='/{KAROLINSKA}.json']", folder / "list.json")
    students = json.loads(data.read_text())["students"]
    assert [(each["email"], each["standing"]) for each in students] == [(PLACED, "confirmed")]
    sheet = office.downloads(f"a[href$='/{EDINBURGH}.xlsx']", folder / "list.xlsx")
    cells = CalamineWorkbook.from_path(sheet).get_sheet_by_index(0).to_python()
    assert any(WAITING in row for row in cells)


def check_the_certificate(student: Person, slug: str, code: str, folder: Path) -> None:
    student.goes_to(f"apply/rounds/{slug}/certificate/")
    command = student.page.locator("pre code").inner_text().split()
    file = student.downloads("a[href$='result.json']", folder / command[2])
    script = student.downloads("a[href$='verify.py']", folder / "verify.py")
    assert code in file.read_text()
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(file), command[3]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.startswith("yes: "), told.stdout
