"""A host reads names: an application asks for one, and a list does not go out without."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from sojourn.selection.models import Nomination, Offer, Round
from sojourn.selection.states import OfferState
from tests.selection.rounds import PLACES, applicants, closed_round, published
from tests.support.accounts import account

BASE = "/en/office/results/small-round/nominations/"
PLACE = PLACES[0]


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    made = closed_round({PLACE: 2})
    applicants(made, [[PLACE], [PLACE]], ["9", "8"])
    published(made)
    Offer.objects.update(state=OfferState.ACCEPTED)
    User.objects.filter(email="student0@example.org").update(first_name="", last_name="")
    return made


@pytest.fixture
def carla(round_: Round) -> Client:
    client = Client()
    client.force_login(account("carla@example.org", Role.COORDINATOR))
    return client


@pytest.mark.slow
def test_a_list_with_somebody_nameless_does_not_go_out(carla: Client) -> None:
    refused = carla.post(f"{BASE}{PLACE}/sent/", follow=True).content.decode()
    assert "has not filled in a name" in refused
    assert not Nomination.objects.exists()
    for kind in ("xlsx", "pdf", "json"):
        assert carla.get(f"{BASE}{PLACE}.{kind}").status_code == 302


@pytest.mark.slow
def test_the_student_is_asked_once_a_day_and_the_list_goes_out_with_the_name(
    carla: Client,
) -> None:
    assert "Ask for their name" in carla.get(BASE).content.decode()
    for _click in range(2):
        carla.post(f"{BASE}{PLACE}/ask-names/")
    letter = OutboxMail.objects.get(key__startswith="name-needed:")
    assert letter.to == ["student0@example.org"]
    student = Client()
    student.force_login(User.objects.get(email="student0@example.org"))
    student.post("/en/account/name/", {"last_name": "Suharto"})  # one name alone is fine
    assert "Suharto" in carla.get(f"{BASE}{PLACE}.json").content.decode()
    carla.post(f"{BASE}{PLACE}/sent/")
    assert Nomination.objects.count() == 2
    assert "Ask for their name" not in carla.get(BASE).content.decode()


def test_what_somebody_is_called_stands_beside_the_name(leiden: Snapshot) -> None:
    anna = account(
        "anna@example.org", first_name="Anna Maria", last_name="Jansen", preferred_name="Mies"
    )
    assert str(anna) == "Anna Maria Jansen (Mies)"
    assert anna.get_short_name() == "Mies"
    anna.preferred_name = "Anna"
    assert str(anna) == "Anna Maria Jansen"
