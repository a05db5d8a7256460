"""Each kind of page answers, in both languages, and says what it must."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import override
from lxml import html as lxml_html

from sojourn.catalogue.models import Institution
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.common.urls import url_for
from sojourn.portal.shared import urls
from tests.portal.pages import LANGUAGES, SAMPLES, Sample
from tests.support.texts import dutch, forms

if TYPE_CHECKING:
    from django.http import HttpResponse
    from django.test import Client


pytestmark = [pytest.mark.usefixtures("leiden"), pytest.mark.slow]

both_languages = pytest.mark.parametrize("language", LANGUAGES)
IN_PORTAL = ("sojourn/portal/", "sojourn/design/")
every_kind = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample.kind)


def document(response: HttpResponse) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(response.content.decode())


def text_of(response: HttpResponse) -> str:
    root = document(response)
    for script in root.xpath("//script | //style"):
        script.getparent().remove(script)
    return re.sub(r"\s+", " ", root.text_content())


@both_languages
@every_kind
def test_every_kind_of_page_answers_in_its_language(
    client: Client, sample: Sample, language: str
) -> None:
    response = client.get(sample.address(language))
    assert response.status_code == sample.status
    page = document(response)
    assert page.get("lang") == language
    assert len(page.xpath("//h1")) == 1
    assert len(page.xpath("//main")) == 1
    title = page.findtext(".//title") or ""
    assert title.endswith(("· Sojourn", "· Sojourn LUMC"))
    assert 15 < len(title) < 120
    (description,) = page.xpath("//meta[@name='description']/@content")
    assert 20 < len(description) < 320


@both_languages
@every_kind
def test_no_page_needs_inline_script_or_style(
    client: Client, sample: Sample, language: str
) -> None:
    """The content security policy would block it."""
    page = document(client.get(sample.address(language)))
    assert not page.xpath("//@style")
    assert not page.xpath("//style")
    assert not page.xpath("//@*[starts-with(name(), 'on')]")
    inline = page.xpath("//script[not(@src)]")
    assert all(script.get("type") == "application/ld+json" for script in inline)


@both_languages
@every_kind
def test_ids_are_unique_and_every_jump_lands(client: Client, sample: Sample, language: str) -> None:
    page = document(client.get(sample.address(language)))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for target in page.xpath("//a[starts-with(@href, '#')]/@href"):
        assert target[1:] in ids
    for names in page.xpath("//@aria-labelledby"):
        assert set(names.split()) <= set(ids)


@every_kind
def test_dutch_pages_hold_no_english_of_ours(client: Client, sample: Sample) -> None:
    """What the interface says in English must not stand on a Dutch page."""
    said = text_of(client.get(sample.address("nl")))
    left = [
        text
        for message in dutch()
        if len(text := forms(message.id)[0]) > 12
        and "%(" not in text
        and any(path.startswith(IN_PORTAL) for path, _line in message.locations)
        and forms(message.string)[0] != text
        and text in said
    ]
    assert not left


@both_languages
def test_the_language_switch_keeps_page_and_question(client: Client, language: str) -> None:
    other = {"en": "nl", "nl": "en"}[language]
    response = client.get(f"/{language}/opportunities/?q=immunology&country=SE")
    (switch,) = document(response).xpath(f"//header//a[@hreflang='{other}']/@href")
    answer = client.get(switch)
    assert answer.status_code == 302
    assert answer["Location"] == f"/{other}/opportunities/?q=immunology&country=SE"
    assert client.cookies["django_language"].value == other
    assert client.get("/", headers={"accept-language": language})["Location"] == f"/{other}/"


@pytest.mark.parametrize(
    "then", ["https://elsewhere.example/", "//elsewhere.example", "/nl\\x", ""]
)
def test_the_language_switch_never_leads_off_the_site(client: Client, then: str) -> None:
    assert client.get("/language/nl/", {"next": then})["Location"] == "/nl/"


def test_an_unknown_language_is_not_switched_to(client: Client) -> None:
    assert client.get("/language/de/").status_code == 404


@pytest.mark.parametrize(
    ("reads", "leads_to"),
    [("nl-NL,nl;q=0.9,en;q=0.5", "/nl/"), ("en-GB", "/en/"), ("de", "/en/"), ("", "/en/")],
)
def test_the_first_visit_follows_the_browser(client: Client, reads: str, leads_to: str) -> None:
    response = client.get("/", headers={"accept-language": reads})
    assert (response.status_code, response["Location"]) == (302, leads_to)


@both_languages
def test_each_page_names_itself_and_its_twin(client: Client, language: str) -> None:
    path = "opportunities/karolinska-biomedicine-semester/"
    page = document(client.get(f"/{language}/{path}"))
    assert page.xpath("//link[@rel='canonical']/@href") == [f"http://testserver/{language}/{path}"]
    twins = dict(
        zip(
            page.xpath("//link[@rel='alternate']/@hreflang"),
            page.xpath("//link[@rel='alternate']/@href"),
            strict=True,
        )
    )
    assert twins["en"] == f"http://testserver/en/{path}"
    assert twins["nl"] == f"http://testserver/nl/{path}"


def test_structured_data_is_json(client: Client) -> None:
    page = document(client.get("/en/opportunities/karolinska-biomedicine-semester/"))
    blocks = [json.loads(script.text) for script in page.xpath("//script[@type]") if script.text]
    assert any("@graph" in block for block in blocks)


@both_languages
def test_a_withdrawn_page_is_gone_with_a_way_on(client: Client, language: str) -> None:
    from sojourn.catalogue.models import Opportunity, PublicationStatus
    from sojourn.catalogue.services import publish_change
    from sojourn.catalogue.snapshot.service import refresh_snapshot

    Opportunity.objects.filter(slug="karolinska-biomedicine-semester").update(
        status=PublicationStatus.WITHDRAWN
    )
    publish_change()
    refresh_snapshot()
    response = client.get(f"/{language}/opportunities/karolinska-biomedicine-semester/")
    assert response.status_code == 410
    page = document(response)
    assert page.xpath("//main//form[@role='search']")
    assert page.xpath(f"//main//a[@href='/{language}/opportunities/']")


@pytest.mark.parametrize(
    "path",
    [
        "opportunities/no-such-place/",
        "institutions/no-such-host/",
        "countries/ZZ/",
        "courses/no-such-course/",
        "guide/no-such-page/",
        "nothing/at/all/",
    ],
)
def test_an_unknown_page_offers_search(client: Client, path: str) -> None:
    response = client.get(f"/nl/{path}")
    assert response.status_code == 404
    assert document(response).xpath("//main//form[@role='search']")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("sort=purple", "sort"),
        ("view=hologram", "view"),
        ("page=minus", "page"),
        ("page=0", "page"),
        ("country=Sverige", "country"),
    ],
)
def test_nonsense_in_the_address_is_named(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"/en/opportunities/?{query}")
    assert response.status_code == 400
    assert f"“{parameter}”" in text_of(response)
    assert document(response).xpath("//main//a[@href='/en/opportunities/']")


def test_a_country_in_small_letters_is_led_to_its_address(client: Client) -> None:
    response = client.get("/en/countries/se/")
    assert (response.status_code, response["Location"]) == (301, "/en/countries/SE/")


@both_languages
def test_an_address_cut_short_at_countries_leads_to_the_hosts_by_country(
    client: Client, language: str
) -> None:
    response = client.get(f"/{language}/countries/")
    assert response.status_code == 301
    assert response["Location"] == f"/{language}/institutions/"


def test_the_chooser_of_the_home_page_leads_to_what_one_can_do(client: Client) -> None:
    form = document(client.get("/en/")).xpath("//form[.//select[@name='study']]")[0]
    found = client.get(form.get("action"), {"study": "biomedical-sciences-bsc.2"}, follow=True)
    assert found.redirect_chain
    assert found.status_code == 200
    assert "Karolinska" in text_of(found)


def test_matched_words_are_marked(client: Client) -> None:
    page = document(client.get("/en/opportunities/?q=microbiome"))
    assert page.xpath("//article//mark")


def test_what_somebody_types_is_shown_as_text(client: Client) -> None:
    response = client.get("/en/opportunities/", {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_an_empty_result_says_what_to_loosen(client: Client) -> None:
    page = document(client.get("/en/opportunities/?q=karolinska&country=CU"))
    ways = page.xpath("//div[@class='empty']//li/a/@href")
    assert ways
    for way in ways:
        loosened = document(client.get(way))
        assert loosened.xpath("//article[@class='card']")


def test_every_active_filter_can_be_taken_away(client: Client) -> None:
    page = document(client.get("/en/opportunities/?q=research&country=SE&country=GB"))
    chips = page.xpath("//ul[@class='chips']//a")
    assert len(chips) == 3
    for chip in chips:
        assert client.get(chip.get("href")).status_code == 200


def test_facets_count_what_ticking_would_show(client: Client) -> None:
    page = document(client.get("/en/opportunities/"))
    for box in page.xpath("//input[@name='country']"):
        (count,) = box.xpath("../span[@class='count']/text()")
        found = document(client.get("/en/opportunities/", {"country": box.get("value")}))
        assert re.match(r"\d+", found.findtext(".//p[@id='count']"))[0] == count  # type: ignore[index]


def test_links_lead_to_the_addresses_that_do_not_change() -> None:
    with override("nl"):
        assert urls.home() == "/nl/"
        assert urls.opportunities_with(q="a b") == "/nl/opportunities/?q=a+b"
        assert urls.opportunity("malawi") == "/nl/opportunities/malawi/"
        assert urls.institution("lund") == "/nl/institutions/lund/"
        assert urls.country("SE") == "/nl/countries/SE/"
        assert urls.course("ethics") == "/nl/courses/ethics/"
        assert urls.guide("costs") == "/nl/guide/costs/"
        assert urls.contacts("rose") == "/nl/contacts/#rose"
        assert urls.walk_in_calendar() == "/nl/contacts/walk-in.ics"
        assert urls.walk_in_calendar("rose") == "/nl/contacts/rose/walk-in.ics"
        assert urls.all_deadlines() == "/nl/deadlines.ics"
        assert urls.add_to_top_five("SE") == "/nl/plan/top-five/add/SE/"
        assert urls.sign_in("/nl/") == "/nl/account/login/?next=/nl/"
        assert url_for("portal:institutions", language="en") == "/en/institutions/"


@pytest.mark.long
@both_languages
def test_every_link_of_every_page_leads_somewhere(client: Client, language: str) -> None:
    """One walk over all links of one page of each kind."""
    seen: set[str] = set()
    for sample in SAMPLES:
        page = document(client.get(sample.address(language)))
        seen.update(page.xpath("//a/@href"))
    ours = sorted(link for link in seen if link.startswith("/") and "?" not in link)
    broken = [
        link for link in ours if client.get(link.split("#")[0]).status_code not in {200, 301, 302}
    ]
    assert len(ours) > 60
    assert not broken


@both_languages
@pytest.mark.parametrize(
    ("words", "found"),
    [("zweden", {"Karolinska", "Uppsala"}), ("sweden stock", {"Karolinska"}), ("UNHAS", {"Unhas"})],
)
def test_a_host_is_found_by_name_city_or_country_in_either_language(
    client: Client, language: str, words: str, found: set[str]
) -> None:
    said = text_of(client.get(f"/{language}/institutions/", {"q": words}))
    hosts = {"Karolinska", "Uppsala", "Leuven", "Heidelberg"}
    assert {host for host in hosts if host in said} == found & hosts
    assert "Hasanuddin" in said if words == "UNHAS" else "Hasanuddin" not in said


def test_a_search_for_hosts_that_finds_nothing_shows_the_way_back(client: Client) -> None:
    response = client.get("/en/institutions/", {"q": "atlantis <b>"})
    assert response.status_code == 200
    assert "0 hosts with “atlantis <b>”." in text_of(response)
    assert document(response).xpath("//a[@href='/en/institutions/']")


@both_languages
def test_a_course_says_its_field_in_words(client: Client, language: str) -> None:
    said = text_of(client.get(f"/{language}/courses/ki-immunology-and-microbiology/"))
    assert {"en": "Biology", "nl": "Biologie"}[language] + " (ISCED-F 0511)" in said


def test_a_stay_at_two_hosts_names_both_and_counts_for_both_countries(client: Client) -> None:
    for country in ("SE", "DE"):
        said = text_of(client.get("/en/opportunities/", {"country": country}))
        assert "Heidelberg and Stockholm" in said, country


@both_languages
def test_the_map_says_what_the_list_says(client: Client, language: str) -> None:
    """All places are on the map, and its links lead to the usual list."""
    base = f"/{language}/opportunities/"
    count = "//*[@id='count']/text()"
    drawn = document(client.get(f"{base}?view=map"))
    assert drawn.xpath(count) == document(client.get(base)).xpath(count)
    assert not [href for href in drawn.xpath("//main//a/@href") if "per_page" in href]


def test_words_that_nothing_has_leave_no_filter_to_apply(client: Client) -> None:
    response = client.get("/en/opportunities/?q=zzxqqy")
    page = document(response)
    assert not page.xpath("//*[@id='facets']//button")
    assert page.xpath("//*[@id='facets']//a[.='Clear all']")
    text = text_of(response)
    assert "Try another word, in English or in Dutch, or look at all places." in text
    assert "Remove one of these" not in text


@pytest.mark.parametrize("path", ["/en/questions/ask/", "/nl/account/signup/"])
def test_what_is_wrong_has_the_focus(client: Client, path: str) -> None:
    page = document(client.post(path, {}))
    (first,) = page.xpath("//*[@autofocus][1]")[:1]
    assert first.get("class") == "error-summary"
    assert first.get("tabindex") == "-1"


@both_languages
def test_a_country_that_no_map_can_show_has_a_page_without_one(
    client: Client, language: str
) -> None:
    """Svalbard has no shape of its own in the atlas, and its only host no known place."""
    Institution.objects.filter(slug="karolinska-institutet").update(
        country="SJ", latitude=None, longitude=None
    )
    publish_change()
    refresh_snapshot()
    response = client.get(f"/{language}/countries/SJ/")
    assert response.status_code == 200
    assert not document(response).xpath("//figure[@class='map-frame']")
