"""Links to a list, and one's own data: shown, taken along, deleted."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent, User
from sojourn.planning.models import Plan, ShareLink

PLACE = "half-minor-edinburgh"
NOTE = "zebra-note"


def with_a_list(client: Client) -> Client:
    client.post("/en/plan/profile/", {"budget": "4711", "programme": "medicine-bsc", "year": "2"})
    client.post("/en/plan/top-five/add/", {"place": PLACE})
    seen = re.findall(
        r'top-five/note/">.*?name="seen" value="(\w+)"',
        client.get("/en/plan/top-five/").content.decode(), re.DOTALL,
    )[0]  # fmt: skip
    client.post("/en/plan/top-five/note/", {"place": PLACE, "note": NOTE, "seen": seen})
    return client


def share(client: Client) -> str:
    page = client.post("/en/plan/share/").content.decode()
    return re.findall(r'value="http://testserver(/en/plan/shared/[\w-]+/)"', page)[0]


def test_a_link_shows_the_list_and_nothing_about_the_person(
    leiden: Snapshot, student: Client
) -> None:
    address = share(with_a_list(student))
    answer = Client().get(address)
    page = answer.content.decode()
    assert "Half minor in Edinburgh" in page
    for secret in (NOTE, "4711", "anna", "Possible, from"):
        assert secret not in page
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "<form" not in page


def test_the_token_is_not_kept(leiden: Snapshot, student: Client) -> None:
    token = share(with_a_list(student)).split("/")[-2]
    assert token not in str(ShareLink.objects.values())
    assert token not in student.get("/en/plan/share/").content.decode()


def test_a_withdrawn_link_is_gone_and_says_so(leiden: Snapshot, student: Client) -> None:
    address = share(with_a_list(student))
    student.post("/en/plan/share/withdraw/", {"link": ShareLink.objects.get().pk})
    assert Client().get(address).status_code == 410
    assert Client().get("/en/plan/shared/nothing/").status_code == 404


@pytest.mark.slow
def test_nobody_withdraws_anothers_link(leiden: Snapshot, student: Client) -> None:
    address = share(with_a_list(student))
    other = with_a_list(Client())
    other.post("/en/plan/share/withdraw/", {"link": ShareLink.objects.get().pk})
    assert Client().get(address).status_code == 200


@pytest.mark.slow
def test_an_eleventh_link_has_to_wait(leiden: Snapshot, student: Client) -> None:
    with_a_list(student)
    for _number in range(10):
        share(student)
    assert student.post("/en/plan/share/").status_code == 422


@pytest.mark.slow
def test_everything_is_in_the_export(leiden: Snapshot, student: Client) -> None:
    share(with_a_list(student))
    answer = student.get("/en/plan/data/export.json")
    assert answer.headers["Content-Type"] == "application/json"
    found = answer.json()
    assert found["account"]["mail_address"] == "anna@example.org"
    assert found["plan"]["profile"]["budget_eur"] == "4711"
    assert found["plan"]["top_five"] == [{"rank": 1, "place": PLACE, "note": NOTE}]
    assert len(found["plan"]["share_links"]) == 1
    assert "top_five.added" in {event["action"] for event in found["events"]}
    page = student.get("/en/plan/data/").content.decode()
    for text in ("anna@example.org", "4711", NOTE, "medicine-bsc"):
        assert text in page


@pytest.mark.slow
def test_a_plan_is_deleted_only_when_one_is_sure(leiden: Snapshot, student: Client) -> None:
    address = share(with_a_list(student))
    student.post("/en/plan/data/delete/")
    assert Plan.objects.exists()
    student.post("/en/plan/data/delete/", {"sure": "1"})
    assert not Plan.objects.exists()
    assert Client().get(address).status_code == 404
    assert AuditEvent.objects.latest("pk").action == "plan.deleted"
    assert NOTE not in student.get("/en/plan/data/export.json").content.decode()


def test_a_visitor_deletes_a_plan_too(leiden: Snapshot) -> None:
    client = with_a_list(Client())
    client.post("/en/plan/data/delete/", {"sure": "1"})
    assert not Plan.objects.exists()


@pytest.mark.slow
def test_an_account_goes_with_everything_after_the_password(leiden: Snapshot) -> None:
    User.objects.create_user("cleo@example.org", "a long pass phrase")
    client = Client()
    client.post(
        "/en/account/login/", {"login": "cleo@example.org", "password": "a long pass phrase"}
    )
    with_a_list(client)
    client.post("/en/account/reauthenticate/", {"password": "a long pass phrase"})
    assert client.post("/en/plan/data/delete-account/").status_code == 422
    client.post("/en/plan/data/delete-account/", {"sure": "1"})
    assert not User.objects.filter(email="cleo@example.org").exists()
    assert not Plan.objects.exists()
    assert not AuditEvent.objects.exists()


def test_an_account_is_not_deleted_on_an_old_sign_in(leiden: Snapshot, student: Client) -> None:
    """Whoever signed in a while ago is asked once more."""
    session = student.session
    session["account_authentication_methods"] = []
    session.save()
    answer = student.post("/en/plan/data/delete-account/", {"sure": "1"})
    assert "reauthenticate" in answer.headers["Location"]
    assert User.objects.filter(email="anna@example.org").exists()
