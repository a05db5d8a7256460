"""Somebody sees where they are signed in, and ends it; staff are signed out by themselves."""

from __future__ import annotations

import re

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.people.sessions import BEGAN, SEEN, forget_ended_sessions
from tests.support.accounts import account

PASSWORD = "wind-mill-42-canal"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/19.0 Mobile/15E148 Safari/604.1"
)
LIST = "/en/account/sessions/"


@pytest.fixture
def ada(db: None) -> User:
    cache.clear()
    return account("ada@example.org", password=PASSWORD)


def browser(user: User, user_agent: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": user_agent})
    client.post("/en/account/login/", {"login": user.email, "password": PASSWORD})
    assert "_auth_user_id" in client.session
    return client


def is_in(client: Client) -> bool:
    return client.get("/en/account/name/").status_code == 200


def test_each_device_is_listed_and_can_be_signed_out_from_another(ada: User) -> None:
    desk, telephone = browser(ada), browser(ada, IPHONE)
    page = desk.get(LIST).content.decode()
    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert page.count("this device") == 1
    (end,) = re.findall(r'action="(/en/account/sessions/\d+/end/)"', page)
    desk.post(end)
    assert is_in(desk)
    assert not is_in(telephone)


def test_all_others_end_at_once(ada: User) -> None:
    desk, *others = browser(ada), browser(ada, IPHONE), browser(ada)
    desk.post(LIST)
    assert is_in(desk)
    assert not any(is_in(other) for other in others)


def test_nobody_ends_a_session_of_somebody_else(ada: User) -> None:
    mine = browser(ada)
    theirs = browser(account("bert@example.org", password=PASSWORD))
    number = UserSession.objects.get(user=ada).pk
    theirs.post(f"{LIST}{number}/end/")
    assert is_in(mine)
    assert theirs.get(f"{LIST}{number}/end/").status_code == 405


def test_another_password_ends_the_other_sessions(ada: User) -> None:
    desk, telephone = browser(ada), browser(ada, IPHONE)
    new = "quiet-harbour-77-gull"
    sent = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    desk.post("/en/account/password/change/", sent)
    assert is_in(desk)
    assert not is_in(telephone)


def moved_back(client: Client, key: str, seconds: int) -> None:
    session = client.session
    session[key] -= seconds
    session.save()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "limit"), [(BEGAN, "STAFF_SESSION_SECONDS"), (SEEN, "STAFF_IDLE_SECONDS")]
)
def test_staff_are_signed_out_and_students_are_not(ada: User, key: str, limit: str) -> None:
    allowed = getattr(settings, limit)
    carla = account("carla@example.org", Role.COORDINATOR, PASSWORD)
    office, student = browser(carla), browser(ada)
    for client in (office, student):
        moved_back(client, key, allowed - 300)
    assert is_in(office)
    for client in (office, student):
        moved_back(client, key, allowed + 300)
    assert not is_in(office)
    assert is_in(student)
    assert "signed out" in office.get("/en/account/login/").content.decode()


@pytest.mark.slow
def test_a_student_signs_in_again_after_thirty_days(ada: User) -> None:
    student = browser(ada)
    moved_back(student, BEGAN, settings.LONGEST_SESSION_SECONDS - 300)
    assert is_in(student)
    moved_back(student, BEGAN, 600)
    assert not is_in(student)


def test_being_there_counts_and_a_page_that_keeps_itself_fresh_does_not(ada: User) -> None:
    carla = account("carla@example.org", Role.COORDINATOR, PASSWORD)
    office = browser(carla)
    half = settings.STAFF_IDLE_SECONDS // 2 + 300
    moved_back(office, SEEN, half)
    assert is_in(office)
    moved_back(office, SEEN, half)
    assert is_in(office)
    moved_back(office, SEEN, half)
    office.get("/en/account/name/", headers={"sec-fetch-dest": "empty"})
    moved_back(office, SEEN, half)
    assert not is_in(office)


def test_what_is_noted_of_sessions_that_are_over_is_deleted(ada: User) -> None:
    desk, telephone = browser(ada), browser(ada, IPHONE)
    telephone.session.flush()
    assert forget_ended_sessions() == 1
    assert is_in(desk)
