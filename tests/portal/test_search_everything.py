"""A search over everything: each question finds what it is after, in both languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from lxml import html as lxml_html

from sojourn.catalogue.queries.near_subjects import near_subjects
from sojourn.catalogue.similarity.build import SIGNALS
from sojourn.catalogue.snapshot.service import current_snapshot

if TYPE_CHECKING:
    from django.test import Client

pytestmark = [pytest.mark.usefixtures("leiden"), pytest.mark.slow]

# What is asked, and the end of an address that must be among what is found.
QUESTIONS = """
Evelien Hack            contacts/#
evelien                 contacts/#
visum                   guide/
visa                    guide/
inloopuur               contacts/#
walk-in hour            contacts/#
Africa                  opportunities/medicine-rotation-cape-town/
Afrika                  opportunities/half-minor-tanzania-kcmc/
Azië                    opportunities/half-minor-indonesia-makassar/
Asia                    opportunities/half-minor-indonesia-makassar/
azie                    opportunities/half-minor-indonesia-makassar/
Zuidoost-Azië           opportunities/half-minor-indonesia-makassar/
Scandinavia             opportunities/karolinska-biomedicine-semester/
Scandinavië             opportunities/own-place-oslo/
Nordic countries        opportunities/half-minor-finland/
Zuid-Amerika            opportunities/medicine-elective-paramaribo/
South America           opportunities/medicine-elective-paramaribo/
Latijns-Amerika         opportunities/half-minor-global-health-cuba/
Caribbean               opportunities/half-minor-global-health-cuba/
USA                     opportunities/half-minor-global-health-cuba/
Benelux                 opportunities/ku-leuven-bachelor-internship/
co-schap                opportunities/medicine-rotation-cape-town/
coschap                 opportunities/medicine-rotation-cape-town/
halfminor               opportunities/half-minor-edinburgh/
researchstage           opportunities/medicine-research-internship-abroad/
research internship     opportunities/medicine-research-internship-abroad/
neurowetenschappen      opportunities/own-place-oslo/
neuroscience            opportunities/own-place-oslo/
Alzheimer's             opportunities/own-place-oslo/
dementie                opportunities/own-place-oslo/
hartchirurgie           opportunities/half-minor-organ-transplantation-london/
edinborough             opportunities/half-minor-edinburgh/
bordo                   opportunities/half-minor-bordeaux/
Stokholm                opportunities/karolinska-biomedicine-semester/
upsala                  opportunities/pharmacy-internship-uppsala/
makasar                 opportunities/half-minor-indonesia-makassar/
parimaribo              opportunities/medicine-elective-paramaribo/
Karolinska              institutions/karolinska-institutet/
KU Leuven               institutions/ku-leuven/
Heidelberg              institutions/heidelberg-university/
Immunology and Microbiology  courses/ki-immunology-and-microbiology/
verzekering             guide/
insurance               guide/
housing                 guide/
kosten                  guide/
half minor              opportunities/half-minor-bordeaux/
halve minor             opportunities/half-minor-bordeaux/
beurs                   guide/
grants                  guide/
vaccinatie              guide/
vaccination             guide/
malaria                 guide/
Erasmus                 guide/
cijfers                 guide/
learning agreement      guide/
heimwee                 guide/
kamer                   guide/
Zweden                  opportunities/karolinska-biomedicine-semester/
Sweden                  opportunities/karolinska-biomedicine-semester/
Stockholm               opportunities/karolinska-biomedicine-semester/
Indonesië               opportunities/half-minor-indonesia-makassar/
Tanzania                opportunities/half-minor-tanzania-kcmc/
Suriname                opportunities/medicine-elective-paramaribo/
Frankrijk               opportunities/half-minor-bordeaux/
Verenigd Koninkrijk     opportunities/half-minor-edinburgh/
Londen                  opportunities/half-minor-organ-transplantation-london/
London                  opportunities/half-minor-organ-transplantation-london/
transplantatie          opportunities/half-minor-organ-transplantation-london/
tropengeneeskunde       opportunities/half-minor-global-health-cuba/
global health           opportunities/half-minor-global-health-cuba/
transplantion           opportunities/half-minor-organ-transplantation-london/
Karolinka               opportunities/karolinska-biomedicine-semester/
Finland                 opportunities/half-minor-finland/
Helsinki                opportunities/half-minor-finland/
Leuven                  opportunities/ku-leuven-bachelor-internship/
Kaapstad                opportunities/medicine-rotation-cape-town/
Cape Town               opportunities/medicine-rotation-cape-town/
röntgen                 opportunities/
x-ray                   opportunities/
kanker                  opportunities/
cancer                  opportunities/
immuunsysteem           opportunities/
UK                      opportunities/half-minor-edinburgh/
Schotland               opportunities/half-minor-edinburgh/
"""
# A country without places finds its neighbours, and says so; never a word that looks like it.
ELSEWHERE = [
    ("Spanje", "half-minor-organ-transplantation-london", False),
    ("Spain", "half-minor-bordeaux", True),
    ("Japan", "half-minor-indonesia-makassar", True),
    ("Denemarken", "karolinska-biomedicine-semester", True),
    ("Kenya", "half-minor-tanzania-kcmc", True),
    ("Brazilië", "medicine-elective-paramaribo", True),
]
# A search while it is typed: what is offered first of its kind.
SUGGESTED = """
imm         opportunities/
visa        guide/
evel        contacts/#
Karol       institutions/karolinska-institutet/
edinb       opportunities/half-minor-edinburgh/
"""
languages = pytest.mark.parametrize("language", ["en", "nl"])


def cases() -> list[tuple[str, str]]:
    lines = (re.split(r"\s{2,}", line.strip()) for line in QUESTIONS.strip().splitlines())
    return [(asked, address) for asked, address in lines]


def page(client: Client, language: str, asked: str) -> lxml_html.HtmlElement:
    response = client.get(f"/{language}/opportunities/", {"q": asked})
    assert response.status_code == 200
    return lxml_html.document_fromstring(response.content.decode())


def addresses(document: lxml_html.HtmlElement) -> list[str]:
    found: list[str] = document.xpath("//div[@id='found']//a/@href")
    return found


@languages
@pytest.mark.parametrize(("asked", "address"), cases())
def test_a_search_finds_what_it_is_after(
    client: Client, language: str, asked: str, address: str
) -> None:
    found = addresses(page(client, language, asked))
    assert any(f"/{language}/{address}" in one for one in found), found


@languages
@pytest.mark.parametrize(("asked", "slug", "is_there"), ELSEWHERE)
def test_a_country_without_places_leads_to_its_neighbours(
    client: Client, language: str, asked: str, slug: str, *, is_there: bool
) -> None:
    document = page(client, language, asked)
    said = document.find_class("corrections")[0].text_content()
    assert asked in said
    first = [one for one in addresses(document) if "/opportunities/" in one and "?" not in one][:1]
    if is_there:
        assert any(slug in one for one in addresses(document))
    else:
        assert slug not in first[0]


@languages
def test_an_exact_title_comes_first(client: Client, language: str) -> None:
    for record in current_snapshot().records.opportunities.values():
        title = record.title.in_language(language)
        document = page(client, language, title)
        cards = document.xpath("//div[@class='cards']//h3/a/@href")
        titles = [
            one.title.in_language(language)
            for one in current_snapshot().records.opportunities.values()
        ]
        if titles.count(title) == 1:
            assert cards[0].endswith(f"/{record.slug}/"), title


@languages
@pytest.mark.parametrize("asked", ["qwxyzt", "psychiatrie", "voetbal"])
def test_an_empty_answer_has_ways_on(client: Client, language: str, asked: str) -> None:
    document = page(client, language, asked)
    assert not document.xpath("//div[@class='cards']")
    found = addresses(document)
    assert any("/questions/" in one for one in found)
    assert any("/own-places/" in one or "new/" in one for one in found)


@pytest.mark.parametrize(
    "asked",
    ["psychiatrie", "psychiatry", "mental health", "epilepsy", "schizophrenia"],
)
def test_a_word_that_nothing_has_is_near_subjects_in_meaning(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.delenv(SIGNALS, raising=False)
    names = [one.name["en"] for one in near_subjects(current_snapshot(), asked)]
    assert names[0] == "Neuroscience"
    assert "Oncology" not in names


@pytest.mark.parametrize("asked", ["guitar", "voetbal", "qwxyzt", "banana", "robots", "cooking"])
def test_what_is_of_another_world_is_near_nothing(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.delenv(SIGNALS, raising=False)
    assert near_subjects(current_snapshot(), asked) == ()


def test_only_people_on_the_public_list_are_found(client: Client) -> None:
    """Whoever is found is on the contact page; who is not public is no record at all."""
    public = client.get("/en/contacts/").content.decode()
    search = current_snapshot().search
    for listed in search.listed:
        if listed.kind == "contact":
            assert f'id="{listed.slug}"' in public


@languages
@pytest.mark.parametrize(
    ("asked", "address"),
    [(*line.split(None, 1),) for line in SUGGESTED.strip().splitlines()],
)
def test_suggestions_come_while_typing(
    client: Client, language: str, asked: str, address: str
) -> None:
    answer = client.get(f"/{language}/search/suggestions/", {"q": asked})
    document = lxml_html.fragment_fromstring(answer.content.decode(), create_parent="div")
    options = document.xpath("//a[@role='option']")
    assert any(f"/{language}/{address}" in one.get("href") for one in options)
    assert len({one.get("id") for one in options}) == len(options)
    assert all(one.text_content().strip() for one in options)


@pytest.mark.parametrize("asked", ["", " ", "qwxyzt", "\0", "<zzq>", "a" * 5000])
def test_where_nothing_is_found_nothing_is_suggested(client: Client, asked: str) -> None:
    answer = client.get("/en/search/suggestions/", {"q": asked})
    assert answer.status_code == 200
    assert b"<zzq" not in answer.content
    assert b"option" not in answer.content
