"""Every view says whom it is for, what limits it and whether its path may be logged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.view_marks import (
    RateLimit,
    ViewMarks,
    marks_of,
    private_page,
    public_page,
    rate_limited,
)
from tests.config.test_request_log import collected_lines, line

# People who work here sign in first, and the sign-in pages have a limit; the API's middleware
# refuses everything but reading.
NEED_NO_LIMIT = ("admin/", "en/office/", "api/")
SOME_ID = "00000000-0000-4000-8000-000000000000"


def routes(
    patterns: Sequence[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, Callable[..., Any]]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        else:
            yield route, pattern.callback


def every_route() -> list[tuple[str, Callable[..., Any]]]:
    return list(routes(get_resolver().url_patterns))


def new_view() -> Callable[[HttpRequest], HttpResponse]:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    return view


def takes_forms(view: Callable[..., Any]) -> bool:
    """Tell whether a view goes on to do anything with a POST."""
    try:
        answer = view(RequestFactory().post("/"))
    except Exception:  # it misses its arguments, the session or the database
        return True
    return answer.status_code not in (404, 405)


def test_every_route_says_who_it_is_for_what_limits_it_and_what_is_logged() -> None:
    found = every_route()
    assert len(found) > 350
    silent = [
        route
        for route, view in found
        if None in (marks_of(view).is_private, marks_of(view).limit, marks_of(view).is_path_logged)
    ]
    assert silent == []


def test_no_private_path_is_logged() -> None:
    assert not [
        route
        for route, view in every_route()
        if marks_of(view).is_private and marks_of(view).is_path_logged
    ]


def test_every_route_that_takes_forms_has_a_limit() -> None:
    unlimited = [
        (route, view)
        for route, view in every_route()
        if marks_of(view).limit is RateLimit.NONE and not route.startswith(NEED_NO_LIMIT)
    ]
    assert len(unlimited) > 20
    assert not [route for route, view in unlimited if takes_forms(view)]


def test_marks_survive_in_whichever_order_they_are_given() -> None:
    searched = rate_limited(RateLimit.SEARCH)
    private = ViewMarks(is_private=True, limit=RateLimit.SEARCH, is_path_logged=False)
    assert marks_of(private_page(searched(new_view()))) == private
    assert marks_of(searched(private_page(new_view()))) == private
    public = ViewMarks(is_private=False, limit=RateLimit.NONE, is_path_logged=True)
    assert marks_of(public_page(new_view())) == public


@pytest.mark.parametrize("path", ["form/", "form/save/", "begin/", "withdraw/"])
def test_applying_has_a_limit(leiden: Snapshot, settings: Any, path: str) -> None:
    settings.RATE_LIMITS = {"plan": "2/minute"}
    client = Client()
    answers = [client.post(f"/en/apply/some-round/{path}").status_code for _turn in range(3)]
    assert answers == [302, 302, 429]


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/en/advice/appointments/{}/", "/en/advice/appointments/<uuid:appointment_id>/"),
        ("/en/apply/results/{}/", "/en/apply/results/<uuid:uuid>/"),
        ("/en/questions/{}/", "/en/questions/<uuid:number>/"),
        ("/en/plan/dates/{}.ics", "/en/plan/dates/<str:token>.ics"),
        ("/en/plan/shared/{}/", "/en/plan/shared/<str:token>/"),
        # Addresses that were copied badly.
        ("/en/advice/appointments/{}", "/en/advice/…"),
        ("/nl/questions/read/{}", "/nl/questions/…"),
        ("/admin/catalogue/nothing/{}/change/", "/admin/(?P<url>.*)$"),
    ],
)
def test_no_id_of_a_private_page_is_logged(leiden: Snapshot, path: str, logged: str) -> None:
    with collected_lines() as log:
        Client().get(path.format(SOME_ID))
    assert line(log)["path"] == logged


def test_the_path_of_a_public_page_is_logged_also_when_it_is_kept(leiden: Snapshot) -> None:
    path = f"/en/opportunities/{next(iter(leiden.records.opportunities))}/"
    for _turn in range(2):
        with collected_lines() as log:
            Client().get(path)
        assert line(log)["path"] == path
    assert line(log)["route"] is None
