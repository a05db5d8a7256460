"""The example round from allocation to nominations, by two people of the office and a student."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.journeys.test_accessible import AXE, RULES
from tests.support.database import database_of_its_own
from tests.support.site import Site, environment, running_site, sojourn

if TYPE_CHECKING:
    from playwright.sync_api import Download, Page

pytestmark = pytest.mark.browser

SLUG = "example-round"
COORDINATOR, OPERATOR = "coordinator@example.org", "operator@example.org"
STUDENT = "student-biomedical-sciences-bsc@example.org"
# A folder with the reviewed round, made once a process where the database is a file in it.
_prepared: list[Path] = []


def prepare(folder: Path, database: dict[str, str]) -> None:
    """The example round, closed and reviewed."""
    if not database and _prepared:
        shutil.copytree(_prepared[0], folder, dirs_exist_ok=True)
        return
    made = sojourn(
        "demo", "round", "--until", "reviewed", env=environment(folder, **database), seconds=280
    )
    assert made.returncode == 0, made.stdout + made.stderr
    if not database:
        kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, kept)
        _prepared.append(kept)


@pytest.fixture
def example_site(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    """A server of its own with the reviewed example round."""
    folder = tmp_path / "data"
    folder.mkdir()
    with database_of_its_own(f"{worker_id}-example") as database:
        prepare(folder, dict(database))
        with running_site(folder, env=environment(folder, **database)) as site:
            yield site


class Person:
    """Somebody at a browser of their own, in one language."""

    def __init__(self, page: Page, site: Site, language: str, email: str) -> None:
        self.page = page
        page.set_default_timeout(60_000)  # the server has just started
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

    def sends(self, button: str) -> None:
        with self.page.expect_navigation():
            self.page.click(button)
        self.finds_nothing_in_the_way()

    def downloads(self, link: str, file: Path) -> Path:
        with self.page.expect_download() as found:
            self.page.click(link)
        download: Download = found.value
        download.save_as(file)
        return file

    def finds_nothing_in_the_way(self) -> None:
        """axe, with everything folded out."""
        self.page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        assert not found["violations"], [
            (each["id"], each["nodes"][0]["html"][:200], self.page.url)
            for each in found["violations"]
        ]


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("language", "width", "scheme"), [("en", 1280, "light"), ("nl", 390, "dark")]
)
def test_the_example_round_from_allocation_to_nominations(
    example_site: Site,
    new_page: Callable[..., Page],
    tmp_path: Path,
    language: str,
    width: int,
    scheme: str,
) -> None:
    def enters(email: str) -> Person:
        page = new_page(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,
            accept_downloads=True,
        )
        return Person(page, example_site, language, email)

    one, two = enters(COORDINATOR), enters(OPERATOR)
    one.goes_to(f"office/results/{SLUG}/what-if/?seats-half-minor-edinburgh=6")
    assert one.page.locator("#difference").count() == 1
    one.goes_to(f"office/results/{SLUG}/")
    one.sends("form[action$='/run/'] button")
    one.sends("button[value=approve]")
    assert one.page.locator("a[href$='/publish/']").count() == 0
    two.goes_to(f"office/results/{SLUG}/")
    two.sends("button[value=again]")
    two.sends("button[value=approve]")
    two.sends("a[href$='/publish/']")
    two.page.check("[name=sure]")
    two.sends("form .button.next")
    assert f"/{SLUG}/offers/" in two.page.url

    student = enters(STUDENT)
    student.goes_to("apply/results/")
    student.sends(".result-list a")
    student.page.check("[name=answer][value=accept]")
    student.sends(".answer button")
    assert student.page.locator(".answer").count() == 0
    student.sends("a[href$='/objection/']")
    student.page.fill("textarea", "?")
    student.sends("form .button.next")

    for path in ("offers", "nominations", "statistics", "objections"):
        one.goes_to(f"office/results/{SLUG}/{path}/")
    one.sends("table a")
    one.page.check("[value=dismiss]")
    one.page.fill("#outcome-text", "!")
    one.sends("#decide ~ form button, form[action$='/decide/'] button")
    one.goes_to(f"office/results/{SLUG}/nominations/")
    one.sends("form[action*='/karolinska-biomedicine-semester/sent/'] button")
    one.sends("form[action*='/karolinska-biomedicine-semester/confirmed/'] button")
    listed = one.downloads("a[href$='/karolinska-biomedicine-semester.json']", tmp_path / "n.json")
    assert STUDENT in listed.read_text()

    student.goes_to(f"apply/rounds/{SLUG}/certificate/")
    command = student.page.locator("pre code").inner_text().split()
    file = student.downloads("a[href$='result.json']", tmp_path / command[2])
    script = student.downloads("a[href$='verify.py']", tmp_path / "verify.py")
    told = subprocess.run(
        [sys.executable, "-I", "-S", str(script), str(file), command[3]],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert told.stdout.startswith("yes: "), told.stdout
