"""Whom an opportunity chooses from a set of applicants: held places, then minimums, then by order.

In words, for one opportunity and the applicants in order of priority:

1. who already holds an accepted place there keeps it;
2. each category's first `minimum` applicants (holders counted) come next, in order of priority;
3. the seats left go to everybody else in order of priority, as long as their category is below its
   maximum.

Without holders this is the reserves-and-quotas rule that considers all applicants for the seats of
their own category first (Hafalir, Yenmez and Yildirim 2013 for reserves; Ehlers, Hafalir, Yenmez
and Yildirim 2014 for bounds; Abdulkadiroglu and Grigoryan 2021 for the two together).
"""

import numpy as np

from sojourn.engines.allocation.columns import Columns, Flags, Integers


def choose(
    columns: Columns,
    candidates: Integers,
    pools: Integers,
    start: Integers,
    size: Integers,
    room: Integers,
) -> Flags:
    """Choose applicants, for many opportunities at once.

    `candidates` are keys, sorted; those of one opportunity stand together, from `start` on, `size`
    of them, for `room` seats. `pools` is the pool of each.
    """
    held, reserved, open_to_all = tiers(columns, candidates, pools)
    taken = np.add.reduceat(held, start, dtype=np.int64)
    first = reserved & (_count_within(reserved, start, size) <= np.repeat(room - taken, size))
    taken += np.add.reduceat(first, start, dtype=np.int64)
    rest = open_to_all & (_count_within(open_to_all, start, size) <= np.repeat(room - taken, size))
    chosen: Flags = held | first | rest
    return chosen


def tiers(columns: Columns, candidates: Integers, pools: Integers) -> tuple[Flags, Flags, Flags]:
    """Tell which candidates hold a place, fall under a minimum, or compete for the rest.

    Who is beyond the category's maximum is in none of the three. Candidates must be sorted.
    """
    held = (
        columns.is_held(candidates)
        if columns.anyone_holds
        else np.zeros(len(candidates), dtype=np.bool_)
    )
    open_to_all = ~held
    reserved = np.zeros(len(candidates), dtype=np.bool_)
    # "All others" have no minimum, and no maximum but the seats, so only categories are looked at.
    listed = np.flatnonzero(pools >= columns.opportunities)
    category = pools[listed]
    place = _place_in_pool(category)
    under_minimum = place < columns.pools.minimum[category]
    reserved[listed] = under_minimum & ~held[listed]
    open_to_all[listed] &= ~under_minimum & (place < columns.pools.maximum[category])
    return held, reserved, open_to_all


def _place_in_pool(pools: Integers) -> Integers:
    """Count the candidates before each one in the same pool."""
    order = np.argsort(pools, kind="stable")
    grouped = pools[order]
    first = np.flatnonzero(np.diff(grouped, prepend=-1))
    length = np.diff(first, append=len(pools))
    place = np.empty(len(pools), dtype=np.int64)
    place[order] = np.arange(len(pools)) - np.repeat(first, length)
    return place


def _count_within(flags: Flags, start: Integers, size: Integers) -> Integers:
    """Count the flags that are set up to and including each place, per opportunity."""
    count = np.cumsum(flags, dtype=np.int64)
    before = count[start] - flags[start]
    counted: Integers = count - np.repeat(before, size)
    return counted
