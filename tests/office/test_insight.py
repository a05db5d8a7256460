"""Figures over the years: narrowed by the address, nothing about few, of one's programmes alone."""

from __future__ import annotations

import csv
import datetime as dt
import io
from itertools import count
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from lxml import html
from python_calamine import CalamineWorkbook

from sojourn.advising.models import Message, Question
from sojourn.advising.models.threads import Side
from sojourn.catalogue import fruitless_searches
from sojourn.catalogue.models import DegreeProgramme, Edition, Opportunity, Road
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility.models import Arrival, Evidence, SaidBy, Stay, StayAgreement, StayHost
from sojourn.mobility.models import Origin as StayOrigin
from sojourn.mobility.states import StayState
from sojourn.people.models import User
from sojourn.planning.models import Plan
from sojourn.selection.models import Application, Offer, Round, RoundOpportunity
from sojourn.selection.models.results import OfferOrigin
from sojourn.selection.states import ApplicationState, OfferState, RoundState
from tests.office.conftest import MakeClient
from tests.support.accounts import account

MEDICINE, BIOMEDICINE = "medicine-bsc", "biomedical-sciences-bsc"
PLACE = "karolinska-biomedicine-semester"
PAGES = ("", "rounds/", "answers/", "costs/", "agreements/", "stays/")
NUMBERS = count()


def students(how_many: int, programme: str) -> list[User]:
    made = User.objects.bulk_create(
        User(email=f"s{next(NUMBERS)}@example.org") for _one in range(how_many)
    )
    of = DegreeProgramme.objects.get(slug=programme)
    Plan.objects.bulk_create(Plan(owner=each, programme=of) for each in made)
    return made


def went(
    how_many: int, year: int, country: str = "SE", programme: str = BIOMEDICINE,
    road: str = "erasmus-courses", state: str = StayState.FINISHED,
) -> list[Stay]:  # fmt: skip
    of = DegreeProgramme.objects.get(slug=programme)
    on, place = Road.objects.get(slug=road), Opportunity.objects.get(slug=PLACE)
    made = Stay.objects.bulk_create(
        Stay(
            student=who, programme=of, road=on, opportunity=place, title="Abroad",
            origin=StayOrigin.OFFICE, state=state, starts_on=dt.date(year, 9, 1),
            ends_on=dt.date(year + 1, 1, 20), begun_at=timezone.now(),
        )
        for who in students(how_many, programme)
    )  # fmt: skip
    StayHost.objects.bulk_create(
        StayHost(stay=each, name="A university", country=country) for each in made
    )
    return made


def table(client: Client, page: str, name: str, **asked: str) -> list[list[str]]:
    """One table of a page, as it is exported."""
    answer = client.get(f"/en/office/insight/{page}", {**asked, "as": "csv", "table": name})
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def row(found: list[list[str]], name: str) -> list[str]:
    return next(line[1:] for line in found if line[0] == name)


def test_who_went_where_over_the_years(leiden: Snapshot, client_of: MakeClient) -> None:
    went(7, 2022)
    went(12, 2023)
    went(9, 2023, "ID", MEDICINE)
    client = client_of("coordinator")
    countries = table(client, "", "country")
    assert countries[0] == ["Country", "2022-23", "2023-24", "All"]
    assert row(countries, "Sweden") == ["7", "12", "19"]
    assert row(countries, "Indonesia") == ["0", "9", "9"]
    assert row(countries, "All") == ["7", "21", "28"]
    narrowed = table(client, "", "country", programme=MEDICINE, to="2023")
    assert narrowed[1:] == [["Indonesia", "0", "9", "9"], ["All", "0", "9", "9"]]
    assert table(client, "", "years", country="SE", **{"from": "2023"})[1:] == [
        ["2023-24", "12"],
        ["All years", "12"],
    ]
    page = html.fromstring(client.get("/en/office/insight/?country=SE").content)
    assert page.xpath("//select[@name='country']/option[@selected]/@value") == ["SE"]
    # A drawing for each table, whose figures are words too.
    assert len(page.xpath("//figure")) == len(page.xpath("//table"))
    book = io.BytesIO(client.get("/en/office/insight/?as=xlsx&table=kind").content)
    assert CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python()[0][0] == "Kind"
    assert client.get("/en/office/insight/?as=csv&table=nothing").status_code == 404


def test_few_are_neither_shown_nor_worked_out(leiden: Snapshot, client_of: MakeClient) -> None:
    for year in (2022, 2023):
        went(20, year, "SE")
        went(30, year, "ID", MEDICINE)
    went(3, 2022, "GB")
    went(4, 2023, "GB", MEDICINE)
    went(1, 2023, "FR")
    client = client_of("coordinator")
    countries = table(client, "", "country")
    # One country with few people in each year, and one with so few that it is not named.
    assert "France" not in {line[0] for line in countries}
    kingdom = row(countries, "United Kingdom")
    assert kingdom[:2] == ["*", "*"]
    assert "France" not in client.get("/en/office/insight/").content.decode()
    assert 'value="FR"' not in client.get("/en/office/insight/?country=FR").content.decode()
    for year in (0, 1):
        column = [line[1:][year] for line in countries[1:]]
        assert column.count("*") != 1
    # To ask for fewer years, or for one country, tells no more.
    one_year = table(client, "", "country", to="2022")
    assert row(one_year, "United Kingdom") == ["*", "*"]
    for asked in ({"country": "SE"}, {"country": "ID"}, {"country": "GB"}):
        for line, whole in zip(
            table(client, "", "years", **asked)[1:3],
            row(
                countries,
                {"SE": "Sweden", "ID": "Indonesia", "GB": "United Kingdom"}[asked["country"]],
            ),
            strict=False,
        ):
            assert line[1] == whole


def test_how_many_are_few_is_a_rule_of_the_edition(leiden: Snapshot, client_of: MakeClient) -> None:
    went(7, 2022, "SE")
    went(20, 2022, "ID", MEDICINE)
    client = client_of("coordinator")
    assert row(table(client, "", "country"), "Sweden")[0] == "7"
    Edition.objects.update(insight={"fewest_people": 8})
    assert "Sweden" not in {line[0] for line in table(client, "", "country")}


def test_a_coordinator_of_one_programme_counts_its_students_alone(
    leiden: Snapshot, client_of: MakeClient
) -> None:
    went(9, 2023, "SE")
    went(8, 2023, "ID", MEDICINE)
    client = Client()
    client.force_login(account("unit@example.org", "coordinator", programme=MEDICINE))
    assert table(client, "", "years")[1:] == [["2023-24", "8"], ["All years", "8"]]
    assert "Sweden" not in client.get("/en/office/insight/").content.decode()
    assert client_of("student").get("/en/office/insight/").status_code == 403


def a_round(year: int, state: str, seats: int, applicants: int, accepted: int) -> Round:
    """Everybody wants the one place; of those who get it, all but one accept."""
    now = timezone.now()
    made = Round.objects.create(
        slug=f"round-{year}", title=f"Round {year}", academic_year=f"{year}-{year + 1}",
        state=state, opens_at=now - dt.timedelta(days=60), closes_at=now - dt.timedelta(days=40),
        results_at=now - dt.timedelta(days=20), answer_by=now - dt.timedelta(days=5),
        published_at=now - dt.timedelta(days=70),
    )  # fmt: skip
    place = RoundOpportunity.objects.create(
        round=made, opportunity=Opportunity.objects.get(slug=PLACE), key=PLACE, seats=seats
    )
    for number, who in enumerate(students(applicants, BIOMEDICINE)):
        application = Application.objects.create(
            round=made, owner=who, state=ApplicationState.SUBMITTED, submitted_at=now,
            programme=who.plan.programme, category=BIOMEDICINE, year=2, revision=1,
        )  # fmt: skip
        if number < accepted:
            Offer.objects.create(
                application=application, opportunity=place, seat=number + 1, rank=1,
                state=OfferState.ACCEPTED, origin=OfferOrigin.RESULTS, answer_by=now,
            )  # fmt: skip
    return made


def test_a_seat_is_unused_once_its_round_is_over(leiden: Snapshot, client_of: MakeClient) -> None:
    a_round(2024, RoundState.FINISHED, seats=12, applicants=20, accepted=9)
    going_on = a_round(2025, RoundState.RESULTS, seats=15, applicants=25, accepted=6)
    client = client_of("coordinator")
    assert table(client, "rounds/", "seats")[1:] == [
        ["2024-25", "1", "12", "9", "3", "75%"],
        ["All years", "1", "12", "9", "3", "75%"],
    ]
    choices = table(client, "rounds/", "choices")
    assert row(choices, "Their first choice") == ["9", "6", "15"]
    assert row(choices, "No place") == ["11", "19", "30"]
    Round.objects.filter(pk=going_on.pk).update(state=RoundState.FINISHED)
    assert row(table(client, "rounds/", "seats"), "2025-26") == ["1", "15", "6", "9", "40%"]


def test_how_long_people_wait_for_a_reply(leiden: Snapshot, client_of: MakeClient) -> None:
    now = timezone.now()
    for number, who in enumerate(students(9, BIOMEDICINE)):
        asked = now - dt.timedelta(days=20)
        question = Question.objects.create(
            asker=who, language="en", subject="When", asked_at=asked, state="answered"
        )
        for at, side, days in ((1, Side.ASKER, 0), (2, Side.OFFICE, 1 + number)):
            Message.objects.create(
                question=question, number=at, side=side, text="Hello",
                written_at=asked + dt.timedelta(days=days),
            )  # fmt: skip
    client = client_of("coordinator")
    found = table(client, "answers/", "questions")
    # One to nine days; two of nine within two days is few.
    assert found[-1][1:] == ["9", "5.0", "11–45%"]
    for _time in range(6):
        fruitless_searches.record("psychiatrie", "nl")
    for _time in range(4):
        fruitless_searches.record("neurology", "en")
    found = table(client, "answers/", "searches")
    assert [line[0] for line in found[1:]] == ["psychiatrie"]


@pytest.fixture
def signed(leiden: Snapshot) -> list[Stay]:
    """Twelve agreements of last year, half of them late, each with a change and an arrival."""
    year = timezone.localdate().year - 2
    made = went(12, year)
    for number, stay in enumerate(made):
        agreement = StayAgreement.objects.create(stay=stay)
        begins = timezone.make_aware(dt.datetime(year, 6, 1, 12))  # fmt: skip
        if number >= 6:
            begins = timezone.make_aware(dt.datetime(year, 10, 1, 12))
        for at, (version, kind, days, what) in enumerate(
            (
                (1, "frozen", 0, {}),
                (1, "signed", 0, {"side": "student"}),
                (1, "asked", 0, {"side": "home"}),
                (1, "signed", 1, {"side": "home"}),
                (1, "signed", 6, {"side": "host"}),
                (1, "agreed", 6, {}),
                (2, "frozen", 40, {}),
                (2, "agreed", 50 if number < 6 else 60, {}),
            ),
            start=1,
        ):
            Evidence.objects.create(
                agreement=agreement, number=at, version=version, kind=kind, what=what,
                at=begins + dt.timedelta(days=days), hash=uuid4().hex,
            )  # fmt: skip
        if number:
            Arrival.objects.create(stay=stay, said_by=SaidBy.STUDENT, on=stay.starts_on)
    return made


def test_how_stays_go_is_read_from_their_log(signed: list[Stay], client_of: MakeClient) -> None:
    client = client_of("coordinator")
    road = "Courses inside Erasmus+"

    def of(name: str) -> list[str]:
        return row(table(client, "stays/", name), road)

    assert of("stays") == ["12", "12"]
    assert of("signed") == ["50%"]
    assert of("days") == ["6.0"]
    assert of("office")[0] in ("0.0", "0.5", "1.0")  # 1 June and 1 October may be a Friday
    assert of("changes") == ["50%"]
    # One has not arrived: that is fewer than five, so between which bounds.
    assert of("arrivals") == ["66–92%"]
    assert of("transcripts") == ["0%"]
    page = client.get("/en/office/insight/stays/").content.decode()
    assert "at least 98%" in page
    assert "not on target" in page
    unit = Client()
    unit.force_login(account("unit@example.org", "coordinator", programme=MEDICINE))
    assert "No stay has a first day yet." in unit.get("/en/office/insight/stays/").content.decode()


@pytest.mark.slow
def test_as_many_queries_for_many_as_for_a_few(signed: list[Stay], client_of: MakeClient) -> None:
    client = client_of("coordinator")
    a_round(2024, RoundState.FINISHED, seats=12, applicants=8, accepted=6)
    few = [queries(client, page) for page in PAGES]
    a_round(2025, RoundState.FINISHED, seats=40, applicants=30, accepted=20)
    for year in (2021, 2022, 2023):
        went(40, year, "ID", MEDICINE, "clinical-elective")
    assert [queries(client, page) for page in PAGES] == few
    assert max(few) < 30


def queries(client: Client, page: str) -> int:
    client.get(f"/en/office/insight/{page}")
    with CaptureQueriesContext(connection) as counted:
        assert client.get(f"/en/office/insight/{page}").status_code == 200
    return len(counted)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_page_with_nothing_to_count_says_so(
    leiden: Snapshot, client_of: MakeClient, page: str, language: str
) -> None:
    client = client_of("coordinator")
    for asked in ("", "?from=x&to=9999&country=%00&programme=';--&kind=nothing"):
        assert client.get(f"/{language}/office/insight/{page}{asked}").status_code == 200
