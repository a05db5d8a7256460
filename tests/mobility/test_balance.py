"""Who went to a partner in a year: stays and accepted places, each student once."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sojourn.catalogue.models import IncomingStudents, Institution, Opportunity, Road, Source
from sojourn.mobility import balance, beginnings, endings
from sojourn.mobility.beginnings import PlannedStay
from sojourn.mobility.models import Stay
from sojourn.mobility.periods import Days
from sojourn.mobility.states import ChangeKind
from sojourn.people.models import User
from sojourn.selection import nominations, offers
from sojourn.selection.models import Offer
from tests.mobility.conftest import KAROLINSKA, student
from tests.selection.rounds import applicants, closed_round, published

pytestmark = pytest.mark.slow


def karolinska() -> Institution:
    return Institution.objects.get(slug="karolinska-institutet")


def went() -> dict[str, int]:
    """How many went to Karolinska, by academic year."""
    years = balance.balances([karolinska().pk]).get(karolinska().pk, ())
    return {year.name: year.went for year in years}


def stay_of(who: User, coordinator: User, first: dt.date | None) -> Stay:
    planned = PlannedStay(
        road=Road.objects.get(slug="erasmus-courses"),
        days=Days(first, first + dt.timedelta(days=140) if first else None),
        opportunity=Opportunity.objects.get(slug=KAROLINSKA),
    )
    return beginnings.begin_by_hand([who], planned, uuid4(), actor=coordinator)[0]


def test_a_stay_counts_for_the_academic_year_in_which_it_begins(coordinator: User) -> None:
    noor, otto = student("noor@example.org"), student("otto@example.org")
    stay_of(noor, coordinator, dt.date(2027, 7, 31))
    stay_of(otto, coordinator, dt.date(2027, 8, 1))
    assert went() == {"2026-27": 1, "2027-28": 1}
    # A second stay there in the same year is the same student.
    stay_of(otto, coordinator, dt.date(2028, 2, 1))
    assert went() == {"2026-27": 1, "2027-28": 1}


def test_without_days_the_evening_before_the_year_is_of_the_year_before(
    coordinator: User,
) -> None:
    made = stay_of(student("noor@example.org"), coordinator, None)
    # 23:30 in UTC is past midnight here.
    Stay.objects.filter(pk=made.pk).update(begun_at=dt.datetime(2027, 7, 31, 23, 30, tzinfo=dt.UTC))
    assert went() == {"2027-28": 1}


def test_an_accepted_place_counts_once_from_the_answer_to_the_stay(coordinator: User) -> None:
    round_ = closed_round({KAROLINSKA: 2})
    applicants(round_, [[KAROLINSKA]] * 3, ["8", "7", "6"])
    published(round_)
    assert went() == {}  # offered is not accepted
    first, second = Offer.objects.order_by("pk")
    offers.accept(first, actor=first.application.owner)
    assert went() == {"2027-28": 1}
    offers.accept(second, actor=second.application.owner)
    assert went() == {"2027-28": 2}
    place = round_.opportunities.get()
    nominations.mark_sent(place, actor=coordinator)
    begun = Stay.objects.get(offer=first)
    assert sum(went().values()) == 2
    endings.make_change(begun, ChangeKind.WITHDRAWN, "Does not go.", actor=coordinator)
    assert sum(went().values()) == 1


def test_the_pages_say_the_same(coordinator: User) -> None:
    for number in range(3):
        stay_of(student(f"student{number}@example.org"), coordinator, dt.date(2025, 9, 1))
    IncomingStudents.objects.create(
        institution=karolinska(), year=2025, count=1, source=Source.objects.all()[0]
    )
    client = Client()
    client.force_login(coordinator)
    year = client.get(reverse("office:partner", args=[karolinska().slug])).context["page"].years[0]
    assert (year.name, year.went, year.came, year.difference) == ("2025-26", 3, 1, "-2")
    listed = client.get(reverse("office:partners") + "?sort=-went").context["list"]
    cells = {head.title: cell.plain for head, cell in listed.lines[0].cells}
    assert (listed.lines[0].key, cells["Went"], cells["Came"]) == (karolinska().slug, "3", "1")
    listed = client.get(reverse("office:agreements") + "?sort=balance").context["list"]
    cells = {head.title: cell.plain for head, cell in listed.lines[0].cells}
    assert cells["Balance"] == "-2"


def test_as_many_queries_for_all_partners_as_for_one(coordinator: User) -> None:
    stay_of(student("noor@example.org"), coordinator, dt.date(2027, 9, 1))

    def queries(keys: list[int]) -> int:
        with CaptureQueriesContext(connection) as asked:
            balance.balances(keys)
        return len(asked)

    everybody = list(Institution.objects.values_list("pk", flat=True))
    assert queries(everybody) == queries([karolinska().pk])
