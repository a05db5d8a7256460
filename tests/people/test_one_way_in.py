"""Staff come in by one door, with a second step, and prove once more who they are in time."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from allauth.mfa.totp.internal.auth import yield_hotp_counters_from_time as counters
from django.contrib import admin
from django.core.cache import cache
from django.test import Client

from sojourn.catalogue import services
from sojourn.catalogue.models import Edition
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.people.roles import Role
from tests.support.accounts import account

PASSWORD = "wind-mill-42-canal"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SET_UP = "/en/account/2fa/"
RECORDS = "account_authentication_methods"


@pytest.fixture(autouse=True)
def no_tries_before() -> None:
    cache.clear()


@pytest.fixture
def carla(leiden: Snapshot) -> User:
    return account("carla@example.org", Role.COORDINATOR, PASSWORD)


def code_now(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(counters()))))


def sign_in(client: Client, user: User) -> str:
    answer = client.post("/en/account/login/", {"login": user.email, "password": PASSWORD})
    return str(answer.headers.get("Location", answer.status_code))


def ask_for_a_second_step(is_asked: bool) -> None:
    """Change the edition's rule as the office does, and let the pages see it."""
    Edition.objects.update(staff_second_step=is_asked)
    services.publish_change()
    refresh_snapshot()


def later(client: Client, seconds: int) -> None:
    """Let time pass for what this session remembers."""
    session = client.session
    session[RECORDS] = [each | {"at": each["at"] - seconds} for each in session[RECORDS]]
    session.save()


def test_a_password_alone_opens_neither_the_office_nor_the_admin(
    carla: User, client: Client
) -> None:
    sign_in(client, carla)
    for path in ("/en/office/", "/nl/office/questions/", "/admin/", "/en/plan/data/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["Location"][3:]) == (302, SET_UP[3:]), path
    assert "second step" in client.get(SET_UP).content.decode()
    assert client.get("/en/opportunities/").status_code == 200  # what everybody may see


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)  # what follows a commit belongs to the same request
def test_setting_up_an_app_opens_the_office_at_once(carla: User, client: Client) -> None:
    sign_in(client, carla)
    page = client.get("/en/account/2fa/totp/activate/")
    assert page.status_code == 200  # who just signed in is not asked again
    secret = page.context["form"].secret
    client.post("/en/account/2fa/totp/activate/", {"code": code_now(secret)})
    assert client.get("/en/office/").status_code == 200
    assert client.get("/admin/").status_code == 200


@pytest.mark.slow
def test_who_has_a_second_step_gives_it(carla: User, client: Client) -> None:
    TOTP.activate(carla, SECRET)
    assert sign_in(client, carla) == "/en/account/2fa/authenticate/"
    assert client.get("/en/office/").status_code == 302
    client.post("/en/account/2fa/authenticate/", {"code": "000000"})
    assert "_auth_user_id" not in client.session
    client.post("/en/account/2fa/authenticate/", {"code": code_now()})
    assert client.get("/en/office/").status_code == 200


@pytest.mark.slow
def test_a_recovery_code_is_a_way_in_when_the_phone_is_lost(carla: User, client: Client) -> None:
    TOTP.activate(carla, SECRET)
    spare = RecoveryCodes.activate(carla).get_unused_codes()[0]
    sign_in(client, carla)
    client.post("/en/account/2fa/authenticate/", {"code": spare})
    assert client.get("/en/office/").status_code == 200


@pytest.mark.slow
def test_a_session_from_before_gives_the_second_step_that_was_set_up_since(
    carla: User, client: Client
) -> None:
    sign_in(client, carla)
    TOTP.activate(carla, SECRET)  # in another browser
    answer = client.get("/en/office/")
    assert answer.headers["Location"] == "/en/account/2fa/reauthenticate/?next=%2Fen%2Foffice%2F"
    client.post("/en/account/2fa/reauthenticate/", {"code": code_now()})
    assert client.get("/en/office/").status_code == 200


def test_a_role_given_while_somebody_is_signed_in_opens_nothing_by_itself(
    leiden: Snapshot, client: Client
) -> None:
    anna = account("anna@example.org", password=PASSWORD)
    sign_in(client, anna)
    assert client.get("/en/plan/data/").status_code == 200  # a student needs none
    anna.is_staff = True
    anna.save()
    anna.role_assignments.create(role=Role.COORDINATOR)
    assert client.get("/en/office/").headers["Location"] == SET_UP


@pytest.mark.slow
def test_an_edition_may_do_without_and_a_demonstration_does(carla: User, client: Client) -> None:
    ask_for_a_second_step(False)
    sign_in(client, carla)
    assert client.get("/en/office/").status_code == 200
    ask_for_a_second_step(True)
    assert client.get("/en/office/").status_code == 302
    User.objects.filter(pk=carla.pk).update(is_demo=True)
    assert client.get("/en/office/").status_code == 200


@pytest.mark.slow
def test_staff_cannot_take_off_the_last_second_step(carla: User, client: Client) -> None:
    step = TOTP.activate(carla, SECRET).instance
    client.force_login(carla)
    client.post("/en/account/2fa/totp/deactivate/")
    assert Authenticator.objects.filter(pk=step.pk).exists()
    ask_for_a_second_step(False)
    client.post("/en/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(pk=step.pk).exists()


def test_the_admin_has_no_way_in_of_its_own(carla: User, client: Client) -> None:
    sent = {"username": carla.email, "password": PASSWORD, "next": "/admin/"}
    shown = client.get("/admin/login/?next=/admin/catalogue/")
    assert shown.headers["Location"] == "/en/account/login/?next=/admin/catalogue/"
    assert client.post("/admin/login/", sent).headers["Location"].startswith("/en/account/login/")
    assert "_auth_user_id" not in client.session
    # Nor for somebody else of staff who is in.
    client.force_login(account("secretary@example.org", Role.SECRETARY, PASSWORD))
    client.post("/admin/login/", sent)
    assert client.session["_auth_user_id"] != str(carla.pk)
    assert client.get("/admin/password_change/").headers["Location"].endswith("/password/change/")


def test_no_operator_reads_secrets_or_changes_addresses_in_the_admin(leiden: Snapshot) -> None:
    registered = {model._meta.label for model in admin.site._registry}
    assert not registered & {
        "account.EmailAddress", "mfa.Authenticator", "usersessions.UserSession", "auth.Group",
    }  # fmt: skip


CAREFUL = [
    ("get", "/en/office/results/x/nominations/y.xlsx"),
    ("get", "/en/office/results/x/nominations/y.pdf"),
    ("get", "/en/office/results/x/nominations/y.json"),
    ("post", "/en/office/results/x/runs/1/publish/"),
    ("post", "/en/office/own-places/00000000-0000-4000-8000-000000000000/approve/"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), CAREFUL)
def test_what_cannot_be_taken_back_asks_who_signed_in_long_ago(
    carla: User, client: Client, method: str, path: str
) -> None:
    ask: Callable[..., object] = getattr(client, method)
    client.force_login(carla)
    assert ask(path).status_code == 404  # there is no such thing, but it was looked for
    later(client, 11 * 60)
    answer = ask(path)
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/?next=")
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    assert ask(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("email/", {"action_add": "", "email": "new@example.org"}),
        ("2fa/totp/activate/", {"code": "123456"}),
        ("2fa/webauthn/add/", {}),
    ],
)
def test_how_one_gets_in_is_changed_only_soon_after_signing_in(
    carla: User, client: Client, path: str, sent: dict[str, str]
) -> None:
    client.force_login(carla)
    later(client, 11 * 60)
    answer = client.post(f"/en/account/{path}", sent)
    assert answer.headers["Location"].startswith("/en/account/reauthenticate/")


def test_what_was_sent_is_done_after_the_password(carla: User, client: Client) -> None:
    client.force_login(carla)
    later(client, 11 * 60)
    sent = {"action_add": "", "email": "new@example.org"}
    asked = client.post("/en/account/email/", sent).headers["Location"]
    client.post(asked, {"password": PASSWORD})
    assert carla.emailaddress_set.filter(email="new@example.org", verified=False).exists()


def test_the_records_of_this_test_are_those_of_allauth(carla: User, client: Client) -> None:
    sign_in(client, carla)
    (record,) = client.session[RECORDS]
    assert record["method"] == "password"
    assert abs(record["at"] - time.time()) < 600
