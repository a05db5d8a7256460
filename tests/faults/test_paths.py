"""Any path is answered without an error, and never with another site's address or a file."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.faults.requests import MARK, Site, body

pytestmark = pytest.mark.storm

EXPECTED = {200, 301, 302, 400, 404, 405, 410}
BROKEN = (
    "\x00",
    "\xff",
    "\xfe\xff",
    "\xc0\xaf",
    "\xed\xa0\x80",
    "%",
    "%2e%2e",
    "..",
    "../../etc/passwd",
    "..\\..\\windows",
    "//evil.example",
    "/\\evil.example",
    "\r\nLocation: http://evil.example",
    " ",
    "\t",
    "\u00e9",
    MARK,
    "{{7*7}}",
    "a" * 10_000,
    "a/" * 500,
    ".ics",
    "deadlines.ics",
    ";a=b",
    "?",
    "#",
    "-1",
    "SE",
    "se",
    "XX",
    "ZZZ",
)
PREFIXES = (
    "/",
    "//",
    "/en/",
    "/nl/",
    "/de/",
    "/EN/",
    "/en/opportunities/",
    "/nl/opportunities/",
    "/en/institutions/",
    "/en/countries/",
    "/nl/countries/",
    "/en/courses/",
    "/en/guide/",
    "/en/contacts/",
    "/en/map/",
    "/en/account/",
    "/en/account/password/reset/key/",
    "/api/",
    "/api/v1/",
    "/api/v1/opportunities/",
    "/api/v1/courses/",
    "/static/",
    "/admin/",
    "/sitemap-",
    "/.well-known/",
)


def check(site: Site, path: str) -> None:
    response = site.get(path)
    assert response.status_code in EXPECTED, (response.status_code, path)
    location = response.headers.get("Location", "")
    assert not location.startswith(("//", "/\\")), (path, location)
    assert "evil.example" not in location.split("?")[0].split("/")[2:3], (path, location)
    if response.headers.get("Content-Type", "").startswith("text/html"):
        text = body(response)
        assert MARK not in text, path
        assert "root:x:" not in text


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_broken_path_is_only_a_page_that_is_not_there(prefix: str, site: Site) -> None:
    for rest in BROKEN:
        check(site, prefix + rest)
        check(site, f"{prefix}{rest}/")


@example(path="en/opportunities/\x00/")
@example(path="static/../../settings.py")
@given(
    path=st.text(st.characters(max_codepoint=255), max_size=60).map(lambda text: text.lstrip("/"))
)
@settings(max_examples=1000, deadline=None, database=None, suppress_health_check=list(HealthCheck))
def test_any_path_at_all(path: str, site: Site) -> None:
    check(site, f"/{path}")
