"""Searches without a result are counted for the office: what, how often, and never who."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from sojourn.catalogue import fruitless_searches
from sojourn.catalogue.fruitless_searches import delete_old, missed, record
from sojourn.catalogue.models import FruitlessSearch
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from tests.support.accounts import account

pytestmark = pytest.mark.django_db


def test_what_was_asked_once_is_not_there_to_read() -> None:
    record("Psychiatrie", "nl")
    row = FruitlessSearch.objects.get()
    assert (row.words, row.count) == ("", 1)
    assert "psychiatrie" not in row.digest
    assert missed() == []


def test_what_was_asked_twice_is_listed_however_it_was_written() -> None:
    for text in ("Psychiatrie", " psychiatrie ", "PSYCHIATRIE!"):
        record(text, "nl")
    record("psychiatrie", "en")
    (found,) = missed()
    assert (found.words, found.language, found.this_week, found.count) == (
        "psychiatrie", "nl", 3, 3,
    )  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "Jan Jansen", "jan de vries", "anna@example.org", "s1234567", "06 12 34 56 78",
        "2333 ZA 10", "https://example.org/me", "I was told that my supervisor is ill what now",
        "voorbeeld stage", "", "!!!", "x" * 61,
    ],
)  # fmt: skip
def test_what_may_be_about_a_person_is_not_counted(text: str) -> None:
    account("anna@example.org", first_name="Anna", last_name="van Voorbeeld")
    for _time in range(3):
        record(text, "en")
    assert not FruitlessSearch.objects.exists()


def test_a_first_name_of_somebody_here_is_not_counted() -> None:
    User.objects.create(email="zoe@example.org", first_name="Zoë", last_name="Smit")
    for text in ("zoe", "Zoë", "smit"):
        record(text, "en")
    assert not FruitlessSearch.objects.exists()


def test_a_flood_of_words_ends() -> None:
    fruitless_searches.MOST_A_WEEK, before = 2, fruitless_searches.MOST_A_WEEK
    try:
        for text in ("one", "two", "three", "two"):
            record(text, "en")
    finally:
        fruitless_searches.MOST_A_WEEK = before
    assert FruitlessSearch.objects.count() == 2
    assert [each.words for each in missed()] == ["two"]


def test_words_cannot_be_kept_of_what_was_asked_once() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        FruitlessSearch.objects.create(
            week=timezone.localdate(), language="en", digest="d", words="readable", count=1
        )


def test_old_counts_go() -> None:
    today = timezone.localdate()
    monday = today - dt.timedelta(days=today.weekday())
    for weeks, count in ((0, 1), (1, 1), (1, 2), (8, 2), (9, 2)):
        FruitlessSearch.objects.create(
            week=monday - dt.timedelta(weeks=weeks), language="en", digest=f"{weeks}-{count}",
            count=count, words="" if count == 1 else f"word {weeks}",
        )  # fmt: skip
    assert delete_old(today) == 2
    kept = set(FruitlessSearch.objects.values_list("digest", flat=True))
    assert kept == {"0-1", "1-2", "8-2"}


@pytest.mark.slow
def test_a_page_counts_what_was_sent_and_not_what_is_being_typed(leiden: Snapshot) -> None:
    ask = {"q": "qwxyzt"}
    Client().get("/en/opportunities/", ask, headers={"HX-Request": "true"})
    assert not FruitlessSearch.objects.exists()
    Client().get("/en/opportunities/", ask, headers={"HX-Request": "true", "X-Sent": "1"})
    Client().get("/en/opportunities/", ask, headers={"HX-Request": "true", "X-Sent": "1"})
    assert FruitlessSearch.objects.get().count == 2
    # What was found, and what only a filter hides, is none.
    Client().get("/en/opportunities/", {"q": "immunology"})
    Client().get("/en/opportunities/", {"q": "qwxyzt", "country": "SE"})
    assert FruitlessSearch.objects.get().count == 2


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_the_office_reads_them_and_finds_the_way_on(leiden: Snapshot, language: str) -> None:
    for _time in range(2):
        record("psychiatrie", "nl")
    for role, ways in (("coordinator", True), ("secretary", False)):
        client = Client()
        client.force_login(account(f"{role}@example.org", role))
        page = client.get(f"/{language}/office/searches/").content.decode()
        assert "psychiatrie</a>" in page
        assert ("/admin/catalogue/edition/1/change/" in page) is ways
        assert ("/admin/catalogue/guide/add/" in page) is ways
        assert (
            f'href="/{language}/office/searches/"'
            in client.get(f"/{language}/office/").content.decode()
        )


def test_nobody_else_reads_them(leiden: Snapshot) -> None:
    student = Client()
    student.force_login(account("student@example.org"))
    assert student.get("/en/office/searches/").status_code == 403
    assert Client().get("/en/office/searches/").status_code == 302
