"""From criteria, reviews and imported figures to the exact score of each choice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sojourn.engines import allocation as engine
from sojourn.engines.allocation.scoring import Exact
from sojourn.engines.language.gap import CEFR_LEVELS
from sojourn.selection.models import (
    Application,
    Choice,
    Criterion,
    CriterionKind,
    CriterionScope,
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
    """One choice, its score in smallest steps; None: it is ruled out, or a value is missing."""

    choice: Choice
    score: int | None


@dataclass(frozen=True)
class ScoreSheet:
    """Every application that was handed in, with its scored choices in order, and what lacks."""

    rows: tuple[tuple[Application, tuple[ScoredChoice, ...]], ...]
    missing: tuple[MissingValue, ...]


def scheme_of(round_: Round, weights: Mapping[str, int] | None = None) -> engine.ScoringScheme:
    """The round's criteria as the engine reads them; `weights` by code replace the round's own."""
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
    """Score every application of a round that was handed in and not withdrawn."""
    criteria = list(round_.criteria.all())
    scheme = scheme_of(round_, weights)
    applications = list(
        Application.objects.filter(round=round_, state=ApplicationState.SUBMITTED)
        .order_by("code")
        .prefetch_related("choices__opportunity")
    )
    values = _values(round_, applications)
    rows = []
    missing = []
    for application in applications:
        scored = []
        for choice in sorted(application.choices.all(), key=lambda each: each.rank):
            found: dict[str, Exact] = {}
            for criterion in criteria:
                key = (application.pk, criterion.pk, _choice_key(criterion, choice))
                if key in values:
                    found[criterion.code] = values[key]
                elif choice.excluded_at is None:
                    missing.append(_missing(application, criterion, choice))
            is_complete = len(found) == len(criteria) and choice.excluded_at is None
            scored.append(ScoredChoice(choice, scheme.score(found) if is_complete else None))
        rows.append((application, tuple(scored)))
    return ScoreSheet(tuple(rows), tuple(dict.fromkeys(missing)))


Key = tuple[int, int, int | None]


def _choice_key(criterion: Criterion, choice: Choice) -> int | None:
    return choice.pk if criterion.scope == CriterionScope.CHOICE else None


def _missing(application: Application, criterion: Criterion, choice: Choice) -> MissingValue:
    is_per_choice = criterion.scope == CriterionScope.CHOICE
    return MissingValue(application, criterion, choice if is_per_choice else None)


def _values(round_: Round, applications: Iterable[Application]) -> dict[Key, Exact]:
    """Every known value: measured ones, the mean of the reviewers' points, language levels."""
    values: dict[Key, Exact] = {}
    for criterion in round_.criteria.filter(kind=CriterionKind.LANGUAGE):
        for application in applications:
            level = application.languages.get(criterion.language, "")
            rank = CEFR_LEVELS.index(level) + 1 if level in CEFR_LEVELS else 0
            values[application.pk, criterion.pk, None] = _within(criterion, Fraction(rank))
    points: dict[Key, list[Exact]] = defaultdict(list)
    scores = Score.objects.filter(
        review__application__round=round_, review__state=ReviewState.DONE
    ).values_list("review__application_id", "criterion_id", "choice_id", "points")
    for application_id, criterion_id, choice_id, given in scores:
        points[application_id, criterion_id, choice_id].append(given)
    for key, given_points in points.items():
        values[key] = engine.mean(given_points)
    measured = MeasuredValue.objects.filter(application__round=round_).select_related("criterion")
    for row in measured:
        values[row.application_id, row.criterion_id, None] = _within(
            row.criterion, Fraction(row.value)
        )
    return values


def _within(criterion: Criterion, value: Fraction) -> Fraction:
    """More than the most that counts (ECTS above the norm, say) counts as the most."""
    return min(max(value, Fraction(criterion.lowest)), Fraction(criterion.highest))
