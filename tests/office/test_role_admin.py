"""The operator gives and takes roles in the admin, through the verbs; nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import AuditEvent, RoleAssignment
from sojourn.people.roles import EVERY_PROGRAMME, Role
from tests.office.conftest import MakeClient
from tests.support.accounts import account

TABLE = "/admin/people/roleassignment/"


@pytest.fixture
def operator(leiden: Snapshot, client_of: MakeClient) -> Client:
    return client_of("operator")


@pytest.mark.slow
def test_the_operator_gives_a_role_and_takes_it_away(operator: Client) -> None:
    carla = account("carla@example.org")
    sent = {"email": "Carla@example.org", "role": "secretary", "programme": "medicine-bsc"}
    for until in ("2099-01-31", ""):  # given again, its end moves
        assert operator.post(f"{TABLE}add/", {**sent, "until": until}).status_code == 302
    held = carla.role_assignments.get()
    assert (held.role, held.programme, held.until) == (Role.SECRETARY, "medicine-bsc", None)
    assert "carla@example.org" in operator.get(TABLE).content.decode()
    assert operator.get(f"{TABLE}{held.pk}/change/").status_code == 200
    gone = operator.post(f"{TABLE}{held.pk}/delete/", {"post": "yes"})
    assert gone.status_code == 302
    assert not carla.role_assignments.exists()
    actions = AuditEvent.objects.filter(about=carla).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["role.granted", "role.granted", "role.revoked"]


def test_a_role_of_all_programmes_and_addresses_that_nobody_has(operator: Client) -> None:
    refused = operator.post(f"{TABLE}add/", {"email": "nobody@example.org", "role": "board"})
    assert refused.status_code == 200
    account("carla@example.org")
    operator.post(f"{TABLE}add/", {"email": "carla@example.org", "role": "board"})
    assert RoleAssignment.objects.get(role="board").programme == EVERY_PROGRAMME


def test_the_last_operator_stays_one(operator: Client) -> None:
    own = RoleAssignment.objects.get(role=Role.OPERATOR)
    answer = operator.post(f"{TABLE}{own.pk}/delete/", {"post": "yes"}, follow=True)
    assert "Make somebody else an operator first." in answer.content.decode()
    assert RoleAssignment.objects.filter(pk=own.pk).exists()


@pytest.mark.parametrize("who", ["coordinator", "secretary", "board", "reviewer"])
def test_nobody_else_reaches_it(leiden: Snapshot, client_of: MakeClient, who: str) -> None:
    client = client_of(who)
    for path in (TABLE, f"{TABLE}add/"):
        assert client.get(path).status_code == 403
        assert (
            client.post(path, {"email": "anna@example.org", "role": "operator"}).status_code == 403
        )
    assert not RoleAssignment.objects.filter(role="operator").exists()
