"""A round and the engine's Problem say the same."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.utils import timezone

from sojourn.engines import allocation as engine
from sojourn.people.models import User
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import (
    Application,
    MeasuredValue,
    ReviewAssignment,
    Reviewer,
    Round,
    Score,
)
from sojourn.selection.problem import problem_of
from sojourn.selection.scoring import score_sheet
from sojourn.selection.states import ReviewState
from tests.selection.conftest import BIOMEDICINE, HALF_MINORS, MEDICINE


@pytest.fixture
def scored(round_: Round, applicant: Callable[..., Application], coordinator: User) -> Application:
    """Anna: grade 8.5, 90 ECTS, motivation 4 and 5 for her first choice, 2 and 2 for the other."""
    application = applicant("anna")
    criteria = {each.code: each for each in round_.criteria.all()}
    for code, value in (("grades", "8.5"), ("ects", "90")):
        MeasuredValue.objects.create(
            application=application, criterion=criteria[code], value=Decimal(value)
        )
    for number, points in enumerate(((4, 2), (5, 2))):
        user = User.objects.create_user(f"reviewer{number}@example.org")
        review = ReviewAssignment.objects.create(
            reviewer=Reviewer.objects.create(round=round_, user=user, invited_by=coordinator),
            application=application,
            state=ReviewState.DONE,
            done_at=timezone.now(),
        )
        for choice, given in zip(application.choices.all(), points, strict=True):
            Score.objects.create(
                review=review, criterion=criteria["motivation"], choice=choice, points=given
            )
    return application


@pytest.mark.slow
def test_everything_of_the_round_is_in_the_problem(round_: Round, scored: Application) -> None:
    round_.opportunities.filter(key=HALF_MINORS[0]).update(minimum_score=Decimal("5.5004"))
    problem = problem_of(round_)
    assert problem.seed == round_.lottery.seed
    assert problem.opportunities == (
        engine.Opportunity(HALF_MINORS[0], 2, (engine.Quota(BIOMEDICINE, 1),), 5501),
        engine.Opportunity(HALF_MINORS[1], 2, (engine.Quota(BIOMEDICINE, 1),), None),
    )
    # grades 7.5/9 of 4, ects 3/4 of 2, motivation 3.5/4 and 1/4 of 3, English C1 5/6 of 1
    assert problem.applications == (
        engine.Application(
            scored.code,
            MEDICINE,
            (engine.Choice(HALF_MINORS[0], 8292), engine.Choice(HALF_MINORS[1], 6417)),
        ),
    )
    assert engine.allocate(problem).placements[0].opportunity == HALF_MINORS[0]


@pytest.mark.slow
def test_a_missing_grade_is_no_zero(round_: Round, scored: Application) -> None:
    MeasuredValue.objects.filter(criterion__code="grades").delete()
    assert [each.criterion.code for each in score_sheet(round_).missing] == ["grades"]
    with pytest.raises(SelectionError):
        problem_of(round_)


def test_a_choice_that_is_ruled_out_is_not_admissible(round_: Round, scored: Application) -> None:
    scored.choices.filter(rank=1).update(
        excluded_at=timezone.now(), exclusion_reason="The course is full."
    )
    choices = problem_of(round_).applications[0].choices
    assert [each.score for each in choices] == [None, 6417]


def test_another_weight_for_a_what_if_changes_nothing_kept(
    round_: Round, scored: Application
) -> None:
    before = score_sheet(round_)
    assert score_sheet(round_, {"grades": 0}) != before
    assert score_sheet(round_) == before


def test_a_withdrawn_application_does_not_compete(round_: Round, scored: Application) -> None:
    scored.state = "withdrawn"
    scored.withdrawn_at = timezone.now()
    scored.save()
    assert problem_of(round_).applications == ()
