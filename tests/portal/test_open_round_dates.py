"""While a round is open, every surface says its closing time and seats of a place, and no other."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from sojourn.catalogue.models import Deadline, Opportunity
from sojourn.catalogue.services import publish_change
from sojourn.catalogue.snapshot.facets import next_deadline
from sojourn.catalogue.snapshot.service import refresh_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.planning import top_five
from sojourn.planning.models import Plan
from sojourn.portal.shared import formatting
from sojourn.selection.models import Round
from sojourn.selection.states import RoundState
from tests.selection.rounds import PLACES, closed_round
from tests.support.accounts import STUDENT, account

pytestmark = pytest.mark.django_db
EDINBURGH, BORDEAUX, _FINLAND = PLACES
SEATS = 47
OWN_DAYS = (5, 130)


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    """Closes in twenty days; the host's own dates are before that and long after it."""
    now = timezone.now()
    made = closed_round({EDINBURGH: SEATS})
    made.state, made.closes_at = RoundState.OPEN, now + dt.timedelta(days=20)
    made.results_at, made.answer_by = now + dt.timedelta(days=30), now + dt.timedelta(days=40)
    made.academic_year = f"{now.year + 1}-{now.year + 2}"  # as far ahead as the days say
    made.save()
    place = Opportunity.objects.get(slug=EDINBURGH)
    Deadline.objects.filter(opportunity=place).delete()
    for number in OWN_DAYS:
        Deadline.objects.create(
            opportunity=place, slug=f"own-{number}", kind="application", label_en="Papers",
            label_nl="Papieren", date=timezone.localdate() + dt.timedelta(days=number),
        )  # fmt: skip
    publish_change()
    refresh_snapshot()
    return made


def test_the_result_comes_when_the_round_says(round_: Round) -> None:
    place = Opportunity.objects.get(slug=EDINBURGH)
    today = timezone.localdate()
    later = dt.date(int(round_.academic_year[:4]) + 1, 2, 1)
    for slug, day in (("same-year", today + dt.timedelta(days=60)), ("later-year", later)):
        Deadline.objects.create(
            opportunity=place, slug=slug, kind="result", label_en="You hear", label_nl="Je hoort",
            date=day,
        )  # fmt: skip
    publish_change()
    deadlines = refresh_snapshot().records.opportunities[EDINBURGH].deadlines
    assert round_.results_at is not None
    results = [each.date for each in deadlines if each.kind == "result"]
    assert results == [timezone.localtime(round_.results_at).date(), later]


def closing(round_: Round) -> dt.date:
    assert round_.closes_at is not None
    return timezone.localtime(round_.closes_at).date()


def said_of(day: dt.date) -> set[str]:
    with override("en"):
        return {formatting.day(day), formatting.short_day(day)}


@pytest.mark.slow
def test_every_surface_says_the_same(round_: Round) -> None:
    student = account("eline@example.org", STUDENT)
    plan = Plan.objects.create(owner=student)
    for key in (EDINBURGH, BORDEAUX):
        top_five.add(plan, key)
    client = Client()
    client.force_login(student)
    the_day, iso = said_of(closing(round_)), closing(round_).isoformat()
    page = client.get(f"/en/opportunities/{EDINBURGH}/").content.decode()
    shown = page.replace(formatting.NO_BREAK, " ").replace("&nbsp;", " ")
    due = re.findall(r'<div class="due">.*?</div>', shown, re.DOTALL)
    assert any(each in due[0] for each in the_day), "at the top; cards of other places follow"
    assert re.search(rf'class="num">\s*{SEATS}\b', page) or f">{SEATS}<" in page
    (listed_days,) = re.findall(r'<ol class="dates">.*?</ol>', shown, re.DOTALL)
    assert listed_days.count("The host&#x27;s own date: Papers") == len(OWN_DAYS)
    compared = client.get("/en/plan/compare/").content.decode()
    assert any(each in compared for each in the_day)
    assert str(SEATS) in compared
    overview = client.get("/en/plan/").content.decode()
    assert f'<time datetime="{iso}">' in overview
    listed = client.get("/en/opportunities/?q=Edinburgh").content.decode()
    assert any(each in listed for each in the_day)
    for feed in ("deadlines.ics", f"opportunities/{EDINBURGH}/deadlines.ics"):
        events = client.get(f"/en/{feed}").content.decode().replace("\r\n ", "").split("BEGIN:")
        assert any(iso.replace("-", "") in one and "The round closes" in one for one in events)
    answer = client.get(f"/api/v1/opportunities/{EDINBURGH}").json()
    to_apply = [each["date"] for each in answer["deadlines"] if each["kind"] == "application"]
    assert to_apply == [iso]
    assert answer["seats"]["number"] == SEATS
    nodes = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert iso in json.dumps([json.loads(each) for each in nodes])
    for own in OWN_DAYS:
        for each in said_of(timezone.localdate() + dt.timedelta(days=own)):
            assert each not in due[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("state", "days", "counts"),
    [
        (RoundState.OPEN, 20, True),
        (RoundState.PUBLISHED, 20, True),
        (RoundState.OPEN, -1, False),
        (RoundState.DRAFT, 20, False),
    ],
)
def test_only_while_it_is_open_by_the_clock(
    round_: Round, state: RoundState, days: int, counts: bool
) -> None:
    round_.state, round_.closes_at = state, timezone.now() + dt.timedelta(days=days)
    round_.save()
    publish_change()
    place = refresh_snapshot().records.opportunities[EDINBURGH]
    due = next_deadline(place, timezone.localdate())
    if state is RoundState.OPEN and not counts:
        # It has closed: the host's own dates of that year are no way in any more.
        assert due is None
    else:
        assert due is not None
        assert due.slug.startswith("round-") is counts
    assert (place.seats is not None and place.seats.number == SEATS) is counts
