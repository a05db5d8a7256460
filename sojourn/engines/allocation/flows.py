"""Rank-maximal and most-placed results by minimum-cost flow, to compare fairness with.

Both are linear programs over a flow network (student, category at an opportunity, opportunity):
seats and maximums are capacities, and such a program has whole-number corners. Goals are reached
one after the other: the optimal face of each becomes the feasible set of the next, through the dual
values (complementary slackness), which for these 0/1 costs are whole numbers too. So no weights of
astronomic size are needed and no goal is traded for another.

Neither looks at minimums or respects priority; that is the fairness they give up, and what
`comparison` counts. Among equally good results, students with better priority are preferred.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, vstack

from sojourn.engines.allocation.columns import NOBODY, Columns, Integers
from sojourn.engines.allocation.errors import AllocationError

_TOLERANCE = 1e-6


def rank_maximal(columns: Columns) -> Integers:
    """Place as many first choices as possible; of those results, as many second ones, and so on.

    Irving, Kavitha, Mehlhorn, Michail and Paluch (2006), "Rank-maximal matchings".
    """
    return _lexicographic_flow(columns, [*_rank_goals(columns), _priority_goal(columns)])


def most_placed(columns: Columns) -> Integers:
    """Place as many students as possible; of those results, take the smallest sum of ranks."""
    everyone = -np.ones(len(columns.key))
    ranks = columns.rank_of_choice().astype(np.float64)
    return _lexicographic_flow(columns, [everyone, ranks, _priority_goal(columns)])


def _rank_goals(columns: Columns) -> list[NDArray[np.float64]]:
    ranks = columns.rank_of_choice()
    return [-(ranks == rank).astype(np.float64) for rank in np.unique(ranks)]


def _priority_goal(columns: Columns) -> NDArray[np.float64]:
    """Return the sum of places in the opportunities' queues."""
    order = np.argsort(columns.key)
    owner = columns.choice_opportunity[order]
    queue = np.bincount(columns.choice_opportunity, minlength=columns.opportunities)
    place = np.empty(len(order))
    place[order] = np.arange(len(order)) - (np.cumsum(queue) - queue)[owner]
    return place


def _lexicographic_flow(columns: Columns, goals: Sequence[NDArray[np.float64]]) -> Integers:
    """Minimise the goals one after the other over all results that keep seats and maximums."""
    result = np.full(columns.students, NOBODY, dtype=np.int64)
    choices = len(columns.key)
    if not choices:
        return result
    if columns.anyone_holds:
        raise AllocationError("Methods are compared before places are given, not after.")
    owner = columns.student_of_choice()
    rows = [
        _membership(owner, columns.students),
        _membership(columns.choice_opportunity, columns.opportunities),
    ]
    room = [np.ones(columns.students), columns.seats.astype(np.float64)]
    if columns.has_quotas:
        rows.append(_membership(columns.choice_pool, len(columns.pools.opportunity)))
        room.append(columns.pools.maximum.astype(np.float64))
    # 25 MB in every web process, and only matching asks for it.
    from scipy.optimize import linprog

    limits = vstack(rows, format="csr")
    capacity = np.concatenate(room)
    lower, upper = np.zeros(choices), np.ones(choices)
    tight = np.zeros(limits.shape[0], dtype=np.bool_)
    chosen = np.zeros(choices)
    for goal in goals:
        free = upper > lower
        if not free.any():
            chosen = lower
            break
        solution = linprog(
            goal,
            A_ub=limits[~tight],
            b_ub=capacity[~tight],
            A_eq=limits[tight] if tight.any() else None,
            b_eq=capacity[tight] if tight.any() else None,
            bounds=np.column_stack((lower, upper)),
            method="highs-ds",
        )
        if solution.status != 0:
            raise AllocationError(f"The comparison could not be computed: {solution.message}")
        chosen = solution.x
        # Stay on the optimal face: what has a price may not move any more.
        reduced = np.where(free, solution.lower.marginals + solution.upper.marginals, 0.0)
        upper = np.where(reduced > _TOLERANCE, lower, upper)
        lower = np.where(reduced < -_TOLERANCE, upper, lower)
        priced = np.flatnonzero(~tight)[solution.ineqlin.marginals < -_TOLERANCE]
        tight[priced] = True
    taken = np.flatnonzero(chosen > 0.5)
    if np.abs(chosen - np.round(chosen)).max() > _TOLERANCE or len(np.unique(owner[taken])) < len(
        taken
    ):
        raise AllocationError("The comparison found no whole-number solution.")
    result[owner[taken]] = taken
    return result


def _membership(group: NDArray[np.int32], groups: int) -> csr_array:
    """Return a matrix with a row for each group and a one for each choice in it."""
    choices = len(group)
    return csr_array((np.ones(choices), (group, np.arange(choices))), shape=(groups, choices))
