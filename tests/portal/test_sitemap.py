"""The sitemap names every public page in both languages, and each of them is there."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client, override_settings
from lxml import etree

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.portal.catalogue import sitemap

NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "x": "http://www.w3.org/1999/xhtml",
}

pytestmark = pytest.mark.usefixtures("leiden")


def tree(url: str = "/sitemap.xml") -> Any:
    response = Client().get(url)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/xml")
    return etree.fromstring(response.content)


def locations(url: str = "/sitemap.xml") -> list[str]:
    return [str(found) for found in tree(url).xpath("//s:loc/text()", namespaces=NS)]


def test_it_names_each_entry_once_in_each_language() -> None:
    found = locations()
    assert len(found) == len(set(found))
    records = current_snapshot().records
    for language in ("en", "nl"):
        site = f"http://testserver/{language}"
        for slug in records.opportunities:
            assert f"{site}/opportunities/{slug}/" in found
        for slug in records.courses:
            assert f"{site}/courses/{slug}/" in found
        assert f"{site}/countries/SE/" in found


def test_every_page_names_itself_and_its_other_language() -> None:
    for url in tree().findall("s:url", NS):
        location = url.findtext("s:loc", namespaces=NS)
        alternates = {link.get("hreflang"): link.get("href") for link in url.findall("x:link", NS)}
        assert set(alternates) == {"en", "nl"}
        assert location in alternates.values()
        assert alternates["en"].replace("/en/", "/nl/", 1) == alternates["nl"]


@pytest.mark.long
@pytest.mark.slow
def test_every_page_in_it_is_there() -> None:
    client = Client()
    for address in locations():
        path = address.removeprefix("http://testserver")
        assert client.get(path).status_code == 200, path


@pytest.mark.slow
def test_a_large_catalogue_is_split_and_indexed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = locations()
    monkeypatch.setattr(sitemap.PublicPages, "limit", 40)
    with override_settings(SITE_URL="https://large.example"):
        parts = locations()
        assert parts[0] == "https://large.example/sitemap-1.xml"
        gathered = [
            address
            for part in parts
            for address in locations(part.removeprefix("https://large.example"))
        ]
    assert [
        address.replace("https://large.example", "http://testserver") for address in gathered
    ] == whole
    assert Client().get("/sitemap-999.xml").status_code == 404


def test_robots_find_the_sitemap_and_leave_accounts_alone() -> None:
    response = Client().get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    assert "Disallow: /nl/account/" in lines
    assert "Disallow: /" not in lines


def test_security_txt_says_where_to_write_and_until_when() -> None:
    with override_settings(SECURITY_CONTACT="security@example.edu"):
        text = Client().get("/.well-known/security.txt").content.decode()
    fields = dict(line.split(": ", 1) for line in text.splitlines())
    assert fields["Contact"] == "mailto:security@example.edu"
    expires = dt.datetime.fromisoformat(fields["Expires"])
    now = dt.datetime.now(dt.UTC)
    assert now < expires < now + dt.timedelta(days=366)  # RFC 9116 section 2.5.5


def test_security_txt_is_absent_until_there_is_somebody_to_write_to() -> None:
    assert Client().get("/.well-known/security.txt").status_code == 404
