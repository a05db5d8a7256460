"""Allocate a problem by one method, and the result: who gets which place."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from sojourn.engines.allocation.columns import NOBODY, Columns, Integers, columns_of
from sojourn.engines.allocation.deferred_acceptance import deferred_acceptance
from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.flows import most_placed, rank_maximal
from sojourn.engines.allocation.problem import Problem
from sojourn.engines.allocation.serial_dictatorship import serial_dictatorship


class Method(StrEnum):
    """The ways to allocate; only the first two respect everyone's priority."""

    DEFERRED_ACCEPTANCE = "deferred-acceptance"
    SERIAL_DICTATORSHIP = "serial-dictatorship"
    RANK_MAXIMAL = "rank-maximal"
    MOST_PLACED = "most-placed"

    @property
    def is_fair(self) -> bool:
        """Tell whether its results have no blocking pair, so that they may be published."""
        return self in (Method.DEFERRED_ACCEPTANCE, Method.SERIAL_DICTATORSHIP)


# Raised when a method may give another result on the same input.
METHOD_VERSION = 1

_ENGINES: dict[Method, Callable[[Columns], Integers]] = {
    Method.DEFERRED_ACCEPTANCE: deferred_acceptance,
    Method.SERIAL_DICTATORSHIP: serial_dictatorship,
    Method.RANK_MAXIMAL: rank_maximal,
    Method.MOST_PLACED: most_placed,
}


@dataclass(frozen=True, slots=True)
class Placement:
    """What one application got: an opportunity and its rank on the list, or neither."""

    application: str
    opportunity: str | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one run; `problem` is in canonical order and `placements` follow it."""

    problem: Problem
    method: Method
    placements: tuple[Placement, ...]
    columns: Columns = field(repr=False, compare=False)
    placed: Integers = field(repr=False, compare=False)

    def placement_of(self, application: str) -> Placement:
        """One application's placement."""
        for placement in self.placements:
            if placement.application == application:
                return placement
        raise AllocationError(f"There is no application {application!r} in this round.")


def allocate(problem: Problem, method: Method = Method.DEFERRED_ACCEPTANCE) -> Result:
    """Allocate a round; the order in which anything is given plays no part."""
    problem = problem.in_canonical_order()
    columns = columns_of(problem)
    return result_from(problem, method, columns, _ENGINES[method](columns))


def result_from(problem: Problem, method: Method, columns: Columns, placed: Integers) -> Result:
    """Return the result with names, from the rows that an engine chose."""
    rank = np.append(columns.rank_of_choice(), 0)[placed].tolist()
    opportunity = np.append(columns.choice_opportunity, 0)[placed].tolist()
    placements = tuple(
        Placement(application.id, None, None)
        if row == NOBODY
        else Placement(
            application.id,
            problem.opportunities[opportunity[number]].id,
            rank[number],
        )
        for number, (application, row) in enumerate(
            zip(problem.applications, placed.tolist(), strict=True)
        )
    )
    return Result(problem, method, placements, columns, placed)
