"""What search engines are told is valid schema.org, true, and cannot break out of its element."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation
from lxml import html

from sojourn.catalogue.models import Institution
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import current_snapshot, refresh_snapshot
from sojourn.portal.catalogue.structured_data import breadcrumbs, script

KNOWN_TYPES = {
    "Article",
    "BreadcrumbList",
    "CollegeOrUniversity",
    "ContactPoint",
    "Course",
    "EducationalOccupationalProgram",
    "EducationalOrganization",
    "EntryPoint",
    "Event",
    "GeoCoordinates",
    "Hospital",
    "ListItem",
    "PostalAddress",
    "SearchAction",
    "StructuredValue",
    "VirtualLocation",
    "WebSite",
}

pytestmark = pytest.mark.usefixtures("leiden")


def render(tag: str, language: str = "en", **values: Any) -> str:
    request = RequestFactory().get(f"/{language}/")
    template = Template("{% load structured_data %}{% " + tag + " %}")
    with translation.override(language):
        return template.render(Context({"request": request, **values}))


def nodes(markup: str) -> list[Any]:
    """The data blocks, as a browser would find them."""
    document = html.fromstring(f"<html><body>{markup}</body></html>")
    blocks = document.xpath('//script[@type="application/ld+json"]')
    assert len(blocks) == len(document.xpath("//*")) - 2  # nothing else came out
    return [json.loads(block.text) for block in blocks]


def inner(node: Any) -> Any:
    """Every typed node within, itself included."""
    if isinstance(node, dict):
        if "@type" in node:
            yield node
        for value in node.values():
            yield from inner(value)
    elif isinstance(node, list):
        for value in node:
            yield from inner(value)


def describe(record: Any, language: str = "en") -> Any:
    [node] = nodes(render("structured_data record", language, record=record))
    assert node["@context"] == "https://schema.org"
    for part in inner(node):
        assert part["@type"] in KNOWN_TYPES
        assert all(value not in (None, "", []) for value in part.values()), part
    return node


def test_every_institution_is_an_educational_organization() -> None:
    for institution in current_snapshot().records.institutions.values():
        node = describe(institution)
        assert node["@type"] in ("CollegeOrUniversity", "EducationalOrganization", "Hospital")
        assert node["name"] == institution.name["en"]
        assert node["address"]["addressCountry"] == institution.country
        assert node["url"] == f"http://testserver/en/institutions/{institution.slug}/"


def test_every_course_has_what_a_search_engine_requires() -> None:
    for course in current_snapshot().records.courses.values():
        node = describe(course)
        assert node["@type"] == "Course"
        assert node["name"]
        assert node["description"]
        assert node["provider"]["name"]


def test_deadlines_are_events_unless_they_are_examples() -> None:
    seen = 0
    for opportunity in current_snapshot().records.opportunities.values():
        graph = describe(opportunity)["@graph"]
        events = {node["@id"]: node for node in graph if node["@type"] == "Event"}
        facts = {
            f"http://testserver/en/opportunities/{opportunity.slug}/#{deadline.slug}": deadline
            for deadline in opportunity.deadlines
            if not deadline.provenance.is_example
        }
        assert set(events) == set(facts)
        for address, event in events.items():
            seen += 1
            assert event["startDate"].startswith(facts[address].date.isoformat())
            assert event["location"]
            if facts[address].time:
                assert re.search(r"[+-]\d\d:\d\d$", event["startDate"])
    opportunities = current_snapshot().records.opportunities.values()
    assert seen == sum(
        not deadline.provenance.is_example
        for opportunity in opportunities
        for deadline in opportunity.deadlines
    )


def test_texts_and_addresses_are_in_the_language_of_the_page() -> None:
    institution = current_snapshot().records.home
    node = describe(institution, "nl")
    assert node["name"] == institution.name["nl"]
    assert "/nl/institutions/" in node["url"]


def test_guides_contacts_and_the_home_page() -> None:
    records = current_snapshot().records
    for guide in records.guides.values():
        assert describe(guide)["@type"] == "Article"
    for contact in records.contacts.values():
        assert describe(contact)["contactPoint"]["contactType"] == contact.title["en"]
    [home] = nodes(render("structured_data_home"))
    assert home["@type"] == "WebSite"
    assert "{search_term_string}" in home["potentialAction"]["target"]["urlTemplate"]


def test_the_way_to_a_page() -> None:
    node = breadcrumbs([("Home", "/en/"), ("Sweden", "/en/countries/SE/")], "https://a.example")
    assert [step["position"] for step in node["itemListElement"]] == [1, 2]
    assert node["itemListElement"][1]["item"] == "https://a.example/en/countries/SE/"


@pytest.mark.parametrize(
    "hostile",
    [
        "</script><script>alert(1)</script>",
        "<!--<script>",
        "]]>",
        "&lt;/script&gt;",
        "line\u2028and\u2029paragraph",
        'quote " and \\ backslash',
    ],
)
def test_a_hostile_text_stays_inside(hostile: str) -> None:
    markup = str(script([{"@type": "Course", "name": hostile}]))
    assert markup.count("<") == 2  # the element's own two tags
    [node] = nodes(markup)
    assert node["name"] == hostile


@pytest.mark.slow
def test_a_hostile_name_in_the_catalogue_stays_inside() -> None:
    institution = Institution.objects.get(slug="karolinska-institutet")
    institution.name_en = "</script><img src=x>"
    institution.save()
    publish_change()
    record = refresh_snapshot().records.institutions["karolinska-institutet"]
    assert describe(record)["name"] == "</script><img src=x>"
