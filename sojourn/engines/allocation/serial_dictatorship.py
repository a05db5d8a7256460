"""Serial dictatorship by score: one queue, and each student in turn takes the best place left.

It is the rule people expect for a round with a single opportunity, and it is offered only where it
gives exactly what deferred acceptance gives: for one opportunity (with any quotas), and for several
when every student has one score throughout and no category is promised a minimum. Written as the
plain queue it is, so that it can serve as an independent check.
"""

import numpy as np

from sojourn.engines.allocation.columns import NOBODY, Columns, Integers
from sojourn.engines.allocation.errors import AllocationError


def serial_dictatorship(columns: Columns) -> Integers:
    """Return each student's choice (its row), or -1 for no place."""
    if columns.opportunities <= 1:
        return _one_opportunity(columns)
    if (columns.pools.minimum > 0).any() or columns.anyone_holds:
        raise AllocationError(
            "Serial dictatorship over several opportunities cannot promise minimums or keep places "
            "given earlier; use deferred acceptance."
        )
    return _one_queue(columns)


def _one_opportunity(columns: Columns) -> Integers:
    """Three walks along the queue: places held, then minimums, then the seats left."""
    result = np.full(columns.students, NOBODY, dtype=np.int64)
    # With one opportunity a student has one choice or none; sorted keys are the queue.
    rows = np.argsort(columns.key)
    owner = columns.student_of_choice()
    held = columns.is_held(columns.key)
    left = int(columns.seats.sum())
    given = [0] * len(columns.pools.opportunity)

    def give(row: int) -> None:
        nonlocal left
        result[owner[row]] = row
        given[columns.choice_pool[row]] += 1
        left -= 1

    queue = [int(row) for row in rows]
    for row in queue:
        if held[row]:
            give(row)
    for limit in (columns.pools.minimum, columns.pools.maximum):
        for row in queue:
            pool = columns.choice_pool[row]
            if left and result[owner[row]] == NOBODY and given[pool] < limit[pool]:
                give(row)
    return result


def _one_queue(columns: Columns) -> Integers:
    """Everybody in one order; raises when two opportunities would order students differently."""
    owner = columns.student_of_choice()
    priority = columns.key & ((1 << (columns.opportunity_shift - 1)) - 1)
    best = np.full(columns.students, -1, dtype=np.int64)
    best[owner] = priority
    if (best[owner] != priority).any():
        raise AllocationError(
            "Serial dictatorship needs one score per student, the same at every choice; "
            "use deferred acceptance."
        )
    seats = columns.seats.tolist()
    room = columns.pools.maximum.tolist()
    opportunity, pool = columns.choice_opportunity.tolist(), columns.choice_pool.tolist()
    start = columns.choice_start.tolist()
    result = np.full(columns.students, NOBODY, dtype=np.int64)
    for student in np.argsort(best, kind="stable").tolist():
        for row in range(start[student], start[student + 1]):
            if seats[opportunity[row]] and room[pool[row]]:
                seats[opportunity[row]] -= 1
                room[pool[row]] -= 1
                result[student] = row
                break
    return result
