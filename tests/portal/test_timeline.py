"""The dates of all places as one timeline."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning import top_five
from sojourn.planning.dates import preparation_for
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile
from sojourn.portal.plan.presenters import preparation
from sojourn.selection.states import RoundState
from tests.selection.rounds import PLACES, closed_round

pytestmark = pytest.mark.django_db
KI, EDINBURGH, BORDEAUX, CUBA = (
    "karolinska-biomedicine-semester", "half-minor-edinburgh", "half-minor-bordeaux",
    "half-minor-global-health-cuba",
)  # fmt: skip
TODAY = dt.date(2026, 11, 30)
FIRST_YEAR = Profile(programme="biomedical-sciences-bsc", year=1)


def ways(
    snapshot: Snapshot, profile: Profile, *places: str, today: dt.date = TODAY
) -> list[preparation.WayPart]:
    return [
        preparation.way(
            snapshot.records,
            preparation_for(
                snapshot.records, snapshot.records.opportunities[slug], profile, today, rank
            ),
        )
        for rank, slug in enumerate(places, 1)
    ]


def test_what_is_the_same_for_several_places_is_said_once(leiden: Snapshot) -> None:
    with override("en"):
        found = ways(leiden, FIRST_YEAR, EDINBURGH, BORDEAUX, CUBA)
        line = preparation.timeline(found)
    assert len({(step.line, step.is_departure) for step in line}) == len(line)
    assert len(line) < sum(len(way.steps) for way in found)
    days = [step.line.day for step in line]
    assert days == sorted(days)
    # Each place keeps every step of its own, and its departure.
    for way in found:
        of_way = [step for step in line if f"{way.rank}. {way.city}" in step.places]
        assert len(of_way) == len(way.steps) + 1
    assert any(step.is_for_all for step in line)
    assert any(step.places == (f"3. {found[2].city}",) for step in line)


@pytest.mark.parametrize("today", [TODAY, dt.date(2027, 3, 1), dt.date(2027, 6, 20)])
def test_time_for_everything_and_tight_are_never_said_together(
    leiden: Snapshot, today: dt.date
) -> None:
    for profile in (Profile(), replace(FIRST_YEAR, year=2), Profile(hours_a_week=4)):
        for place in leiden.records.opportunities:
            (way,) = ways(leiden, profile, place, today=today)
            if way.steps and way.standing == "good":
                assert {step.standing for step in way.steps} <= {"good"}, place


@pytest.mark.slow
def test_after_the_round_has_closed_the_host_s_own_day_is_no_way_in(
    client: Client, leiden: Snapshot
) -> None:
    now = timezone.now()
    made = closed_round({PLACES[0]: 3})
    made.state, made.closes_at = RoundState.CLOSED, now - dt.timedelta(days=1)
    made.academic_year = f"{now.year + 1}-{now.year + 2}"
    made.save()
    publish_change()
    place = refresh_snapshot().records.opportunities[PLACES[0]]
    year_begins = dt.date(now.year + 1, 8, 1)
    for each in place.deadlines:
        if each.kind in ("application", "registration"):
            assert each.slug.startswith("round-") or each.date >= year_begins
    client.post(
        reverse("plan:profile"), {"programme": "medicine-bsc", "year": "2", "seen": ""}, follow=True
    )
    top_five.add(Plan.objects.get(), PLACES[0])
    page = client.get("/en/plan/dates/").content.decode()
    assert "The round has closed" in page
    assert "Too late for this departure" in page
    assert "There is still time for everything" not in page
    listed = client.get("/en/plan/top-five/").content.decode()
    assert "This round has closed. What you submitted before the deadline counts." in listed
    assert "none of the five is possible" not in listed
