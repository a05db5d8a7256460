"""Somebody is invited to the office, opens the link once, and is in."""

from __future__ import annotations

import re
import threading

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail, signing
from django.db import connections
from django.test import Client
from django.utils import timezone

from sojourn.people import invitations
from sojourn.people.invitations import InvitationError, invite
from sojourn.people.models import AuditEvent, OutboxMail, User
from sojourn.people.roles import Role
from tests.support.accounts import account

PASSWORD = "wind-mill-42-canal"
FORM = {"first_name": "Zoë", "last_name": "de Vries", "password1": PASSWORD}


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)


@pytest.fixture
def link(db: None) -> str:
    return path_of(invite("Carla@Example.org", Role.COORDINATOR, by=None, language="nl").link)


def test_the_link_is_mailed_in_their_language_and_nobody_in_the_office_can_read_it(
    link: str,
) -> None:
    carla = User.objects.get(email="carla@example.org")
    assert (carla.is_staff, carla.has_usable_password()) == (True, False)
    letter = OutboxMail.objects.get()
    assert link in letter.content["body"]
    assert link.startswith("/nl/account/invitation/")
    assert (letter.to, letter.language, letter.is_secret) == (["carla@example.org"], "nl", True)


def test_the_invited_person_gives_a_name_and_a_password_and_is_signed_in(
    link: str, client: Client
) -> None:
    page = client.get(link)
    assert page.status_code == 200
    assert "carla@example.org" in page.content.decode()
    answer = client.post(link, FORM)
    assert answer.headers["Location"] == "/nl/account/2fa/"
    carla = User.objects.get(email="carla@example.org")
    assert carla.check_password(PASSWORD)
    assert str(carla) == "Zoë de Vries"
    assert client.session["_auth_user_id"] == str(carla.pk)
    assert EmailAddress.objects.get(user=carla).verified
    actions = AuditEvent.objects.filter(about=carla).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["role.granted", "staff.invited", "staff.accepted"]


def test_the_link_works_once(link: str, client: Client) -> None:
    client.post(link, FORM)
    stranger = Client()
    again = stranger.post(link, FORM | {"password1": "quiet-harbour-77-gull"})
    assert again.status_code == 410
    assert User.objects.get(email="carla@example.org").check_password(PASSWORD)
    # The second of two clicks finds somebody who is in.
    assert client.post(link, FORM).headers["Location"] == "/nl/office/"


def test_two_clicks_are_one_account_and_no_error(link: str) -> None:
    first, second = Client(), Client()  # the second was on its way before the first had a session
    for client in (first, second):
        assert client.post(link, FORM).headers["Location"] == "/nl/account/2fa/"
    carla = User.objects.get(email="carla@example.org")
    assert second.session["_auth_user_id"] == str(carla.pk)
    accepted = AuditEvent.objects.filter(about=carla, action="staff.accepted")
    assert accepted.count() == 1
    # With another password, or later, the link is over.
    assert Client().post(link, FORM | {"password1": "something else 5"}).status_code == 410
    AuditEvent.objects.update(at=timezone.now() - invitations.CLICKED_TWICE)
    assert Client().post(link, FORM).status_code == 410


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment() -> None:
    link = path_of(invite("carla@example.org", Role.COORDINATOR, by=None, language="nl").link)
    answers: list[str] = []

    def click() -> None:
        answers.append(Client().post(link, FORM).headers.get("Location", "none"))
        connections.close_all()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join(60)
    assert answers == ["/nl/account/2fa/"] * 2
    assert AuditEvent.objects.filter(action="staff.accepted").count() == 1


def test_looking_at_the_link_uses_nothing_up(link: str, client: Client) -> None:
    for _mail_scanner in range(3):
        assert client.get(link).status_code == 200


def test_one_name_alone_is_fine_and_none_is_not(link: str, client: Client) -> None:
    refused = client.post(link, {"password1": PASSWORD})
    assert refused.status_code == 422
    assert client.post(link, {"last_name": "Suharto", "password1": PASSWORD}).status_code == 302
    assert str(User.objects.get(email="carla@example.org")) == "Suharto"


def test_a_weak_password_opens_nothing(link: str, client: Client) -> None:
    refused = client.post(link, FORM | {"password1": "password12"})
    assert refused.status_code == 422
    assert not User.objects.get(email="carla@example.org").has_usable_password()


def test_a_new_invitation_ends_the_one_before(link: str, client: Client) -> None:
    again = invite("carla@example.org", Role.COORDINATOR, by=None)
    assert client.get(link).status_code == 410
    assert client.get(path_of(again.link)).status_code == 200


@pytest.mark.parametrize(
    "key",
    ["nonsense", signing.dumps([1, "x"], salt="another")],
    ids=["nonsense", "signed for something else"],
)
def test_no_other_link_opens_an_account(db: None, client: Client, key: str) -> None:
    assert client.get(f"/en/account/invitation/{key}/").status_code == 410


def test_a_link_that_is_too_old_opens_nothing(
    link: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "WORKS_FOR", -invitations.WORKS_FOR)
    assert client.get(link).status_code == 410


def test_an_account_that_its_owner_confirmed_gets_the_role_and_no_link(db: None) -> None:
    anna = account("anna@example.org", password=PASSWORD)
    made = invite(anna.email, Role.BOARD, by=None, programmes=["medicine-bsc"])
    assert (made.user, made.link) == (anna, "")
    assert anna.role_assignments.get().programme == "medicine-bsc"
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_whoever_made_an_account_with_a_colleagues_address_is_not_let_into_the_office(
    db: None, client: Client
) -> None:
    squatter = account("carla@example.org", password=PASSWORD)
    EmailAddress.objects.filter(user=squatter).update(verified=False)
    TOTP.activate(squatter, "A" * 32)
    client.force_login(squatter)
    made = invite("carla@example.org", Role.COORDINATOR, by=None)
    assert made.link
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()
    assert not Authenticator.objects.filter(user=squatter).exists()
    assert client.get("/en/office/").status_code == 302
    assert (
        client.post("/en/account/login/", {"login": squatter.email, "password": PASSWORD})
        is not None
    )
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["", "nobody", "a b@example.org", "a@example.org\nBcc: x@y.z"])
def test_what_is_no_address_is_not_invited(db: None, address: str) -> None:
    with pytest.raises(InvitationError):
        invite(address, Role.BOARD, by=None)
    assert not mail.outbox
    assert not User.objects.exists()


@pytest.mark.parametrize("language", ["en", "nl"])
def test_ones_name_can_be_changed(db: None, client: Client, language: str) -> None:
    anna = account("anna@example.org")
    client.force_login(anna)
    address = f"/{language}/account/name/"
    assert client.get(address).status_code == 200
    said = {"first_name": "  An\u200bna\tMaria ", "last_name": "", "preferred_name": "Anne"}
    assert client.post(address, said).status_code == 302
    anna.refresh_from_db()
    assert (anna.get_full_name(), anna.get_short_name()) == ("Anna Maria", "Anne")
    assert client.post(address, {"preferred_name": "Anne"}).status_code == 422
