"""From criteria, reviews and imported figures to the exact score of each choice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import QuerySet

from sojourn.engines import allocation as engine
from sojourn.engines.allocation.scoring import Exact
from sojourn.selection.criteria import CriterionScope, Evidence
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    MeasuredValue,
    Round,
    Score,
)
from sojourn.selection.states import ApplicationState, ReviewState


@dataclass(frozen=True)
class MissingValue:
    """A value without which an application cannot be scored; `choice` None: for the applicant."""

    application: Application
    criterion: Criterion
    choice: Choice | None


@dataclass(frozen=True)
class ScoredChoice:
    """One choice, its score in smallest steps; None: excluded, or a value is missing."""

    choice: Choice
    score: int | None


@dataclass(frozen=True)
class ScoreSheet:
    """Every submitted application with its scored choices in order, and missing values."""

    rows: tuple[tuple[Application, tuple[ScoredChoice, ...]], ...]
    missing: tuple[MissingValue, ...]


@dataclass(frozen=True)
class Counted:
    """What one criterion adds to the score of a choice, exactly; `most` is what it could add."""

    criterion: Criterion
    value: Exact
    points: Fraction
    most: Fraction

    @property
    def share(self) -> Fraction:
        return self.points / self.most if self.most else Fraction(0)


@dataclass(frozen=True)
class ScoreSum:
    """The score of a choice in smallest steps, and what each criterion adds to it."""

    score: int
    parts: tuple[Counted, ...]


def scheme_of(round_: Round, weights: Mapping[str, int] | None = None) -> engine.ScoringScheme:
    """Return the criteria as the engine reads them; `weights` by code replace the round's."""
    changed = weights or {}
    return engine.ScoringScheme(
        tuple(
            engine.Criterion(
                each.code, changed.get(each.code, each.weight), each.lowest, each.highest
            )
            for each in round_.criteria.all()
        ),
        digits=round_.score_digits,
        highest=round_.score_highest,
    )


def score_sheet(round_: Round, weights: Mapping[str, int] | None = None) -> ScoreSheet:
    """Score every submitted application of a round."""
    criteria = list(round_.criteria.all())
    scheme = scheme_of(round_, weights)
    applications = list(
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED)
        .order_by("code")
        .prefetch_related("choices__opportunity")
    )
    values = values_of(
        {round_.pk: criteria},
        applications,
        Score.objects.filter(review__application__round=round_),
        MeasuredValue.objects.filter(application__round=round_),
    )
    rows = []
    missing = []
    for application in applications:
        scored = []
        for choice in sorted(application.choices.all(), key=lambda each: each.rank):
            found: dict[str, Exact] = {}
            for criterion in criteria:
                key = (application.pk, criterion.pk, choice_key(criterion, choice))
                if key in values:
                    found[criterion.code] = values[key]
                elif choice.excluded_at is None:
                    missing.append(_missing(application, criterion, choice))
            is_complete = len(found) == len(criteria) and choice.excluded_at is None
            scored.append(ScoredChoice(choice, scheme.score(found) if is_complete else None))
        rows.append((application, tuple(scored)))
    return ScoreSheet(tuple(rows), tuple(dict.fromkeys(missing)))


def sums_of(application: Application) -> dict[str, ScoreSum]:
    """Say how the score of each choice adds up, by its opportunity's key, where it is complete."""
    criteria = list(application.round.criteria.prefetch_related("levels"))
    scheme = scheme_of(application.round)
    weights = sum(each.weight for each in criteria) or 1
    values = values_of(
        {application.round_id: criteria},
        [application],
        Score.objects.filter(review__application=application),
        MeasuredValue.objects.filter(application=application),
    )
    sums = {}
    for choice in application.choices.select_related("opportunity"):
        found = {
            criterion.code: values[key]
            for criterion in criteria
            if (key := (application.pk, criterion.pk, choice_key(criterion, choice))) in values
        }
        if len(found) == len(criteria):
            parts = tuple(
                Counted(
                    criterion,
                    found[criterion.code],
                    part.points,
                    Fraction(criterion.weight * scheme.highest, weights),
                )
                for criterion, part in zip(criteria, scheme.breakdown(found), strict=True)
            )
            sums[choice.opportunity.key] = ScoreSum(scheme.score(found), parts)
    return sums


Key = tuple[int, int, int | None]


def choice_key(criterion: Criterion, choice: Choice) -> int | None:
    """Return what of a choice names a value: nothing where the applicant has one for all."""
    return choice.pk if criterion.scope == CriterionScope.CHOICE else None


def _missing(application: Application, criterion: Criterion, choice: Choice) -> MissingValue:
    is_per_choice = criterion.scope == CriterionScope.CHOICE
    return MissingValue(application, criterion, choice if is_per_choice else None)


def values_of(
    criteria: Mapping[int, Sequence[Criterion]],
    applications: Iterable[Application],
    given: QuerySet[Score],
    measurements: QuerySet[MeasuredValue],
) -> dict[Key, Exact]:
    """Find every known value: by measuring, from the reviewers, from the application itself.

    `criteria` are those of each round, by its primary key.
    """
    points: dict[Key, list[int]] = defaultdict(list)
    scores = given.filter(review__state=ReviewState.DONE).values_list(
        "review__application_id", "criterion_id", "choice_id", "points"
    )
    for application_id, criterion_id, choice_id, number in scores:
        points[application_id, criterion_id, choice_id].append(number)
    measured: dict[Key, Decimal] = {
        (application_id, criterion_id, None): value
        for application_id, criterion_id, value in measurements.values_list(
            "application_id", "criterion_id", "value"
        )
    }
    values: dict[Key, Exact] = {}
    for application in applications:
        for criterion in criteria[application.round_id]:
            for choice in application.choices.all():
                key = (application.pk, criterion.pk, choice_key(criterion, choice))
                if key in values:
                    continue
                evidence = Evidence(application.languages, points.get(key, ()), measured.get(key))
                value = criterion.behaviour.value(criterion, evidence)
                if value is not None:
                    values[key] = value
    return values
