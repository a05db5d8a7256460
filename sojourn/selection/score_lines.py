"""How the points of applications come about, for many at once: what counts, the value, the points.

One read of each table, however many applications and rounds there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from sojourn.engines import allocation as engine
from sojourn.engines.allocation.scoring import Exact
from sojourn.selection.criteria import CriterionScope, Evidence
from sojourn.selection.models import Application, Criterion, MeasuredValue, Score
from sojourn.selection.states import ReviewState


@dataclass(frozen=True)
class ScoreLine:
    """One criterion: the value that counts and the points it gives; None while it is missing."""

    criterion: Criterion
    value: Exact | None
    points: Fraction | None
    share: float
    """How much of what it can give, from 0 to 1."""


@dataclass(frozen=True)
class Points:
    """The points of an application at its first choice that stands."""

    lines: tuple[ScoreLine, ...]
    total: Fraction
    """What is there so far."""

    @property
    def missing(self) -> tuple[Criterion, ...]:
        return tuple(each.criterion for each in self.lines if each.value is None)

    @property
    def is_final(self) -> bool:
        return bool(self.lines) and not self.missing


def points_of(applications: Sequence[Application]) -> dict[int, Points]:
    """Return the points by application; `round`, `choices` are read with them."""
    criteria: dict[int, list[Criterion]] = defaultdict(list)
    for each in Criterion.objects.filter(
        round__in={application.round_id for application in applications}
    ).order_by("position", "code"):
        criteria[each.round_id].append(each)
    given: dict[tuple[int, int, int | None], list[int]] = defaultdict(list)
    for key, criterion, choice, points in Score.objects.filter(
        review__application__in=applications, review__state=ReviewState.DONE
    ).values_list("review__application_id", "criterion_id", "choice_id", "points"):
        given[key, criterion, choice].append(points)
    measured: dict[tuple[int, int], Decimal] = {
        (key, criterion): value
        for key, criterion, value in MeasuredValue.objects.filter(
            application__in=applications
        ).values_list("application_id", "criterion_id", "value")
    }
    return {
        application.pk: _points(application, criteria[application.round_id], given, measured)
        for application in applications
    }


def _points(
    application: Application,
    criteria: Sequence[Criterion],
    given: dict[tuple[int, int, int | None], list[int]],
    measured: dict[tuple[int, int], Decimal],
) -> Points:
    standing = sorted(
        (each for each in application.choices.all() if each.excluded_at is None),
        key=lambda each: each.rank,
    )
    first = standing[0].pk if standing else None
    weights = sum(each.weight for each in criteria)
    lines = []
    for each in criteria:
        choice = first if each.scope == CriterionScope.CHOICE else None
        evidence = Evidence(
            application.languages,
            given.get((application.pk, each.pk, choice), ()),
            measured.get((application.pk, each.pk)) if choice is None else None,
        )
        value = each.behaviour.value(each, evidence)
        points, share = None, 0.0
        if value is not None:
            part = (
                engine.ScoringScheme(
                    (engine.Criterion(each.code, 1, each.lowest, each.highest),),
                    highest=application.round.score_highest,
                )
                .breakdown({each.code: value})[0]
                .points
            )
            share = float(part / application.round.score_highest)
            points = part * each.weight / weights
        lines.append(ScoreLine(each, value, points, share))
    return Points(
        tuple(lines), sum((each.points for each in lines if each.points), start=Fraction(0))
    )
