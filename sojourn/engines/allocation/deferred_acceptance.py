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
    """Return the student-optimal stable result.

    Each student's choice (its row), or -1 for no place.
    """
    key, pool, end = columns.key, columns.choice_pool, columns.choice_start[1:]
    current = columns.choice_start[:-1].copy()
    waiting = np.flatnonzero(current < end)
    capacity = np.minimum(columns.seats, columns.students)
    if int(capacity.sum()) > len(key):
        # Far more seats than choices: set aside room only for those who may come.
        demand = np.bincount(columns.choice_opportunity, minlength=columns.opportunities)
        capacity = np.minimum(capacity, demand)
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
            pools = pool[choice] if columns.has_quotas else keys >> columns.opportunity_shift
            hopeful = keys <= limit[pools]
            proposals.append(keys[hopeful])
            waiting = waiting[~hopeful]
            waiting = _move_on(waiting, current, end)
        new = np.concatenate(proposals) if proposals else np.empty(0, dtype=np.int64)
        if not len(new):
            break

        # Gather what the opportunities concerned hold, and sort it together with what is new.
        new.sort()
        owner = new >> columns.opportunity_shift
        changes = np.flatnonzero(owner[1:] != owner[:-1])
        first = np.zeros(len(changes) + 2, dtype=np.int64)
        first[1:-1] = changes + 1
        first[-1] = len(new)
        concerned = owner[first[:-1]]
        holding = filled[concerned]
        slot = slot_start[concerned]
        held = slots[_ranges(slot, holding)]
        candidates = np.concatenate((held, new))
        # Two sorted runs: the stable sort merges them in one pass, 20 times faster than sorting.
        candidates.sort(kind="stable")
        size = holding + first[1:] - first[:-1]
        room = columns.seats[concerned]
        start = size.cumsum() - size

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
        waiting = _move_on(waiting, current, end)

    result = np.full(columns.students, NOBODY, dtype=np.int64)
    placed = columns.student_of_lot[slots[_ranges(slot_start, filled)] & lot_mask]
    result[placed] = current[placed]
    return result


def _move_on(students: Integers, current: Integers, end: Integers) -> Integers:
    """Turn these students to their next choice; those who have one are returned."""
    choice = current[students] + 1
    current[students] = choice
    return students[choice < end[students]]


def _ranges(start: Integers, length: Integers) -> Integers:
    """Return the numbers start..start + length - 1 of every range, one after the other."""
    after = length.cumsum()
    numbers = np.arange(after[-1] if len(after) else 0)
    numbers += np.repeat(start - after + length, length)
    return numbers
