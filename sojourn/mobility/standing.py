"""How far a stay is, in the order in which people need it: for the student's page and the office's.

The student's page, the office's page and the calendar read the same lines.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from sojourn.catalogue.choices import Pen
from sojourn.mobility.models import Stay, StayStep
from sojourn.mobility.states import StepState


@dataclass(frozen=True)
class Standing:
    """The steps of a stay, by whose turn it is."""

    mine: tuple[StayStep, ...]
    """The student's, the one that is due first at the top."""
    others: tuple[StayStep, ...]
    """What somebody else has, the longest first."""
    later: tuple[StayStep, ...]
    """What waits for a step or for a day."""
    settled: tuple[StayStep, ...]


def pen_of(row: StayStep) -> Pen:
    """Return who has to do something now: the office, where it has to look at what was said."""
    return Pen.OFFICE if row.state == StepState.SAID else Pen(row.pen or row.step.who)


def standing_of(stay: Stay) -> Standing:
    """Sort the steps of a stay by whose turn it is."""
    rows = list(stay.steps.all())
    waiting = [row for row in rows if not row.is_settled]
    now = [row for row in waiting if row.waiting_since is not None]
    return Standing(
        mine=_by_day(row for row in now if pen_of(row) == Pen.STUDENT),
        others=tuple(
            sorted(
                (row for row in now if pen_of(row) != Pen.STUDENT),
                key=lambda row: (row.waiting_since, row.step.number),
            )
        ),
        later=_by_day(row for row in waiting if row.waiting_since is None),
        settled=tuple(row for row in rows if row.is_settled),
    )


def _by_day(rows: Iterable[StayStep]) -> tuple[StayStep, ...]:
    last = dt.date.max
    return tuple(sorted(rows, key=lambda row: (row.due_on or last, row.step.number)))
