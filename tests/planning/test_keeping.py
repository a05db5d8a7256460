"""From visitor to account: nothing is lost, and nothing of another's is taken."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.utils import timezone

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.planning.models import Plan
from sojourn.planning.profile import profile_of
from sojourn.planning.top_five import top_five_of
from tests.support.accounts import STUDENT

A, B, C = "half-minor-edinburgh", "half-minor-bordeaux", "half-minor-global-health-cuba"
D, E, F = "half-minor-tanzania-kcmc", "half-minor-finland", "SE"
PASSWORD = "a long pass phrase"


def add(client: Client, *keys: str) -> None:
    for key in keys:
        client.post("/en/plan/top-five/add/", {"place": key})


def keys(plan: Plan) -> list[str]:
    return [entry.key for entry in top_five_of(plan)]


def sign_in(client: Client, email: str) -> None:
    client.post("/en/account/login/", {"login": email, "password": PASSWORD})


@pytest.mark.slow
def test_looking_makes_no_plan(leiden: Snapshot) -> None:
    client = Client()
    for page in ("", "profile/", "fit/", "top-five/", "compare/", "share/", "data/"):
        assert client.get(f"/en/plan/{page}").status_code == 200
    assert not Plan.objects.exists()


@pytest.mark.slow
def test_signing_up_keeps_the_visitors_plan(leiden: Snapshot) -> None:
    client = Client()
    add(client, A, B)
    client.post("/en/plan/profile/", {"budget": "4000"})
    client.post("/en/account/signup/", {"email": "new@example.org", "password1": PASSWORD})
    (link,) = re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[0].body))
    client.post(link)
    plan = Plan.objects.get()
    assert plan.owner == User.objects.get(email="new@example.org")
    assert keys(plan) == [A, B]
    assert profile_of(plan).budget == 4000
    listed = client.get("/en/plan/top-five/state/").json()["places"]
    assert [place["key"] for place in listed] == [A, B]


@pytest.mark.slow
def test_signing_in_joins_two_plans_and_keeps_what_has_no_room(
    leiden: Snapshot, person: Callable[[str, str], Client]
) -> None:
    owner = person("anna@example.org", STUDENT)
    add(owner, A, B, C, D)
    owner.post("/en/plan/profile/", {"budget": "3000"})
    visitor = Client()
    add(visitor, B, E, F)
    visitor.post("/en/plan/profile/", {"budget": "5000", "year": "2"})
    sign_in(visitor, "anna@example.org")
    own = Plan.objects.get(owner__email="anna@example.org")
    assert keys(own) == [A, B, C, D, E]
    assert profile_of(own).budget == 3000
    assert profile_of(own).year == 2  # it was empty before
    page = visitor.get("/en/plan/before/").content.decode()
    assert "Sweden" in page
    assert "5,000" in page
    visitor.post("/en/plan/before/", {"take": "1"})
    own.refresh_from_db()
    assert profile_of(own).budget == 5000
    assert Plan.objects.count() == 1


def test_a_plan_left_behind_is_not_given_to_the_next_who_signs_in(
    leiden: Snapshot, person: Callable[[str, str], Client]
) -> None:
    person("anna@example.org", STUDENT)
    client = Client()
    add(client, A)
    sign_in(client, "anna@example.org")
    client.post("/en/account/logout/")
    client.post("/en/account/signup/", {"email": "bert@example.org", "password1": PASSWORD})
    assert not Plan.objects.filter(owner__email="bert@example.org").exists()


def test_a_wrong_password_gives_the_plan_to_nobody(
    leiden: Snapshot, person: Callable[[str, str], Client]
) -> None:
    person("anna@example.org", STUDENT)
    client = Client()
    add(client, A)
    client.post("/en/account/login/", {"login": "anna@example.org", "password": "wrong"})
    assert Plan.objects.get().owner is None


def test_plans_that_nobody_can_reach_any_more_are_forgotten(leiden: Snapshot) -> None:
    add(Client(), A)
    long_ago = timezone.now() - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE * 2 + 60)
    Plan.objects.update(updated_at=long_ago)
    add(Client(), B)
    assert [keys(plan) for plan in Plan.objects.all()] == [[B]]
