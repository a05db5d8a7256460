"""Jobs of whoever writes the catalogue, in a real browser, their steps counted.

Beside each stands what it took on 29 November 2026: clicks alone, without what was typed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.journeys.languages import both_languages
from tests.journeys.test_office_by_keyboard import enter
from tests.journeys.test_office_jobs import Hands, site_of_a_round  # noqa: F401 (a fixture)

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.support.site import Site

pytestmark = [
    pytest.mark.browser, pytest.mark.long, pytest.mark.database, pytest.mark.timeout(600),
]  # fmt: skip

BEFORE = {
    "a new place in both languages, on a day": 88,
    "correct a cost; mark a grant as checked": 15,
    "retire a place and see what it touches": 4,
    "a guide in both languages with a preview": 0,  # refused at every save
    "who changed this, from what to what; take it back": 0,  # impossible
}
PLACE = "half-minor-edinburgh"


class Writer(Hands):
    """Hands that write into forms."""

    def writes(self, selector: str, text: str) -> None:
        """Click into a field and type over what it holds."""
        self.steps += 2
        self.page.fill(selector, text)

    def ticks(self, selector: str) -> None:
        self.steps += 1
        self.page.check(selector)

    def goes(self, letter: str, address: str) -> None:
        self.key("g")
        self.key(letter)
        self.page.wait_for_url(f"**/{address}/")

    def finds(self, text: str) -> None:
        self.key("/")
        self.key("Control+a")
        self.types(text)
        self.key("Enter")
        self.page.wait_for_url(f"**q={text}*")


@pytest.fixture
def at_work(
    site_of_a_round: Site,  # noqa: F811
    new_page: Callable[..., Page],
) -> Callable[[str], Writer]:
    """`at_work(language)`: somebody who writes the catalogue, signed in."""

    def enters(language: str) -> Writer:
        page = new_page(reduced_motion="reduce")
        enter(page, site_of_a_round, language)
        return Writer(page)

    return enters


@both_languages
def test_job_2_a_new_place_in_both_languages_appears_next_monday(
    site_of_a_round: Site,  # noqa: F811
    at_work: Callable[[str], Writer],
    language: str,
) -> None:
    hands = at_work(language)
    page = hands.page
    hands.goes("i", "office/places")
    hands.clicks(".opening .button.next")
    page.wait_for_url("**/new/")
    hands.writes("#title-en", "Summer school in Stockholm")
    hands.writes("#title-nl", "Zomerschool in Stockholm")
    hands.writes("#hosts-0-value", "Karolinska Institutet")
    hands.steps += 1
    page.select_option("#kind", "summer_school")
    hands.clicks("main form .button.next")
    page.wait_for_url("**/summer-school-in-stockholm/")
    for code, said in (("en", "Three weeks in July."), ("nl", "Drie weken in juli.")):
        hands.writes(f"#summary-{code}", said)
        hands.writes(f"#description-{code}", f"**{said}**")
    hands.ticks("[name=windows] >> nth=0")
    hands.writes("#courses-0-value", "Neuroscience")
    hands.steps += 1
    page.select_option("#deadlines-0-kind", "application")
    hands.writes("#deadlines-0-date", "2027-03-01")
    hands.ticks("#deadlines-0-example")
    hands.ticks("#example")
    hands.clicks(".bottom .button.next")
    page.wait_for_url("**/publish/")
    assert page.locator(".error-summary").count() == 0, page.text_content(".error-summary")
    today = dt.date.today()
    monday = today + dt.timedelta(days=7 - today.weekday())
    hands.ticks("[name=when][value=day]")
    hands.writes("#day", monday.isoformat())
    hands.clicks("main form .button.next")
    page.wait_for_url("**/summer-school-in-stockholm/")
    assert hands.steps < BEFORE["a new place in both languages, on a day"]
    assert hands.steps == 32
    page.goto(f"{site_of_a_round.url}/{language}/office/places/")
    waiting = page.text_content(".waiting") or ""
    assert str(monday.day) in waiting
    answer = page.goto(
        f"{site_of_a_round.url}/{language}/opportunities/summer-school-in-stockholm/"
    )
    assert answer is not None
    assert answer.status == 404


@both_languages
def test_job_3_a_cost_is_corrected_and_a_grant_is_of_today(
    at_work: Callable[[str], Writer], language: str
) -> None:
    hands = at_work(language)
    page = hands.page
    hands.goes("f", "office/figures")
    hands.finds("verzekering" if language == "nl" else "insurance")
    hands.writes("[name='0-high']", "9999")
    hands.key("Enter")
    page.wait_for_selector(".notice")
    hands.finds("beurs" if language == "nl" else "grant")
    hands.ticks("[name='0-right']")
    hands.clicks(".figures .bottom .button.next")
    page.wait_for_selector(".notice")
    assert hands.steps == BEFORE["correct a cost; mark a grant as checked"] == 15


@both_languages
def test_job_4_retiring_a_place_shows_what_it_touches(
    site_of_a_round: Site,  # noqa: F811
    at_work: Callable[[str], Writer],
    language: str,
) -> None:
    hands = at_work(language)
    page = hands.page
    hands.goes("i", "office/places")
    hands.clicks(f"a[href$='/places/{PLACE}/']")
    page.wait_for_url(f"**/places/{PLACE}/")
    hands.clicks(".states a[href$='/retire/']")
    page.wait_for_url("**/retire/")
    assert page.locator(".touched").count() >= 1
    assert page.locator("input[type=radio]:checked").count() == 0
    for box in page.locator(".touched").all():
        hands.steps += 1
        box.locator("input[value=keep]").check()
    hands.clicks("main form .button.next")
    page.wait_for_url(f"**/places/{PLACE}/")
    # The web processes see a change of the catalogue a moment later.
    status = 0
    for _try in range(60):
        answer = page.goto(f"{site_of_a_round.url}/{language}/opportunities/{PLACE}/")
        assert answer is not None
        status = answer.status
        if status == 410:
            break
        page.wait_for_timeout(500)
    assert status == 410


@both_languages
def test_jobs_5_and_10_a_guide_changes_with_a_preview_and_is_taken_back(
    at_work: Callable[[str], Writer], language: str
) -> None:
    hands = at_work(language)
    page = hands.page
    hands.clicks(".side a[href$='/office/guides/']")
    page.wait_for_url("**/office/guides/")
    hands.clicks("a[href$='/guides/grants/']")
    page.wait_for_url("**/guides/grants/")
    before = page.input_value("#title-en")
    hands.writes("#title-en", "Money for the way")
    hands.writes("#title-nl", "Geld voor onderweg")
    shown = "Geld voor onderweg" if language == "nl" else "Money for the way"
    page.frame_locator("iframe").locator(f"h1:has-text('{shown}')").wait_for()
    hands.clicks(".bottom .button.next")
    page.wait_for_url("**/publish/")
    assert page.locator(".differences tbody tr").count() == 2
    hands.clicks("main form .button.next")
    page.wait_for_url("**/guides/grants/")
    assert hands.steps == 8
    # Who changed it, from what to what; and back.
    back = Writer(page)
    back.clicks("#versions tbody tr:nth-child(2) a")
    page.wait_for_url("**/versions/1/**")
    assert before in (page.text_content(".differences") or "")
    assert "Money for the way" in (page.text_content(".differences") or "")
    back.clicks("main form[action$='/restore/'] .button.next")
    page.wait_for_url("**/guides/grants/")
    assert page.input_value("#title-en") == before
    back.clicks(".bottom .button.next")
    page.wait_for_url("**/publish/")
    back.clicks("main form .button.next")
    page.wait_for_url("**/guides/grants/")
    assert back.steps == 4
    assert (
        "Example Coordinator" in (page.text_content("#versions") or "")
        or page.locator("#versions tbody tr").count() == 3
    )
