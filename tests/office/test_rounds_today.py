"""What of rounds and results stands on the office's first page, and when it goes."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone, translation

from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.office.results.presenters.today import sections
from sojourn.office.rounds.presenters.today import rounds
from sojourn.people.models import User
from sojourn.selection import offers, reviews, runs
from sojourn.selection.models import Application, Criterion, Offer, Round
from sojourn.selection.states import RoundState
from tests.selection.rounds import PLACES, applicants, closed_round, office
from tests.support.accounts import account

# A Wednesday, so that there are days before and after it in its week.
WEDNESDAY = dt.datetime(2027, 3, 10, 12, tzinfo=dt.UTC)


@pytest.fixture
def round_(leiden: Snapshot) -> Round:
    made = closed_round({PLACES[0]: 1})
    applicants(made, [[PLACES[0]], [PLACES[0]]], ["9", "8"])
    return made


def told(section: str, now: dt.datetime) -> list[str]:
    reader = User.objects.filter(email="reader@example.org").first()
    reader = reader or account("reader@example.org", "coordinator")
    with translation.override("en"):
        shown = (rounds(reader, now),) if section == "rounds" else sections(reader, now)
        return [f"{line.title}: {line.detail}" for each in shown for line in each.lines]


@pytest.mark.parametrize(
    ("closes", "is_told"),
    [
        (WEDNESDAY + dt.timedelta(hours=5), True),
        (WEDNESDAY + dt.timedelta(days=4, hours=10), True),  # Sunday 23:00 in Amsterdam
        (WEDNESDAY + dt.timedelta(days=4, hours=11), False),  # Monday 0:00
        (WEDNESDAY - dt.timedelta(days=1), False),
    ],
)
def test_a_round_that_closes_before_monday_is_told(
    round_: Round, closes: dt.datetime, is_told: bool
) -> None:
    Round.objects.filter(pk=round_.pk).update(
        state=RoundState.OPEN,
        opens_at=WEDNESDAY - dt.timedelta(days=20),
        closes_at=closes,
        results_at=WEDNESDAY + dt.timedelta(days=30),
        answer_by=WEDNESDAY + dt.timedelta(days=40),
    )
    Application.objects.filter(code="code0001").update(state="draft")
    expected = ["A small round: closes: 1 submitted, 1 started"] if is_told else []
    assert told("rounds", WEDNESDAY) == expected


@pytest.mark.slow
def test_reviews_wait_until_they_are_done(round_: Round) -> None:
    now = timezone.now()
    Round.objects.filter(pk=round_.pk).update(reviews_each=1)
    round_.refresh_from_db()
    rubric = Criterion.objects.create(
        round=round_, code="motivation", kind="rubric", name_en="Motivation",
        name_nl="Motivatie", weight=1, lowest=1, highest=2,
    )  # fmt: skip
    for points in (1, 2):
        rubric.levels.create(points=points, text_en=str(points), text_nl=str(points))
    assert told("rounds", now) == ["A small round: 2 applications lack a reviewer"]
    one, _two = office()
    reviews.invite(round_, one.email, actor=one)
    reviews.assign(round_, actor=one)
    assert told("rounds", now) == ["A small round: 2 reviews to do"]
    for review in reviews.reviews_of(one):
        reviews.save_scores(review, {(rubric.pk, None): reviews.GivenScore(2)}, actor=one)
        reviews.finish(review, actor=one)
    assert told("rounds", now) == ["A small round: reviewed: the seats can be allocated"]


def test_a_run_says_how_many_more_must_approve_it(round_: Round) -> None:
    now = timezone.now()
    one, two = office()
    run = runs.allocate_round(round_, actor=one)
    assert told("results", now) == ["A small round: a run to approve and publish"]
    runs.approve(run, actor=one)
    assert told("results", now) == ["A small round: a run waits for another approval: 1 of 2"]
    runs.approve(run, actor=two)
    assert told("results", now) == ["A small round: a run that is approved, to publish"]
    runs.publish(run, actor=one)
    assert told("results", now) == []
    Offer.objects.update(answer_by=now + dt.timedelta(hours=30))
    assert told("results", now) == ["A small round: 1 offer ends soon without an answer"]
    first = Application.objects.get(code="code0000")
    offers.accept(first.offers.get(), actor=first.owner)
    round_.opportunities.update(nomination_deadline=timezone.localdate() + dt.timedelta(days=3))
    assert any("1 student to nominate" in line for line in told("results", now))
