"""Limits hold back a flood, tell it when to come back, and leave people alone."""

from __future__ import annotations

import datetime as dt
import json
import threading
import time

import pytest
from allauth.core.internal import ratelimit
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf.urls.i18n import i18n_patterns
from django.core.cache import caches
from django.db import connection, connections
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import path
from django.utils import timezone
from limits import parse_many
from limits.strategies import SlidingWindowCounterRateLimiter

from sojourn.common.callers import client_network
from sojourn.common.view_marks import RateLimit, rate_limited
from sojourn.config import settings as real_settings
from sojourn.config.cache import ProcessCache
from sojourn.config.rate_limit import RateLimitMiddleware
from sojourn.config.rate_limit_counts import InMemoryCounts
from sojourn.config.urls import urlpatterns as site
from sojourn.people import shared_counts
from sojourn.people.models import RequestCount
from tests.support.accounts import account


@rate_limited(RateLimit.SEARCH)
def search(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@rate_limited(RateLimit.FORMS)
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


@rate_limited(RateLimit.WALK_IN)
def walk_in(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


urlpatterns = [
    *i18n_patterns(path("opportunities/", search), path("account/login/", form)),
    path("api/v1/opportunities", search),
    path("api/v1/courses", search),
    *site,
]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("small_limits")]


@pytest.fixture
def small_limits():  # type: ignore[no-untyped-def]
    with override_settings(
        ROOT_URLCONF=__name__,
        RATE_LIMITS={"search": "3/minute", "forms": "2/minute"},
        TRUSTED_PROXIES=["10.0.0.0/8"],
    ):
        yield


def statuses(client: Client, url: str, times: int, **extra: str) -> list[int]:
    return [client.get(url, **extra).status_code for _ in range(times)]


@pytest.mark.slow
@pytest.mark.parametrize(
    "url",
    [
        "/en/opportunities/?q=malaria",
        "/nl/opportunities/?sort=title&q=malaria",
        "/api/v1/opportunities?q=malaria",
        "/api/v1/courses?q=malaria",
    ],
)
def test_the_search_after_the_last_allowed_one_waits(url: str) -> None:
    assert statuses(Client(), url, 5) == [200, 200, 200, 429, 429]


@pytest.mark.parametrize(
    "url", ["/en/opportunities/", "/en/opportunities/?q=&country=SE", "/en/opportunities/?page=2"]
)
def test_browsing_without_a_search_text_is_not_counted(url: str) -> None:
    assert set(statuses(Client(), url, 10)) == {200}


def test_all_searches_of_a_client_count_together() -> None:
    client = Client()
    assert statuses(client, "/en/opportunities/?q=a", 2) == [200, 200]
    assert statuses(client, "/api/v1/courses?q=b", 2) == [200, 429]


def test_posting_forms_is_limited_and_reading_them_is_not() -> None:
    client = Client()
    answers = [client.post("/en/account/login/", {}).status_code for _ in range(4)]
    assert answers == [200, 200, 429, 429]
    assert client.get("/en/account/login/").status_code == 200


def test_one_client_does_not_pay_for_another() -> None:
    client = Client()
    url = "/en/opportunities/?q=a"
    assert statuses(client, url, 4, REMOTE_ADDR="192.0.2.1")[-1] == 429
    assert statuses(client, url, 1, REMOTE_ADDR="192.0.2.2") == [200]


def test_the_page_says_when_to_go_on_in_english() -> None:
    client = Client()
    statuses(client, "/en/opportunities/?q=a", 3)
    response = client.get("/en/opportunities/?q=a")
    wait = int(response["Retry-After"])
    assert 1 <= wait <= 120
    text = response.content.decode()
    assert '<html lang="en">' in text
    assert f"Wait {wait} second" in text
    assert response["Cache-Control"] == "no-store"


def test_the_page_is_marked_as_dutch_below_nl() -> None:
    client = Client()
    statuses(client, "/nl/opportunities/?q=a", 3)
    assert '<html lang="nl">' in client.get("/nl/opportunities/?q=a").content.decode()


def test_a_hostile_search_is_shown_as_text_only() -> None:
    client = Client()
    statuses(client, "/en/opportunities/?q=a", 3)
    response = client.get('/en/opportunities/?q="><script>alert(1)</script>')
    assert response.status_code == 429
    assert "<script>alert" not in response.content.decode()


def test_the_api_answers_with_problem_details() -> None:
    client = Client()
    statuses(client, "/api/v1/courses?q=a", 3)
    response = client.get("/api/v1/courses?q=a")
    assert response.status_code == 429
    assert response["Content-Type"] == "application/problem+json"
    assert int(response["Retry-After"]) >= 1
    assert response["Access-Control-Allow-Origin"] == "*"
    problem = json.loads(response.content)
    assert problem["status"] == 429
    assert problem["type"].endswith("#too-many-requests")


@override_settings(RATE_LIMITS={"search": "", "forms": ""})
def test_an_empty_limit_lifts_it() -> None:
    assert set(statuses(Client(), "/en/opportunities/?q=a", 20)) == {200}


def test_nobodys_address_is_kept_in_the_counters() -> None:
    middleware = RateLimitMiddleware(lambda request: HttpResponse())
    request = RequestFactory().get("/en/opportunities/?q=a", REMOTE_ADDR="192.0.2.123")
    middleware.process_view(request, search, (), {})
    storage = middleware.limiter.storage
    kept = repr(vars(storage))
    assert "search" in kept
    assert "192.0.2.123" not in kept


def test_the_same_client_has_another_name_after_a_restart() -> None:
    request = RequestFactory().get("/en/opportunities/?q=a", REMOTE_ADDR="192.0.2.123")
    kept = []
    for _ in range(2):
        middleware = RateLimitMiddleware(lambda request: HttpResponse())
        middleware.process_view(request, search, (), {})
        kept.append(set(middleware.limiter.storage.counts))  # type: ignore[attr-defined]
    assert kept[0].isdisjoint(kept[1])


@override_settings(RATE_LIMITS=real_settings.RATE_LIMITS)
def test_typing_a_long_search_stays_far_below_the_real_limits() -> None:
    # Five keystrokes a second for ten seconds, with no pause and no debouncing.
    assert set(statuses(Client(), "/en/opportunities/?q=tropical", 50)) == {200}


@pytest.mark.slow
@override_settings(RATE_LIMITS=real_settings.RATE_LIMITS)
def test_the_real_limits_stop_a_flood() -> None:
    assert 429 in statuses(Client(), "/en/opportunities/?q=tropical", 500)


def address(remote: str, forwarded: str | None = None) -> str:
    extra = {"REMOTE_ADDR": remote}
    if forwarded is not None:
        extra["HTTP_X_FORWARDED_FOR"] = forwarded
    request = RequestFactory().get("/", **extra)
    return client_network(request, RateLimitMiddleware(lambda _: HttpResponse()).proxies)


@pytest.mark.parametrize(
    ("remote", "forwarded", "counted"),
    [
        ("192.0.2.1", None, "192.0.2.1"),
        # Nobody's word counts but a proxy's of ours.
        ("192.0.2.1", "198.51.100.9", "192.0.2.1"),
        ("10.1.1.1", "198.51.100.9", "198.51.100.9"),
        ("10.1.1.1", "198.51.100.9, 10.2.2.2", "198.51.100.9"),
        # The left end is what the client itself wrote.
        ("10.1.1.1", "203.0.113.1, 198.51.100.9", "198.51.100.9"),
        ("10.1.1.1", "nonsense", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("10.1.1.1", "198.51.100.9, nonsense, 10.2.2.2", "10.2.2.2"),
        ("2001:db8:1:2:3::4", None, "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", None, "192.0.2.1"),
        ("", None, "unknown"),
    ],
)
def test_a_client_is_told_by_the_nearest_address_one_can_trust(
    remote: str, forwarded: str | None, counted: str
) -> None:
    assert address(remote, forwarded) == counted


def test_counting_starts_no_threads_and_forgets_clients(monkeypatch: pytest.MonkeyPatch) -> None:
    storage = InMemoryCounts()
    limiter = SlidingWindowCounterRateLimiter(storage)
    [second] = parse_many("5/second")
    before = threading.active_count()
    for client in range(500):
        limiter.hit(second, "search", str(client))
    assert threading.active_count() == before
    assert len(storage.counts) >= 500
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    limiter.hit(second, "search", "the next one")
    assert len(storage.counts) < 5


def test_a_spent_window_weighs_on_the_next_one_until_it_is_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    limiter = SlidingWindowCounterRateLimiter(InMemoryCounts())
    [ten_a_minute] = parse_many("10/minute")

    def let_through(second: float) -> int:
        monkeypatch.setattr(time, "time", lambda: 1_200_000_000 + second)
        return sum(limiter.hit(ten_a_minute, "search", "client") for _ in range(20))

    assert let_through(59) == 10
    assert let_through(61) == 1  # 10 x 59/60 of the window before
    assert let_through(90) == 4
    assert let_through(181) == 10


def let_through(middleware: RateLimitMiddleware, remote: str = "192.0.2.7") -> bool:
    request = RequestFactory().post("/en/advice/line/somebody/", REMOTE_ADDR=remote)
    return middleware.process_view(request, walk_in, (), {}) is None


@override_settings(RATE_LIMITS={"walk-in": "5/hour"})
def test_numbers_of_the_walk_in_line_count_in_all_processes_together() -> None:
    one, other = (RateLimitMiddleware(lambda request: HttpResponse()) for _ in range(2))
    assert [let_through(each) for each in (one, other, one, other, one)] == [True] * 5
    assert not let_through(one)
    assert not let_through(other)
    assert let_through(other, "192.0.2.8")
    kept = " ".join(map(str, RequestCount.objects.values_list()))
    assert "192.0.2" not in kept
    assert shared_counts.delete_old() == 0
    RequestCount.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    assert shared_counts.delete_old() == 2


def sent(middleware: RateLimitMiddleware, remote: str = "192.0.2.7") -> bool:
    request = RequestFactory().post("/en/account/login/", REMOTE_ADDR=remote)
    return middleware.process_view(request, form, (), {}) is None


@override_settings(RATE_LIMITS={"forms": "5/hour"})
def test_forms_count_in_all_processes_together() -> None:
    one, other = (RateLimitMiddleware(lambda request: HttpResponse()) for _ in range(2))
    assert [sent(each) for each in (one, other, one, other, one)] == [True] * 5
    assert not sent(one)
    assert not sent(other)
    assert sent(other, "192.0.2.8")


@override_settings(RATE_LIMITS={"forms": "5/hour"})
def test_a_flood_of_forms_is_refused_without_asking_the_database() -> None:
    middleware = RateLimitMiddleware(lambda request: HttpResponse())
    assert [sent(middleware) for _ in range(5)] == [True] * 5
    with CaptureQueriesContext(connection) as asked:
        assert [sent(middleware) for _ in range(20)] == [False] * 20
    assert not asked.captured_queries


def test_a_shared_window_weighs_on_the_next_one_too(monkeypatch: pytest.MonkeyPatch) -> None:
    [ten_a_minute] = parse_many("10/minute")

    def counted(second: float) -> int:
        monkeypatch.setattr(time, "time", lambda: 1_200_000_000 + second)
        return [shared_counts.spend(ten_a_minute, "client") for _ in range(20)].count(0)

    assert counted(59) == 10
    assert counted(61) == 1  # 10 x 59/60 of the window before
    assert counted(55) == 0  # on a machine whose clock is behind
    assert counted(90) == 4
    assert counted(181) == 10


@pytest.mark.storm
@pytest.mark.django_db(transaction=True)
@override_settings(RATE_LIMITS={"walk-in": "7/hour"})
def test_many_at_the_same_moment_get_as_many_numbers_as_there_are() -> None:
    middlewares = [RateLimitMiddleware(lambda request: HttpResponse()) for _ in range(8)]
    gate, told = threading.Barrier(8), list[bool]()

    def ask(middleware: RateLimitMiddleware) -> None:
        try:
            gate.wait()
            for _ in range(3):
                told.append(let_through(middleware))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=(each,)) for each in middlewares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(told), told.count(True)) == (24, 7)


def test_a_used_code_of_a_second_step_is_used_in_all_processes() -> None:
    one, other = (ProcessCache(f"process {number}", {}) for number in range(2))
    used, unused = (f"allauth.mfa.totp.used?user=7&code={code}" for code in (123456, 654321))
    assert one.add(used, "y", timeout=30)
    assert not one.add(used, "y", timeout=30)
    assert not other.add(used, "y", timeout=30)
    assert other.add(unused, "y", timeout=30)
    assert other.add("a lock of one process", "y")
    assert one.add("a lock of one process", "y")
    RequestCount.objects.update(until=timezone.now() - dt.timedelta(seconds=1))
    one.clear()
    assert one.add(used, "y", timeout=30)
    assert isinstance(caches["default"], ProcessCache)
    assert "123456" not in str(list(RequestCount.objects.values_list()))


@override_settings(MFA_TOTP_TOLERANCE=0)
def test_allauth_asks_the_cache_of_all_processes_about_a_code() -> None:
    secret = generate_totp_secret()
    held = TOTP.activate(account("carla@example.org"), secret)
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    assert held.validate_code(code)
    caches["default"].clear()  # as another process has it
    assert not held.validate_code(code)


def test_tries_of_codes_count_in_all_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allauth counts wrong codes in the cache, which is another one in each process."""
    request = RequestFactory().post("/en/account/2fa/authenticate/", REMOTE_ADDR="192.0.2.7")

    def let_through() -> bool:
        # As another process has it: whatever this one remembered is gone.
        caches["default"].clear()
        return bool(
            ratelimit.consume(request, app="allauth.account", action="login_failed", key="anna")
        )

    assert [let_through() for _ in range(12)] == [True] * 10 + [False] * 2
    assert "anna" not in str(list(RequestCount.objects.values_list()))
    ratelimit.clear(request, app="allauth.account", action="login_failed", key="anna")
    assert let_through()
    # Nothing is left locked.
    monkeypatch.setattr(ratelimit, "CACHE_LOCK_WAIT_TIMEOUT", 0)
    assert let_through()
