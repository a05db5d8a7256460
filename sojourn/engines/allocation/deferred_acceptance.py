"""Student-proposing deferred acceptance as vectorised rounds, under soft reserves and maximums.

In each round every student who has no place proposes to the next choice on the list; each
opportunity that receives a proposal chooses from what it holds and what is new (`choice_rule`), and
turns the others away. The result does not depend on the grouping into rounds, because the choice
rule is substitutable and size-monotonic (docs/engines/allocation.md gives the proof and sources).

Two things make it fast: one round handles all proposals with a handful of array operations, sorting
only what the round touches; and once a pool has turned somebody away, later proposals behind that
one are dropped without being made, since they would be turned away too.
"""

import numpy as np

from sojourn.engines.allocation.choice_rule import choose
from sojourn.engines.allocation.columns import NOBODY, UNLIMITED, Columns, Integers


def deferred_acceptance(columns: Columns) -> Integers:
    """The student-optimal stable result: each student's choice (its row), or -1 for no place."""
    key, pool, end = columns.key, columns.choice_pool, columns.choice_start[1:]
    current = columns.choice_start[:-1].copy()
    waiting = np.flatnonzero(current < end)
    demand = np.bincount(columns.choice_opportunity, minlength=columns.opportunities)
    # No opportunity holds more than the students who choose it, whatever its seats.
    capacity = np.minimum(columns.seats, demand)
    slot_start = np.cumsum(capacity) - capacity
    slots = np.empty(int(capacity.sum()), dtype=np.int64)
    filled = np.zeros(columns.opportunities, dtype=np.int64)
    # The last key of each pool that still makes sense to propose.
    limit = np.full(len(columns.pools.opportunity), UNLIMITED)
    limit[columns.pools.maximum == 0] = NOBODY
    limit[: columns.opportunities][columns.seats == 0] = NOBODY
    lot_mask = (1 << columns.lot_bits) - 1

    while True:
        # Propose: move every waiting student on to the next choice that is not hopeless.
        proposals = []
        while len(waiting):
            choice = current[waiting]
            keys = key[choice]
            hopeful = keys <= limit[pool[choice]]
            proposals.append(keys[hopeful])
            waiting = waiting[~hopeful]
            current[waiting] += 1
            waiting = waiting[current[waiting] < end[waiting]]
        new = np.concatenate(proposals) if proposals else np.empty(0, dtype=np.int64)
        if not len(new):
            break

        # Gather what the opportunities concerned hold, and sort it together with what is new.
        new.sort()
        owner = new >> columns.opportunity_shift
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        concerned = owner[first]
        holding = filled[concerned]
        slot = slot_start[concerned]
        held = slots[_ranges(slot, holding)]
        candidates = np.concatenate((held, new))
        candidates.sort()
        size = holding + np.diff(first, append=len(new))
        room = columns.seats[concerned]
        start = np.cumsum(size) - size

        # Choose, keep, and turn the rest away.
        if columns.has_quotas:
            students = columns.student_of_lot[candidates & lot_mask]
            pools = pool[current[students]]
            chosen = choose(columns, candidates, pools, start, size, room)
            turned_away = candidates[~chosen]
            np.minimum.at(limit, pools[~chosen], turned_away)
            kept = np.add.reduceat(chosen, start, dtype=np.int64)
        else:
            chosen = np.arange(len(candidates)) < np.repeat(start + room, size)
            turned_away = candidates[~chosen]
            kept = np.minimum(size, room)
            full = kept == room
            limit[concerned[full]] = candidates[(start + kept - 1)[full]]
        slots[_ranges(slot, kept)] = candidates[chosen]
        filled[concerned] = kept
        waiting = columns.student_of_lot[turned_away & lot_mask]
        current[waiting] += 1
        waiting = waiting[current[waiting] < end[waiting]]

    result = np.full(columns.students, NOBODY, dtype=np.int64)
    placed = columns.student_of_lot[slots[_ranges(slot_start, filled)] & lot_mask]
    result[placed] = current[placed]
    return result


def _ranges(start: Integers, length: Integers) -> Integers:
    """The numbers start..start + length - 1 of every range, one after the other."""
    before = np.cumsum(length) - length
    return np.repeat(start - before, length) + np.arange(int(length.sum()))
