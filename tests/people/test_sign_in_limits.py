"""Guessing gets slower and slower; nobody is locked out by what somebody else tries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from sojourn.people import sign_in_limits
from sojourn.people.models import SignInFailures, User
from tests.support.accounts import account

PASSWORD = "wind-mill-42-canal"
HOME, ELSEWHERE, PROXY = "192.0.2.7", "203.0.113.9", "10.0.0.1"


@pytest.fixture(autouse=True)
def behind_a_proxy(settings: Any, db: None) -> None:
    cache.clear()
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]


@pytest.fixture
def ada() -> User:
    return account("ada@example.org", password=PASSWORD)


def tried(
    client: Client, password: str, network: str = HOME, email: str = "ada@example.org"
) -> bool:
    """Try to sign in from this network, as our own proxy reports it. Return whether that worked."""
    answer = client.post(
        "/en/account/login/",
        {"login": email, "password": password},
        REMOTE_ADDR=PROXY,
        HTTP_X_FORWARDED_FOR=network,
    )
    return answer.status_code == 302


def test_the_right_password_waits_where_many_wrong_ones_were_tried(ada: User) -> None:
    attacker = Client()
    for number in range(6):
        tried(attacker, f"guess {number}", ELSEWHERE)
    assert not tried(attacker, PASSWORD, ELSEWHERE)


@pytest.mark.slow
def test_one_attacker_behind_the_proxy_keeps_nobody_out(ada: User) -> None:
    attacker = Client()
    for number in range(40):
        tried(attacker, f"guess {number}", ELSEWHERE)
    assert tried(Client(), PASSWORD)


def test_a_header_that_the_client_wrote_is_no_other_network(ada: User) -> None:
    attacker = Client()
    for number in range(6):
        tried(attacker, "guess", f"198.51.100.{number}, {ELSEWHERE}")
    assert not tried(attacker, PASSWORD, f"198.51.100.99, {ELSEWHERE}")


@pytest.mark.slow
def test_a_known_device_gets_in_whatever_is_tried_from_its_own_network(ada: User) -> None:
    desk, attacker = Client(), Client()
    assert tried(desk, PASSWORD)
    desk.post("/en/account/logout/")
    for number in range(60):
        tried(attacker, f"guess {number}")
    assert not tried(attacker, PASSWORD)
    assert tried(desk, PASSWORD)


@pytest.mark.slow
def test_the_right_password_never_waits_on_a_known_device(ada: User, settings: Any) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"forms": ""}
    desk = Client()
    assert tried(desk, PASSWORD)
    desk.post("/en/account/logout/")
    for number in range(40):
        tried(desk, f"guess {number}")
    assert tried(desk, PASSWORD)
    desk.post("/en/account/logout/")

    # Who goes on like that is not its owner: from a hundred on it counts like any other.
    limit = sign_in_limits.MOST_ON_A_DEVICE
    SignInFailures.objects.all().delete()
    tried(desk, "guess")
    SignInFailures.objects.update(count=limit - 1)
    tried(desk, "the hundredth")
    for number in range(5):
        tried(desk, f"guess {number}")
    assert not tried(desk, PASSWORD)
    assert tried(Client(), PASSWORD, ELSEWHERE)


def test_a_device_is_known_to_its_own_account_alone(ada: User) -> None:
    account("eve@example.org", password=PASSWORD)
    eve = Client()
    assert tried(eve, PASSWORD, email="eve@example.org")
    eve.post("/en/account/logout/")
    for number in range(6):
        tried(eve, f"guess {number}")
    assert not tried(eve, PASSWORD)


def test_a_made_up_device_is_not_known(ada: User) -> None:
    attacker = Client()
    attacker.cookies["sojourn_device"] = "W1sxLCJ4IiwieSJdXQ:1abc:forged"
    for number in range(6):
        tried(attacker, f"guess {number}")
    assert not tried(attacker, PASSWORD)


def test_another_password_forgets_the_devices(ada: User) -> None:
    stolen = Client()
    assert tried(stolen, PASSWORD)
    stolen.post("/en/account/logout/")
    ada.set_password("quiet-harbour-77-gull")
    ada.save()
    for number in range(6):
        tried(stolen, f"guess {number}")
    assert not tried(stolen, "quiet-harbour-77-gull")


def test_each_wrong_password_makes_the_wait_longer(ada: User) -> None:
    waits = [sign_in_limits._wait(more) for more in range(12)]
    assert waits == sorted(waits)
    assert waits[0] < waits[1] < waits[-1] == sign_in_limits.LONGEST_WAIT
    assert dt.timedelta(minutes=15) >= sign_in_limits.LONGEST_WAIT


def test_the_wait_is_over_one_day(ada: User) -> None:
    attacker = Client()
    for number in range(6):
        tried(attacker, f"guess {number}")
    assert not tried(attacker, PASSWORD)
    SignInFailures.objects.update(waits_until=ada.date_joined - dt.timedelta(seconds=1))
    assert tried(attacker, PASSWORD)


@pytest.mark.slow
def test_somebody_who_mistypes_twice_a_day_never_waits(ada: User) -> None:
    for _day in range(10):
        client = Client()
        assert not tried(client, "oops")
        assert not tried(client, "oops again")
        assert tried(client, PASSWORD)


def test_a_network_that_tries_one_password_on_many_accounts_waits_too() -> None:
    attacker = Client()
    for number in range(100):
        sign_in_limits_try(f"somebody{number}@example.org")
    account("last@example.org", password=PASSWORD)
    assert not tried(attacker, PASSWORD, ELSEWHERE, "last@example.org")
    assert tried(Client(), PASSWORD, HOME, "last@example.org")


def sign_in_limits_try(email: str) -> None:
    from django.test import RequestFactory

    request = RequestFactory().post("/", REMOTE_ADDR=PROXY, HTTP_X_FORWARDED_FOR=ELSEWHERE)
    sign_in_limits.begin(request, email)


def test_the_table_names_nobody(ada: User) -> None:
    tried(Client(), "guess")
    kept = " ".join(str(row) for row in SignInFailures.objects.values_list())
    assert "ada" not in kept
    assert HOME not in kept


def test_what_is_not_counted_any_more_is_deleted(ada: User) -> None:
    tried(Client(), "guess")
    assert sign_in_limits.delete_old() == 0
    SignInFailures.objects.update(last_at=ada.date_joined - dt.timedelta(days=2))
    assert sign_in_limits.delete_old() == 2


def test_a_form_budget_spent_by_others_does_not_stop_who_was_in_before(
    ada: User, settings: Any
) -> None:
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"forms": "5/minute"}
    desk, others, somebody = Client(), Client(), Client()
    desk.handler = somebody.handler = others.handler  # one server, that counts them all
    assert tried(desk, PASSWORD)
    desk.post("/en/account/logout/")
    for number in range(8):
        tried(others, f"guess {number}", email=f"somebody{number}@example.org")
    assert not tried(somebody, PASSWORD)
    assert tried(desk, PASSWORD)
