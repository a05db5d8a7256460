"""What the API answers: both languages, the page's own search, links, tags, problems."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client, override_settings

from sojourn.catalogue.models import Institution, Opportunity
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import current_snapshot, refresh_snapshot

COLLECTIONS = (
    "opportunities",
    "institutions",
    "courses",
    "programmes",
    "windows",
    "contacts",
    "guides",
)

pytestmark = [pytest.mark.usefixtures("leiden"), pytest.mark.slow]


def ask(url: str, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def read(url: str, **headers: str) -> Any:
    response = ask(url, **headers)
    assert response.status_code == 200, (url, response.content[:500])
    assert response["Content-Type"].startswith("application/json")
    return json.loads(response.content)


def problem(response: Any, status: int) -> Any:
    assert response.status_code == status, response.content[:500]
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    assert response["Access-Control-Allow-Origin"] == "*"
    body = json.loads(response.content)
    assert body["status"] == status
    assert body["request_id"] == response["X-Request-ID"]
    return body


def local(url: str) -> str:
    """The path and query of a full address of the test's site."""
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}" == "http://testserver"
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def publish() -> None:
    publish_change()
    refresh_snapshot()


class TestReading:
    def test_the_start_leads_everywhere(self) -> None:
        start = read("/api/v1/")
        for address in start["links"].values():
            assert ask(local(address)).status_code == 200

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_a_list_has_every_published_entry_once(self, collection: str) -> None:
        listed = read(f"/api/v1/{collection}?per_page=100")
        known = getattr(current_snapshot().records, collection)
        assert listed["count"] == len(known) > 0
        slugs = {entry["slug"] for entry in listed["results"]}
        assert slugs <= set(known)
        assert len(slugs) == len(listed["results"]) == min(100, len(known))

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_every_entry_can_be_read_and_names_itself(self, collection: str) -> None:
        for slug in getattr(current_snapshot().records, collection):
            entry = read(f"/api/v1/{collection}/{slug}")
            assert entry["slug"] == slug
            assert local(entry["url"]) == f"/api/v1/{collection}/{slug}"
            assert entry["is_example"] or entry["sources"], slug

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_a_list_says_the_same_as_the_entry(self, collection: str) -> None:
        for summary in read(f"/api/v1/{collection}?per_page=5")["results"]:
            entry = read(f"/api/v1/{collection}/{summary['slug']}")
            for name, value in summary.items():
                if name != "costs":
                    assert entry[name] == value, name

    def test_references_lead_to_entries(self) -> None:
        slug = next(iter(current_snapshot().records.opportunities))
        entry = read(f"/api/v1/opportunities/{slug}")
        references = [
            *entry["hosts"],
            *entry["windows"],
            *entry["programmes"],
            *entry["courses"],
            *entry["contacts"],
            *entry["similar"],
        ]
        assert references
        for reference in references:
            assert read(local(reference["url"]))["slug"] == reference["slug"]

    def test_pages_for_people_exist_in_the_language(self) -> None:
        for language in ("en", "nl"):
            for collection in ("opportunities", "institutions", "courses", "guides", "contacts"):
                entry = read(f"/api/v1/{collection}?lang={language}&per_page=1")["results"][0]
                page = local(entry["page"]).split("#")[0]
                assert page.startswith(f"/{language}/")
                assert ask(page).status_code == 200, page

    def test_karolinska_has_its_ten_seats_from_a_source(self) -> None:
        found = [
            entry["seats"]
            for entry in read("/api/v1/opportunities?per_page=100")["results"]
            if entry["seats"] and entry["hosts"][0]["slug"] == "karolinska-institutet"
        ]
        assert any(seats["number"] == 10 and seats["provenance"]["source"] for seats in found)

    def test_an_example_is_marked_wherever_it_stands(self) -> None:
        def facts(value: Any) -> Any:
            if isinstance(value, dict):
                if "is_example" in value:
                    yield value
                for inner in value.values():
                    yield from facts(inner)
            elif isinstance(value, list):
                for inner in value:
                    yield from facts(inner)

        seen = set()
        for slug in current_snapshot().records.opportunities:
            for fact in facts(read(f"/api/v1/opportunities/{slug}")):
                seen.add(fact["is_example"])
                if "source" in fact:
                    assert fact["is_example"] or fact["source"], fact
        assert seen == {True, False}


class TestLanguage:
    def entry(self, query: str = "", **headers: str) -> Any:
        return read(f"/api/v1/institutions/karolinska-institutet{query}", **headers)

    def test_both_texts_are_always_given(self) -> None:
        entry = self.entry()
        assert entry["about"]["en"]
        assert entry["about"]["nl"]
        assert entry["about"]["en"] != entry["about"]["nl"]

    def test_lang_chooses_the_text(self) -> None:
        for language in ("en", "nl"):
            entry = self.entry(f"?lang={language}")
            assert entry["about"]["text"] == entry["about"][language]

    @pytest.mark.parametrize(
        ("header", "country"),
        [
            ("nl", "Zweden"),
            ("nl-BE, en;q=0.5", "Zweden"),
            ("en-GB", "Sweden"),
            ("de, nl;q=0.3", "Zweden"),
            ("fr", "Sweden"),
            ("", "Sweden"),
            ("*", "Sweden"),
            (";;;q=,", "Sweden"),
        ],
    )
    def test_the_header_chooses_where_lang_does_not(self, header: str, country: str) -> None:
        entry = self.entry(**{"accept-language": header})
        assert entry["place"]["country"] == {"code": "SE", "name": country}

    def test_lang_beats_the_header(self) -> None:
        entry = self.entry("?lang=en", **{"accept-language": "nl"})
        assert entry["place"]["country"]["name"] == "Sweden"

    def test_the_answer_says_its_language_and_what_it_varies_by(self) -> None:
        response = ask("/api/v1/guides?lang=nl")
        assert response["Content-Language"] == "nl"
        assert "Accept-Language" in response["Vary"]

    def test_a_cookie_of_the_site_plays_no_part(self) -> None:
        client = Client()
        client.cookies["django_language"] = "nl"
        response = client.get("/api/v1/guides")
        assert response["Content-Language"] == "en"
        assert "Cookie" not in response["Vary"]

    def test_another_language_is_refused(self) -> None:
        body = problem(ask("/api/v1/guides?lang=de"), 400)
        assert body["errors"][0]["field"] == "lang"


class TestSearch:
    def slugs(self, query: str) -> list[str]:
        found = read(f"/api/v1/opportunities?per_page=100&{query}")
        return [entry["slug"] for entry in found["results"]]

    def test_a_country_filters(self) -> None:
        entries = read("/api/v1/opportunities?country=SE")["results"]
        assert entries
        countries = [{one["code"] for one in entry["countries"]} for entry in entries]
        assert all("SE" in codes for codes in countries)
        assert {"SE", "DE"} in countries  # a stay at two hosts

    def test_dutch_words_find_english_texts(self) -> None:
        assert self.slugs("q=immunologie")
        assert set(self.slugs("q=immunologie")) & set(self.slugs("q=immunology"))

    def test_facets_count_what_a_filter_would_leave(self) -> None:
        listed = read("/api/v1/opportunities")
        by_name = {facet["name"]: facet for facet in listed["facets"]}
        assert {"programme", "country", "kind"} <= set(by_name)
        for option in by_name["country"]["options"]:
            found = read(f"/api/v1/opportunities?country={option['value']}")
            assert found["count"] == option["count"]

    def test_facets_are_named_in_the_language(self) -> None:
        def countries(language: str) -> set[str]:
            listed = read(f"/api/v1/opportunities?lang={language}")
            [facet] = [facet for facet in listed["facets"] if facet["name"] == "country"]
            return {option["label"] for option in facet["options"]}

        assert "Sweden" in countries("en")
        assert "Zweden" in countries("nl")

    def test_an_empty_result_says_what_to_loosen(self) -> None:
        found = read("/api/v1/opportunities?country=SE&kind=summer_school&q=malaria")
        if found["count"] == 0:
            assert found["loosen"]
            for way in found["loosen"]:
                assert read(local(way["url"]))["count"] == way["count"]

    def test_sorting_by_title(self) -> None:
        entries = read("/api/v1/opportunities?sort=title&per_page=100&lang=en")["results"]
        titles = [entry["title"]["en"].casefold() for entry in entries]
        assert titles == sorted(titles)

    def test_courses_are_found_by_subject(self) -> None:
        found = read("/api/v1/courses?q=immunology")
        assert found["count"] > 0
        assert any("mmun" in entry["title"]["en"] for entry in found["results"][:3])


class TestPages:
    def test_following_next_visits_everything_once(self) -> None:
        url: str | None = "/api/v1/courses?per_page=7&lang=nl"
        seen: list[str] = []
        first_count = None
        while url:
            page = read(url)
            first_count = first_count or page["count"]
            seen += [entry["slug"] for entry in page["results"]]
            assert len(page["results"]) <= 7
            assert "lang=nl" in page["links"]["self"]
            url = local(page["links"]["next"]) if page["links"]["next"] else None
        assert len(seen) == len(set(seen)) == first_count

    def test_the_same_for_opportunities_in_the_page_s_own_order(self) -> None:
        url: str | None = "/api/v1/opportunities?per_page=3&sort=title"
        seen: list[str] = []
        while url:
            page = read(url)
            seen += [entry["slug"] for entry in page["results"]]
            url = local(page["links"]["next"]) if page["links"]["next"] else None
        assert len(seen) == len(set(seen)) == len(current_snapshot().records.opportunities)

    def test_prev_is_the_way_back(self) -> None:
        second = read(local(read("/api/v1/courses?per_page=7")["links"]["next"]))
        first = read(local(second["links"]["prev"]))
        assert first["page"] == 1
        assert first["links"]["prev"] is None

    def test_the_link_header_says_the_same(self) -> None:
        response = ask("/api/v1/courses?per_page=7")
        body = json.loads(response.content)
        assert f'<{body["links"]["next"]}>; rel="next"' in response["Link"]
        assert 'rel="prev"' not in response["Link"]

    def test_a_page_beyond_the_end_is_empty_and_leads_back(self) -> None:
        page = read("/api/v1/institutions?page=99")
        assert page["results"] == []
        assert page["links"]["next"] is None
        assert read(local(page["links"]["prev"]))["results"]


class TestFreshness:
    @pytest.mark.parametrize(
        "url", ["/api/v1/opportunities?q=immunology", "/api/v1/institutions/karolinska-institutet"]
    )
    def test_what_is_known_is_not_sent_again(self, url: str) -> None:
        first = ask(url)
        again = ask(url, **{"if-none-match": first["ETag"]})
        assert again.status_code == 304
        assert again.content == b""
        assert again["ETag"] == first["ETag"]

    def test_after_a_change_it_is_sent_again(self) -> None:
        url = "/api/v1/institutions/karolinska-institutet"
        before = ask(url)
        institution = Institution.objects.get(slug="karolinska-institutet")
        institution.name_en = "Karolinska the Second"
        institution.save()
        publish()
        after = ask(url, **{"if-none-match": before["ETag"]})
        assert after.status_code == 200
        assert json.loads(after.content)["name"]["en"] == "Karolinska the Second"

    def test_each_language_and_address_has_a_tag_of_its_own(self) -> None:
        tags = {
            ask(url, **{"accept-language": language})["ETag"]
            for url in ("/api/v1/guides", "/api/v1/guides?page=1", "/api/v1/windows")
            for language in ("en", "nl")
        }
        assert len(tags) == 6

    def test_a_tag_from_elsewhere_does_not_hide_that_there_is_nothing(self) -> None:
        known = ask("/api/v1/guides")["ETag"]
        assert ask("/api/v1/guides/none", **{"if-none-match": known}).status_code == 404


class TestProblems:
    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("page=0", "page"),
            ("page=one", "page"),
            ("per_page=101", "per_page"),
            ("per_page=-1", "per_page"),
            ("page=99999999999999999999", "page"),
            ("contry=SE", "contry"),
        ],
    )
    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_a_wrong_parameter_is_named(self, collection: str, query: str, field: str) -> None:
        body = problem(ask(f"/api/v1/{collection}?{query}"), 400)
        assert field in {error["field"] for error in body["errors"]}
        assert all(error["message"] for error in body["errors"])

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("sort=sideways", "sort"),
            ("kind=holiday", "kind"),
            ("country=Sweden", "country"),
            ("preferred=maybe", "preferred"),
        ],
    )
    def test_a_filter_that_makes_no_sense_is_refused(self, query: str, field: str) -> None:
        body = problem(ask(f"/api/v1/opportunities?{query}"), 400)
        assert field in {error["field"] for error in body["errors"]}

    @pytest.mark.parametrize("collection", COLLECTIONS)
    def test_an_unknown_entry(self, collection: str) -> None:
        body = problem(ask(f"/api/v1/{collection}/there-is-none"), 404)
        assert "there-is-none" in body["detail"]

    @pytest.mark.parametrize(
        "path", ["/api/", "/api/v1", "/api/v2/guides", "/api/v1/x/y/z", "/api/v1/nothing/"]
    )
    def test_an_unknown_address(self, path: str) -> None:
        problem(ask(path), 404)

    def test_a_slash_too_many_leads_to_the_address_without_it(self) -> None:
        answer = ask("/api/v1/opportunities/?country=SE")
        assert answer.status_code == 301
        assert answer["Location"] == "/api/v1/opportunities?country=SE"

    def test_a_withdrawn_entry_is_gone(self) -> None:
        slug = next(iter(current_snapshot().records.opportunities))
        Opportunity.objects.filter(slug=slug).update(status="withdrawn")
        publish()
        problem(ask(f"/api/v1/opportunities/{slug}"), 410)

    @pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
    @pytest.mark.parametrize("path", ["/api/v1/guides", "/api/v1/nothing"])
    def test_nothing_can_be_written(self, method: str, path: str) -> None:
        response = getattr(Client(), method)(path)
        problem(response, 405)
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    def test_a_host_name_that_is_not_ours(self) -> None:
        problem(ask("/api/v1/guides", host="evil.example"), 400)

    def test_an_error_of_ours_tells_nothing_but_its_number(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise RuntimeError("secret detail")

        monkeypatch.setattr("sojourn.api.endpoints.find", fail)
        response = Client(raise_request_exception=False).get("/api/v1/guides/costs")
        problem(response, 500)
        assert b"secret detail" not in response.content

    def test_the_type_of_a_problem_leads_to_its_explanation(self) -> None:
        body = problem(ask("/api/v1/guides/none"), 404)
        path, fragment = body["type"].split("#")
        assert f'id="{fragment}"' in ask(path).content.decode()


class TestMiddleware:
    def test_any_site_may_read(self) -> None:
        response = ask("/api/v1/guides", origin="https://elsewhere.example")
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "ETag" in response["Access-Control-Expose-Headers"]
        assert "Access-Control-Allow-Credentials" not in response
        assert response["Cross-Origin-Resource-Policy"] == "cross-origin"

    def test_a_browser_may_ask_first(self) -> None:
        response = Client().options(
            "/api/v1/guides",
            headers={
                "origin": "https://elsewhere.example",
                "access-control-request-method": "GET",
                "access-control-request-headers": "if-none-match",
            },
        )
        assert response.status_code == 204
        assert "If-None-Match" in response["Access-Control-Allow-Headers"]
        assert "GET" in response["Access-Control-Allow-Methods"]

    def test_the_pages_stay_closed_to_other_sites(self) -> None:
        response = ask("/en/", origin="https://elsewhere.example")
        assert "Access-Control-Allow-Origin" not in response

    def test_head_is_get_without_the_body(self) -> None:
        got, asked = ask("/api/v1/guides"), Client().head("/api/v1/guides")
        assert asked.status_code == 200
        assert asked.content == b""
        assert asked["ETag"] == got["ETag"]

    def test_no_session_is_begun(self) -> None:
        assert not ask("/api/v1/opportunities?q=a").cookies

    @override_settings(SITE_URL="https://abroad.example.edu")
    def test_addresses_follow_the_configured_site(self) -> None:
        entry = read("/api/v1/guides/costs")
        assert entry["url"] == "https://abroad.example.edu/api/v1/guides/costs"
