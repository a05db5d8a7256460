"""Whole public pages are kept: for everybody alike, never past an edit, within bounds."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from sojourn.catalogue import models
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.cache import ENTRY_OVERHEAD, ByteBoundedCache
from sojourn.catalogue.snapshot.service import NoCatalogue, current_snapshot, reset_snapshot
from sojourn.catalogue.snapshot.snapshot import QUERY_PAGES_LIMIT, Snapshot
from sojourn.common.view_marks import public_page
from sojourn.portal.shared import page_cache
from sojourn.portal.shared.page_cache import (
    PublicPageMiddleware,
    accepted_encoding,
    canonical_query,
)

pytestmark = pytest.mark.slow

PAGE = "/en/opportunities/karolinska-biomedicine-semester/"
LIST = "/en/opportunities/"


class CountingView:
    """A public view that says how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        return HttpResponse(f"answer {self.asked} " + "x" * 2_000)


@pytest.fixture
def counted(leiden: Snapshot) -> Iterator[tuple[CountingView, Any]]:
    """A counting view behind the middleware, and a way to ask it."""
    reset_snapshot()
    view = CountingView()
    behind = PublicPageMiddleware(public_page(view))
    factory = RequestFactory()

    def ask(path: str = "/en/x/", method: str = "get", **headers: str) -> HttpResponse:
        response = behind(getattr(factory, method)(path, headers=headers))
        assert isinstance(response, HttpResponse)
        return response

    yield view, ask
    reset_snapshot()


def test_the_second_visitor_gets_the_kept_page(counted: tuple[CountingView, Any]) -> None:
    view, ask = counted
    assert ask().content == ask().content
    assert view.asked == 1


def test_the_order_of_parameters_does_not_make_another_page(
    counted: tuple[CountingView, Any],
) -> None:
    view, ask = counted
    ask("/en/x/?a=1&b=2")
    ask("/en/x/?b=2&a=1")
    assert view.asked == 1
    ask("/en/x/?a=2&b=1")
    assert view.asked == 2


@pytest.mark.parametrize(
    "headers",
    [
        {"cookie": "sessionid=abc"},
        {"cookie": "messages=abc"},
        {"authorization": "Basic abc"},
        {"range": "bytes=0-10"},
    ],
)
def test_who_may_be_somebody_is_never_given_a_kept_page(
    counted: tuple[CountingView, Any], headers: dict[str, str]
) -> None:
    view, ask = counted
    ask()
    assert ask(**headers).content.startswith(b"answer 2")
    # ... and what they were given is not kept for others.
    assert ask().content.startswith(b"answer 1")
    assert view.asked == 2


@pytest.mark.parametrize("headers", [{"hx-request": "true"}, {"host": "127.0.0.1"}])
def test_htmx_and_other_hosts_have_pages_of_their_own(
    counted: tuple[CountingView, Any], headers: dict[str, str]
) -> None:
    view, ask = counted
    ask()
    ask(**headers)
    assert view.asked == 2


def test_another_method_is_passed_through(counted: tuple[CountingView, Any]) -> None:
    view, ask = counted
    ask()
    ask(method="post")
    assert view.asked == 2


def test_a_page_that_speaks_of_the_time_is_made_again_after_a_minute(
    counted: tuple[CountingView, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    view, ask = counted
    ask()
    monkeypatch.setattr(page_cache, "KEPT_SECONDS", 0)
    ask()
    assert view.asked == 2


def asked_twice(view: Any, path: str = "/en/x/") -> int:
    """How often a view runs when its page is asked for twice."""
    runs = 0

    def counting(request: HttpRequest) -> HttpResponse:
        nonlocal runs
        runs += 1
        response: HttpResponse = view(request)
        return response

    behind = PublicPageMiddleware(counting)
    for _ in range(2):
        behind(RequestFactory().get(path))
    return runs


def _sets_cookie(_request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("seen", "1")
    return response


def _holds_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def _not_found(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", status=404)


@pytest.mark.parametrize("view", [_sets_cookie, _holds_token, _not_found])
def test_what_belongs_to_one_visitor_is_not_kept(leiden: Snapshot, view: Any) -> None:
    assert asked_twice(public_page(view)) == 2


def test_a_view_that_is_not_marked_is_not_kept(leiden: Snapshot) -> None:
    assert asked_twice(lambda _request: HttpResponse("x")) == 2


def test_an_edit_is_seen_at_once_and_the_kept_page_is_gone(leiden: Snapshot) -> None:
    client = Client()
    before = client.get(PAGE)
    again = client.get(PAGE)
    assert again.content == before.content
    models.Opportunity.objects.filter(slug="karolinska-biomedicine-semester").update(
        title_en="A wholly new title"
    )
    publish_change()
    after = client.get(PAGE)
    assert b"A wholly new title" in after.content
    assert after.headers["ETag"] != before.headers["ETag"]


@pytest.mark.parametrize(
    ("accept", "encoding"),
    [("br, gzip", "br"), ("gzip, deflate", "gzip"), ("", ""), ("br;q=0, gzip", "gzip")],
)
def test_a_page_is_sent_compressed_as_the_browser_likes(
    leiden: Snapshot, accept: str, encoding: str
) -> None:
    client = Client()
    plain = client.get(LIST).content
    response = client.get(LIST, headers={"accept-encoding": accept})
    assert response.headers.get("Content-Encoding", "") == encoding
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, "": bytes}[encoding]
    assert unpack(response.content) == plain
    assert int(response.headers["Content-Length"]) == len(response.content)


@pytest.mark.parametrize("encoding", ["", "br", "gzip"])
def test_a_browser_that_has_the_page_is_told_so(leiden: Snapshot, encoding: str) -> None:
    client = Client()
    headers = {"accept-encoding": encoding} if encoding else {}
    first = client.get(LIST, headers=headers)
    for known in (first.headers["ETag"], "W/" + first.headers["ETag"], '"other", *', "*"):
        known = "*" if known.endswith("*") else known
        again = client.get(LIST, headers=headers | {"if-none-match": known})
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(LIST, headers=headers | {"if-none-match": '"something else"'})
    assert other.status_code == 200


def test_kept_pages_say_how_they_may_be_kept_and_are_as_safe_as_fresh_ones(
    leiden: Snapshot,
) -> None:
    client = Client()
    fresh, kept = client.get(LIST), client.get(LIST)
    assert kept.headers["Cache-Control"] == "private, no-cache"
    assert {"Accept-Encoding", "Cookie", "HX-Request"} <= set(kept.headers["Vary"].split(", "))
    for name in (
        "Content-Security-Policy", "X-Frame-Options", "X-Content-Type-Options", "Referrer-Policy",
        "Content-Language", "Content-Type",
    ):  # fmt: skip
        assert kept.headers[name] == fresh.headers[name]
    assert kept.headers["X-Request-ID"] != fresh.headers["X-Request-ID"]


def test_head_has_the_headers_and_no_body(leiden: Snapshot) -> None:
    client = Client()
    page = client.get(LIST)
    head = client.head(LIST)
    assert head.content == b""
    assert head.headers["ETag"] == page.headers["ETag"]


def test_somebody_who_is_signed_in_gets_a_page_of_their_own(leiden: Snapshot) -> None:
    client = Client()
    anonymous = client.get(LIST)
    client.force_login(get_user_model().objects.create(email="a@example.org"))
    mine = client.get(LIST)
    assert "ETag" not in mine.headers
    assert mine.headers["Cache-Control"] == "private, no-cache"
    assert Client().get(LIST).content == anonymous.content


@pytest.mark.django_db
def test_without_a_catalogue_every_page_says_so() -> None:
    response = Client().get("/en/")
    assert response.status_code == 503
    assert response.headers["Cache-Control"] == "no-store"
    assert b"sojourn load" in response.content


def test_only_the_missing_catalogue_is_answered_here() -> None:
    behind = PublicPageMiddleware(lambda _request: HttpResponse())
    request = RequestFactory().get("/en/")
    assert behind.process_exception(request, ValueError("x")) is None
    api = behind.process_exception(RequestFactory().get("/api/v1/x"), NoCatalogue())
    assert api is not None
    assert api.status_code == 503


def test_random_queries_do_not_grow_memory_and_do_not_push_out_pages(leiden: Snapshot) -> None:
    reset_snapshot()
    snapshot = current_snapshot()
    behind = PublicPageMiddleware(public_page(lambda _request: HttpResponse("y" * 60_000)))
    factory = RequestFactory()
    behind(factory.get("/en/opportunities/"))
    for number in range(1_000):
        behind(factory.get(f"/en/opportunities/?x{number}={number}"))
    assert snapshot.query_pages.size <= QUERY_PAGES_LIMIT
    assert len(snapshot.query_pages) < 400
    assert len(snapshot.pages) == 1
    behind(factory.get("/en/opportunities/?q=" + "z" * 5_000))
    assert all(len(key[3]) <= 2_000 for key in snapshot.query_pages._entries)
    reset_snapshot()


def test_a_bounded_cache_forgets_what_was_used_longest_ago() -> None:
    cache: ByteBoundedCache[str, str] = ByteBoundedCache(10 * (ENTRY_OVERHEAD + 10), len)
    for number in range(10):
        cache.put(str(number), "v" * 10)
    assert cache.get("0") is not None
    cache.put("new", "v" * 10)
    assert cache.get("1") is None
    assert cache.get("0") is not None
    cache.put("0", "w")
    assert cache.get("0") == "w"
    cache.put("huge", "v" * 4_000)
    assert cache.get("huge") is None
    assert cache.size <= 10 * (ENTRY_OVERHEAD + 10)


@pytest.mark.parametrize(
    ("header", "encoding"),
    [
        ("gzip, deflate, br", "br"), ("gzip;q=1.0, br;q=0.5", "br"), ("identity", ""),
        ("*", "br"), ("gzip;q=x", ""), ("br;q=0", ""), (";;;,,", ""),
    ],
)  # fmt: skip
def test_accepted_encodings(header: str, encoding: str) -> None:
    assert accepted_encoding(header) == encoding


def test_canonical_queries() -> None:
    assert canonical_query("b=2&a=1") == canonical_query("a=1&b=2") == "a=1&b=2"
    assert canonical_query("a=2&a=1") == "a=2&a=1"
    assert canonical_query("q=%20x") == canonical_query("q=+x")
    assert canonical_query("x" * 3_000) is None
    assert canonical_query("&".join("a=1" for _ in range(200))) is None
