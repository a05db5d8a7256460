"""The first page of one's plan: what is next, and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from django.utils import timezone
from django.utils.translation import override

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning import top_five
from sojourn.planning.fit import fit_of
from sojourn.planning.models import Plan
from sojourn.planning.profile import Profile
from sojourn.portal.plan.presenters import overview
from sojourn.portal.shared import standing

pytestmark = pytest.mark.django_db
KI, EDINBURGH, FINLAND = (
    "karolinska-biomedicine-semester", "half-minor-edinburgh", "half-minor-finland",
)  # fmt: skip


@pytest.mark.parametrize(
    ("profile", "shown"),
    [
        (Profile(), [KI, EDINBURGH]),
        (Profile(programme="biomedical-sciences-bsc", year=1), [KI]),
        (Profile(programme="biomedical-sciences-bsc", year=2), [EDINBURGH]),
        (Profile(programme="medicine-bsc", year=2), [EDINBURGH]),
        (Profile(programme="pharmacy-msc", year=1), []),
    ],
)
def test_only_one_s_own_days_to_apply_are_named(
    leiden: Snapshot, profile: Profile, shown: list[str]
) -> None:
    """In November 2026: who is in year 1 hears of the round of year 3 two years from now."""
    then = replace(leiden, state=replace(leiden.state, today=dt.date(2026, 11, 24)))
    plan = Plan.objects.create()
    for key in (KI, EDINBURGH, FINLAND):
        top_five.add(plan, key)
    with override("en"):
        entries = top_five.top_five_of(plan)
        request = RequestFactory().get("/en/plan/")
        request.user = AnonymousUser()
        stand = standing.of_request(request, then, profile, entries, timezone.now())
        page = overview.page(then, profile, entries, fit_of(then, profile, {}), stand)
    assert [date.href for date in page.dates] == [f"/en/opportunities/{slug}/" for slug in shown]
