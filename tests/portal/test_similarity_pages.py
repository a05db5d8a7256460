"""Courses like this one, will my courses count, where it is most like home."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.test import Client
from lxml import html

from sojourn.catalogue.similarity import service
from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.similarity.service import reset_similarity
from sojourn.catalogue.snapshot.service import reset_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning.models import CoverWish, Plan

STAY, WINDOW = "karolinska-biomedicine-semester", "bms-bsc-y2-karolinska-semester"
NEURO, HOME_NEURO = "ki-neuroscience", "lu-introduction-neurosciences"
COURSES = f"/en/plan/courses/{STAY}/"
ALIKE, HOST = "/en/alike/", "/en/institutions/karolinska-institutet/"
BMS = "biomedical-sciences-bsc"
PAIR = {"window": WINDOW, "host": NEURO, "home": HOME_NEURO}


@pytest.fixture(autouse=True)
def _words_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv(SIGNALS, "words")
    reset_similarity()
    reset_snapshot()  # and with it the pages that were kept of another comparison
    yield
    reset_similarity()


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_course_shows_those_like_it_with_the_recognised_one_first(client: Client) -> None:
    text = page(client, "/en/courses/lu-immunology/")
    part = text[text.index("Similar courses abroad") :]
    assert part.index("Recognised before") < part.index("Partly similar")
    assert re.search(r'/en/courses/ki-immunology-and-microbiology/">', part)
    assert "<mark>" in part
    assert "Both mention:" in part


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_similarity_is_never_a_bare_percentage(client: Client) -> None:
    for address in ("/en/courses/lu-immunology/", COURSES, ALIKE):
        assert not re.search(r"\d\s?%", page(client, address)), address


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_the_page_says_that_words_alone_were_compared(client: Client) -> None:
    assert "by their words and not by their meaning" in page(client, "/en/courses/lu-immunology/")
    assert "by their words and not by their meaning" in page(client, COURSES)
    assert "by their words and not by their meaning" in page(client, ALIKE)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_page_that_cannot_compare_yet_says_so_and_is_not_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reset_snapshot()  # and with it the pages kept
    monkeypatch.setattr(service, "_checks_on_each_call", lambda: False)
    monkeypatch.setattr(service, "follow_snapshots", lambda: None)
    assert "still comparing" in page(client, "/en/courses/lu-immunology/")
    assert "Look again in a minute" in page(client, COURSES)
    for address in (ALIKE, HOST, "/en/countries/SE/", "/en/opportunities/?sort=similar"):
        assert "Look again in a minute" in page(client, address), address
    assert "like Leiden" not in page(client, HOST)
    monkeypatch.undo()
    monkeypatch.setenv(SIGNALS, "words")
    assert "still comparing" not in page(client, "/en/courses/lu-immunology/")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_both_columns_and_a_line_for_each_pair(client: Client) -> None:
    text = page(client, COURSES)
    drawing = text[text.index('class="lines"') :]
    drawing = drawing[: drawing.index("</svg>")]
    links = text[text.index("Which course counts for which") :]
    pairs = re.findall(r'<li class="course-pair" id="[^"]+"', links[: links.index("</ol>")])
    assert drawing.count("<path") == len(pairs) > 3
    assert "Taught outside this stay" in text
    assert "style=" not in text


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_visitor_insists_and_lets_go_without_an_account(client: Client) -> None:
    answer = client.post(f"{COURSES}pair/", PAIR | {"kind": "pin"})
    assert (answer.status_code, answer["Location"]) == (302, f"{COURSES}?window={WINDOW}")
    assert "fixed by you" in page(client, COURSES)
    wish = CoverWish.objects.get()
    assert (wish.plan.owner, wish.kind) == (None, "pin")
    client.post(f"{COURSES}pair/", PAIR | {"kind": "release"})
    assert not CoverWish.objects.exists()
    client.post(f"{COURSES}pair/", PAIR | {"kind": "forbid"})
    assert "Excluded by you" in page(client, COURSES)
    client.post(f"{COURSES}forget/", {"window": WINDOW})
    assert "Excluded by you" not in page(client, COURSES)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_nobody_sees_what_another_one_chose(client: Client) -> None:
    client.post(f"{COURSES}pair/", PAIR | {"kind": "forbid"})
    assert "Excluded by you" in page(client, COURSES)
    assert "Excluded by you" not in page(Client(), COURSES)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_looking_writes_nothing(client: Client) -> None:
    page(client, COURSES)
    client.get("/en/plan/alike/")
    assert not Plan.objects.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_pairs_that_cannot_be_met_are_named(client: Client) -> None:
    pair = PAIR | {"host": "ki-physiology", "home": "lu-physiology-basic-concepts", "kind": "pin"}
    client.post(f"{COURSES}pair/", pair)
    text = page(client, COURSES)
    assert "“Physiology” cannot count for “Physiology, Basic Concepts”" in text
    assert "outside this stay" in text


@pytest.mark.usefixtures("leiden")
def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"{COURSES}pair/", PAIR | {"kind": "pin"}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/en/plan/courses/nowhere/", 404),
        (f"{COURSES}?window=nowhere", 404),
        (f"{COURSES}?window=%00%F0%9F%A6%84", 404),
        ("/en/alike/?programme=nothing", 404),
        ("/en/alike/?programme=%00", 404),
        ("/en/plan/courses/half-minor-tanzania-kcmc/", 200),
        ("/en/plan/courses/medicine-elective-paramaribo/", 200),
        ("/nl/alike/?programme=medicine-bsc", 200),
        ("/nl/alike/?programme=pharmacy-msc", 200),
    ],
)
@pytest.mark.usefixtures("leiden")
def test_addresses(client: Client, address: str, status: int) -> None:
    assert client.get(address).status_code == status


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"kind": "nonsense"}, 404),
        ({"window": "nowhere", "kind": "pin"}, 404),
        ({"host": "x" * 5000, "kind": "pin"}, 302),
        ({"host": "\x00", "kind": "pin"}, 302),
        ({"home": "😀", "kind": "forbid"}, 302),
    ],
)
@pytest.mark.usefixtures("leiden")
def test_nonsense_changes_nothing(client: Client, changed: dict[str, str], status: int) -> None:
    assert client.post(f"{COURSES}pair/", PAIR | changed).status_code == status
    assert not CoverWish.objects.exists()


@pytest.mark.slow
def test_every_place_and_window_has_its_page(leiden: Snapshot, client: Client) -> None:
    for opportunity in leiden.records.opportunities.values():
        for window in opportunity.windows:
            for language in ("en", "nl"):
                page(client, f"/{language}/plan/courses/{opportunity.slug}/?window={window}")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_plan_pages_are_kept_by_nobody(client: Client) -> None:
    for address in (COURSES, "/en/plan/alike/"):
        assert client.get(address)["Cache-Control"] == "private, no-store"


def parsed(client: Client, address: str) -> html.HtmlElement:
    return html.document_fromstring(page(client, address))


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_the_hosts_most_like_home_each_with_the_same_squares(client: Client) -> None:
    document = parsed(client, f"{ALIKE}?programme={BMS}")
    assert "Most like Leiden" in words(document.xpath("//h1")[0])
    hosts = document.xpath("//ol[@class='similar-hosts']/li")
    assert hosts[0].get("id") == "karolinska-institutet"
    asked = {words(one).split(" of ")[1] for one in document.xpath("//span[@class='match']")}
    assert asked == {"29"}
    for host in hosts:
        drawn = host.xpath(".//summary//*[@class='squares']/*[name()='rect' and @width='12']")
        assert len([one for one in drawn if one.get("class") != "half"]) == 29
        met = int(words(host.xpath(".//span[@class='match']")[0]).split(" of ")[0])
        assert met == len(host.xpath(".//ol[@class='course-pairs']/li"))
    there, first = hosts[0].xpath(".//h2")[:2]
    assert words(there) == "What you can do there"
    assert "Counts as your semester: 30 of 30 ECTS" in words(
        hosts[0].xpath(".//ul[@class='there']")[0]
    )
    assert words(first).startswith("Recognised before"), "what was decided comes first"
    assert STAY in hosts[0].xpath("string(.//div[@class='opened']//a/@href)")


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_a_host_without_a_place_for_the_programme_says_for_whom_it_is(
    leiden: Snapshot, client: Client
) -> None:
    document = parsed(client, f"{ALIKE}?programme=medicine-bsc")
    open_hosts = set(document.xpath("//ol[@class='similar-hosts']/li/@id"))
    closed = words(document.xpath("//details[@class='closed-hosts']")[0])
    assert "karolinska-institutet" not in open_hosts
    assert "Karolinska Institutet: only for Biomedical Sciences" in closed
    text = words(parsed(client, HOST).xpath("//section[@aria-labelledby='h-like-home']")[0])
    assert re.search(r"Medicine BSc: \d+ of 22 courses; no place here is for this programme", text)
    assert re.search(r"Biomedical Sciences BSc: \d+ of 29 courses, 6 of them recognised", text)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_cards_and_countries_say_how_many_courses_are_like_home(client: Client) -> None:
    found = parsed(client, f"/en/opportunities/?programme={BMS}&year=1")
    (card,) = found.xpath(f"//article[.//a[contains(@href, '{STAY}')]]")
    assert re.search(r"Courses: \d of 8 like Leiden", words(card))
    in_dutch = parsed(client, f"/nl/opportunities/?programme={BMS}&year=1")
    assert re.search(r"Vakken: \d van 8 zoals Leiden", words(in_dutch))
    country = words(parsed(client, "/en/countries/SE/"))
    assert re.search(r"Biomedical Sciences BSc: \d+ of 29 courses", country)


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_most_like_home_first_and_what_was_recognised_before_all_others(client: Client) -> None:
    address = f"/en/opportunities/?programme={BMS}&sort=similar"
    links = parsed(client, address).xpath("//article[@class='card']//h3/a/@href")
    assert f"/{STAY}/" in links[0]
    assert "half-minor-tanzania-kcmc" in " ".join(links), "those without a match follow"
    api = client.get(f"/api/v1/opportunities?programme={BMS}&sort=similar").json()
    assert api["results"][0]["slug"] == STAY


@pytest.mark.slow
@pytest.mark.usefixtures("leiden")
def test_the_plan_leads_to_the_public_page(client: Client) -> None:
    answer = client.get("/en/plan/alike/")
    assert (answer.status_code, answer["Location"]) == (302, ALIKE)
