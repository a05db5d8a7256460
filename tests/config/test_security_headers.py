"""The headers that keep a browser safe are on every answer, whoever gave it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings

from sojourn.config.edge import EdgeMiddleware

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ADDRESSES = [
    ("/en/", 200),
    ("/nl/opportunities/", 200),
    ("/en/nothing-here/", 404),
    ("/", 302),
    ("/en/opportunities/?sort=nonsense", 400),
    ("/en/account/login/", 200),
    ("/admin/login/", 302),
    ("/api/v1/guides", 200),
    ("/api/v1/nothing", 404),
    ("/api/v1/docs", 200),
    ("/en/deadlines.ics", 200),
    ("/healthz", 200),
    ("/readyz", 200),
    ("/robots.txt", 200),
    ("/sitemap.xml", 200),
    ("/static/design/sojourn.css", 200),
]

pytestmark = pytest.mark.usefixtures("leiden")


def policy(response: Any) -> dict[str, str]:
    """The content security policy, by directive."""
    directives = (part.strip() for part in response["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in (part.partition(" ") for part in directives)}


@pytest.mark.slow
@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_every_answer_carries_them(address: str, status: int) -> None:
    response = Client().get(address)
    assert response.status_code == status
    for name, value in EVERYWHERE.items():
        assert response[name] == value
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] in ("same-origin", "cross-origin")
    assert response["X-Request-ID"]


@pytest.mark.slow
@pytest.mark.parametrize(("address", "status"), ADDRESSES)
def test_the_policy_for_content_is_strict_everywhere(address: str, status: int) -> None:
    if address in ("/healthz", "/readyz"):
        return  # plain data, answered before everything else
    directives = policy(Client().get(address))
    assert directives["default-src"] == "'none'"
    assert directives["object-src"] == directives["base-uri"] == "'none'"
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"
    assert directives.get("object-src", "'none'") == "'none'"
    assert "unsafe" not in json.dumps(directives)
    assert "http" not in json.dumps(directives)


@pytest.mark.slow
def test_a_page_from_the_cache_carries_them_too() -> None:
    client = Client()
    first, second = client.get("/en/"), client.get("/en/")
    for name in [*EVERYWHERE, "Permissions-Policy", "Content-Security-Policy"]:
        assert first[name] == second[name]
    assert first["X-Request-ID"] != second["X-Request-ID"]


def test_an_error_page_carries_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("deliberate")

    monkeypatch.setattr("sojourn.exchange.views.write", fail)
    response = Client(raise_request_exception=False).get("/en/deadlines.ics")
    assert response.status_code == 500
    for name, value in EVERYWHERE.items():
        assert response[name] == value
    assert policy(response)["default-src"] == "'none'"


def test_only_the_api_may_be_used_by_other_sites() -> None:
    assert Client().get("/api/v1/guides")["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert Client().get("/en/")["Cross-Origin-Resource-Policy"] == "same-origin"


@override_settings(ALLOWED_HOSTS=["abroad.example.edu"])
def test_a_host_name_that_is_not_ours_is_refused() -> None:
    assert Client().get("/en/opportunities/", headers={"host": "evil.example"}).status_code == 400


# What the settings come to is decided at start, so each of these starts a process of its own.
PROBE = """
import json, django
from django.conf import settings
django.setup()
from django.test import RequestFactory
from sojourn.common.message_storage import NamedCookieStorage
from django.test.client import ClientHandler
handler = ClientHandler()
handler.load_middleware()
def ask(path, **environ):
    request = RequestFactory().get(path, SERVER_NAME="abroad.example.edu", **environ)
    response = handler.get_response(request)
    return {"status": response.status_code, "headers": dict(response.headers)}
print(json.dumps({
    "plain": ask("/robots.txt"),
    "probe": ask("/healthz"),
    "tls": ask("/healthz", HTTP_X_FORWARDED_PROTO="https"),
    "api": settings.SECURE_SSL_REDIRECT and ask("/api/v1/guides"),
    "cookies": [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE],
    "names": [value for name, value in vars(settings._wrapped).items()
              if name.endswith("_COOKIE_NAME")] + [NamedCookieStorage.cookie_name],
    "httponly": settings.SESSION_COOKIE_HTTPONLY and settings.CSRF_COOKIE_HTTPONLY,
}))
"""


def installation(tmp_path: Path, url: str) -> Any:
    """What an installation that is reached at that address answers."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SOJOURN") and name != "DATABASE_URL"
    }
    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBE],
        env=environment
        | {
            "DJANGO_SETTINGS_MODULE": "sojourn.config.settings",
            "SOJOURN_DATA": str(tmp_path),
            "SOJOURN_URL": url,
            "SOJOURN_HOSTS": "abroad.example.edu",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return json.loads(finished.stdout.splitlines()[-1])


@pytest.mark.slow
def test_behind_tls_everything_moves_to_it_and_stays_there(tmp_path: Path) -> None:
    found = installation(tmp_path, "https://abroad.example.edu")
    assert found["plain"]["status"] == 301
    assert found["plain"]["headers"]["Location"] == "https://abroad.example.edu/robots.txt"
    assert found["tls"]["headers"]["Strict-Transport-Security"].startswith("max-age=31536000")
    assert found["cookies"] == [True, True]
    assert found["httponly"] is True
    # A browser holds such a cookie to this host, and refuses one that came without TLS.
    assert len(found["names"]) >= 6
    assert [name for name in found["names"] if not name.startswith("__Host-")] == []
    # A program is told; a redirect would hide that it speaks in the clear.
    assert found["api"]["status"] == 403
    assert "Location" not in found["api"]["headers"]
    assert found["api"]["headers"]["Content-Type"] == "application/problem+json"
    # A probe from inside speaks plain HTTP and is not sent away.
    assert found["probe"]["status"] == 200


@pytest.mark.slow
def test_without_tls_nothing_promises_it(tmp_path: Path) -> None:
    found = installation(tmp_path, "")
    assert "Strict-Transport-Security" not in found["tls"]["headers"]
    assert found["cookies"] == [False, False]
    assert found["httponly"] is True


@pytest.mark.parametrize(
    ("proxies", "caller", "is_believed"),
    [
        (["10.0.0.0/8"], "10.1.2.3", True),
        (["10.0.0.0/8"], "192.0.2.9", False),
        (["10.0.0.0/8"], "", False),
        ([], "192.0.2.9", True),
    ],
)
def test_who_may_say_that_a_request_came_over_tls(
    proxies: list[str], caller: str, is_believed: bool
) -> None:
    with override_settings(
        TRUSTED_PROXIES=proxies, SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")
    ):
        seen = []

        def view(request: HttpRequest) -> HttpResponse:
            seen.append((request.is_secure(), request.headers.get("X-Request-ID")))
            return HttpResponse()

        request = RequestFactory().get(
            "/", REMOTE_ADDR=caller, HTTP_X_FORWARDED_PROTO="https", HTTP_X_REQUEST_ID="abcdefgh"
        )
        EdgeMiddleware(view)(request)
        assert seen == [(True, "abcdefgh") if is_believed else (False, None)]


@pytest.mark.parametrize(("address", "_status"), ADDRESSES)
def test_trace_is_refused(address: str, _status: int) -> None:
    response = Client().generic("TRACE", address, headers={"cookie": "sessionid=secret-session"})
    assert response.status_code == 405
    assert response.content == b""
