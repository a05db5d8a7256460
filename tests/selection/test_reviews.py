"""The review: who reads what, the same scores for all, conflicts, thirds, and no name too many."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from sojourn.people.models import OutboxMail, User
from sojourn.people.roles import Role
from sojourn.selection import reviews
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import Application, ReviewAssignment, Round, Score
from sojourn.selection.reviews import GivenScore
from sojourn.selection.scoring import score_sheet
from sojourn.selection.states import ReviewState, RoundState
from tests.selection.conftest import HALF_MINORS


@pytest.fixture
def closed(
    round_: Round,
    applicant: Callable[..., Application],
    person: Callable[..., User],
    coordinator: User,
) -> Round:
    """Four applications, three reviewers, nothing given out yet."""
    for name in ("anna", "bert", "cas", "dora"):
        applicant(name)
    for name in ("rev1", "rev2", "rev3"):
        person(name)
        reviews.invite(round_, f"{name}@example.org", actor=coordinator)
    Round.objects.filter(pk=round_.pk).update(state=RoundState.CLOSED)
    round_.refresh_from_db()
    return round_


def score_all(review: ReviewAssignment, points: int) -> None:
    actor = review.reviewer.user
    assert actor is not None
    given = {
        (part.criterion.pk, part.choice_pk): GivenScore(points)
        for part in reviews.score_items(review)
    }
    reviews.save_scores(review, given, actor=actor)
    reviews.finish(review, actor=actor)


def test_everybody_gets_two_reviewers_and_the_work_is_even(
    closed: Round, coordinator: User
) -> None:
    assert reviews.assign(closed, actor=coordinator) == 8
    assert {each.reviews.count() for each in closed.applications.all()} == {2}
    loads = sorted(each.assignments.count() for each in closed.reviewers.all())
    assert loads == [2, 3, 3]
    assert reviews.assign(closed, actor=coordinator) == 0
    assert OutboxMail.objects.filter(key__startswith="reviews-wait:").count() == 3


def test_with_too_few_reviewers_nothing_is_given_out(closed: Round, coordinator: User) -> None:
    closed.reviewers.last().delete()  # type: ignore[union-attr]
    closed.reviewers.last().delete()  # type: ignore[union-attr]
    with pytest.raises(SelectionError):
        reviews.assign(closed, actor=coordinator)
    assert not ReviewAssignment.objects.exists()


def test_who_applies_does_not_review(
    round_: Round, applicant: Callable[..., Application], coordinator: User
) -> None:
    anna = applicant("anna")
    with pytest.raises(SelectionError):
        reviews.invite(round_, anna.owner.email, actor=coordinator)
    with pytest.raises(SelectionError):
        reviews.invite(round_, "nobody@example.org", actor=coordinator)


def test_nothing_is_given_out_while_the_round_is_open(closed: Round, coordinator: User) -> None:
    Round.objects.update(state=RoundState.OPEN)
    with pytest.raises(NotAllowedNowError):
        reviews.assign(closed, actor=coordinator)


def test_a_conflict_goes_to_another_and_never_comes_back(closed: Round, coordinator: User) -> None:
    reviews.assign(closed, actor=coordinator)
    review = ReviewAssignment.objects.first()
    assert review is not None
    assert review.reviewer.user is not None
    reviews.declare_conflict(review, "My niece", actor=review.reviewer.user)
    assert review not in reviews.reviews_of(review.reviewer.user)
    active = review.application.reviews.exclude(state=ReviewState.CONFLICT)
    assert active.count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewAssignment.objects.create(reviewer=review.reviewer, application=review.application)
    with pytest.raises(NotAllowedNowError):
        reviews.save_scores(review, {}, actor=review.reviewer.user)


def test_points_outside_the_rubric_are_refused(closed: Round, coordinator: User) -> None:
    reviews.assign(closed, actor=coordinator)
    review = ReviewAssignment.objects.first()
    assert review is not None
    assert review.reviewer.user is not None
    part = reviews.score_items(review)[0]
    key = (part.criterion.pk, part.choice_pk)
    with pytest.raises(SelectionError, match="1 to 5"):
        reviews.save_scores(review, {key: GivenScore(6)}, actor=review.reviewer.user)
    assert not Score.objects.exists()


def test_a_review_is_done_only_when_every_score_is_there(closed: Round, coordinator: User) -> None:
    reviews.assign(closed, actor=coordinator)
    review = ReviewAssignment.objects.first()
    assert review is not None
    assert review.reviewer.user is not None
    with pytest.raises(SelectionError):
        reviews.finish(review, actor=review.reviewer.user)
    score_all(review, 4)
    review.refresh_from_db()
    assert review.state == ReviewState.DONE


@pytest.mark.slow
def test_a_third_reads_where_two_are_too_far_apart(closed: Round, coordinator: User) -> None:
    reviews.assign(closed, actor=coordinator)
    application = closed.applications.first()
    assert application is not None
    for review, points in zip(application.reviews.all(), (1, 5), strict=True):
        score_all(review, points)
    apart = reviews.disagreements(closed)
    assert [(each.lowest, each.highest) for each in apart] == [(1, 5), (1, 5)]
    third = reviews.request_third_review(application, actor=coordinator)
    assert reviews.request_third_review(application, actor=coordinator) == third
    assert reviews.disagreements(closed) == []
    score_all(third, 3)
    assert Score.objects.filter(review__application=application).count() == 6


@pytest.mark.slow
def test_two_points_apart_are_no_disagreement(closed: Round, coordinator: User) -> None:
    reviews.assign(closed, actor=coordinator)
    application = closed.applications.first()
    assert application is not None
    for review, points in zip(application.reviews.all(), (3, 5), strict=True):
        score_all(review, points)
    assert reviews.disagreements(closed) == []


@pytest.mark.slow
def test_progress_counts_what_is_missing(closed: Round, coordinator: User) -> None:
    assert reviews.review_progress(closed).without_enough == 4
    reviews.assign(closed, actor=coordinator)
    review = ReviewAssignment.objects.first()
    assert review is not None
    score_all(review, 4)
    assert reviews.review_progress(closed) == reviews.ReviewProgress(4, 8, 1, 0)


def test_a_choice_is_ruled_out_with_a_reason(closed: Round, coordinator: User) -> None:
    choice = closed.applications.first().choices.first()  # type: ignore[union-attr]
    assert choice is not None
    with pytest.raises(SelectionError):
        reviews.exclude(choice, " ", actor=coordinator)
    reviews.exclude(choice, "The course needs a passed first year.", actor=coordinator)
    assert choice.excluded_at is not None
    reviews.reinstate(choice, actor=coordinator)
    choice.refresh_from_db()
    assert choice.excluded_at is None


@pytest.mark.slow
def test_a_value_by_hand_must_be_possible(closed: Round, coordinator: User) -> None:
    application = closed.applications.first()
    grades = closed.criteria.get(code="grades")
    assert application is not None
    with pytest.raises(SelectionError):
        reviews.set_value(application, grades, Decimal(12), actor=coordinator)
    reviews.set_value(application, grades, Decimal("7.5"), actor=coordinator)
    missing = {
        each.criterion.code
        for each in score_sheet(closed).missing
        if each.application == application
    }
    assert missing == {"ects", "motivation"}


# --- Pages ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_reviewer_reads_without_a_name_and_goes_on_to_the_next(
    closed: Round, coordinator: User, signed_in: Callable[[User], Client], language: str
) -> None:
    reviews.assign(closed, actor=coordinator)
    user = User.objects.get(email="rev1@example.org")
    client = signed_in(user)
    page = client.get(f"/{language}/office/reviews/").content.decode()
    assert "Voorbeeld" not in page
    review = reviews.reviews_of(user)[0]
    at = f"/{language}/office/reviews/{review.uuid}/"
    shown = client.get(at).content.decode()
    assert f"Because of {HALF_MINORS[0]}." in shown
    # Nor the code under which the published result shows the whole list.
    application = review.application
    for secret in (application.owner.email, str(application.owner), application.code, "8.5"):
        assert secret not in page + shown
    assert application.review_code in shown
    sent = {
        f"points-{part.criterion.pk}-{part.choice_pk}": "4" for part in reviews.score_items(review)
    }
    assert client.post(at, {**sent, "do": "finish"}).status_code == 302
    review.refresh_from_db()
    assert review.state == ReviewState.DONE


@pytest.mark.slow
def test_an_incomplete_review_says_so_and_keeps_what_was_given(
    closed: Round, coordinator: User, signed_in: Callable[[User], Client]
) -> None:
    reviews.assign(closed, actor=coordinator)
    user = User.objects.get(email="rev1@example.org")
    review = reviews.reviews_of(user)[0]
    part = reviews.score_items(review)[0]
    answer = signed_in(user).post(
        f"/en/office/reviews/{review.uuid}/",
        {f"points-{part.criterion.pk}-{part.choice_pk}": "2", "do": "finish"},
    )
    assert answer.status_code == 422
    assert review.scores.get().points == 2


@pytest.mark.slow
def test_the_office_invites_gives_out_and_asks_a_third(
    closed: Round,
    coordinator: User,
    signed_in: Callable[[User], Client],
    person: Callable[..., User],
) -> None:
    person("rev4", Role.COORDINATOR)
    client = signed_in(coordinator)
    at = f"/en/office/rounds/{closed.slug}/reviewers/"
    assert client.post(at, {"do": "invite", "email": "rev4@example.org"}).status_code == 302
    assert client.post(at, {"do": "invite", "email": "x@example"}).status_code == 422
    assert client.post(at, {"do": "assign"}).status_code == 302
    application = closed.applications.first()
    assert application is not None
    for review, points in zip(application.reviews.all(), (1, 5), strict=True):
        score_all(review, points)
    assert application.code in client.get(at).content.decode()
    client.post(at, {"do": "third", "application": application.code})
    assert application.reviews.filter(is_third=True).count() == 1
    whole = client.get(f"/en/office/rounds/{closed.slug}/applications/{application.uuid}/")
    assert application.owner.email in whole.content.decode()
    assert client.get(f"/nl/office/rounds/{closed.slug}/applications/").status_code == 200
