"""A list of the office: what its address asks for is what it shows, and nonsense does no harm."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Sequence
from dataclasses import replace

import pytest
from django.db.models import QuerySet
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from python_calamine import CalamineWorkbook

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.shared import lists, spreadsheets
from sojourn.people.models import SavedView, User
from tests.support.accounts import account

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


def listing(address: str, kind: lists.Kind[User] = KIND) -> lists.Listing:
    return lists.shown(kind, User.objects.all(), asked(address))


def asked(address: str) -> HttpRequest:
    request = RequestFactory().get(address)
    request.user = User.objects.filter(is_staff=True).first() or User()
    return request


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
    @given(st.sampled_from(["q", "role", "sort", "page", "cols", "as"]), st.text(max_size=20))
    def test_any_address_opens_a_list(self, name: str, value: str) -> None:
        request = RequestFactory().get("/list/", {name: value})
        request.user = User()
        assert lists.shown(KIND, User.objects.all(), request).total == 0


@pytest.mark.django_db
class TestColumns:
    @pytest.fixture(autouse=True)
    def _people(self, db: None) -> None:
        people()

    def test_the_columns_that_are_asked_for_are_shown_and_the_first_always(self) -> None:
        found = listing("/list/?cols=mail&role=student")
        assert [str(each.title) for each in found.headings] == ["Name", "Mail"]
        found = listing("/list/?cols=nonsense")
        assert len(found.headings) == 2
        assert [(each.value, each.chosen) for each in found.columns] == [("mail", True)]

    def test_what_only_the_prepared_rows_know_can_be_sorted_by(self) -> None:
        lengths: dict[int, int] = {}

        def prepare(found: Sequence[User]) -> None:
            lengths.update({each.pk: -ord(each.last_name[0]) for each in found})

        columns = (
            KIND.columns[0],
            lists.Column("length", "Length", value=lambda user: lengths[user.pk]),
        )
        kind = replace(KIND, columns=columns, prepare=prepare)
        assert names(listing("/list/?sort=length", kind)) == ["Eva", "Dov", "Cem"]
        assert names(listing("/list/?sort=length&page=2", kind)) == ["Bea", "Ada"]
        assert names(listing("/list/?sort=-length", kind)) == ["Ada", "Bea", "Cem"]

    def test_all_of_a_list_are_chosen_on_every_page(self) -> None:
        sent = {"everything": "1", "asked": "role=student&page=2", "pick": []}
        request = RequestFactory().post("/list/", sent)
        assert lists.chosen(KIND, User.objects.all(), request).count() == 4
        request = RequestFactory().post("/list/", {"everything": "1", "asked": "q=ev"})
        assert [each.last_name for each in lists.chosen(KIND, User.objects.all(), request)] == [
            "Eva"
        ]


def test_no_cell_of_a_file_is_a_formula() -> None:
    rows = [["=1+1", "+31", "-5", "@SUM(A1)", "Å, “b”\nc"]]
    content = spreadsheets.as_csv(["=x", "b", "c", "d", "e"], rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(content)))
    assert read == [["'=x", "b", "c", "d", "e"], ["'=1+1", "'+31", "'-5", "'@SUM(A1)", "Å, “b”\nc"]]
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(spreadsheets.as_xlsx("[Lists]: all/of*it", ["a", "b", "c", "d", "e"], rows))
    )
    assert book.sheet_names == ["Lists allofit"]
    assert book.get_sheet_by_index(0).to_python()[1] == ["'=1+1", "'+31", "'-5", "'@SUM(A1)",
                                                         "Å, “b”\nc"]  # fmt: skip


@pytest.mark.django_db
class TestTheListOfStudents:
    def client(self, email: str = "carla@example.org") -> Client:
        client = Client()
        client.force_login(account(email, "coordinator", "a long pass phrase"))
        return client

    @pytest.mark.slow
    def test_a_file_holds_exactly_what_is_shown_over_all_pages(self, leiden: Snapshot) -> None:
        client = self.client()
        for number in range(60):
            account(f"s{number:02}@example.org", first_name="=cmd", last_name=f"No {number:02}")
        account("other@example.org", last_name="Other")
        answer = client.get("/en/office/students/?q=no&sort=-name&cols=mail&as=csv")
        assert answer.status_code == 200
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows[0] == ["Student", "Mail address"]
        assert len(rows) == 61
        assert rows[1] == ["'=cmd No 59", "s59@example.org"]
        assert "attachment" in answer.headers["Content-Disposition"]
        book = client.get("/en/office/students/?q=no&as=xlsx")
        assert CalamineWorkbook.from_filelike(io.BytesIO(book.content)).sheet_names == ["Students"]

    def test_whoever_signed_in_long_ago_is_asked_again_first(self, leiden: Snapshot) -> None:
        client = self.client()
        session = client.session
        long_ago = (timezone.now() - dt.timedelta(hours=1)).timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "at": long_ago}]
        session.save()
        answer = client.get("/en/office/students/?as=csv")
        assert answer.status_code == 302
        assert "reauthenticate" in answer.headers["Location"]

    @pytest.mark.slow
    def test_a_view_is_kept_and_shared_without_what_was_searched(self, leiden: Snapshot) -> None:
        client = self.client()
        sent = {"list": "students", "name": "Second years", "shared": "1",
                "query": "year=2&q=Zebrina&sort=-name&page=3",
                "back": "/en/office/students/"}  # fmt: skip
        for _twice in range(2):
            assert client.post("/en/office/views/", sent).status_code == 302
        kept = SavedView.objects.get()
        assert kept.query == "year=2&sort=-name"
        page = client.get("/en/office/students/?year=2&sort=-name").content.decode()
        assert 'aria-current="true">Second years' in " ".join(page.split())
        other = self.client("bea@example.org")
        assert "Second years" in other.get("/en/office/students/").content.decode()
        remove = f"/en/office/views/{kept.pk}/remove/"
        other.post(remove)
        assert SavedView.objects.exists()
        for _twice in range(2):
            assert client.post(remove, {"back": "https://elsewhere.example/"}).status_code == 302
        assert not SavedView.objects.exists()

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "path",
        [
            "students",
            "appointments",
            "questions",
            "own-places",
            "experiences",
            "stays",
            "partners",
            "agreements",
            "places",
            "courses",
            "guides",
            "people",
            "history",
        ],
    )
    def test_a_view_of_every_list_can_be_kept(self, leiden: Snapshot, path: str) -> None:
        client = self.client()
        page = client.get(f"/en/office/{path}/").content.decode()
        (name,) = re.findall(r'name="list" value="([^"]+)"', page)
        client.post("/en/office/views/", {"list": name, "name": "Mine", "query": ""})
        assert SavedView.objects.get().list == name

    def test_a_view_of_ones_own_is_nobody_elses(self, leiden: Snapshot) -> None:
        client = self.client()
        client.post("/en/office/views/", {"list": "students", "name": "Mine", "query": ""})
        client.post("/en/office/views/", {"list": "students", "name": " ", "query": ""})
        client.post("/en/office/views/", {"list": "elsewhere", "name": "No", "query": ""})
        assert SavedView.objects.get().name == "Mine"
        other = self.client("bea@example.org").get("/en/office/students/").content.decode()
        assert ">Mine<" not in other


def test_only_ids_are_picked_and_each_once() -> None:
    one = "7d1c9a52-6d4c-4a6b-9f0e-0a8a3b6f2c11"
    request = RequestFactory().post("/list/", {"pick": [one, one, "x", "1 or 1=1"], "do": "go"})
    assert [str(key) for key in lists.picked(request)] == [one]
    assert lists.action_of(request, [lists.Action("go", "Go")]) == lists.Action("go", "Go")
    assert lists.action_of(request, [lists.Action("stop", "Stop")]) is None
