"""The review: assignments, scores, conflicts of interest, and third reviewers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.people import audit, outbox
from sojourn.people.models import User
from sojourn.people.outbox import Letter, Link
from sojourn.selection.changes import locked, move
from sojourn.selection.criteria import CriterionScope
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    MeasuredValue,
    ReviewAssignment,
    Reviewer,
    Round,
    Score,
)
from sojourn.selection.states import ApplicationState, ReviewState, RoundState

LONGEST_COMMENT = 2000
ScoreKey = tuple[int, int | None]
"""A criterion, and the choice that it is scored for; None: the applicant as a whole."""


@dataclass(frozen=True)
class GivenScore:
    """Points and a comment that a reviewer gives."""

    points: int
    comment: str = ""


@dataclass(frozen=True)
class ReviewProgress:
    """How far the review of a round is."""

    applications: int
    reviews: int
    done: int
    without_enough: int
    """Applications that still lack a reviewer."""


@dataclass(frozen=True)
class Disagreement:
    """Two reviewers of one application that are further apart than the round allows."""

    application: Application
    criterion: Criterion
    choice: Choice | None
    lowest: int
    highest: int


def invite(round_: Round, email: str, *, actor: User) -> Reviewer:
    """Make an account a reviewer in this round; it gets no other right.

    Raises SelectionError when there is no such account, or it applies in the round itself.
    """
    user = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if user is None:
        raise SelectionError(
            _("There is no account with this mail address. Ask them to make one first.")
        )
    if Application.objects.filter(round=round_, owner=user).exists():
        raise SelectionError(_("Somebody who applies in a round cannot review in it."))
    with transaction.atomic():
        reviewer, is_new = Reviewer.objects.get_or_create(
            round=round_, user=user, defaults={"invited_by": actor}
        )
        if is_new:
            audit.record(
                "reviewer.invited",
                actor=actor,
                about=user,
                on=reviewer,
                details={"round": round_.slug},
            )
            outbox.post(
                key=f"reviewer-invited:{reviewer.pk}",
                to=user,
                write=lambda: Letter(
                    subject=_("You review in “%(round)s”") % {"round": round_.title},
                    paragraphs=(
                        _(
                            "The applications you review appear here. We send you a mail when "
                            "there is something to read."
                        ),
                    ),
                    link=Link(_("My reviews"), reverse("office:reviews")),
                ),
            )
    return reviewer


def dismiss(reviewer: Reviewer, *, actor: User) -> None:
    """Remove a reviewer from a round. Raises SelectionError once they have scored."""
    with transaction.atomic():
        locked(reviewer.round)
        if reviewer.assignments.filter(state=ReviewState.DONE).exists():
            raise SelectionError(_("This reviewer has already given scores, so their work stays."))
        reviewer.assignments.all().delete()
        audit.record("reviewer.dismissed", actor=actor, about=reviewer.user, on=reviewer)
        reviewer.delete()


def assign(round_: Round, *, actor: User) -> int:
    """Assign reviewers to every application, the least busy first. Return how many.

    Running it again only fills what is missing. Raises SelectionError while the round takes
    applications, or with too few reviewers.
    """
    with transaction.atomic():
        # The round is locked, so two people who assign at once do not give one application twice.
        row = locked(round_)
        _require_review(row)
        reviewers = list(row.reviewers.filter(user__isnull=False).order_by("pk"))
        if len(reviewers) < row.reviews_each:
            raise SelectionError(
                ngettext(
                    "This round needs at least %(count)d reviewer.",
                    "This round needs at least %(count)d reviewers.",
                    row.reviews_each,
                )
                % {"count": row.reviews_each}
            )
        given = 0
        for application in _submitted_applications(row):
            given += _assign_missing(row, application, reviewers)
        if given:
            audit.record(
                "round.reviews_assigned", actor=actor, about=None, on=row, details={"count": given}
            )
            _notify_reviewers(row)
        return given


def save_scores(
    review: ReviewAssignment, given: Mapping[ScoreKey, GivenScore], *, actor: User
) -> None:
    """Save the scores so far; parts that are not named stay as they are.

    Raises SelectionError for points that the rubric does not have.
    """
    with transaction.atomic():
        row = _locked_for_scoring(review)
        known = {(part.criterion.pk, part.choice_pk): part for part in score_items(row)}
        for key, score in given.items():
            part = known.get(key)
            if part is None:
                raise SelectionError(_("This is not scored in this round."))
            if score.points not in part.points:
                raise SelectionError(
                    _("“%(name)s” is scored with %(low)d to %(high)d points.")
                    % {
                        "name": part.criterion.name,
                        "low": min(part.points),
                        "high": max(part.points),
                    }
                )
            Score.objects.update_or_create(
                review=row,
                criterion=part.criterion,
                choice=part.choice,
                defaults={
                    "points": score.points,
                    "comment": score.comment[:LONGEST_COMMENT],
                    "scored_at": timezone.now(),
                },
            )
        if row.state == ReviewState.DONE:
            move(row, "score_again", actor=actor)


def finish(review: ReviewAssignment, *, actor: User) -> None:
    """Finish a review. Raises SelectionError while a score is missing."""
    with transaction.atomic():
        row = _locked_for_scoring(review)
        if row.state == ReviewState.DONE:
            return
        scored = set(row.scores.values_list("criterion_id", "choice_id"))
        missing = [
            part for part in score_items(row) if (part.criterion.pk, part.choice_pk) not in scored
        ]
        if missing:
            raise SelectionError(
                ngettext(
                    "%(count)d score is still missing.",
                    "%(count)d scores are still missing.",
                    len(missing),
                )
                % {"count": len(missing)}
            )
        row.done_at = timezone.now()
        move(row, "finish", actor=actor)


def declare_conflict(review: ReviewAssignment, because: str, *, actor: User) -> None:
    """Declare a conflict of interest; another reviewer is assigned where there is one."""
    if not because.strip():
        raise SelectionError(_("Explain the conflict of interest in a few words."))
    with transaction.atomic():
        round_ = locked(review.application.round)
        row = locked(review)
        _require_review(round_)
        row.conflict_because = because.strip()[:300]
        row.scores.all().delete()
        move(row, "declare_conflict", actor=actor)
        reviewers = list(round_.reviewers.filter(user__isnull=False).order_by("pk"))
        _assign_missing(round_, row.application, reviewers)
        _notify_reviewers(round_)


def request_third_review(application: Application, *, actor: User) -> ReviewAssignment:
    """Assign a third reviewer where two disagree. Asking twice assigns once."""
    with transaction.atomic():
        round_ = locked(application.round)
        _require_review(round_)
        there = application.reviews.exclude(state=ReviewState.CONFLICT).filter(is_third=True)
        if (third := there.first()) is not None:
            return third
        reviewer = next(iter(_free_reviewers(application, list(round_.reviewers.all()))), None)
        if reviewer is None:
            raise SelectionError(_("There is no other reviewer left. Invite one more."))
        third = ReviewAssignment.objects.create(
            reviewer=reviewer, application=application, is_third=True
        )
        audit.record(
            "review.third_asked", actor=actor, about=None, on=third,
            details={"application": application.code},
        )  # fmt: skip
        _notify_reviewers(round_)
        return third


def exclude(choice: Choice, because: str, *, actor: User) -> None:
    """Exclude a choice: the applicant cannot go there after all, with the reason."""
    if not because.strip():
        raise SelectionError(_("Give the reason; the applicant will read it."))
    with transaction.atomic():
        _require_review(locked(choice.application.round))
        choice.excluded_at = timezone.now()
        choice.exclusion_reason = because.strip()[:500]
        choice.save(update_fields=["excluded_at", "exclusion_reason"])
        audit.record("choice.excluded", actor=actor, about=choice.application.owner, on=choice)


def reinstate(choice: Choice, *, actor: User) -> None:
    """Reinstate an excluded choice."""
    with transaction.atomic():
        _require_review(locked(choice.application.round))
        choice.excluded_at, choice.exclusion_reason = None, ""
        choice.save(update_fields=["excluded_at", "exclusion_reason"])
        audit.record("choice.reinstated", actor=actor, about=choice.application.owner, on=choice)


def set_value(
    application: Application, criterion: Criterion, value: Decimal, *, actor: User
) -> None:
    """Fill in an applicant's value by hand; it replaces an imported one."""
    kind = criterion.behaviour
    if kind.has_rubric:
        raise SelectionError(_("Reviewers score this criterion."))
    if not kind.accepts(criterion, value):
        lowest, highest = kind.bounds(criterion)
        raise SelectionError(
            _("This must be from %(low)s to %(high)s.")
            % {"low": f"{lowest:f}", "high": f"{highest:f}"}
        )
    with transaction.atomic():
        _require_review(locked(application.round))
        row, _is_new = MeasuredValue.objects.update_or_create(
            application=application,
            criterion=criterion,
            defaults={"value": value, "source": None, "set_at": timezone.now()},
        )
        audit.record(
            "application.value_set", actor=actor, about=application.owner, on=row,
            details={"criterion": criterion.code},
        )  # fmt: skip


# --- Questions ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ScoreItem:
    """One thing that a reviewer scores, and the points that the rubric has."""

    criterion: Criterion
    choice: Choice | None
    points: tuple[int, ...]

    @property
    def choice_pk(self) -> int | None:
        return None if self.choice is None else self.choice.pk


def score_items(review: ReviewAssignment) -> list[ScoreItem]:
    """List everything that is scored in a review, in the order of criteria and choices."""
    application = review.application
    choices = list(application.choices.select_related("opportunity__opportunity"))
    found = []
    for criterion in application.round.criteria.prefetch_related("levels"):
        if not criterion.behaviour.has_rubric:
            continue
        points = tuple(level.points for level in criterion.levels.all())
        per = choices if criterion.scope == CriterionScope.CHOICE else [None]
        found += [ScoreItem(criterion, choice, points) for choice in per]
    return found


def reviews_of(user: User) -> QuerySet[ReviewAssignment]:
    """Return the reviews that a person may read; those with a conflict are gone for them."""
    return (
        ReviewAssignment.objects.filter(reviewer__user=user)
        .exclude(state=ReviewState.CONFLICT)
        .filter(application__state=ApplicationState.SUBMITTED)
        .select_related("application__round", "reviewer")
    )


def review_progress(round_: Round) -> ReviewProgress:
    active = ReviewAssignment.objects.filter(
        application__round=round_, application__state=ApplicationState.SUBMITTED
    ).exclude(state=ReviewState.CONFLICT)
    applications = list(_submitted_applications(round_))
    counts: dict[int, int] = defaultdict(int)
    for pk in active.values_list("application_id", flat=True):
        counts[pk] += 1
    return ReviewProgress(
        applications=len(applications),
        reviews=active.count(),
        done=active.filter(state=ReviewState.DONE).count(),
        without_enough=sum(counts[each.pk] < round_.reviews_each for each in applications),
    )


def disagreements(round_: Round) -> list[Disagreement]:
    """List where reviewers are too far apart and no third has been assigned."""
    points: dict[tuple[int, int, int | None], list[int]] = defaultdict(list)
    scores = Score.objects.filter(
        review__application__round=round_,
        review__application__state=ApplicationState.SUBMITTED,
        review__state=ReviewState.DONE,
    )
    for score in scores:
        key = (score.review.application_id, score.criterion_id, score.choice_id)
        points[key].append(score.points)
    settled = set(
        ReviewAssignment.objects.filter(application__round=round_, is_third=True)
        .exclude(state=ReviewState.CONFLICT)
        .values_list("application_id", flat=True)
    )
    found = []
    for (application_pk, criterion_pk, choice_pk), given in sorted(
        points.items(), key=lambda item: (item[0][0], item[0][1], item[0][2] or 0)
    ):
        apart = max(given) - min(given)
        if apart <= round_.disagreement_limit or application_pk in settled:
            continue
        found.append(
            Disagreement(
                Application.objects.get(pk=application_pk),
                Criterion.objects.get(pk=criterion_pk),
                Choice.objects.filter(pk=choice_pk).first() if choice_pk else None,
                min(given),
                max(given),
            )
        )
    return found


# --- How ----------------------------------------------------------------------------------------


def _submitted_applications(round_: Round) -> QuerySet[Application]:
    return Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED).order_by(
        "code"
    )


def _require_review(round_: Round) -> None:
    if round_.state != RoundState.CLOSED:
        raise NotAllowedNowError(
            _("This is possible only between the closing of the round and the allocation.")
        )


def _locked_for_scoring(review: ReviewAssignment) -> ReviewAssignment:
    # The round first, as everywhere: scoring and allocating wait for each other.
    _require_review(locked(review.application.round))
    row = locked(review)
    if row.state == ReviewState.CONFLICT:
        raise NotAllowedNowError(_("You have returned this application."))
    return row


def _free_reviewers(application: Application, reviewers: Iterable[Reviewer]) -> list[Reviewer]:
    """List reviewers without a link to the application, the least busy first."""
    taken = set(application.reviews.values_list("reviewer_id", flat=True))
    loads = dict(
        Reviewer.objects.filter(round=application.round)
        .annotate(load=Count("assignments", filter=~Q(assignments__state=ReviewState.CONFLICT)))
        .values_list("pk", "load")
    )
    free = [each for each in reviewers if each.pk not in taken and each.user_id is not None]
    return sorted(free, key=lambda each: (loads.get(each.pk, 0), each.pk))


def _assign_missing(round_: Round, application: Application, reviewers: list[Reviewer]) -> int:
    active = application.reviews.exclude(state=ReviewState.CONFLICT).filter(is_third=False)
    wanted = round_.reviews_each - active.count()
    given = 0
    for reviewer in _free_reviewers(application, reviewers)[: max(0, wanted)]:
        try:
            with transaction.atomic():
                ReviewAssignment.objects.create(reviewer=reviewer, application=application)
        except IntegrityError:
            continue  # the constraint knows better: this reviewer has it, or handed it back
        given += 1
    return given


def _notify_reviewers(round_: Round) -> None:
    """Tell each reviewer, at most once a day, how many applications wait."""
    today = timezone.localdate()
    for reviewer in round_.reviewers.filter(user__isnull=False).select_related("user"):
        waiting = reviewer.assignments.filter(state=ReviewState.ASSIGNED).count()
        if not waiting or reviewer.user is None:
            continue
        outbox.post(
            key=f"reviews-wait:{reviewer.pk}:{today.isoformat()}",
            to=reviewer.user,
            write=lambda count=waiting: Letter(  # type: ignore[misc]
                subject=ngettext(
                    "%(count)d application waits for your review",
                    "%(count)d applications wait for your review",
                    count,
                )
                % {"count": count},
                paragraphs=(round_.title,),
                link=Link(_("My reviews"), reverse("office:reviews")),
            ),
        )
