"""Cut-offs of a result, and with them every claim to a place that the result passes over.

A *blocking pair* is a student and an opportunity that the student likes better than the place given
and that would choose the student, were it asked to choose again from those it has and the student
(Roth and Sotomayor 1990, chapter 5; for choice rules, Hatfield and Milgrom 2005). Whether it would
depends only on the student's pool and priority, so one cut-off for each pool decides all of them.
"""

from dataclasses import dataclass

import numpy as np

from sojourn.engines.allocation.choice_rule import tiers
from sojourn.engines.allocation.columns import NOBODY, UNLIMITED, Columns, Flags, Integers


@dataclass(frozen=True, slots=True)
class CutOffs:
    """Per pool: the key that a student must come before to be chosen, and how many it admitted.

    `bound` is UNLIMITED where anyone admissible would be chosen, NOBODY where no one would.
    """

    bound: Integers
    admitted: Integers
    admitted_by_opportunity: Integers


def cut_offs(columns: Columns, placed: Integers) -> CutOffs:
    """Return the cut-offs of any result that keeps seats and maximums, stable or not."""
    pools = columns.pools
    chosen = placed[placed >= 0]
    keys = columns.key[chosen]
    pool = columns.choice_pool[chosen].astype(np.int64)
    owner = columns.choice_opportunity[chosen].astype(np.int64)
    by_pool = np.bincount(pool, minlength=len(pools.opportunity))
    by_opportunity = np.bincount(owner, minlength=columns.opportunities)
    has_room = by_opportunity < columns.seats
    if not columns.has_quotas and not columns.anyone_holds:
        bound = np.full(columns.opportunities, NOBODY, dtype=np.int64)
        np.maximum.at(bound, owner, keys)
        bound[has_room] = UNLIMITED
        return CutOffs(bound, by_pool, by_opportunity)

    order = np.argsort(keys)
    keys, pool, owner = keys[order], pool[order], owner[order]
    held, reserved, open_to_all = tiers(columns, keys, pool)
    # To pass someone of the same category is always enough, unless that place is held.
    bound = _worst(keys, pool, ~held, len(pools.opportunity))
    below_maximum = by_pool < pools.maximum
    room = has_room[pools.opportunity] & below_maximum
    # A full opportunity gives way to a category below its minimum: first anyone who has a seat open
    # to all, then (only when held places crowd the minimums) the last under another minimum.
    full = ~has_room[pools.opportunity]
    worst_reserved = _worst(keys, owner, reserved, columns.opportunities)[pools.opportunity]
    worst_open = _worst(keys, owner, open_to_all, columns.opportunities)[pools.opportunity]
    short = full & (by_pool < pools.minimum)
    competing = full & (by_pool >= pools.minimum) & below_maximum
    bound[short] = np.maximum(bound, np.where(worst_open != NOBODY, UNLIMITED, worst_reserved))[
        short
    ]
    bound[competing] = np.maximum(bound, worst_open)[competing]
    bound[room] = UNLIMITED
    return CutOffs(bound, by_pool, by_opportunity)


def blocking_choices(columns: Columns, placed: Integers, limits: CutOffs) -> Flags:
    """Tell which choices are blocking pairs: liked better than the place, before the cut-off."""
    end = np.where(placed >= 0, placed, columns.choice_start[1:])
    liked_better = np.arange(len(columns.key)) < np.repeat(end, np.diff(columns.choice_start))
    blocking: Flags = liked_better & (columns.key < limits.bound[columns.choice_pool])
    return blocking


def is_stable(columns: Columns, placed: Integers) -> bool:
    """Tell whether seats and maximums are kept and no claim was passed over."""
    limits = cut_offs(columns, placed)
    return keeps_limits(columns, limits) and not bool(
        blocking_choices(columns, placed, limits).any()
    )


def keeps_limits(columns: Columns, limits: CutOffs) -> bool:
    """Tell whether no opportunity is over its seats, and no category over its maximum."""
    return bool(
        (limits.admitted_by_opportunity <= columns.seats).all()
        and (limits.admitted <= columns.pools.maximum).all()
    )


def _worst(keys: Integers, group: Integers, of: Flags, groups: int) -> Integers:
    """Return the last of the (sorted) keys of each group among those flagged, or NOBODY."""
    worst = np.full(groups, NOBODY, dtype=np.int64)
    worst[group[of]] = keys[of]
    return worst
