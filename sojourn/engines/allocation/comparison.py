"""All methods side by side: how many get which choice, and what fairness each gives up."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from sojourn.engines.allocation.certificate import Shortfall, rank_profile, shortfalls
from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.problem import Problem
from sojourn.engines.allocation.result import Method, Result, allocate
from sojourn.engines.allocation.stability import blocking_choices, cut_offs


@dataclass(frozen=True, slots=True)
class MethodReport:
    """What one method would do.

    `blocking_pairs` counts claims that are passed over, `students_passed_over` the students who
    have at least one.
    """

    result: Result
    placed_by_rank: tuple[int, ...]
    not_placed: int
    seats_left: int
    blocking_pairs: int
    students_passed_over: int
    shortfalls: tuple[Shortfall, ...]

    @property
    def method(self) -> Method:
        return self.result.method


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """A method that cannot be used for this round, and why."""

    method: Method
    reason: str


def report(result: Result) -> MethodReport:
    """Return the report of one result."""
    limits = cut_offs(result.columns, result.placed)
    blocking = blocking_choices(result.columns, result.placed, limits)
    profile, not_placed = rank_profile(result)
    return MethodReport(
        result=result,
        placed_by_rank=profile,
        not_placed=not_placed,
        seats_left=int((result.columns.seats - limits.admitted_by_opportunity).sum()),
        blocking_pairs=int(blocking.sum()),
        students_passed_over=len(np.unique(result.columns.student_of_choice()[blocking])),
        shortfalls=shortfalls(result, limits),
    )


def compare_methods(
    problem: Problem, methods: Iterable[Method] = tuple(Method)
) -> tuple[MethodReport | NotApplicable, ...]:
    """Run each method on the same round; a method that does not fit says why."""
    reports: list[MethodReport | NotApplicable] = []
    for method in methods:
        try:
            reports.append(report(allocate(problem, method)))
        except AllocationError as error:
            reports.append(NotApplicable(method, str(error)))
    return tuple(reports)
