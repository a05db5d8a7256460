"""The profile: what is read, what is refused at its field, and nothing lost."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning.models import Plan
from sojourn.planning.profile import KnownLanguage, Profile, profile_of

GOOD: dict[str, Any] = {
    "programme": "medicine-bsc",
    "year": "2",
    "ects_earned": "62,5",
    "level_en": "C1",
    "level_es": "A1",
    "budget": "€ 4.500",
    "wished_kinds": ["half_minor"],
    "wished_countries": ["SE", "GB"],
}
ADDRESS = "/en/plan/profile/"


def saved() -> Profile:
    return profile_of(Plan.objects.get())


def seen_on(client: Client) -> str:
    page = client.get(ADDRESS).content.decode()
    return re.findall(r'name="seen" value="(\w+)"', page)[0]


def test_what_was_filled_in_is_what_is_kept(leiden: Snapshot) -> None:
    assert Client().post(ADDRESS, GOOD).status_code == 302
    assert saved() == Profile(
        programme="medicine-bsc",
        year=2,
        ects_earned=Decimal("62.5"),
        languages=(KnownLanguage("en", "C1"), KnownLanguage("es", "A1")),
        budget=Decimal(4500),
        wished_countries=("GB", "SE"),
        wished_kinds=("half_minor",),
    )


def test_everything_may_stay_empty(leiden: Snapshot) -> None:
    assert Client().post(ADDRESS, {}).status_code == 302
    assert saved().is_empty


@pytest.mark.slow
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("level_en", "Z9", "“Z9” is not a level"),
        ("ects_earned", "-5", "cannot be less than 0"),
        ("ects_earned", "NaN", "Write a number"),
        ("budget", "1e99", "cannot be more than 1000000"),
        ("budget", "-1", "cannot be less than 0"),
        ("budget", "Infinity", "Write a number"),
        ("budget", "🤑", "Write a number"),
        ("year", "مرحبا بالعالم", "Write a number"),
        ("year", "0", "cannot be less than 1"),
        ("year", "4", "Count within the programme"),
        ("year", "2\x00", "Write a number"),
        ("programme", "wizardry", "“wizardry” is not among the choices"),
        ("programme", "x" * 5000, "…” is not among the choices"),
        ("wished_subjects", ["\u202eevil"], "is not among the choices"),
        ("wished_countries", ["SE"] * 10_000, "Choose at most 20; you chose 10000"),
        ("hours_a_week", "168", "cannot be more than 60"),
        ("citizenship_group", "martian", "is not among the choices"),
    ],
)
def test_nonsense_gets_a_message_at_the_field_and_nothing_is_lost(
    leiden: Snapshot, field: str, value: Any, said: str
) -> None:
    answer = Client().post(ADDRESS, GOOD | {field: value})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert not Plan.objects.exists()
    at_field = re.findall(rf'id="id_{field}_error">(.*?)</div>', page, re.DOTALL)
    assert at_field, "no message at the field"
    assert said in at_field[0]
    summary = re.findall(r'class="error-summary".*?</div>', page, re.DOTALL)[0]
    assert re.search(rf'href="#id_{field}(_0)?"', summary), "the summary does not lead to the field"
    # Whatever else was typed still stands in the form.
    if field != "budget":
        assert 'value="€ 4.500"' in page
    if field != "programme":
        assert re.search(r'value="medicine-bsc" selected', page)
    assert len(page) < 80_000, "nonsense is not repeated at length"


@pytest.mark.slow
def test_the_second_tab_sees_both_answers_and_chooses(leiden: Snapshot) -> None:
    client = Client()
    client.post(ADDRESS, GOOD)
    looked = seen_on(client)
    assert client.post(ADDRESS, GOOD | {"budget": "6000", "seen": looked}).status_code == 302
    answer = client.post(ADDRESS, GOOD | {"budget": "7000", "seen": looked})
    assert answer.status_code == 409
    assert saved().budget == 6000
    page = answer.content.decode()
    assert "6000" in page
    assert 'value="7000"' in page
    fresh = re.findall(r'name="seen" value="(\w+)"', page)[0]
    assert client.post(ADDRESS, GOOD | {"budget": "7000", "seen": fresh}).status_code == 302
    assert saved().budget == 7000


def test_a_change_of_the_top_five_is_no_conflict_for_the_profile(leiden: Snapshot) -> None:
    client = Client()
    client.post(ADDRESS, GOOD)
    looked = seen_on(client)
    client.post("/en/plan/top-five/add/", {"place": "half-minor-edinburgh"})
    assert client.post(ADDRESS, GOOD | {"year": "1", "seen": looked}).status_code == 302


@pytest.mark.slow
def test_saving_the_same_twice_is_one_change(leiden: Snapshot) -> None:
    client = Client()
    client.post(ADDRESS, GOOD)
    revision = Plan.objects.get().revision
    client.post(ADDRESS, GOOD | {"seen": seen_on(client)})
    assert Plan.objects.get().revision == revision


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("5.000", 5000),
        ("5,000", 5000),
        ("5000", 5000),
        ("5 000", 5000),
        ("4.500,50", Decimal("4500.5")),
        ("12,5", Decimal("12.5")),
    ],
)
def test_numbers_are_read_as_people_write_them(leiden: Snapshot, typed: str, amount: Any) -> None:
    assert Client().post(ADDRESS, {"budget": typed}).status_code == 302
    assert saved().budget == amount
