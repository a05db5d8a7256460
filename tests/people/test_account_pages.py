"""Signing in, signing up and a forgotten password, in both languages."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.cache import cache
from django.test import Client

from sojourn.people.models import User

PASSWORD = "wind-mill-42-canal"


@pytest.fixture
def person(db: None) -> User:
    cache.clear()  # of the tries that other tests made
    return User.objects.create_user("ada@example.org", PASSWORD, language="nl")


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("page", ["login", "signup", "password/reset"])
def test_each_entrance_page_is_in_the_house_and_in_its_language(
    client: Client, language: str, page: str
) -> None:
    response = client.get(f"/{language}/account/{page}/")
    content = response.content.decode()
    assert response.status_code == 200
    assert f'<html lang="{language}"' in content
    assert "design/sojourn" in content
    assert content.count("<h1>") == 1
    assert "placeholder=" not in content
    assert not re.search(r"\b[Uu]w?\b", content) or language == "en"  # we say "je"
    assert not re.search(r"\sstyle=|\son[a-z]+=", content)
    assert 'name="robots" content="noindex"' in content


def test_signing_in_leads_home_in_the_persons_own_language(client: Client, person: User) -> None:
    response = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert response.status_code == 302
    assert response.headers["Location"] == "/nl/"


def test_an_address_is_the_same_in_capitals(client: Client, person: User) -> None:
    response = client.post("/en/account/login/", {"login": "ADA@Example.org", "password": PASSWORD})
    assert response.status_code == 302


def test_signing_in_goes_on_to_where_one_was_going(client: Client, person: User) -> None:
    form = client.get("/en/account/login/?next=/en/map/").content.decode()
    assert 'name="next" value="/en/map/"' in form
    response = client.post(
        "/en/account/login/", {"login": person.email, "password": PASSWORD, "next": "/en/map/"}
    )
    assert response.headers["Location"] == "/en/map/"


@pytest.mark.parametrize(
    "elsewhere",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"],
)
def test_signing_in_never_leads_to_another_site(
    client: Client, person: User, elsewhere: str
) -> None:
    response = client.post(
        "/en/account/login/", {"login": person.email, "password": PASSWORD, "next": elsewhere}
    )
    assert response.status_code == 302
    assert response.headers["Location"].startswith(("/en/", "/nl/"))


def test_a_wrong_password_is_told_at_the_top_and_keeps_the_way_on(
    client: Client, person: User
) -> None:
    response = client.post(
        "/en/account/login/", {"login": person.email, "password": "wrong", "next": "/en/map/"}
    )
    content = response.content.decode()
    assert response.status_code == 200
    assert 'class="error-summary"' in content
    assert 'name="next" value="/en/map/"' in content


def test_unknown_and_known_addresses_get_the_same_refusal(client: Client, person: User) -> None:
    def refusal(email: str) -> list[str]:
        page = client.post("/en/account/login/", {"login": email, "password": "wrong"})
        return list(page.context["form"].non_field_errors())

    assert refusal(person.email) == refusal("nobody@example.org") != []


def test_guessing_passwords_is_slowed_down(client: Client, person: User) -> None:
    cache.clear()
    pages = [
        client.post("/en/account/login/", {"login": person.email, "password": f"guess-{n}"})
        for n in range(12)
    ]
    assert "too many" in pages[-1].content.decode().lower() or pages[-1].status_code == 429
    right = client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    assert right.status_code != 302
    cache.clear()


@pytest.mark.django_db
def test_signing_up_makes_a_student_and_says_nothing_in_the_address(client: Client) -> None:
    response = client.post(
        "/nl/account/signup/", {"email": "New@Example.org", "password1": PASSWORD}, follow=True
    )
    person = User.objects.get(email="new@example.org")
    assert (person.roles, person.is_student, person.language) == ((), True, "nl")
    assert response.redirect_chain
    assert all("example" not in address for address, _ in response.redirect_chain)


@pytest.mark.django_db
def test_a_signup_cannot_choose_a_role(client: Client) -> None:
    client.post(
        "/en/account/signup/",
        {"email": "sly@example.org", "password1": PASSWORD, "role": "operator", "is_staff": "on"},
    )
    sly = User.objects.get(email="sly@example.org")
    assert sly.is_student
    assert not sly.role_assignments.exists()


@pytest.mark.django_db
def test_a_weak_password_is_refused(client: Client) -> None:
    response = client.post(
        "/en/account/signup/", {"email": "new@example.org", "password1": "password12"}
    )
    assert response.status_code == 200
    assert not User.objects.filter(email="new@example.org").exists()


def test_a_forgotten_password_is_replaced_by_a_link_in_ones_own_language(
    client: Client, person: User
) -> None:
    asked = client.post("/en/account/password/reset/", {"email": person.email})
    assert asked.status_code == 302
    assert person.email not in asked.headers["Location"]
    (message,) = mail.outbox
    (link,) = re.findall(r"https?://[^/]+(/\S+)", str(message.body))
    assert link.startswith("/nl/")
    page = client.get(link, follow=True)
    new = "quiet-harbour-77-gull"
    form_address = page.redirect_chain[-1][0]
    saved = client.post(form_address, {"password1": new, "password2": new})
    assert saved.status_code == 302
    person.refresh_from_db()
    assert person.check_password(new)
    again = client.get(link, follow=True).content.decode()
    assert 'name="password1"' not in again


@pytest.mark.django_db
def test_asking_for_a_password_does_not_tell_who_has_an_account(client: Client) -> None:
    known = User.objects.create_user("ada@example.org", PASSWORD)
    one = client.post("/en/account/password/reset/", {"email": known.email})
    other = client.post("/en/account/password/reset/", {"email": "nobody@example.org"})
    assert (one.status_code, one.headers["Location"]) == (
        other.status_code,
        other.headers["Location"],
    )


def test_signing_out_needs_a_button(client: Client, person: User) -> None:
    client.force_login(person)
    assert client.get("/en/account/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/en/account/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def words_of(content: str) -> str:
    """What one reads in the main part of a page."""
    main = re.sub(r"(?s)^.*<main|</main>.*$", "", content)
    main = re.sub(r"(?s)<(script|style)\b.*?</\1>", " ", main)
    return re.sub(r"<[^>]*>", " ", main)


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize(
    "page",
    [
        "email", "name", "sessions", "password/change", "reauthenticate", "logout", "2fa",
        "2fa/totp/activate",
        "2fa/webauthn", "2fa/webauthn/add", "2fa/recovery-codes", "2fa/recovery-codes/generate",
        "2fa/totp/deactivate", "confirm-email/nonsense", "inactive",
    ],
)  # fmt: skip
def test_the_pages_of_ones_account_are_in_the_house_and_in_its_language(
    client: Client, person: User, page: str, language: str
) -> None:
    client.post("/en/account/login/", {"login": person.email, "password": PASSWORD})
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    if page.startswith(("2fa/totp/deactivate", "2fa/recovery")):
        TOTP.activate(person, "A" * 32)
        RecoveryCodes.activate(person)
    response = client.get(f"/{language}/account/{page}/")
    assert response.status_code == 200
    content = response.content.decode()
    assert "design/sojourn" in content
    assert content.count("<h1>") == 1
    assert "placeholder=" not in content
    assert not re.search(r"\sstyle=|\son[a-z]+=", content)
    if language == "nl":
        words = words_of(content)
        assert not re.search(r"\b[Uu]w?\b", words)  # we say "je"
        assert not re.search(r"(?i)\b(the|your|you|and|not|name|key|enter|this)\b", words), words


def test_too_many_tries_are_told_in_the_house_too(client: Client, person: User) -> None:
    client.post("/nl/account/login/", {"login": person.email, "password": PASSWORD})
    for _try in range(12):
        answer = client.post("/nl/account/reauthenticate/", {"password": "wrong"})
    content = answer.content.decode()
    assert "design/sojourn" in content
    assert "Te vaak geprobeerd" in content


def test_a_short_password_is_told_in_dutch(client: Client, person: User) -> None:
    page = client.post("/nl/account/signup/", {"email": "new@example.org", "password1": "kort"})
    assert "Dit wachtwoord is te kort: minstens 10 tekens." in page.content.decode()
