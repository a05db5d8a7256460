"""Signing up says nothing about who has an account, and makes one account."""

from __future__ import annotations

import datetime as dt
import re
import threading

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.people.models import User
from tests.support.accounts import account

PASSWORD = "wind-mill-42-canal"
SENT = "/en/account/confirm-email/"


@pytest.fixture(autouse=True)
def no_tries_before(db: None) -> None:
    cache.clear()


def sign_up(client: Client, email: str = "new@example.org", **more: str) -> HttpResponse:
    return client.post("/en/account/signup/", {"email": email, "password1": PASSWORD, **more})


def link_in(message: mail.EmailMessage) -> str:
    return re.findall(r"https?://[^/]+(/\S+)", str(message.body))[0]


def seen(answer: HttpResponse, client: Client) -> tuple[int, str, str]:
    page = client.get(answer.headers["Location"])
    words = re.sub(r'name="csrfmiddlewaretoken"[^>]*', "", page.content.decode())
    return answer.status_code, answer.headers["Location"], words.replace("ada@", "new@")


def test_a_known_and_an_unknown_address_are_answered_alike_and_both_owners_hear_of_it() -> None:
    earlier = timezone.now() - dt.timedelta(days=1)
    ada = account("ada@example.org", password="something quite else", date_joined=earlier)
    known, unknown = Client(), Client()
    first, second = sign_up(known, "ada@example.org"), sign_up(unknown, "new@example.org")
    assert seen(first, known) == seen(second, unknown)
    assert first.headers["Location"] == SENT
    assert {message.to[0] for message in mail.outbox} == {"ada@example.org", "new@example.org"}
    ada.refresh_from_db()
    assert ada.check_password("something quite else")
    for client in (known, unknown):
        assert "_auth_user_id" not in client.session


def test_an_account_opens_by_the_link_in_the_mail() -> None:
    client = Client()
    sign_up(client, first_name="Ada", last_name="Lovelace", preferred_name="A.")
    right = {"login": "new@example.org", "password": PASSWORD}
    assert client.post("/en/account/login/", right).headers["Location"] == SENT
    assert "_auth_user_id" not in client.session
    link = link_in(mail.outbox[0])
    assert client.get(link).status_code == 200
    client.post(link)
    ada = User.objects.get(email="new@example.org")
    assert client.session["_auth_user_id"] == str(ada.pk)
    assert (ada.get_full_name(), ada.preferred_name) == ("Ada Lovelace", "A.")


def test_who_confirms_on_a_telephone_signs_in_on_the_computer() -> None:
    client, telephone = Client(), Client()
    sign_up(client)
    telephone.post(link_in(mail.outbox[0]))
    assert "_auth_user_id" not in telephone.session
    right = {"login": "new@example.org", "password": PASSWORD}
    assert client.post("/en/account/login/", right).headers["Location"] == "/en/"


def test_sending_the_form_twice_is_one_account_and_one_mail() -> None:
    client = Client()
    for _click in range(2):
        assert sign_up(client).headers["Location"] == SENT
    assert User.objects.count() == EmailAddress.objects.count() == 1
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_the_same_moment_are_one_account() -> None:
    answers: list[HttpResponse] = []
    barrier = threading.Barrier(4)

    def click() -> None:
        client = Client()
        barrier.wait()
        try:
            answers.append(sign_up(client))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.headers["Location"] for answer in answers] == [SENT] * 4
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_the_database_is_never_asked_for_what_it_refuses() -> None:
    """A refused insert writes the address into the log of PostgreSQL."""
    with CaptureQueriesContext(connection) as asked:
        sign_up(Client())
    inserts = [each["sql"] for each in asked if each["sql"].startswith("INSERT")]
    (insert,) = [sql for sql in inserts if '"people_user"' in sql]
    assert "IGNORE" in insert or "ON CONFLICT DO NOTHING" in insert


def test_a_forgotten_password_is_answered_alike_and_written_about() -> None:
    account("ada@example.org", password=PASSWORD)
    known, unknown = Client(), Client()
    pages = []
    for client, email in ((known, "ada@example.org"), (unknown, "new@example.org")):
        answer = client.post("/en/account/password/reset/", {"email": email})
        pages.append(seen(answer, client))
    assert pages[0] == pages[1]
    assert [message.to for message in mail.outbox] == [["ada@example.org"], ["new@example.org"]]


@pytest.mark.slow
def test_nobody_fills_somebody_elses_mailbox_and_the_link_before_still_works() -> None:
    ada = account("ada@example.org", password=PASSWORD)
    for _ in range(5):
        Client().post("/en/account/password/reset/", {"email": ada.email})
    (message,) = mail.outbox
    assert Client().get(link_in(message), follow=True).status_code == 200


def test_a_changed_address_counts_once_it_is_confirmed_and_the_old_one_is_told() -> None:
    ada, client = account("ada@example.org", password=PASSWORD), Client()
    client.force_login(ada)
    client.post("/en/account/email/", {"action_add": "", "email": "new@example.org"})
    ada.refresh_from_db()
    assert ada.email == "ada@example.org"
    page = client.get("/en/account/email/").content.decode()
    assert "new@example.org" in page
    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    client.post(link_in(message))
    ada.refresh_from_db()
    assert ada.email == "new@example.org"
    assert list(ada.emailaddress_set.values_list("email", "verified")) == [
        ("new@example.org", True)
    ]
    told = mail.outbox[-1]
    assert told.to == ["ada@example.org"]
    assert "new@example.org" in str(told.body)


def test_an_address_of_somebody_else_is_not_told_to_be_theirs() -> None:
    account("bert@example.org", password=PASSWORD)
    client = Client()
    client.force_login(account("ada@example.org", password=PASSWORD))
    taken = client.post("/en/account/email/", {"action_add": "", "email": "bert@example.org"})
    free = client.post("/en/account/email/", {"action_add": "", "email": "free@example.org"})
    assert (taken.status_code, taken.headers["Location"]) == (302, free.headers["Location"])


@pytest.mark.parametrize(("language", "says"), [("en", "password"), ("nl", "wachtwoord")])
def test_a_changed_password_is_mailed_in_the_owners_language(language: str, says: str) -> None:
    ada, client = account("ada@example.org", password=PASSWORD, language=language), Client()
    client.force_login(ada)
    new = "quiet-harbour-77-gull"
    client.post(
        "/en/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    ada.refresh_from_db()
    assert ada.check_password(new)
    (message,) = mail.outbox
    assert message.to == ["ada@example.org"]
    assert says in str(message.body)


@pytest.mark.parametrize(
    "weak",
    [
        "Welkom2026!", "studyabroad", "StudyAbroad2026!", "Leiden2026!!", "wachtwoord123",
        "1029384756", "Sojourn2026", "lovelace1815", "new@example.org",
    ],
)  # fmt: skip
def test_what_people_here_think_of_first_is_no_password(weak: str) -> None:
    client = Client()
    named = {"first_name": "Ada", "last_name": "Lovelace"}
    answer = sign_up(client, **named, password1=weak)
    assert answer.status_code == 200
    assert not User.objects.exists()


@pytest.mark.parametrize("good", [PASSWORD, "een lang rijtje woorden bij elkaar", "x7$Kq2!mZp9w"])
def test_four_words_or_letters_by_chance_are_a_password(good: str) -> None:
    assert sign_up(Client(), password1=good).status_code == 302


def test_a_password_of_many_letters_takes_no_time_to_judge() -> None:
    assert sign_up(Client(), password1="correct horse " * 300).status_code in (200, 302)


def test_somebody_who_was_in_before_confirming_was_asked_for_comes_in() -> None:
    ada = account("ada@example.org", password=PASSWORD)
    EmailAddress.objects.update(verified=False)
    right = {"login": ada.email, "password": PASSWORD}
    assert Client().post("/en/account/login/", right).headers["Location"] == SENT
    User.objects.update(last_login=ada.date_joined)
    assert Client().post("/en/account/login/", right).headers["Location"] == "/en/"
