"""A student with a stay at Karolinska, a coordinator and a member of the Board."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone

from sojourn.catalogue.models import DegreeProgramme, Opportunity, Road
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.mobility import beginnings
from sojourn.mobility.beginnings import PlannedStay
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.periods import Days
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan

KAROLINSKA = "karolinska-biomedicine-semester"
BIOMEDICINE = "biomedical-sciences-bsc"


def student(email: str, programme: str = BIOMEDICINE) -> User:
    made = User.objects.create_user(email, "a long pass phrase", first_name=email.split("@")[0])
    Plan.objects.create(owner=made, programme=DegreeProgramme.objects.get(slug=programme))
    return made


def noon() -> dt.datetime:
    """Today at noon: days from then are days of the calendar, also when the clocks change."""
    return timezone.localtime().replace(hour=12)


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def planned(
    first: int | None = 100, last: int | None = 240, road: str = "erasmus-courses"
) -> PlannedStay:
    return PlannedStay(
        road=Road.objects.get(slug=road),
        days=Days(
            None if first is None else in_days(first), None if last is None else in_days(last)
        ),
        opportunity=Opportunity.objects.get(slug=KAROLINSKA),
    )


def begun(who: User, coordinator: User, **how: int | str | None) -> Stay:
    return beginnings.begin_by_hand([who], planned(**how), uuid4(), actor=coordinator)[0]  # type: ignore[arg-type]


def step(stay: Stay, name: str) -> StayStep:
    return stay.steps.select_related("step").get(step__slug=f"{stay.road.slug}-{name}")


def again(stay: Stay) -> Stay:
    return Stay.objects.get(pk=stay.pk)


@pytest.fixture
def noor(leiden: Snapshot) -> User:
    return student("noor@example.org")


@pytest.fixture
def coordinator(leiden: Snapshot) -> User:
    return User.objects.create_user("office@example.org", role=Role.COORDINATOR)


@pytest.fixture
def board(leiden: Snapshot) -> User:
    return User.objects.create_user("board@example.org", role=Role.BOARD)


@pytest.fixture
def stay(noor: User, coordinator: User) -> Stay:
    return begun(noor, coordinator)
