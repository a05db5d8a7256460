"""A list of the office: what its address asks for is what it shows, and nonsense does no harm."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sojourn.office.shared import lists
from sojourn.people.models import User

KIND: lists.Kind[User] = lists.Kind(
    caption="People",
    columns=(
        lists.Column("name", "Name", ("last_name", "first_name")),
        lists.Column("mail", "Mail"),
    ),
    row=lambda user: lists.Row(
        str(user.pk), (lists.Cell(user.last_name, "/x/"), lists.Cell(user.email))
    ),
    empty="Nobody",
    first_order="name",
    filters=(
        lists.Filter(
            "role", "Role", (("student", "Student"), ("operator", "Operator")),
            lambda rows, role: rows.filter(is_staff=role == "operator"),
        ),
    ),
    search=lambda rows, text: rows.filter(last_name__icontains=text),
    per_page=3,
)  # fmt: skip


def people() -> QuerySet[User]:
    for number, name in enumerate(["Ada", "Bea", "Cem", "Dov", "Eva"]):
        User.objects.create_user(f"{name}@example.org", last_name=name,
                                 role="operator" if number == 4 else "")  # fmt: skip
    return User.objects.all()


def listing(address: str) -> lists.Listing:
    return lists.shown(KIND, User.objects.all(), RequestFactory().get(address))


def names(found: lists.Listing) -> list[str]:
    return [str(line.cells[0][1].text) for line in found.lines]


@pytest.mark.django_db
class TestAList:
    @pytest.fixture(autouse=True)
    def _people(self, db: None) -> None:
        people()

    def test_the_first_page_is_sorted_as_the_list_wants_it(self) -> None:
        found = listing("/list/")
        assert names(found) == ["Ada", "Bea", "Cem"]
        assert found.total == 5
        assert found.pagination.next == "/list/?page=2"

    def test_the_order_turns_and_the_heading_leads_back(self) -> None:
        found = listing("/list/?sort=-name")
        assert names(found) == ["Eva", "Dov", "Cem"]
        assert found.headings[0].href == "/list/?sort=name"
        assert found.headings[0].sorted == "descending"
        assert found.headings[1].href == ""

    def test_a_filter_stays_when_the_page_turns(self) -> None:
        found = listing("/list/?role=student&page=2")
        assert names(found) == ["Dov"]
        assert found.pagination.previous == "/list/?role=student"
        assert found.is_narrowed

    def test_searching_narrows(self) -> None:
        assert names(listing("/list/?q=ev")) == ["Eva"]

    def test_a_page_beyond_the_last_is_the_last(self) -> None:
        assert names(listing("/list/?page=99")) == ["Dov", "Eva"]

    def test_what_an_address_says_wrongly_is_ignored(self) -> None:
        found = listing("/list/?role=king&sort=password&page=-1")
        assert names(found) == ["Ada", "Bea", "Cem"]
        assert not found.is_narrowed


class AnyAddress(TestCase):
    @settings(suppress_health_check=[HealthCheck.too_slow], max_examples=50)
    @given(st.sampled_from(["q", "role", "sort", "page"]), st.text(max_size=20))
    def test_any_address_opens_a_list(self, name: str, value: str) -> None:
        request = RequestFactory().get("/list/", {name: value})
        assert lists.shown(KIND, User.objects.all(), request).total == 0


def test_only_ids_are_picked_and_each_once() -> None:
    one = "7d1c9a52-6d4c-4a6b-9f0e-0a8a3b6f2c11"
    request = RequestFactory().post("/list/", {"pick": [one, one, "x", "1 or 1=1"], "do": "go"})
    assert [str(key) for key in lists.picked(request)] == [one]
    assert lists.action_of(request, [lists.Action("go", "Go")]) == lists.Action("go", "Go")
    assert lists.action_of(request, [lists.Action("stop", "Stop")]) is None
