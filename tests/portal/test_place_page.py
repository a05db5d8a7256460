"""The page of one place: what decides stands first, the rest is folded and says its answer."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from lxml import html

from sojourn.catalogue.models import Contact
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences.models import ConsentMethod, ConsentState, Correspondent

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("leiden")]
SEMESTER = "opportunities/karolinska-biomedicine-semester/"
# The same page, which the first one does not answer from memory.
OTHER_ADDRESS = SEMESTER + "?study=pharmacy-msc.1"
HOME_CONTACT, SUPERVISOR = "lumc-contact-karolinska", "supervisor-karolinska"


def document(client: Client, path: str = SEMESTER, language: str = "en") -> html.HtmlElement:
    response = client.get(f"/{language}/{path}")
    assert response.status_code == 200
    return html.document_fromstring(response.content.decode())


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_costs_and_voices_stand_open_and_the_rest_is_folded(client: Client) -> None:
    page = document(client)
    for open_part in ("costs", "people"):
        (part,) = page.xpath(f"//*[@id='{open_part}']")
        assert not part.xpath("ancestor::details")
    assert page.xpath("//ul[@class='voices']/li")
    folded = page.xpath("//details[@class='fold']")
    assert len(folded) >= 8
    for part in folded:
        assert part.get("open") is None
        said = words(part.xpath("./summary/span")[0])
        assert len(said) > 4, "a folded part shows its answer"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_every_link_within_the_page_has_a_target_inside_its_part(
    client: Client, language: str
) -> None:
    page = document(client, language=language)
    links = set(page.xpath("//main//a[starts-with(@href, '#')]/@href"))
    assert {"#dates", "#cost-lines", "#reports", "#language"} <= links
    for link in links:
        (target,) = page.xpath(f"//*[@id='{link[1:]}']")
        # A browser opens the part around a target; the part itself it would leave folded.
        assert target.tag != "details"


@pytest.mark.slow
def test_the_verdict_is_for_the_programme_and_year_chosen_on_the_page(client: Client) -> None:
    page = document(client)
    assert not page.xpath("//section[@class='pass']//p[starts-with(@class, 'verdict')]")
    values = page.xpath("//select[@id='study']/option/@value")
    assert "biomedical-sciences-bsc.1" in values
    chosen = document(client, SEMESTER + "?study=biomedical-sciences-bsc.1")
    (verdict,) = chosen.xpath("//section[@class='pass']//p[starts-with(@class, 'verdict')]")
    assert words(verdict)
    selected = chosen.xpath("//select[@id='study']/option[@selected]/@value")
    assert selected == ["biomedical-sciences-bsc.1"]
    other = document(client, SEMESTER + "?study=medicine-bsc.3")
    (closed,) = other.xpath("//section[@class='pass']//p[starts-with(@class, 'verdict')]")
    assert closed.get("class") == "verdict bad"
    for nonsense in (
        "?study=",
        "?study=x.1",
        "?study=medicine-bsc.6",
        "?study=medicine-bsc.9",
        "?study=%00.1",
    ):
        assert "verdict" not in words(document(client, SEMESTER + nonsense))


def test_a_card_leads_to_the_page_with_the_same_programme_and_year(client: Client) -> None:
    found = document(client, "opportunities/?programme=biomedical-sciences-bsc&year=2")
    links = found.xpath("//article[@class='card']//h3/a/@href")
    assert links
    assert all(link.endswith("/?study=biomedical-sciences-bsc.2") for link in links)
    assert found.xpath("//article[@class='card']//p[starts-with(@class, 'verdict')]")
    plain = document(client, "opportunities/?q=karolinska")
    assert not plain.xpath("//article[@class='card']//p[starts-with(@class, 'verdict')]")


def test_people_are_rows_with_one_thing_to_press_and_consent_comes_first(
    leiden: Snapshot, client: Client
) -> None:
    assert HOME_CONTACT not in leiden.records.contacts, "named to students only"
    hidden = Contact.objects.get(slug=HOME_CONTACT)
    Correspondent.objects.filter(contact__slug__in=(HOME_CONTACT, SUPERVISOR)).delete()
    page = document(client)
    rows = {words(row): row for row in page.xpath("//ul[@class='write-to']/li")}
    assert all(len(row.xpath(".//a[contains(@class, 'button')]")) == 1 for row in rows.values())
    (home,) = [row for text, row in rows.items() if text.startswith("Contact in Leiden")]
    assert "Ask the office to connect us" in words(home)
    (link,) = home.xpath(".//a[contains(@class, 'button')]/@href")
    assert "connect=home_contact" in link
    asked = client.get(link).content.decode()
    assert "Can you connect me with the contact at home for this place?" in asked
    if hidden.name:
        assert hidden.name not in words(page)
    Correspondent.objects.create(
        contact=hidden, email="contact@example.org", language="en", state=ConsentState.AGREED,
        agreed_at=timezone.now(), agreed_how=ConsentMethod.LINK,
    )  # fmt: skip
    again = document(client, OTHER_ADDRESS)
    rows_now = [words(row) for row in again.xpath("//ul[@class='write-to']/li")]
    (agreed,) = [text for text in rows_now if text.startswith("Contact in Leiden")]
    assert "Write" in agreed
    assert "connect us" not in agreed


def test_an_unknown_wish_to_connect_fills_in_nothing(client: Client) -> None:
    page = client.get("/en/questions/ask/?connect=anybody").content.decode()
    assert "Can you connect me" not in page


def test_what_is_not_known_is_gathered_in_one_place(client: Client) -> None:
    page = document(client, "opportunities/medicine-elective-paramaribo/")
    (unknown,) = page.xpath("//*[@id='unknown']")
    said = words(unknown)
    assert "how many credits it is worth" in said
    assert "which courses you can take there" in said
    (folded,) = page.xpath("//details[.//*[@id='unknown']]/summary/span")
    assert words(folded).startswith(f"{len(unknown.xpath('.//li'))} things: ")
