"""How the points of applications come about, for many at once: what counts, the value, the points.

One read of each table, however many applications and rounds there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sojourn.engines import allocation as engine
from sojourn.engines.allocation.scoring import Exact
from sojourn.selection.models import Application, Criterion, MeasuredValue, Score
from sojourn.selection.scoring import Key, choice_key, values_of


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
    values = values_of(
        criteria,
        applications,
        Score.objects.filter(review__application__in=applications),
        MeasuredValue.objects.filter(application__in=applications),
    )
    return {
        application.pk: _points(application, criteria[application.round_id], values)
        for application in applications
    }


def _points(
    application: Application, criteria: Sequence[Criterion], values: Mapping[Key, Exact]
) -> Points:
    standing = [each for each in application.choices.all() if each.excluded_at is None]
    first = min(standing, key=lambda each: each.rank, default=None)
    weights = sum(each.weight for each in criteria)
    lines = []
    for each in criteria:
        choice = choice_key(each, first) if first else None
        value = values.get((application.pk, each.pk, choice))
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
