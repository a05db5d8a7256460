"""Signing in says why at that place, and one lands where one was going: new and known alike."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client

from sojourn.advising.models import Appointment
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from tests.portal.test_advice import open_hours
from tests.support.accounts import account

pytestmark = pytest.mark.django_db
PASSWORD = "wind-mill-42-canal"
WHO = "coordinator-internationalisation"
BOOK = f"/en/advice/book/{WHO}/"


@pytest.fixture(autouse=True)
def no_tries_before() -> None:
    cache.clear()


def link_in_mail() -> str:
    return re.findall(r"https?://[^/]+(/\S+)", str(mail.outbox[-1].body))[0]


PLACES = [
    (BOOK, "To book a talk with"),
    ("/en/plan/", "To keep your plan"),
    ("/en/apply/autumn/begin/", "To apply you need an account"),
    ("/en/experiences/people/", "To write to somebody who went"),
    ("/en/questions/ask/", "the answer to your question"),
    ("/en/own-places/", "a place you found yourself"),
]


@pytest.mark.parametrize(("going", "why"), PLACES)
def test_both_doors_say_why_and_lead_on(leiden: Snapshot, going: str, why: str) -> None:
    for door in ("login", "signup"):
        page = Client().get(f"/en/account/{door}/?next={quote(going)}").content.decode()
        assert why in page, door
        assert f'name="next" value="{going}"' in page
    page = Client().get(f"/en/account/login/?next={quote(going)}").content.decode()
    # The forms for who is known and for who is new, each with where one was going.
    assert page.count(f'name="next" value="{going}"') >= 2
    assert 'action="/en/account/signup/"' in page


@pytest.mark.parametrize("going", ["//evil.example/", "https://evil.example/", "/no/such/", ""])
def test_without_a_reason_it_says_what_an_account_is_good_for(leiden: Snapshot, going: str) -> None:
    page = Client().get("/en/account/login/", {"next": going}).content.decode()
    assert "You can look at everything" in page


@pytest.mark.parametrize("going", [going for going, _why in PLACES])
def test_who_signs_up_by_a_mailed_link_lands_there_too(leiden: Snapshot, going: str) -> None:
    client = Client()
    sent = {"email": "new@example.org", "password1": PASSWORD, "next": going}
    client.post("/en/account/signup/", sent)
    assert client.post(link_in_mail()).headers["Location"] == going
    assert client.session["_auth_user_id"]


def test_on_another_device_the_link_leads_to_signing_in_and_there(leiden: Snapshot) -> None:
    client, telephone = Client(), Client()
    sent = {"email": "new@example.org", "password1": PASSWORD, "next": BOOK}
    client.post("/en/account/signup/", sent)
    link = link_in_mail()
    page = telephone.get(link).content.decode()
    assert f'name="then" value="{BOOK}"' in page
    path = link.partition("?")[0]
    answer = telephone.post(path, {"then": BOOK})
    assert answer.headers["Location"] == f"/en/account/login/?next={quote(BOOK, safe='')}"
    right = {"login": "new@example.org", "password": PASSWORD, "next": BOOK}
    assert telephone.post("/en/account/login/", right).headers["Location"] == BOOK


def test_the_link_leads_to_no_other_site(leiden: Snapshot) -> None:
    client, telephone = Client(), Client()
    client.post("/en/account/signup/", {"email": "new@example.org", "password1": PASSWORD})
    answer = telephone.post(link_in_mail(), {"then": "https://evil.example/"})
    assert answer.headers["Location"] == "/en/account/login/"


@pytest.mark.slow
def test_a_visitor_sees_the_times_and_finds_what_was_chosen_after_signing_in(
    leiden: Snapshot,
) -> None:
    open_hours()
    account("known@example.org", password=PASSWORD)
    client = Client()
    page = client.get(BOOK).content.decode()
    (slot, *_others) = re.findall(r'name="slot" value="([^"]+)"', page)
    wish = {"slot": slot, "topic": "Sweden?", "question": "Which one?", "route": "by-subject"}
    answer = client.post(BOOK, wish)
    assert answer.headers["Location"] == f"/en/account/login/?next={BOOK}"
    assert not Appointment.objects.exists()
    right = {"login": "known@example.org", "password": PASSWORD, "next": BOOK}
    User.objects.filter(email="known@example.org").update(last_login="2026-01-01T00:00:00Z")
    assert client.post("/en/account/login/", right).headers["Location"] == BOOK
    page = client.get(BOOK).content.decode()
    assert re.search(rf'value="{re.escape(slot)}"\s+checked', page)
    assert 'value="Sweden?"' in page


@pytest.mark.slow
def test_a_visitor_whose_list_is_too_short_hears_it_before_making_an_account(
    leiden: Snapshot,
) -> None:
    open_hours()
    client = Client()
    page = client.get(BOOK).content.decode()
    (slot, *_others) = re.findall(r'name="slot" value="([^"]+)"', page)
    wish = {"slot": slot, "topic": "Sweden?", "question": "Which one?", "route": "by-country"}
    answer = client.post(BOOK, wish)
    assert answer.status_code == 422
    assert 'id="five-first"' in answer.content.decode()


@pytest.mark.slow
def test_staff_book_no_talk(leiden: Snapshot) -> None:
    open_hours()
    client = Client()
    client.force_login(account("coordinator@example.org", "coordinator"))
    assert client.get(BOOK).status_code == 403
