"""When each step has to begin so that everything is done by departure.

A step has a length (a range of days, or not known), steps that wait for it, and perhaps a day of
its own that nobody can move, such as a deadline. From departure backwards:

- a step has to be done when the first of those that wait for it begins, or at departure;
- it has to begin its length earlier: `begin_safely` counts the long end of every length on the
  way, `begin_at_last` the short end, so the truth is between;
- a deadline fixes when a step is done. A deadline that comes after the step had to be done cannot
  be kept in time; one that has passed is passed, whatever the lengths say.

A step whose length is not known counts as no time at all and is marked, so that a page can say
that the dates before it may have to be earlier still.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class CircleError(ValueError):
    """Steps that wait for each other in a circle; none of them could ever begin."""


class Outlook(StrEnum):
    """Whether a step can still be done in time, seen from today."""

    IN_TIME = "in_time"
    HURRY = "hurry"  # only if it goes as fast as it can
    TOO_LATE = "too_late"
    PASSED = "passed"  # its deadline is over
    UNKNOWN = "unknown"  # nobody knows how long it takes


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. `days_low` and `days_high` are None together; `deadline` is its last day."""

    id: str
    days_low: int | None
    days_high: int | None
    before: tuple[str, ...] = ()
    deadline: dt.date | None = None

    def __post_init__(self) -> None:
        if (self.days_low is None) != (self.days_high is None):
            raise ValueError(f"the length of {self.id} has one end only")
        if self.days_low is not None and not 0 <= self.days_low <= (self.days_high or 0):
            raise ValueError(f"the length of {self.id} must run from short to long")


@dataclass(frozen=True, slots=True)
class Dated:
    """A step with its dates; `done_by` is the safe day, its deadline where it has one."""

    step: Step
    begin_safely: dt.date
    begin_at_last: dt.date
    done_by: dt.date
    outlook: Outlook
    collides: bool
    """Its deadline is after the day on which the next step has to begin at the latest."""


@dataclass(frozen=True, slots=True)
class Timeline:
    """All steps, those that begin first at the top."""

    departure: dt.date
    steps: tuple[Dated, ...]

    @property
    def is_possible(self) -> bool:
        return not any(
            dated.outlook in (Outlook.TOO_LATE, Outlook.PASSED) or dated.collides
            for dated in self.steps
        )


def backwards(steps: Sequence[Step], departure: dt.date, today: dt.date) -> Timeline:
    """Date every step. A name in `before` that no step has is as good as departure.

    Raises CircleError, and ValueError for two steps of one name.
    """
    known = {step.id: step for step in steps}
    if len(known) != len(steps):
        raise ValueError("two steps have the same name")
    dated: dict[str, Dated] = {}
    for step in _last_first(known):
        waiting = [dated[name] for name in step.before if name in dated]
        safely = min([departure, *(later.begin_safely for later in waiting)])
        at_last = min([departure, *(later.begin_at_last for later in waiting)])
        # Two published days stand as they are: how long the wait between them usually is does
        # not matter then.
        latest = min(
            [
                departure,
                *(
                    later.step.deadline
                    if step.deadline and later.step.deadline
                    else later.begin_at_last
                    for later in waiting
                ),
            ]
        )
        collides = step.deadline is not None and step.deadline > latest
        dated[step.id] = _date(step, safely, at_last, today, collides)
    order = {step.id: number for number, step in enumerate(steps)}
    return Timeline(
        departure,
        tuple(sorted(dated.values(), key=lambda one: (one.begin_safely, order[one.step.id]))),
    )


def _date(step: Step, safely: dt.date, at_last: dt.date, today: dt.date, collides: bool) -> Dated:
    if step.deadline is not None:
        safely = at_last = step.deadline
    begin_safely = _earlier(safely, step.days_high or 0)
    begin_at_last = _earlier(at_last, step.days_low or 0)
    return Dated(
        step, begin_safely, begin_at_last, safely,
        _outlook(step, begin_safely, begin_at_last, today), collides,
    )  # fmt: skip


def _outlook(step: Step, begin_safely: dt.date, begin_at_last: dt.date, today: dt.date) -> Outlook:
    if step.deadline is not None and step.deadline < today:
        return Outlook.PASSED
    if begin_at_last < today:
        return Outlook.TOO_LATE
    if step.days_low is None:
        return Outlook.UNKNOWN
    return Outlook.IN_TIME if begin_safely >= today else Outlook.HURRY


def _earlier(day: dt.date, days: int) -> dt.date:
    """Return that many days before, or the first day there is."""
    return dt.date.fromordinal(max(1, day.toordinal() - days))


def _last_first(known: dict[str, Step]) -> list[Step]:
    """Order each step after all those that wait for it, without recursion."""
    found: list[Step] = []
    left = dict(known)
    while left:
        ready = [step for step in left.values() if not any(name in left for name in step.before)]
        if not ready:
            raise CircleError(f"these steps wait for each other: {', '.join(sorted(left))}")
        for step in ready:
            found.append(step)
            del left[step.id]
    return found
