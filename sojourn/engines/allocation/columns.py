"""A problem as NumPy columns: one row per admissible choice, one sortable key for its priority.

The *key* of a choice packs, from the highest bit down: the opportunity, whether the place is
already held (0) or not (1), the score upside down, and the student's lot. Sorting keys therefore
sorts by opportunity and, within it, by who goes first. The lowest bits are the lot, and the lot
says which student it is; so a key alone is enough to run the rounds of deferred acceptance.

A *pool* is the set of applicants of one opportunity that the rules treat alike: one pool for each
category with a quota, and one for all others (for most opportunities the only one).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.lottery import lots
from sojourn.engines.allocation.problem import Problem, check_problem, is_admissible

Integers: TypeAlias = NDArray[np.int64]
Indices: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

KEY_BITS = 63
UNLIMITED = np.iinfo(np.int64).max
NOBODY = -1


@dataclass(frozen=True, slots=True)
class Pools:
    """The quotas as columns; the first pools, one an opportunity, are its "all others"."""

    opportunity: Indices
    category: Indices
    minimum: Integers
    maximum: Integers


@dataclass(frozen=True, slots=True)
class Columns:
    """A problem, ready for vectorised work. Students and opportunities are counted from 0."""

    seats: Integers
    choice_start: Integers
    choice_opportunity: Indices
    choice_pool: Indices
    key: Integers
    student_of_lot: Integers
    pools: Pools
    lot_bits: int
    opportunity_shift: int
    anyone_holds: bool
    rank_on_list: NDArray[np.int16] | None = field(default=None)

    @property
    def students(self) -> int:
        return len(self.choice_start) - 1

    @property
    def opportunities(self) -> int:
        return len(self.seats)

    @property
    def has_quotas(self) -> bool:
        return len(self.pools.opportunity) > len(self.seats)

    def student_of_choice(self) -> Indices:
        """Return the student of each choice."""
        students = np.arange(self.students, dtype=np.int32)
        return np.repeat(students, np.diff(self.choice_start))

    def rank_of_choice(self) -> NDArray[np.int16]:
        """Return the place of each choice on the list as the student wrote it, from 1."""
        if self.rank_on_list is not None:
            return self.rank_on_list
        places = np.arange(len(self.key)) - np.repeat(
            self.choice_start[:-1], np.diff(self.choice_start)
        )
        return (places + 1).astype(np.int16)

    def is_held(self, keys: Integers) -> Flags:
        """Whether each key belongs to a place that was given before and is never taken back."""
        held: Flags = ((keys >> (self.opportunity_shift - 1)) & 1) == 0
        return held


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """One quota, by number instead of by name."""

    opportunity: int
    category: int
    minimum: int
    maximum: int | None


def build_columns(
    *,
    seats: Integers,
    choice_start: Integers,
    choice_opportunity: Indices,
    choice_score: Integers,
    lot: Integers,
    category: Indices | None = None,
    quotas: Sequence[QuotaRow] = (),
    choice_is_held: Flags | None = None,
    rank_on_list: NDArray[np.int16] | None = None,
) -> Columns:
    """Columns from plain arrays: choices in CSR form, best first; lots are 0 to students - 1."""
    students = len(choice_start) - 1
    opportunities = len(seats)
    student_of_lot = np.empty(students, dtype=np.int64)
    student_of_lot[lot] = np.arange(students)
    lot_bits = max(students - 1, 0).bit_length()
    urgency, urgency_bits = _urgency(
        choice_score,
        choice_opportunity,
        KEY_BITS - lot_bits - 1 - max(opportunities - 1, 0).bit_length(),
    )
    opportunity_shift = lot_bits + urgency_bits + 1
    # One buffer, filled in place: at a million students every temporary is 40 MB.
    key = choice_opportunity.astype(np.int64)
    key <<= 1
    key |= 1 if choice_is_held is None else ~choice_is_held
    key <<= urgency_bits
    key |= urgency
    key <<= lot_bits
    key |= np.repeat(lot, np.diff(choice_start))
    pools = _pools(opportunities, seats, quotas)
    choice_pool = choice_opportunity
    if quotas:
        if category is None:
            raise AllocationError("Quotas need a category for each student.")
        choice_pool = _pool_of_choices(
            opportunities, pools, choice_opportunity, np.repeat(category, np.diff(choice_start))
        )
    return Columns(
        seats=seats,
        choice_start=choice_start,
        choice_opportunity=choice_opportunity,
        choice_pool=choice_pool,
        key=key,
        student_of_lot=student_of_lot,
        pools=pools,
        lot_bits=lot_bits,
        opportunity_shift=opportunity_shift,
        anyone_holds=choice_is_held is not None and bool(choice_is_held.any()),
        rank_on_list=rank_on_list,
    )


def columns_of(problem: Problem) -> Columns:
    """Columns of a problem in canonical order; choices that are not admissible are left out."""
    check_problem(problem)
    opportunity_number = {o.id: number for number, o in enumerate(problem.opportunities)}
    categories = sorted({application.category for application in problem.applications})
    category_number = {category: number for number, category in enumerate(categories)}
    opportunity_of: list[int] = []
    score_of: list[int] = []
    rank_of: list[int] = []
    held_at: list[int] = []
    start = [0]
    for application in problem.applications:
        for rank, choice in enumerate(application.choices, start=1):
            number = opportunity_number[choice.opportunity]
            if choice.opportunity == application.holds:
                held_at.append(len(score_of))
            elif not is_admissible(choice, problem.opportunities[number]):
                continue
            opportunity_of.append(number)
            score_of.append(choice.score or 0)
            rank_of.append(rank)
        start.append(len(score_of))
    held = None
    if held_at:
        held = np.zeros(len(score_of), dtype=np.bool_)
        held[held_at] = True
    lot_of = lots(problem.seed, (application.id for application in problem.applications))
    # A quota for a category that nobody has gives no pool: it can neither reserve nor limit.
    quotas = [
        QuotaRow(number, category_number[quota.category], quota.minimum, quota.maximum)
        for number, opportunity in enumerate(problem.opportunities)
        for quota in opportunity.quotas
        if quota.category in category_number
    ]
    return build_columns(
        seats=np.array([o.seats for o in problem.opportunities], dtype=np.int64),
        choice_start=np.array(start, dtype=np.int64),
        choice_opportunity=np.array(opportunity_of, dtype=np.int32),
        choice_score=np.array(score_of, dtype=np.int64),
        lot=np.array([lot_of[a.id] - 1 for a in problem.applications], dtype=np.int64),
        category=np.array(
            [category_number[a.category] for a in problem.applications], dtype=np.int32
        ),
        quotas=quotas,
        choice_is_held=held,
        rank_on_list=np.array(rank_of, dtype=np.int16),
    )


def _urgency(scores: Integers, opportunities: Indices, bits: int) -> tuple[Integers, int]:
    """Scores upside down, from 0 for the best, as few bits as needed, and how many that is."""
    if not len(scores):
        return np.zeros(0, dtype=np.int64), 0
    best = int(scores.max())
    width = (best - int(scores.min())).bit_length()
    if width <= bits:
        return best - scores, width
    # The scores are too far apart to pack; their order within each opportunity says as much.
    order = np.lexsort((-scores, opportunities))
    ranked, owner = scores[order], opportunities[order]
    starts = np.ones(len(order), dtype=np.bool_)
    starts[1:] = owner[1:] != owner[:-1]
    steps = starts.copy()
    steps[1:] |= ranked[1:] != ranked[:-1]
    level = np.cumsum(steps, dtype=np.int64)
    level -= np.repeat(level[starts], np.diff(np.append(np.flatnonzero(starts), len(order))))
    width = int(level.max()).bit_length()
    if width > bits:
        raise AllocationError("There are too many applications to be ranked in one round.")
    urgency = np.empty(len(order), dtype=np.int64)
    urgency[order] = level
    return urgency, width


def _pools(opportunities: int, seats: Integers, quotas: Sequence[QuotaRow]) -> Pools:
    others = np.arange(opportunities, dtype=np.int32)
    return Pools(
        opportunity=np.append(others, np.array([q.opportunity for q in quotas], dtype=np.int32)),
        category=np.append(
            np.full(opportunities, NOBODY, dtype=np.int32),
            np.array([q.category for q in quotas], dtype=np.int32),
        ),
        minimum=np.append(
            np.zeros(opportunities, dtype=np.int64),
            np.array([q.minimum for q in quotas], dtype=np.int64),
        ),
        maximum=np.append(
            seats,
            np.array(
                [seats[q.opportunity] if q.maximum is None else q.maximum for q in quotas],
                dtype=np.int64,
            ),
        ),
    )


def _pool_of_choices(
    opportunities: int, pools: Pools, opportunity: Indices, category: Indices
) -> Indices:
    width = max(int(category.max(initial=0)), int(pools.category.max())) + 1
    pool_of = np.repeat(np.arange(opportunities, dtype=np.int32), width)
    listed = pools.opportunity[opportunities:].astype(np.int64) * width
    listed += pools.category[opportunities:]
    pool_of[listed] = np.arange(opportunities, opportunities + len(listed), dtype=np.int32)
    wanted = opportunity.astype(np.int64)
    wanted *= width
    wanted += category
    return pool_of[wanted]
