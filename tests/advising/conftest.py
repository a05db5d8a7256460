"""A coordinator with slots, and students who want one of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from sojourn.advising.diaries import diary_of
from sojourn.advising.models import Diary, SlotRule
from sojourn.catalogue.models import Contact, Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.people.models import User
from sojourn.people.roles import Role
from sojourn.planning.models import Plan, TopFiveEntry

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# A Thursday; the week of 30 November is the next.
NOW = dt.datetime(2026, 11, 26, 9, 0, tzinfo=AMSTERDAM)
MONDAY = dt.date(2026, 11, 30)
MakeStudent = Callable[[str], User]


def at(day: int, hour: int, minute: int = 0, month: int = 12, year: int = 2026) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=AMSTERDAM)


def make_diary() -> Diary:
    """Wednesdays from 10 to 11, three appointments of 20 minutes."""
    diary = diary_of(Contact.objects.get(slug="coordinator-internationalisation"))
    SlotRule.objects.create(
        diary=diary, weekday=2, starts=dt.time(10), ends=dt.time(11), length=20, room="V5-28"
    )
    return diary


def fill_top_five(student: User, places: int = 5) -> None:
    plan, _is_new = Plan.objects.get_or_create(owner=student)
    for rank, place in enumerate(Opportunity.objects.order_by("slug")[:places], start=1):
        TopFiveEntry.objects.create(plan=plan, rank=rank, opportunity=place)


@pytest.fixture
def diary(leiden: Snapshot) -> Diary:
    return make_diary()


@pytest.fixture
def student(db: None) -> MakeStudent:
    def make(name: str) -> User:
        return User.objects.create_user(f"{name}@example.org", first_name=name.title())

    return make


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create_user("coordinator@example.org", role=Role.COORDINATOR)
