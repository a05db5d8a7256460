"""The request log: an id for every request, one line each, and nothing about the person."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from sojourn.common.request_log import current_request_id
from sojourn.common.view_marks import private_page, public_view
from sojourn.config.urls import urlpatterns as site

pytestmark = pytest.mark.django_db

seen_ids: list[str] = []


def page(request: HttpRequest, slug: str = "") -> HttpResponse:
    seen_ids.append(current_request_id())
    return HttpResponse("twelve bytes")


def broken(request: HttpRequest) -> HttpResponse:
    raise ZeroDivisionError("deliberate")


urlpatterns = [
    path("page/", public_view(page), name="page"),
    path("broken/", public_view(broken), name="broken"),
    path("en/account/password/reset/key/<slug:slug>/", private_page(page), name="reset"),
    *site,
]


class Lines(logging.Handler):
    """Collects what a logger writes."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@contextlib.contextmanager
def collected_lines() -> Iterator[Lines]:
    """The request log's records. It does not propagate, so caplog would miss them."""
    lines = Lines()
    loggers = [logging.getLogger("sojourn.request"), logging.getLogger("sojourn.error")]
    for logger in loggers:
        logger.addHandler(lines)
    yield lines
    for logger in loggers:
        logger.removeHandler(lines)


@pytest.fixture
def log() -> Iterator[Lines]:
    with override_settings(ROOT_URLCONF=__name__), collected_lines() as lines:
        yield lines


def line(log: Lines) -> dict[str, object]:
    """The one line that the last request wrote."""
    [record] = [record for record in log.records if record.name == "sojourn.request"]
    written = record.getMessage()
    assert "\n" not in written
    parsed: dict[str, object] = json.loads(written)
    return parsed


def test_a_request_writes_one_line_with_the_figures_an_operator_needs(log: Lines) -> None:
    response = Client().get("/page/")
    written = line(log)
    assert written["method"] == "GET"
    assert written["path"] == "/page/"
    assert written["route"] == "page"
    assert written["status"] == 200
    assert written["bytes"] == len("twelve bytes")
    assert isinstance(written["ms"], float)
    assert written["ms"] >= 0
    assert written["request_id"] == response["X-Request-ID"]


def test_the_line_says_nothing_about_the_person(log: Lines) -> None:
    Client().get(
        "/page/?q=depression&name=Anna",
        headers={"user-agent": "Anna's phone", "cookie": "sessionid=secret-session"},
        REMOTE_ADDR="192.0.2.77",
    )
    written = json.dumps(line(log))
    for private in ("depression", "Anna", "192.0.2.77", "secret-session", "?"):
        assert private not in written


def test_the_key_in_a_reset_link_is_not_written(log: Lines) -> None:
    Client().get("/en/account/password/reset/key/4-c0ffee-secret/")
    written = line(log)
    assert "c0ffee" not in json.dumps(written)
    assert written["path"] == "/en/account/password/reset/key/<slug:slug>/"


def test_the_key_is_not_written_either_when_no_route_was_found(log: Lines) -> None:
    Client().get("/nl/account/elsewhere/4-c0ffee-secret/")
    written = line(log)
    assert written["path"] == "/nl/account/…"


def test_a_very_long_path_is_cut(log: Lines) -> None:
    Client().get("/" + "x" * 5000)
    assert len(str(line(log)["path"])) == 200


@pytest.mark.slow
def test_every_request_has_an_id_of_its_own(log: Lines) -> None:
    ids = {Client().get("/page/")["X-Request-ID"] for _ in range(50)}
    assert len(ids) == 50


def test_a_view_sees_the_id_that_the_visitor_gets(log: Lines) -> None:
    response = Client().get("/page/")
    assert seen_ids[-1] == response["X-Request-ID"]
    assert current_request_id() == ""


def test_a_proxys_own_id_is_kept(log: Lines) -> None:
    response = Client().get("/page/", headers={"x-request-id": "edge-1f2e3d4c5b6a"})
    assert response["X-Request-ID"] == "edge-1f2e3d4c5b6a"


@pytest.mark.parametrize(
    "given",
    ["short", "x" * 65, 'with"quote-in-it', "with space here", "línea-con-acento", "a\tb-tab-tab"],
)
def test_an_id_that_is_none_is_replaced(given: str, log: Lines) -> None:
    response = Client().get("/page/", headers={"x-request-id": given})
    assert response["X-Request-ID"] != given
    assert given not in json.dumps(line(log), ensure_ascii=False)


def test_an_error_is_logged_once_with_its_traceback(log: Lines) -> None:
    response = Client(raise_request_exception=False).get("/broken/?q=private")
    assert response.status_code == 500
    [record] = [record for record in log.records if record.name == "sojourn.error"]
    assert record.exc_info is not None
    assert record.exc_info[0] is ZeroDivisionError
    assert record.getMessage() == "unexpected error in GET /broken/"
    assert line(log)["status"] == 500
