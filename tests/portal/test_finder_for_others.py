"""The finder with a programme and a year: what is for the student, and what is folded away."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from lxml import html

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning.fit import fit_of
from sojourn.planning.profile import Profile

pytestmark = pytest.mark.django_db
BMS = "biomedical-sciences-bsc"


def finder(query: str, language: str = "en") -> html.HtmlElement:
    return html.fromstring(Client().get(f"/{language}/opportunities/?{query}").content)


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def slugs(links: list[str]) -> set[str]:
    return {link.split("?")[0].strip("/").split("/")[-1] for link in links}


@pytest.mark.parametrize("year", [1, 2, 3])
def test_the_year_is_the_one_that_i_am_in(leiden: Snapshot, year: int) -> None:
    page = finder(f"programme={BMS}&year={year}&per_page=100")
    cards = slugs(page.xpath("//article[@class='card']//h3/a/@href"))
    fits = fit_of(leiden, Profile(programme=BMS, year=year), {})
    everything = {fit.opportunity.slug: fit for fit in fits}
    assert cards == {slug for slug, fit in everything.items() if not fit.is_for_others}
    (group,) = page.xpath("//details[.//h3[@id='h-not-for-you']]")
    others = slugs(group.xpath(".//li/a/@href"))
    assert others == {slug for slug, fit in everything.items() if fit.is_for_others}
    assert words(group).startswith(f"Not for you ({len(others)})")
    assert page.get_element_by_id("count").text_content() == (
        f"{len(cards)} of {len(everything)} places are for you"
    )
    assert "open" not in group.attrib
    # Each with its reason.
    assert all(re.search(r"It is for (year|\w+ )", words(line)) for line in group.xpath(".//li"))


def test_what_else_was_asked_counts_for_them_too(leiden: Snapshot) -> None:
    page = finder(f"programme={BMS}&country=SE")
    (group,) = page.xpath("//details[.//h3[@id='h-not-for-you']]")
    others = slugs(group.xpath(".//li/a/@href"))
    assert others
    assert all("SE" in leiden.records.opportunities[slug].countries for slug in others)


@pytest.mark.parametrize("query", ["", "q=karolinska", "country=SE", "year=2"])
def test_nothing_is_folded_away_for_who_says_no_programme(leiden: Snapshot, query: str) -> None:
    assert not finder(query).xpath("//h3[@id='h-not-for-you']")


def test_a_verdict_on_a_card_says_that_it_stands_on_examples(leiden: Snapshot) -> None:
    page = finder(f"programme={BMS}&year=2", "nl")
    verdicts = page.xpath("//article[@class='card']//p[starts-with(@class, 'verdict')]")
    assert verdicts
    marked = [one for one in verdicts if one.xpath(".//span[@class='example']")]
    assert marked
    for card in page.xpath("//article[@class='card']"):
        place = leiden.records.opportunities[next(iter(slugs(card.xpath(".//h3/a/@href"))))]
        # One mark is enough where all of the place is an example.
        own = card.xpath(".//p[starts-with(@class, 'verdict')]//span[@class='example']")
        assert not (place.is_example and own)
