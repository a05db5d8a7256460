"""Jobs of a coordinator in a real browser, their steps counted beside what they took before.

A step is a thing that a person does: a key or a chord, a text that is typed, a click.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.journeys.axe import violations
from tests.journeys.languages import both_languages
from tests.journeys.test_office_by_keyboard import enter
from tests.support import excel, ready
from tests.support.site import Site, running_site, sojourn

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.browser, pytest.mark.long, pytest.mark.database, pytest.mark.timeout(600),
]  # fmt: skip

# On 29 November 2026 by what a person had to do: five lists, each opened, typed into and sent.
BEFORE = {
    "a student by name, everything on one page": 15,
    # Three forms of the admin, 108 inputs, ids and coordinates by hand.
    "a new partner with an agreement and two contacts": 108,
    # Sort by a column off the screen; no balance at all.
    "which agreements end within a year": 6,
}
# What could not be done at all then has no number.
WHO = "Example Applicant 07"


@pytest.fixture
def site_of_a_round(tmp_path: Path, worker_id: str) -> Iterator[Site]:
    with ready.installation(ready.DEMO_ACCOUNTS, tmp_path, f"{worker_id}-jobs") as env:
        made = sojourn("demo", "round", env=env, seconds=280)
        assert made.returncode == 0, made.stdout + made.stderr
        with running_site(tmp_path, env=env) as site:
            yield site


class Hands:
    """Somebody at a page; counts what they do."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.steps = 0

    def key(self, keys: str) -> None:
        self.steps += 1
        self.page.keyboard.press(keys)

    def types(self, text: str) -> None:
        self.steps += 1
        self.page.keyboard.type(text)

    def clicks(self, selector: str) -> None:
        self.steps += 1
        self.page.click(selector)

    def picks(self, selector: str, value: str) -> None:
        """Choose in a list: a click to open it and one on the line."""
        self.steps += 2
        self.page.select_option(selector, value)


@both_languages
def test_job_8_a_student_by_name_with_everything_on_one_page(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("Control+k")
    page.wait_for_selector("#find[open]")
    hands.types("applicant 07")
    page.wait_for_selector(f"#find .results a:has-text('{WHO}')")
    hands.key("Enter")
    page.wait_for_url("**/students/*/")
    assert hands.steps == 3 < BEFORE["a student by name, everything on one page"]
    assert page.text_content("h1") == WHO
    for part in (".way", ".story", "#tasks", "#notes", "#five", "#mail", ".sums"):
        assert page.locator(part).first.is_visible(), part
    # The same without the box: a link, a word, a name.
    slow = Hands(page)
    page.goto(f"{site_of_a_round.url}/{language}/office/")
    slow.clicks(".seek")
    page.wait_for_url("**/search/")
    slow.clicks("#search-q")
    slow.types("applicant 07")
    slow.key("Enter")
    page.wait_for_selector(f".found a:has-text('{WHO}')")
    slow.clicks(f".found a:has-text('{WHO}')")
    page.wait_for_url("**/students/*/")
    assert page.text_content("h1") == WHO
    assert slow.steps == 5


@both_languages
def test_a_note_and_a_message_begin_with_one_key(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("g")
    hands.key("s")
    page.wait_for_url("**/students/")
    hands.key("j")
    hands.key("Enter")
    page.wait_for_url("**/students/*/")
    hands.key("n")
    page.wait_for_url("**/note/")
    page.focus("[name=text]")
    hands.types("Rather a call than a mail.")
    page.click("main form .button.next")
    page.wait_for_url("**/students/*/")
    assert "Rather a call than a mail." in (page.text_content(".paper") or "")
    assert hands.steps == 6
    hands.key("?")
    page.wait_for_selector("#all-keys[open]")
    assert page.locator("#all-keys .go kbd").count() > 12


@both_languages
def test_job_9_a_colleague_for_one_programme_alone(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    hands = Hands(page)
    hands.key("g")
    hands.key("l")
    page.wait_for_url("**/people/")
    hands.clicks(".opening .button.next")
    page.wait_for_url("**/people/invite/")
    hands.clicks("#id_email")
    hands.types("new.colleague@example.org")
    hands.clicks("input[name=role][value=coordinator]")
    hands.clicks("input[name=programmes][value=biomedical-sciences-bsc]")
    hands.clicks("main form .button.next")
    page.wait_for_selector(".status-message :text('new.colleague@example.org')")
    assert page.text_content("h1") == "new.colleague@example.org"
    assert hands.steps == 8
    rights = page.text_content("#roles ~ ul") or ""
    assert "Biomed" in rights


@both_languages
def test_job_12_write_to_all_applicants_of_a_round(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    page.goto(f"{site_of_a_round.url}/{language}/office/rounds/")
    hands = Hands(page)
    hands.clicks("main tbody th a >> nth=0")
    hands.clicks("a[href$='/applications/'] >> nth=0")
    page.wait_for_selector("main tbody tr")
    if page.locator("input[name=everything]").count():
        hands.clicks("input[name=everything]")
    else:
        for box in page.locator("input[name=pick]").all():
            box.check()
        hands.steps += 1
    hands.clicks(".bulk button")
    page.wait_for_selector("[name=text_en]")
    for code in ("en", "nl"):
        page.fill(f"[name=subject_{code}]", "{name}, {code}")
        page.fill(f"[name=text_{code}]", "{name}: {place}")
        hands.steps += 2
    hands.clicks("button[value=look]")
    page.wait_for_selector(".paper")
    assert violations(page, "compose") == []
    sample = page.text_content(".paper") or ""
    assert "{" not in sample
    # The name and the place were filled in.
    assert not sample.rstrip().endswith(":")
    hands.clicks("button[value=send]")
    page.wait_for_url("**/write/*/")
    assert page.locator("main tbody tr").count() > 3
    assert hands.steps <= 12


def first_source(page: Page) -> str:
    """The first of the partner's own sources: the list that it was chosen from."""
    return page.get_attribute("[name=source] optgroup option", "value") or ""


A_LIST = (
    "Erasmus Code,SCHAC,Organisation Legal Name,City,Country Cd,Latitude,Longitude\n"
    "SF EXAMPLE01,example.fi,Esimerkki University,Turku,FI,60.45,22.28\n"
)


@both_languages
def test_job_1_a_new_partner_with_an_agreement_of_four_seats_and_two_contacts(
    site_of_a_round: Site, new_page: Callable[..., Page], tmp_path: Path, language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    # Once for an installation: the list of institutions.
    file = tmp_path / "institutions.csv"
    file.write_text(A_LIST)
    page.goto(f"{site_of_a_round.url}/{language}/office/partners/lists/")
    page.fill("[name=title]", "European list 2026")
    page.set_input_files("[name=file]", file)
    page.click("form.entry .button.next")
    page.wait_for_url("**/find/")
    page.goto(f"{site_of_a_round.url}/{language}/office/")
    page.wait_for_selector(".side [data-go=p]")
    hands = Hands(page)
    hands.key("g")
    hands.key("p")
    page.wait_for_url("**/partners/")
    hands.clicks(".opening .button.next")
    page.wait_for_url("**/find/")
    hands.types("turku")
    hands.key("Enter")
    page.wait_for_selector(".choose a")
    hands.clicks(".choose a")
    page.wait_for_selector("[name=name_en]")
    assert page.input_value("[name=erasmus_code]") == "SF EXAMPLE01"
    assert not page.locator("[name=latitude]").count()
    hands.clicks("form.entry .button.next")
    page.wait_for_selector(".thing h1")
    assert "Esimerkki University" in (page.text_content("h1") or "")
    # What was agreed.
    hands.clicks("#agreements a")
    page.wait_for_selector("[name=seats_out]")
    hands.clicks("[name=seats_out]")
    hands.types("4")
    hands.picks("[name=level]", "bachelor")
    hands.picks("[name=source]", first_source(page))
    hands.clicks("form.entry .button.next")
    page.wait_for_selector("#papers")
    hands.clicks(".where a >> nth=1")
    # Two people.
    hands.clicks("#contacts a")
    for number, function in enumerate(("Coordinator", "Secretary")):
        page.wait_for_selector("[name=title_en]")
        for name, text in (
            ("name", f"Example {function}"),
            ("title_en", function),
            ("title_nl", function),
        ):
            hands.clicks(f"[name={name}]")
            hands.types(text)
        hands.picks("[name=source]", first_source(page))
        hands.clicks("form.entry [name=another]" if not number else "form.entry .button.next")
        page.wait_for_load_state()
    page.wait_for_selector(".people li")
    assert page.locator(".people li").count() == 2
    # And public.
    hands.clicks(".thing .button.next")
    page.wait_for_selector("#question")
    hands.clicks(".confirm .button.next")
    page.wait_for_selector(".thing h1")
    # The web processes see a change of the catalogue a moment later.
    for _try in range(60):
        page.goto(f"{site_of_a_round.url}/{language}/institutions/esimerkki-university/")
        if "Turku" in (page.text_content("main") or ""):
            break
        page.wait_for_timeout(500)
    assert "Turku" in (page.text_content("main") or "")
    assert hands.steps < BEFORE["a new partner with an agreement and two contacts"] / 2


@both_languages
def test_job_7_which_agreements_end_within_a_year_and_the_balance(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    page.wait_for_selector(".side [data-go=d]")
    hands = Hands(page)
    hands.key("g")
    hands.key("d")
    page.wait_for_url("**/agreements/")
    hands.clicks(".opening .buttons a >> nth=0")
    page.wait_for_url("**ends=year**")
    assert page.locator("select[name=ends]").input_value() == "year"
    assert hands.steps == 3 < BEFORE["which agreements end within a year"]
    # The balance is a column of the same list.
    page.goto(f"{site_of_a_round.url}/{language}/office/agreements/?sort=-went")
    assert page.locator("th[aria-sort=descending]").count() == 1
    assert page.locator("tbody tr").count() > 3


@both_languages
def test_job_6_all_partners_to_excel_ten_cells_changed_and_taken_in_again(
    site_of_a_round: Site, new_page: Callable[..., Page], tmp_path: Path, language: str
) -> None:
    page = new_page(reduced_motion="reduce", accept_downloads=True)
    enter(page, site_of_a_round, language)
    page.wait_for_selector(".side [data-go=p]")
    hands = Hands(page)
    hands.key("g")
    hands.key("p")
    page.wait_for_url("**/partners/")
    hands.clicks(".opening a[href*='/import/']")
    page.wait_for_selector("#file")
    with page.expect_download() as given:
        hands.clicks("a.button.next[download]")
    content = given.value.path().read_bytes()
    ids = [row[0] for row in next(iter(excel.visible(content).values()))[2:12]]
    website = "https://www.example.org/{}"

    def change(sheets: dict[str, excel.Rows]) -> None:
        for id_ in ids:
            excel.put(id_, "website", website.format(id_))(sheets)

    file = tmp_path / "partners.xlsx"
    file.write_bytes(excel.edited(content, change))
    hands.steps += len(ids) + 1  # ten cells, and saved
    hands.steps += 2  # a click for the dialog, one on the file
    page.set_input_files("#file", file)
    hands.clicks("main form .button.next")
    page.wait_for_selector("table.differences")
    assert page.locator("table.differences tbody tr").count() == len(ids) == 10
    assert violations(page, "import") == []
    hands.clicks("button[name=do]")
    page.wait_for_selector(".status-message .notice")
    assert hands.steps <= 20  # it could not be done at all
    # It is there, and goes back as a whole.
    form = f"{site_of_a_round.url}/{language}/office/partners/{ids[0]}/change/"
    page.goto(form)
    assert page.input_value("[name=website]") == website.format(ids[0])
    page.go_back()
    page.click("form[action$='/undo/'] button")
    page.wait_for_selector(".status-message .notice")
    page.goto(form)
    assert page.input_value("[name=website]") != website.format(ids[0])


@both_languages
def test_job_11_who_went_where_over_the_years(
    site_of_a_round: Site, new_page: Callable[..., Page], language: str
) -> None:
    page = new_page(reduced_motion="reduce")
    enter(page, site_of_a_round, language)
    page.wait_for_selector(".side [data-go=k]")
    hands = Hands(page)
    hands.key("g")
    hands.key("k")
    page.wait_for_url("**/insight/")
    # It could not be done at all: by programme, country, kind and how they got the place.
    assert hands.steps == 2
    for part in ("#years", "#programme", "#country", "#kind", "#way"):
        assert page.locator(f"{part} table").is_visible(), part
    all_of_them = page.locator("#programme tbody tr").count()
    # One programme, and its table of countries as a file.
    hands.picks("#list-programme", "biomedical-sciences-bsc")
    hands.clicks("form.narrow button")
    page.wait_for_url("**programme=biomedical-sciences-bsc**")
    assert all_of_them > 1
    assert page.locator("#programme").count() == 0
    with page.expect_download() as file:
        hands.clicks("#country .under a >> nth=0")
    assert file.value.suggested_filename == "country.xlsx"
    assert hands.steps == 6
