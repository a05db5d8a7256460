"""Nobody reads or changes another's plan by any address, whoever they are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan
from sojourn.planning.own_data import export
from sojourn.portal.plan import urls
from tests.support.accounts import STUDENT

pytestmark = pytest.mark.slow

PLACE, OTHER = "half-minor-edinburgh", "half-minor-bordeaux"
NOTE = "zebra-note-4711"
BUDGET = "4711"
# A plan of Anna's that every page could give away by its note, its budget or its place.
PROFILE = {"programme": "medicine-bsc", "year": "2", "budget": BUDGET, "level_es": "B2"}
WHO = ["visitor", "visitor with a plan", "other student", "coordinator", "operator"]
EXAMPLES = {"key": PLACE, "slug": PLACE, "token": "not-a-token"}


@dataclass(frozen=True)
class Address:
    """One view, with an example of each part of its address."""

    name: str
    path: str


def addresses() -> list[Address]:
    found = []
    for pattern in urls.urlpatterns:
        route = str(pattern.pattern)
        for part in re.findall(r"<(?:\w+:)?(\w+)>", route):
            route = re.sub(rf"<(?:\w+:)?{part}>", EXAMPLES.get(part, PLACE), route)
        found.append(Address(str(pattern.name), f"/en/plan/{route}"))
    return found


@pytest.fixture
def anna(leiden: Snapshot, person: Callable[[str, str], Client]) -> Client:
    client = person("anna@example.org", STUDENT)
    client.post("/en/plan/profile/", PROFILE)
    client.post("/en/plan/top-five/add/", {"place": PLACE})
    empty = re.findall(
        r'action="/en/plan/top-five/note/">.*?name="seen" value="(\w+)"',
        client.get("/en/plan/top-five/").content.decode(), re.DOTALL,
    )[0]  # fmt: skip
    client.post("/en/plan/top-five/note/", {"place": PLACE, "note": NOTE, "seen": empty})
    return client


@pytest.fixture
def somebody(person: Callable[[str, str], Client]) -> Callable[[str], Client]:
    def make(who: str) -> Client:
        if who == "other student":
            return person("bert@example.org", STUDENT)
        if who in (Role.COORDINATOR, Role.OPERATOR):
            return person(f"{who}@example.org", who)
        client = Client()
        if who == "visitor with a plan":
            client.post("/en/plan/top-five/add/", {"place": OTHER})
        return client

    return make


def annas_plan() -> object:
    user = User.objects.get(email="anna@example.org")
    return {key: value for key, value in export(user.plan, None).items() if key != "events"}


def test_the_owner_finds_it_on_the_pages(anna: Client) -> None:
    """Without this the tests below could pass on empty pages."""
    assert NOTE in anna.get("/en/plan/top-five/").content.decode()
    assert BUDGET in anna.get("/en/plan/profile/").content.decode()
    assert NOTE in anna.get("/en/plan/data/export.json").content.decode()


@pytest.mark.parametrize("who", WHO)
def test_no_page_shows_annas_plan_to_anybody_else(
    anna: Client, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    for address in addresses():
        answer = client.get(address.path)
        text = b"".join(answer) if answer.streaming else answer.content
        assert NOTE.encode() not in text, address
        assert f'value="{BUDGET}"'.encode() not in text, address
        assert b"anna@example.org" not in text, address
        assert answer.status_code in (200, 302, 401, 404, 405), (address, answer.status_code)


@pytest.mark.parametrize("who", WHO)
def test_nothing_that_anybody_else_sends_changes_annas_plan(
    anna: Client, somebody: Callable[[str], Client], who: str
) -> None:
    client = somebody(who)
    before = annas_plan()
    number = str(Plan.objects.get(owner__email="anna@example.org").pk)
    everything = {
        "plan": number, "owner": number, "id": number, "pk": number, "link": "1",
        "place": PLACE, "old": PLACE, "rank": "1", "seen": "x", "note": "mine", "sure": "1",
        "places": [PLACE], "take": "1", "forget": "1", "cost": "3", **PROFILE, "budget": "1",
    }  # fmt: skip
    for address in addresses():
        if "delete-account" not in address.path or "visitor" in who:
            client.post(address.path, everything)
    assert annas_plan() == before


@pytest.mark.parametrize("who", ["owner", *WHO])
def test_no_answer_may_be_kept_by_a_cache(
    anna: Client, somebody: Callable[[str], Client], who: str
) -> None:
    client = anna if who == "owner" else somebody(who)
    for address in addresses():
        answer = client.get(address.path)
        if answer.status_code == 405 or "/account/" in answer.headers.get("Location", ""):
            continue  # nothing but the way to signing in
        assert "no-store" in answer.headers.get("Cache-Control", ""), address


def test_no_address_names_whose_plan_it_is() -> None:
    for pattern in urls.urlpatterns:
        assert not re.search(
            r"<(int:|uuid:|\w*:?(plan|user|owner|pk|id|email)\b)", str(pattern.pattern)
        )


def test_a_forged_session_key_opens_no_owned_plan(anna: Client) -> None:
    """A session that names an owned plan (as after adoption) finds nothing."""
    client = Client()
    client.post("/en/plan/top-five/add/", {"place": OTHER})
    session = client.session
    session["plan"] = Plan.objects.get(owner__email="anna@example.org").pk
    session.save()
    assert NOTE not in client.get("/en/plan/top-five/").content.decode()
    assert client.get("/en/plan/top-five/state/").json()["places"] == []


def test_signing_out_takes_the_plan_off_the_screen(anna: Client) -> None:
    anna.logout()
    assert anna.get("/en/plan/top-five/state/").json()["places"] == []


def test_every_view_of_the_plan_is_in_the_matrix() -> None:
    assert {address.name for address in addresses()} == {
        pattern.name for pattern in urls.urlpatterns
    }
    assert len(addresses()) >= 20
    assert not re.search("[<>]", "".join(address.path for address in addresses()))
