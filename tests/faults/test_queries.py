"""Any query string on any public page is answered with 200, 400 or 404, and never with 500.

At least 20,000 requests are sent here, of which `make test` sends a twelfth; test_paths.py and
test_schemathesis.py send some more.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.urls import url_for
from sojourn.portal.catalogue.sitemap import Route, public_pages
from tests.faults.queries import query_strings
from tests.faults.requests import MARK, Site, body

pytestmark = pytest.mark.storm

SHARDS = 12
REQUESTS_A_SHARD = 1_750
ENOUGH = 0.98  # Hypothesis may end a little early
EXPECTED = {200, 400, 404}

many = settings(
    max_examples=REQUESTS_A_SHARD,
    deadline=None,
    database=None,
    # A failing query is short already, and shrinking would take minutes of a full site.
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


SEARCHES = ["/en/opportunities/", "/nl/opportunities/", "/api/v1/opportunities", "/api/v1/courses"]
COLLECTIONS = (
    "opportunities",
    "institutions",
    "courses",
    "programmes",
    "windows",
    "contacts",
    "guides",
)


def addresses() -> st.SearchStrategy[str]:
    """Every kind of public address; the searches, where parameters matter most, come often."""
    snapshot = current_snapshot()
    # Pages of one kind share their view: some of each, in both languages.
    kinds: dict[str, list[Route]] = {}
    for page in public_pages(snapshot):
        kinds.setdefault(page[0], []).append(page)
    pages = [
        url_for(*page, language=language)
        for of_one_kind in kinds.values()
        for page in of_one_kind[:3]
        for language in ("en", "nl")
    ]
    api = ["/api/v1/", "/api/v1/docs", "/api/v1/openapi.json"]
    for collection in COLLECTIONS:
        slug = next(iter(getattr(snapshot.records, collection)))
        api += [f"/api/v1/{collection}", f"/api/v1/{collection}/{slug}"]
    opportunity = next(iter(snapshot.records.opportunities))
    others = [
        "/en/deadlines.ics",
        "/nl/contacts/walk-in.ics",
        f"/en/opportunities/{opportunity}/deadlines.ics",
        "/healthz",
        "/readyz",
        "/robots.txt",
        "/sitemap.xml",
        "/en/account/login/",
        "/nl/account/signup/",
        "/en/account/password/reset/",
    ]
    return st.one_of(
        st.sampled_from(SEARCHES), st.sampled_from(pages), st.sampled_from(api + others)
    )


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    "shard", [0, *(pytest.param(shard, marks=pytest.mark.broad) for shard in range(1, SHARDS))]
)
def test_any_query_string_is_answered_without_an_error(shard: int, site: Site) -> None:
    sent = 0

    @many
    @given(address=addresses(), query=query_strings)
    def send(address: str, query: str) -> None:
        nonlocal sent
        sent += 1
        response = site.get(address, query)
        assert response.status_code in EXPECTED, (response.status_code, address, query)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert MARK not in body(response), (address, query)
        if address.startswith("/api/v1/") and response.status_code != 200:
            assert response.headers["Content-Type"] == "application/problem+json", (address, query)

    send()
    assert sent >= REQUESTS_A_SHARD * ENOUGH


def test_the_suite_sends_at_least_20_000_requests() -> None:
    assert SHARDS * REQUESTS_A_SHARD * ENOUGH >= 20_000


@pytest.mark.parametrize("size", [10_000, 100_000, 1_000_000])
@pytest.mark.parametrize("address", ["/en/opportunities/", "/api/v1/opportunities"])
def test_a_huge_query_is_refused_or_answered(address: str, size: int, site: Site) -> None:
    for query in (f"q={'a' * size}", "q=a&" * (size // 4), f"page={'9' * size}"):
        assert site.get(address, query).status_code in EXPECTED


def test_headers_that_break_nothing(site: Site) -> None:
    for name, values in {
        "HTTP_ACCEPT_LANGUAGE": ["x" * 10_000, "en;q=NaN", ",,,,", "\xff", "nl;q=-1"],
        "HTTP_COOKIE": ["django_language=../../x", "=;=;", "sessionid=" + "x" * 5000, "\xff=\x01"],
        "HTTP_IF_NONE_MATCH": ['"', '"' * 999, "*", "W/"],
        "HTTP_IF_MODIFIED_SINCE": ["yesterday", "Thu, 99 Foo 0000 00:00:00 GMT"],
        "HTTP_HX_REQUEST": ["true", "\xff"],
        "HTTP_HX_TARGET": ["\xff", MARK],
        "HTTP_HX_CURRENT_URL": ["http://[", "\xff"],
        "HTTP_REFERER": ["http://[", "javascript:"],
        "HTTP_X_FORWARDED_FOR": ["1.2.3.4, " * 500, "\xff"],
        "HTTP_X_REQUEST_ID": ["\xff", "a\tb"],
        "HTTP_ACCEPT": ["*/*;q=x", "\xff"],
        "HTTP_RANGE": ["bytes=9-1"],
        "CONTENT_LENGTH": ["-1", "x", ""],
    }.items():
        for value in values:
            for address in (
                "/en/opportunities/",
                "/api/v1/opportunities",
                "/en/deadlines.ics",
                "/",
            ):
                response = site.get(address, "q=a", **{name: value})
                assert response.status_code in EXPECTED | {302, 304}, (name, value, address)
