"""The office's lists and its first page ask the database as often for many rows as for a few."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sojourn.advising import questions
from sojourn.advising.questions import Asker
from sojourn.catalogue.models import (
    Agreement,
    DegreeProgramme,
    Institution,
    Opportunity,
    Road,
)
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.experiences.models import Report, ReportState
from sojourn.mobility import beginnings
from sojourn.mobility.beginnings import PlannedStay
from sojourn.mobility.periods import Days
from sojourn.people.models import User
from tests.advising.test_self_arranged_places import facts, new_host, told, written
from tests.mobility.conftest import KAROLINSKA
from tests.office.conftest import MakeClient

LISTS = (
    "office/",
    "office/questions/",
    "office/own-places/",
    "office/experiences/",
)


def another_of_everything(number: int) -> None:
    """A student with a question, a place of each kind, a report that waits."""
    who = User.objects.create_user(f"student-{number}@example.org", first_name="Anna")
    place = Opportunity.objects.order_by("slug")[number]
    now = timezone.now()
    about = questions.QuestionSubject.named(f"opportunity:{place.slug}")
    questions.ask(Asker(who, "", "en"), "Housing", written("Where?"), about)
    for said in (facts(), new_host()):
        told(who, said)
    Report.objects.create(
        writer=who,
        opportunity=place,
        title="Snow",
        state=ReportState.SUBMITTED,
        submitted_at=now,
        starts_on=now.date() - dt.timedelta(days=200),
        ends_on=now.date() - dt.timedelta(days=100),
    )


@pytest.mark.slow
@pytest.mark.parametrize("path", LISTS)
def test_as_many_queries_for_many_rows_as_for_a_few(
    leiden: Snapshot, client_of: MakeClient, path: str
) -> None:
    client = client_of("coordinator")
    for number in range(2):
        another_of_everything(number)
    few = queries_of(client, path)
    for number in range(2, 7):
        another_of_everything(number)
    assert queries_of(client, path) == few


def another_partner(number: int) -> None:
    """A partner with an agreement, a language, programmes and a stay."""
    made = Institution.objects.create(
        slug=f"partner-{number}", name_en="X", name_nl="X", city_en="Lund", city_nl="Lund",
        country="SE", latitude=55.7, longitude=13.2, status="published", is_example=True,
    )  # fmt: skip
    agreement = Agreement.objects.create(
        slug=f"agreement-{number}", partner=made, level="bachelor", isced_f=["0912"],
        valid_until=timezone.localdate() + dt.timedelta(days=30), is_example=True,
    )  # fmt: skip
    agreement.languages.create(language="en", level="B2")
    agreement.programmes.set(DegreeProgramme.objects.all()[:2])
    who = User.objects.create_user(f"student-{number}@example.org")
    office = User.objects.get(email="coordinator@example.org")
    planned = PlannedStay(
        road=Road.objects.get(slug="erasmus-courses"),
        days=Days(dt.date(2027, 9, 1), dt.date(2028, 1, 31)),
        opportunity=Opportunity.objects.get(slug=KAROLINSKA),
    )
    stay = beginnings.begin_by_hand([who], planned, uuid.uuid4(), actor=office)[0]
    stay.hosts.update(institution=made)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["office/partners/", "office/partners/?sort=-went", "office/agreements/",
     "office/agreements/?ends=year&cols=languages&cols=fields&cols=programmes"],
)  # fmt: skip
def test_as_many_queries_for_many_partners_as_for_a_few(
    leiden: Snapshot, client_of: MakeClient, path: str
) -> None:
    client = client_of("coordinator")
    another_partner(0)
    few = queries_of(client, path)
    for number in range(1, 6):
        another_partner(number)
    assert queries_of(client, path) == few


def queries_of(client: Client, path: str) -> int:
    client.get(f"/en/{path}")  # what is kept between requests is there
    with CaptureQueriesContext(connection) as counted:
        assert client.get(f"/en/{path}").status_code == 200
    return len(counted)
