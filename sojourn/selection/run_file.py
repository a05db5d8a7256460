"""The files of an allocation run: its input, read back, and the one that everybody may see."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import lru_cache
from typing import Any

from sojourn.engines.allocation import (
    Application,
    Choice,
    Method,
    Opportunity,
    Problem,
    Quota,
    Result,
    allocate,
    with_scores_as_order,
    write_result,
)
from sojourn.engines.allocation.canonical import canonical_json
from sojourn.engines.allocation.certificate import input_record

# Stands for every category that no quota speaks of.
OTHERS = "others"
# A run is never changed, so what was made from it can be kept; a few rounds are looked at at once.
_KEPT = 8


def input_bytes(problem: Problem) -> bytes:
    """Spell out everything that decides a result, in exactly one way."""
    return canonical_json(input_record(problem.in_canonical_order()))


def problem_from(data: bytes) -> Problem:
    """Read the problem that `input_bytes` wrote."""
    read: dict[str, Any] = json.loads(data)
    return Problem(
        round=read["round"],
        seed=read["seed"],
        score_digits=read["score_digits"],
        opportunities=tuple(
            Opportunity(
                each["id"],
                each["seats"],
                tuple(
                    Quota(quota["category"], quota["minimum"], quota["maximum"])
                    for quota in each["quotas"]
                ),
                each["minimum_score"],
            )
            for each in read["opportunities"]
        ),
        applications=tuple(
            Application(
                each["id"],
                each["category"],
                tuple(Choice(choice["opportunity"], choice["score"]) for choice in each["choices"]),
                each["holds"],
            )
            for each in read["applications"]
        ),
    )


@lru_cache(maxsize=_KEPT)
def result_from(data: bytes, method: Method) -> Result:
    """Compute the result of a run again from its input."""
    return allocate(problem_from(data), method)


def public_problem(problem: Problem) -> Problem:
    """Return the round without scores, and without categories that decide nothing.

    A degree programme that no quota mentions would only help to guess who is behind a pseudonym.
    """
    spoken_of = {quota.category for each in problem.opportunities for quota in each.quotas}
    ordered = with_scores_as_order(problem)
    return replace(
        ordered,
        applications=tuple(
            each if each.category in spoken_of else replace(each, category=OTHERS)
            for each in ordered.applications
        ),
    )


def public_file(problem: Problem, method: Method) -> bytes:
    """Return the result file for everybody."""
    return write_result(allocate(public_problem(problem), method))
