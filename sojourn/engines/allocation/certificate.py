"""The certificate of a result: what was run on what, the cut-offs, and every claim it honours."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sojourn.engines.allocation.canonical import Json, digest
from sojourn.engines.allocation.columns import NOBODY, UNLIMITED, Columns
from sojourn.engines.allocation.problem import Problem
from sojourn.engines.allocation.result import METHOD_VERSION, Method, Result
from sojourn.engines.allocation.stability import (
    CutOffs,
    blocking_choices,
    cut_offs,
    keeps_limits,
)


class Gate(StrEnum):
    """What is between an applicant and a place at an opportunity."""

    OPEN = "open"  # every admissible applicant of the category gets in
    SCORE = "score"  # one has to come before the score and lot of the cut-off
    CLOSED = "closed"  # nobody more of the category can get in


@dataclass(frozen=True, slots=True)
class CutOff:
    """The gate of one opportunity for one category; `category` None stands for all others.

    With Gate.SCORE, `score` and `lot` are those of the student whom one has to come before.
    """

    opportunity: str
    category: str | None
    gate: Gate
    score: int | None
    lot: int | None
    admitted: int


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A minimum that was not reached because too few of the category could be placed there."""

    opportunity: str
    category: str
    minimum: int
    admitted: int


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a reader needs to trust a result, all of it recomputed by `verify`."""

    input_digest: str
    method: Method
    method_version: int
    cut_offs: tuple[CutOff, ...]
    blocking_pairs: int
    quotas_kept: bool
    shortfalls: tuple[Shortfall, ...]
    placed_by_rank: tuple[int, ...]
    not_placed: int
    seats_left: int


def certify(result: Result) -> Certificate:
    """Return the certificate of a result, worked out from the placements alone."""
    limits = cut_offs(result.columns, result.placed)
    profile, not_placed = rank_profile(result)
    return Certificate(
        input_digest=digest(input_record(result.problem)),
        method=result.method,
        method_version=METHOD_VERSION,
        cut_offs=named_cut_offs(result, limits),
        blocking_pairs=int(blocking_choices(result.columns, result.placed, limits).sum()),
        quotas_kept=keeps_limits(result.columns, limits),
        shortfalls=shortfalls(result, limits),
        placed_by_rank=profile,
        not_placed=not_placed,
        seats_left=int((result.columns.seats - limits.admitted_by_opportunity).sum()),
    )


def rank_profile(result: Result) -> tuple[tuple[int, ...], int]:
    """Count how many got their first, second, … choice, and how many got none."""
    longest = max((len(a.choices) for a in result.problem.applications), default=0)
    counts = [0] * longest
    for placement in result.placements:
        if placement.rank is not None:
            counts[placement.rank - 1] += 1
    return tuple(counts), len(result.placements) - sum(counts)


def shortfalls(result: Result, limits: CutOffs) -> tuple[Shortfall, ...]:
    """Return the minimums that were not reached."""
    admitted = _admitted_by_quota(result, limits)
    return tuple(
        Shortfall(opportunity.id, quota.category, quota.minimum, count)
        for (number, opportunity) in enumerate(result.problem.opportunities)
        for quota in opportunity.quotas
        if (count := admitted[number].get(quota.category, 0)) < quota.minimum
    )


def named_cut_offs(result: Result, limits: CutOffs) -> tuple[CutOff, ...]:
    """Return the cut-offs by name, in canonical order: all others first, then each category."""
    columns, pools = result.columns, result.columns.pools
    categories = sorted({a.category for a in result.problem.applications})
    order = np.lexsort((pools.category, pools.opportunity)).tolist()
    return tuple(
        _named(
            result,
            opportunity=result.problem.opportunities[int(pools.opportunity[pool])].id,
            category=None
            if pools.category[pool] == NOBODY
            else categories[int(pools.category[pool])],
            bound=int(limits.bound[pool]),
            admitted=int(limits.admitted[pool]),
            columns=columns,
        )
        for pool in order
    )


def _named(
    result: Result,
    *,
    opportunity: str,
    category: str | None,
    bound: int,
    admitted: int,
    columns: Columns,
) -> CutOff:
    if bound == UNLIMITED:
        return CutOff(opportunity, category, Gate.OPEN, None, None, admitted)
    if bound == NOBODY:
        return CutOff(opportunity, category, Gate.CLOSED, None, None, admitted)
    lot = bound & ((1 << columns.lot_bits) - 1)
    application = result.problem.applications[int(columns.student_of_lot[lot])]
    score = next(c.score for c in application.choices if c.opportunity == opportunity)
    return CutOff(opportunity, category, Gate.SCORE, score, lot + 1, admitted)


def _admitted_by_quota(result: Result, limits: CutOffs) -> list[dict[str, int]]:
    categories = sorted({a.category for a in result.problem.applications})
    counts: list[dict[str, int]] = [{} for _ in result.problem.opportunities]
    pools = result.columns.pools
    for pool in range(result.columns.opportunities, len(pools.opportunity)):
        category = categories[int(pools.category[pool])]
        counts[int(pools.opportunity[pool])][category] = int(limits.admitted[pool])
    return counts


def input_record(problem: Problem) -> Json:
    """Return the whole input as canonical JSON holds it; `problem` is in canonical order."""
    return {
        "round": problem.round,
        "seed": problem.seed,
        "score_digits": problem.score_digits,
        "opportunities": [
            {
                "id": opportunity.id,
                "seats": opportunity.seats,
                "minimum_score": opportunity.minimum_score,
                "quotas": [
                    {
                        "category": quota.category,
                        "minimum": quota.minimum,
                        "maximum": quota.maximum,
                    }
                    for quota in opportunity.quotas
                ],
            }
            for opportunity in problem.opportunities
        ],
        "applications": [
            {
                "id": application.id,
                "category": application.category,
                "holds": application.holds,
                "choices": [
                    {"opportunity": choice.opportunity, "score": choice.score}
                    for choice in application.choices
                ],
            }
            for application in problem.applications
        ],
    }
