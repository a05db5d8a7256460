"""The calendar of a plan holds the steps of the choices that are the student's own."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from sojourn.catalogue.models import Opportunity
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning import dates_feed
from sojourn.planning.models import Plan, TopFiveEntry
from sojourn.planning.profile import Profile, save_profile

HALF_MINOR, STOCKHOLM = "half-minor-finland", "karolinska-biomedicine-semester"


@pytest.mark.parametrize(
    ("programme", "year", "theirs"),
    [("biomedical-sciences-bsc", 1, STOCKHOLM), ("medicine-bsc", 2, HALF_MINOR)],
)
def test_a_place_for_others_has_no_steps_in_the_calendar(
    leiden: Snapshot, client: Client, programme: str, year: int, theirs: str
) -> None:
    plan = Plan.objects.create()
    for rank, slug in enumerate((HALF_MINOR, STOCKHOLM), start=1):
        place = Opportunity.objects.get(slug=slug)
        TopFiveEntry.objects.create(plan=plan, rank=rank, opportunity=place)
    save_profile(plan, Profile(programme=programme, year=year), "")
    address = reverse("exchange:plan_dates", args=[dates_feed.make_feed(plan)])
    calendar = client.get(address).text.replace("\r\n ", "")
    named = {slug for slug in (HALF_MINOR, STOCKHOLM) if f"/opportunities/{slug}/" in calendar}
    assert named == {theirs}
