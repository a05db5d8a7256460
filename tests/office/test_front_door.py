"""Who comes into the office by which door, and the keys of its menu."""

from __future__ import annotations

from collections import Counter

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.shared.navigation import GROUPS
from sojourn.people import invitations
from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from tests.mobility.test_pages import client_for
from tests.support.accounts import account

pytestmark = pytest.mark.django_db


def client_of(*roles: Role, programme: str = "") -> Client:
    user = account("somebody@example.org", roles[0], programme=programme)
    for role in roles[1:]:
        user.role_assignments.create(role=role, programme=programme)
    return client_for(User.objects.get(pk=user.pk))


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("programme", ["", "medicine-bsc"])
def test_the_emergency_team_begins_with_who_is_where(
    leiden: Snapshot, language: str, programme: str
) -> None:
    client, there = client_of(Role.SAFETY, programme=programme), f"/{language}/office/away/"
    assert f'href="{there}"' in client.get(f"/{language}/").content.decode()
    assert client.get(f"/{language}/office/").headers["Location"] == there
    page = client.get(there).content.decode()
    # Nothing on it leads where only the rest of the office may go.
    for closed in ("office/", "office/search/", "office/stays/"):
        assert f'"/{language}/{closed}"' not in page


def test_with_another_role_the_office_begins_with_today(leiden: Snapshot) -> None:
    client = client_of(Role.SAFETY, Role.SECRETARY)
    assert 'href="/en/office/"' in client.get("/en/").content.decode()
    assert 'action="/en/office/search/"' in client.get("/en/office/away/").content.decode()
    assert client.get("/en/office/").status_code == 200


def test_a_student_has_no_door(leiden: Snapshot) -> None:
    client = client_for(account("anna@example.org"))
    assert "/en/office/" not in client.get("/en/").content.decode()
    assert client.get("/en/office/").status_code == 403


def test_an_invitation_into_the_emergency_team_leads_there(leiden: Snapshot) -> None:
    colleague = account("carla@example.org", Role.SECRETARY, "a long pass phrase")
    invitations.invite(colleague.email, Role.SAFETY, by=None)
    mail = OutboxMail.objects.get(key__startswith="staff-invited:")
    assert "/en/office/away/" in mail.content["body"]


def test_each_key_of_the_menu_leads_to_one_part() -> None:
    keys = Counter(part.key for group in GROUPS for part in group.parts if part.key)
    assert [key for key, count in keys.items() if count > 1] == []
