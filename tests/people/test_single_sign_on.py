"""Single sign-on against a provider on loopback: whose account it is, and who is not let in."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people import invitations, student_numbers
from sojourn.people.models import SecurityEvent, StudentNumber, User
from sojourn.people.roles import Role
from tests.support.accounts import account
from tests.support.identity_provider import ESI, NUMBER, IdentityProvider, running_provider

PASSWORD = "wind-mill-42-canal"
LEAVE = "/en/account/sso/surfconext/"
ADA = {
    "email": "ada@leidenuniv.nl", "email_verified": True,
    "given_name": "Ada", "family_name": "de Wit",
}  # fmt: skip


@pytest.fixture(scope="module")
def running() -> Iterator[IdentityProvider]:
    with running_provider() as provider:
        yield provider


@pytest.fixture
def provider(running: IdentityProvider, settings: Settings, leiden: Snapshot) -> IdentityProvider:
    cache.clear()
    running.bent.clear()
    settings.SSO_PROVIDERS = running.settings()
    running.knows("ada", **ADA)
    running.asked.clear()
    return running


def leave(client: Client, page: str = LEAVE, **form: str) -> str:
    """Press the button; return the address at the provider to which the page leads."""
    answer = client.post(page, form)
    assert answer.status_code == 200, answer
    (address,) = re.findall(
        r'http-equiv="refresh" content="0; url=([^"]+)"', answer.content.decode()
    )
    return unescape(address)


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def come(client: Client, provider: IdentityProvider, sub: str = "ada", **form: str) -> HttpResponse:
    """To the provider, in there, and back."""
    return client.get(path_of(provider.sign_in(leave(client, **form), sub)))


def signed_in(client: Client) -> User | None:
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number) if number else None


def log() -> list[tuple[str, str]]:
    return list(SecurityEvent.objects.order_by("pk").values_list("kind", "detail"))


@pytest.mark.slow
def test_a_first_sign_in_makes_a_students_account(provider: IdentityProvider) -> None:
    provider.knows("ada", **ADA, schac_personal_unique_code=[ESI, NUMBER])
    client = Client()
    answer = come(client, provider, next="/en/plan/")
    assert answer.headers["Location"] == "/en/plan/"
    ada = signed_in(client)
    assert ada is not None
    assert (ada.email, ada.first_name, ada.last_name) == ("ada@leidenuniv.nl", "Ada", "de Wit")
    assert ada.is_student
    assert not ada.has_usable_password()
    assert ada.student_identifier == ESI.lower()
    assert EmailAddress.objects.get(user=ada).verified
    assert log() == [("signed-in", "sso surfconext")]


def test_what_is_kept_of_a_provider_is_issuer_and_subject(provider: IdentityProvider) -> None:
    come(Client(), provider)
    kept = SocialAccount.objects.get()
    assert kept.extra_data == {"iss": provider.url, "sub": "ada"}


@pytest.mark.slow
def test_a_second_sign_in_finds_the_account_by_issuer_and_subject(
    provider: IdentityProvider,
) -> None:
    come(Client(), provider)
    provider.knows("ada", **ADA | {"email": "a.dewit@leidenuniv.nl"})  # changed there
    client = Client()
    come(client, provider)
    ada = signed_in(client)
    assert ada is not None
    assert ada.email == "ada@leidenuniv.nl"  # changes here are their own, and confirmed
    assert User.objects.count() == 1


@pytest.mark.slow
def test_the_same_subject_of_another_issuer_is_somebody_else(
    provider: IdentityProvider, settings: Settings
) -> None:
    come(Client(), provider)
    with running_provider() as other:
        other.knows("ada", **ADA | {"email": "ada@elsewhere.example"})
        settings.SSO_PROVIDERS = other.settings()
        cache.clear()
        come(Client(), other)
    assert User.objects.count() == 2


@pytest.mark.slow
def test_a_known_address_is_never_connected_in_silence(provider: IdentityProvider) -> None:
    ada = account("ada@leidenuniv.nl", password=PASSWORD)
    client = Client()
    answer = come(client, provider)
    assert answer.headers["Location"] == "/en/account/sso/known/"
    assert signed_in(client) is None
    assert not SocialAccount.objects.exists()
    page = client.get("/en/account/sso/known/").content.decode()
    assert "You have an account here already" in page
    assert "ada@leidenuniv.nl" in page

    # Signed in as before, they are asked once, and connected from then on.
    back = {"login": ada.email, "password": PASSWORD, "next": "/en/account/sso/connect/"}
    assert client.post("/en/account/login/", back).headers["Location"] == back["next"]
    assert not SocialAccount.objects.exists()  # a page that is looked at changes nothing
    assert "SURFconext" in client.get(back["next"]).content.decode()
    client.post(back["next"])
    assert SocialAccount.objects.get().user == ada
    assert [message.to for message in mail.outbox] == [[ada.email]]
    assert "SURFconext" in str(mail.outbox[0].body)
    assert ("rights-changed", "sso.connected surfconext") in log()
    other = Client()
    come(other, provider)
    assert signed_in(other) == ada


@pytest.mark.slow
def test_a_second_click_on_connect_does_no_harm(provider: IdentityProvider) -> None:
    ada = account("ada@leidenuniv.nl", password=PASSWORD)
    client = Client()
    come(client, provider)
    client.post("/en/account/login/", {"login": ada.email, "password": PASSWORD})
    for _click in range(2):
        answer = client.post("/en/account/sso/connect/")
        assert answer.headers["Location"] == "/en/account/3rdparty/"
    assert SocialAccount.objects.count() == 1


@pytest.mark.slow
def test_an_address_that_the_provider_does_not_vouch_for_is_asked_and_confirmed(
    provider: IdentityProvider,
) -> None:
    provider.knows("ada", **ADA | {"email_verified": False})
    client = Client()
    assert come(client, provider).headers["Location"] == "/en/account/3rdparty/signup/"
    page = client.get("/en/account/3rdparty/signup/").content.decode()
    assert 'value="ada@leidenuniv.nl"' in page
    form = {"email": "ada@leidenuniv.nl", "first_name": "Ada", "last_name": "de Wit"}
    answer = client.post("/en/account/3rdparty/signup/", form)
    assert answer.headers["Location"] == "/en/account/confirm-email/"
    assert signed_in(client) is None
    ada = User.objects.get()
    assert (ada.first_name, ada.last_name) == ("Ada", "de Wit")
    assert not EmailAddress.objects.get().verified
    # Coming again does not get them in either: the link in the mail does.
    assert come(Client(), provider).headers["Location"] == "/en/account/confirm-email/"
    link = re.findall(r"https?://[^/]+(/\S+confirm-email/\S+)", str(mail.outbox[0].body))[0]
    client.post(link)
    assert signed_in(client) == ada


@pytest.mark.slow
def test_an_unvouched_address_of_somebody_else_says_nothing_and_tells_the_owner(
    provider: IdentityProvider,
) -> None:
    account("ada@leidenuniv.nl", password=PASSWORD)
    User.objects.update(date_joined="2020-01-01T00:00:00Z")
    provider.knows("ada", **ADA | {"email_verified": False})
    client = Client()
    come(client, provider)
    answer = client.post("/en/account/3rdparty/signup/", {"email": "ada@leidenuniv.nl"})
    assert answer.headers["Location"] == "/en/account/confirm-email/"
    assert not SocialAccount.objects.exists()
    assert [message.to for message in mail.outbox] == [["ada@leidenuniv.nl"]]


@pytest.mark.slow
def test_a_provider_is_believed_about_the_domains_of_the_settings(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_PROVIDERS = provider.settings(VERIFIED_DOMAINS="leidenuniv.nl")
    claims = {name: value for name, value in ADA.items() if name != "email_verified"}
    provider.knows("ada", **claims)
    provider.knows("eve", **claims | {"email": "ada@leidenuniv.nl.example"})
    client = Client()
    come(client, provider)
    assert signed_in(client) is not None
    assert come(Client(), provider, "eve").headers["Location"] == "/en/account/3rdparty/signup/"


def test_somebody_of_whom_the_provider_says_nothing_is_asked(provider: IdentityProvider) -> None:
    provider.knows("nobody")
    client = Client()
    answer = come(client, provider, "nobody")
    assert answer.headers["Location"] == "/en/account/3rdparty/signup/"
    page = client.get("/en/account/3rdparty/signup/")
    assert page.status_code == 200
    assert client.post("/en/account/3rdparty/signup/", {"email": ""}).status_code == 200
    assert not User.objects.exists()


def test_claims_give_no_role(provider: IdentityProvider) -> None:
    provider.knows(
        "ada", **ADA, roles=["operator"], role="coordinator", is_staff=True,
        eduperson_scoped_affiliation=["employee@leidenuniv.nl", "staff@leidenuniv.nl"],
    )  # fmt: skip
    client = Client()
    come(client, provider)
    ada = signed_in(client)
    assert ada is not None
    assert ada.is_student
    assert not ada.is_superuser
    assert not ada.roles
    assert client.get("/en/office/").status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://somebody.example"}, {"aud": "another-program"}, {"exp": 1}, {"sub": None},
        {"sub": "eve"}, {"nonce": "of-yesterday"}, {"nonce": None}, {"iss": None},
    ],
    ids=str,
)  # fmt: skip
def test_an_answer_that_does_not_fit_lets_nobody_in(
    provider: IdentityProvider, changes: dict[str, object]
) -> None:
    client = Client()
    provider.bend_id_token(**changes)
    answer = come(client, provider)
    assert answer.status_code == 400
    assert "Signing in did not work" in answer.content.decode()
    assert signed_in(client) is None
    assert not User.objects.exists()
    ((kind, detail),) = log()
    assert kind == "not-let-in"
    assert detail.startswith("sso surfconext: ")
    assert "ada" not in detail


def test_a_provider_that_calls_itself_otherwise_is_not_asked(provider: IdentityProvider) -> None:
    provider.bent["/.well-known/openid-configuration"] = lambda said: said | {"issuer": "https://x"}
    answer = Client().post(LEAVE)
    assert answer.status_code == 503
    assert "SURFconext does not answer" in answer.content.decode()
    assert provider.asked == ["/.well-known/openid-configuration"]


@pytest.mark.slow
def test_an_answer_counts_once_and_in_the_browser_that_asked(provider: IdentityProvider) -> None:
    client, thief = Client(), Client()
    back = path_of(provider.sign_in(leave(client), "ada"))
    leave(thief)
    assert thief.get(back).status_code == 400  # another browser's
    assert client.get(back).status_code == 302
    client.post("/en/account/logout/")
    answer = client.get(back)  # once more
    assert answer.status_code == 400
    assert "This page is too old" in answer.content.decode()
    assert signed_in(client) is None
    assert signed_in(thief) is None


def test_who_says_no_at_the_provider_can_go_on(provider: IdentityProvider) -> None:
    client = Client()
    state = parse_qs(urlsplit(leave(client)).query)["state"][0]
    answer = client.get(
        "/account/sso/surfconext/callback/", {"error": "access_denied", "state": state}
    )
    assert answer.status_code == 400
    assert "You are not signed in" in answer.content.decode()
    assert log() == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/.well-known/openid-configuration", "/oauth2/token", "/userinfo"]
)
def test_a_provider_that_is_away_has_a_page_and_passwords_still_work(
    provider: IdentityProvider, path: str
) -> None:
    account("anna@example.org", password=PASSWORD)
    provider.bent[path] = lambda _said: None
    client = Client()
    answer = client.post(LEAVE) if path.startswith("/.well") else come(client, provider)
    assert answer.status_code in (400, 503)
    page = answer.content.decode()
    assert "/en/account/login/" in page
    client.post("/en/account/login/", {"login": "anna@example.org", "password": PASSWORD})
    assert signed_in(client) is not None


def test_a_provider_that_does_not_answer_in_time_is_away(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SOCIALACCOUNT_REQUESTS_TIMEOUT = 0.2
    waited = threading.Event()

    def never(said: dict[str, Any]) -> dict[str, Any]:
        waited.wait(60)
        return said

    provider.bent["/.well-known/openid-configuration"] = never
    answer = Client().post(LEAVE)
    waited.set()
    assert answer.status_code == 503
    assert "does not answer" in answer.content.decode()


def test_a_provider_that_is_away_is_not_asked_by_everybody(provider: IdentityProvider) -> None:
    provider.bent["/.well-known/openid-configuration"] = lambda _said: None
    for _visitor in range(3):
        assert Client().post(LEAVE).status_code == 503
    assert len(provider.asked) == 1


@pytest.mark.slow
def test_a_closed_account_stays_closed(provider: IdentityProvider) -> None:
    come(Client(), provider)
    User.objects.update(is_active=False)
    SecurityEvent.objects.all().delete()
    client = Client()
    assert come(client, provider).headers["Location"] == "/en/account/inactive/"
    assert signed_in(client) is None
    assert log() == [("not-let-in", "account.closed")]


@pytest.mark.slow
def test_the_second_step_of_staff_is_still_asked(provider: IdentityProvider) -> None:
    carla = account("carla@example.org", Role.COORDINATOR, PASSWORD)
    connect(carla, provider, "carla")
    client = Client()
    come(client, provider, "carla")
    assert client.get("/en/office/").headers["Location"] == "/en/account/2fa/"  # set one up
    TOTP.activate(carla, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    client = Client()
    answer = come(client, provider, "carla")
    assert answer.headers["Location"] == "/en/account/2fa/authenticate/"
    assert signed_in(client) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("claims", "is_in"),
    [
        ({"acr": "https://refeds.org/profile/mfa"}, True), ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd"]}, False), ({}, False),
    ],
    ids=str,
)  # fmt: skip
def test_a_second_step_at_the_provider_counts_if_the_settings_say_so(
    provider: IdentityProvider, settings: Settings, claims: dict[str, Any], is_in: bool
) -> None:
    carla = account("carla@example.org", Role.COORDINATOR, PASSWORD)
    connect(carla, provider, "carla")
    provider.bend_id_token(**claims)
    client = Client()
    come(client, provider, "carla")
    assert client.get("/en/office/").status_code == 302  # not unless the settings say so
    settings.SSO_PROVIDERS = provider.settings(SECOND_STEP="https://refeds.org/profile/mfa mfa")
    for has_one_here in (False, True):
        if has_one_here:
            TOTP.activate(carla, "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
        client = Client()
        come(client, provider, "carla")
        assert (client.get("/en/office/").status_code == 200) is is_in


def test_what_userinfo_says_of_a_second_step_does_not_count(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_PROVIDERS = provider.settings(SECOND_STEP="mfa")
    connect(account("carla@example.org", Role.COORDINATOR, PASSWORD), provider, "carla")
    provider.bent["/userinfo"] = lambda said: said | {"amr": ["mfa"]}
    client = Client()
    come(client, provider, "carla")
    assert client.get("/en/office/").status_code == 302


def connect(user: User, provider: IdentityProvider, sub: str) -> None:
    """Connect an account as its owner does, from the page of the account."""
    provider.knows(sub, email=user.email, email_verified=True)
    client = Client()
    client.force_login(user)
    client.post("/en/account/login/", {"login": user.email, "password": PASSWORD})
    user.refresh_from_db()
    session = client.session
    session["account_authentication_methods_user"] = str(user.pk)
    session["account_authentication_methods"] = [{"method": "password", "at": 9e9}]
    session.save()
    come(client, provider, sub, process="connect")
    assert SocialAccount.objects.filter(user=user).exists()
    mail.outbox.clear()


@pytest.mark.slow
@pytest.mark.parametrize("who", [Role.COORDINATOR, "student"])
def test_local_sign_in_can_be_switched_off_for_a_role(
    provider: IdentityProvider, settings: Settings, who: str
) -> None:
    carla = account("carla@example.org", who, PASSWORD)
    other = account("otto@example.org", Role.OPERATOR, PASSWORD)
    connect(carla, provider, "carla")
    settings.SSO_ONLY = frozenset({str(who)})
    client = Client()
    answer = client.post("/en/account/login/", {"login": carla.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/en/account/sso/only/"
    assert signed_in(client) is None
    assert "Sign in with SURFconext" in client.get("/en/account/sso/only/").content.decode()
    come(client, provider, "carla")
    assert signed_in(client) == carla
    client = Client()
    client.post("/en/account/login/", {"login": other.email, "password": PASSWORD})
    assert signed_in(client) == other


@pytest.mark.slow
def test_staff_who_must_come_by_sso_connect_their_account_with_its_password(
    provider: IdentityProvider, settings: Settings
) -> None:
    carla = account("carla@example.org", Role.COORDINATOR, PASSWORD)
    account("dora@example.org", Role.COORDINATOR, PASSWORD)
    provider.knows("carla", email=carla.email, email_verified=True)
    settings.SSO_ONLY = frozenset({"coordinator"})
    client = Client()
    assert come(client, provider, "carla").headers["Location"] == "/en/account/sso/known/"
    # Not into the account of somebody else whose password they know.
    client.post("/en/account/login/", {"login": "dora@example.org", "password": PASSWORD})
    assert signed_in(client) is None
    answer = client.post("/en/account/login/", {"login": carla.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/en/account/sso/connect/"
    client.post("/en/account/sso/connect/")
    client = Client()
    come(client, provider, "carla")
    assert signed_in(client) == carla


def test_an_invitation_opens_by_single_sign_on(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_ONLY = frozenset({"coordinator"})
    made = invitations.invite("carla@example.org", Role.COORDINATOR, by=None)
    link = urlsplit(made.link).path
    client = Client()
    page = client.get(link).content.decode()
    assert "password1" not in page
    (key,) = re.findall(r'name="invitation" value="([^"]+)"', page)
    provider.knows("c1", email="carla.bakker@example.org", given_name="Carla")
    come(client, provider, "c1", invitation=key)
    assert signed_in(client) == made.user
    made.user.refresh_from_db()
    assert made.user.first_name == "Carla"
    assert Client().get(link).status_code == 410  # once
    # Inviting again keeps how they come in.
    invitations.invite("carla@example.org", Role.REVIEWER, by=None)
    assert SocialAccount.objects.filter(user=made.user).exists()


@pytest.mark.slow
def test_an_account_without_a_password_is_asked_again_by_its_provider(
    provider: IdentityProvider,
) -> None:
    client = Client()
    come(client, provider)
    ada = signed_in(client)
    session = client.session
    session["account_authentication_methods"] = [
        each | {"at": each["at"] - 3600} for each in session["account_authentication_methods"]
    ]
    session.save()
    page = "/en/account/2fa/totp/activate/"
    asked = client.get(page).headers["Location"]
    assert asked.startswith(f"{LEAVE}again/?next=")
    shown = client.get(asked).content.decode()
    assert f'name="next" value="{page}"' in shown
    address = leave(client, f"{LEAVE}again/", next=page)
    assert parse_qs(urlsplit(address).query)["prompt"] == ["login"]
    provider.knows("eve", email="eve@example.org", email_verified=True)
    assert client.get(path_of(provider.sign_in(address, "eve"))).status_code == 400
    assert signed_in(client) == ada
    assert client.get(page).status_code == 302  # somebody else proved nothing
    address = leave(client, f"{LEAVE}again/", next=page)
    back = client.get(path_of(provider.sign_in(address, "ada")))
    assert back.headers["Location"] == page
    assert client.get(page).status_code == 200


def test_disconnecting_needs_another_way_in(provider: IdentityProvider) -> None:
    client = Client()
    come(client, provider)
    kept = SocialAccount.objects.get()
    answer = client.post("/en/account/3rdparty/", {"account": kept.pk})
    assert "Choose a password first" in answer.content.decode()
    assert SocialAccount.objects.exists()


def test_signing_out_says_that_the_provider_does_not_know(provider: IdentityProvider) -> None:
    client = Client()
    come(client, provider)
    left = client.post("/en/account/logout/").headers["Location"]
    assert left == "/en/account/login/"
    assert signed_in(client) is None
    page = client.get(left).content.decode()
    assert "still be signed in at SURFconext" in page


def test_coming_back_goes_on_in_the_language_of_the_page(provider: IdentityProvider) -> None:
    client = Client()
    address = leave(client, "/nl/account/sso/surfconext/")
    back = client.get(path_of(provider.sign_in(address, "ada")))
    assert back.headers["Location"].startswith("/nl/")
    ada = signed_in(client)
    assert ada is not None
    assert ada.language == "nl"


def test_the_address_at_the_provider_asks_for_what_the_settings_say(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_PROVIDERS = provider.settings(SCOPES="openid email schac_personal_unique_code")
    address = leave(Client(), f"{LEAVE}?scope=offline_access&auth_params=prompt%3Dnone")
    asked = parse_qs(urlsplit(address).query)
    assert set(asked["scope"][0].split()) == {"openid", "email", "schac_personal_unique_code"}
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["http://testserver/account/sso/surfconext/callback/"]
    assert "prompt" not in asked


def test_two_accounts_never_share_a_student_identifier(provider: IdentityProvider) -> None:
    first = account("first@example.org", password=PASSWORD, student_identifier=ESI.lower())
    provider.knows("ada", **ADA, schac_personal_unique_code=[ESI.upper()])
    client = Client()
    come(client, provider)
    second = signed_in(client)
    assert second is not None
    assert second != first
    assert second.student_identifier == ""


def number_of(user: User | None) -> tuple[str, str]:
    held = StudentNumber.objects.get(owner=user)
    return held.number, held.confirmed_by


@pytest.mark.slow
def test_a_student_number_of_ours_is_confirmed(provider: IdentityProvider) -> None:
    provider.knows("ada", **ADA, schac_personal_unique_code=[NUMBER])
    client = Client()
    come(client, provider)
    ada = signed_in(client)
    assert number_of(ada) == ("1234567", "sso:surfconext")
    # The provider corrects it; what the office says stays.
    provider.knows("ada", **ADA, schac_personal_unique_code=[NUMBER.replace("1234567", "7654321")])
    come(Client(), provider)
    assert number_of(ada) == ("7654321", "sso:surfconext")
    StudentNumber.objects.update(number="1111111", confirmed_by="office")
    come(Client(), provider)
    assert number_of(ada) == ("1111111", "office")


def test_a_claim_of_somebody_else_stops_no_confirmation(provider: IdentityProvider) -> None:
    student_numbers.claim(account("eve@example.org"), "1234567")
    provider.knows("ada", **ADA, schac_personal_unique_code=[NUMBER])
    client = Client()
    come(client, provider)
    assert number_of(signed_in(client)) == ("1234567", "sso:surfconext")


def test_a_number_of_elsewhere_is_none_of_ours(provider: IdentityProvider) -> None:
    elsewhere = NUMBER.replace("leidenuniv.nl", "uva.nl")
    provider.knows("ada", **ADA, schac_personal_unique_code=[elsewhere])
    come(Client(), provider)
    assert not StudentNumber.objects.exists()


def test_several_providers_have_a_button_each_and_none_is_asked_before(
    provider: IdentityProvider, settings: Settings
) -> None:
    settings.SSO_PROVIDERS = [
        *provider.settings(), *provider.settings("myacademicid", NAME="MyAcademicID"),
    ]  # fmt: skip
    for path in ("/en/account/login/", "/en/account/signup/"):
        page = Client().get(path).content.decode()
        assert "Sign in with SURFconext" in page
        assert "Sign in with MyAcademicID" in page
    assert provider.asked == []
    client = Client()
    come(client, provider)
    assert signed_in(client) is not None


@pytest.mark.django_db
def test_without_a_setting_there_is_none(leiden: Snapshot) -> None:
    assert "SURFconext" not in Client().get("/en/account/login/").content.decode()
    for path in (LEAVE, "/account/sso/surfconext/callback/"):
        assert Client().get(path).status_code == 404
        assert Client().post(LEAVE).status_code == 404
