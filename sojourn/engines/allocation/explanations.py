"""What each student got, and for each choice they liked better, why not.

Data, not sentences: the pages say it in the reader's language. The score and lot of the last one
admitted are given only where at least three were admitted in the same competition, so that no
single person's score can be read from it.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sojourn.engines.allocation.certificate import CutOff, Gate, named_cut_offs
from sojourn.engines.allocation.columns import Integers
from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.lottery import lots
from sojourn.engines.allocation.problem import Application, Choice, Opportunity
from sojourn.engines.allocation.result import Placement, Result
from sojourn.engines.allocation.stability import cut_offs

FEWEST_SHOWN = 3


class Reason(StrEnum):
    """Why a student did not get a choice."""

    NOT_ELIGIBLE = "not-eligible"  # the office gave no score, or the student gave the choice up
    BELOW_MINIMUM_SCORE = "below-minimum-score"
    LOWER_SCORE = "lower-score"
    LOST_LOTTERY = "lost-lottery"  # the same score as the last one admitted, a later lot
    CATEGORY_FULL_LOWER_SCORE = "category-full-lower-score"
    CATEGORY_FULL_LOST_LOTTERY = "category-full-lost-lottery"
    NO_SEAT = "no-seat"  # no seat was open to this student's category, whatever the score


@dataclass(frozen=True, slots=True)
class LastAdmitted:
    """Score and lot of the one whom the student would have had to come before."""

    score: int
    lot: int


@dataclass(frozen=True, slots=True)
class WhyNot:
    """Why one choice did not become the student's place.

    `last_admitted` is None where there is none to compare with or where it must stay hidden.
    `waiting_place` is the student's place among those who still want to go there, from 1.
    """

    opportunity: str
    rank: int
    reason: Reason
    score: int | None
    minimum_score: int | None
    last_admitted: LastAdmitted | None
    is_hidden: bool
    waiting_place: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """One student's result with its reasons."""

    placement: Placement
    lot: int
    why_not: tuple[WhyNot, ...]


@dataclass(frozen=True, slots=True)
class _Contest:
    """One cut-off, with what a student may learn about it."""

    cut_off: CutOff
    category_is_full: bool
    competitors: int


def explain(result: Result) -> tuple[Explanation, ...]:
    """Return the explanation of every placement, in the order of the placements."""
    if not result.method.is_fair:
        raise AllocationError(
            f"A {result.method} result passes students over, so it has no reasons to give."
        )
    lot = lots(result.problem.seed, (application.id for application in result.problem.applications))
    contests = _contests(result, lot)
    waiting = _waiting_places(result)
    opportunities = {opportunity.id: opportunity for opportunity in result.problem.opportunities}
    explanations = []
    for application, placement in zip(result.problem.applications, result.placements, strict=True):
        above = len(application.choices) if placement.rank is None else placement.rank - 1
        explanations.append(
            Explanation(
                placement,
                lot[application.id],
                tuple(
                    _why_not(
                        application,
                        choice,
                        rank,
                        opportunities[choice.opportunity],
                        contests,
                        waiting,
                    )
                    for rank, choice in enumerate(application.choices[:above], start=1)
                ),
            )
        )
    return tuple(explanations)


def _why_not(
    application: Application,
    choice: Choice,
    rank: int,
    opportunity: Opportunity,
    contests: dict[tuple[str, str | None], _Contest],
    waiting: dict[tuple[str, str], int],
) -> WhyNot:
    score, minimum = choice.score, opportunity.minimum_score
    reason, last, hidden = Reason.NOT_ELIGIBLE, None, False
    if score is not None and minimum is not None and score < minimum:
        reason = Reason.BELOW_MINIMUM_SCORE
    elif score is not None:
        contest = (
            contests.get((opportunity.id, application.category)) or contests[(opportunity.id, None)]
        )
        reason = _reason(score, contest)
        # Losing the lottery says that the scores were equal, so it is hidden with the score.
        hidden = contest.competitors < FEWEST_SHOWN and contest.cut_off.score is not None
        if hidden:
            reason = _without_lottery(reason)
        elif contest.cut_off.score is not None and contest.cut_off.lot is not None:
            last = LastAdmitted(contest.cut_off.score, contest.cut_off.lot)
    return WhyNot(
        opportunity=opportunity.id,
        rank=rank,
        reason=reason,
        score=score,
        minimum_score=minimum,
        last_admitted=last,
        is_hidden=hidden,
        waiting_place=waiting.get((application.id, opportunity.id)),
    )


def _reason(score: int, contest: _Contest) -> Reason:
    if contest.cut_off.gate is not Gate.SCORE:
        return Reason.NO_SEAT
    tie = score == contest.cut_off.score
    if contest.category_is_full:
        return Reason.CATEGORY_FULL_LOST_LOTTERY if tie else Reason.CATEGORY_FULL_LOWER_SCORE
    return Reason.LOST_LOTTERY if tie else Reason.LOWER_SCORE


def _without_lottery(reason: Reason) -> Reason:
    if reason is Reason.LOST_LOTTERY:
        return Reason.LOWER_SCORE
    if reason is Reason.CATEGORY_FULL_LOST_LOTTERY:
        return Reason.CATEGORY_FULL_LOWER_SCORE
    return reason


def _contests(result: Result, lot: dict[str, int]) -> dict[tuple[str, str | None], _Contest]:
    named = {
        (cut_off.opportunity, cut_off.category): cut_off
        for cut_off in named_cut_offs(result, cut_offs(result.columns, result.placed))
    }
    opportunities = {opportunity.id: opportunity for opportunity in result.problem.opportunities}
    category_of = {lot[a.id]: a.category for a in result.problem.applications}
    in_open_seats: dict[str, int] = dict.fromkeys(opportunities, 0)
    for cut_off in named.values():
        minimum, _ = _bounds(opportunities[cut_off.opportunity], cut_off.category)
        in_open_seats[cut_off.opportunity] += max(cut_off.admitted - minimum, 0)
    contests = {}
    for key, cut_off in named.items():
        opportunity = opportunities[cut_off.opportunity]
        _, maximum = _bounds(opportunity, cut_off.category)
        # Below its maximum a category competes with all; at its maximum only within itself.
        category_is_full = maximum is not None and cut_off.admitted >= maximum
        competitors = cut_off.admitted if category_is_full else in_open_seats[opportunity.id]
        if cut_off.lot is not None and not category_is_full:
            # The last one may have come in under a minimum, and then competed with fewer.
            category = category_of[cut_off.lot]
            theirs = named.get((opportunity.id, category)) or named[opportunity.id, None]
            minimum, _ = _bounds(opportunity, theirs.category)
            if theirs.admitted <= minimum:
                competitors = theirs.admitted
        contests[key] = _Contest(cut_off, category_is_full, competitors)
    return contests


def _bounds(opportunity: Opportunity, category: str | None) -> tuple[int, int | None]:
    """Return the minimum and the maximum of a category, as the rules state them."""
    for quota in opportunity.quotas:
        if quota.category == category:
            return quota.minimum, quota.maximum
    return 0, None


def _waiting_places(result: Result) -> dict[tuple[str, str], int]:
    """For each application and opportunity it still wants: the place in that queue."""
    columns = result.columns
    end = np.where(result.placed >= 0, result.placed, columns.choice_start[1:])
    wanted = np.flatnonzero(
        np.arange(len(columns.key)) < np.repeat(end, np.diff(columns.choice_start))
    )
    order: Integers = wanted[np.argsort(columns.key[wanted])]
    owner = columns.student_of_choice()
    places: dict[tuple[str, str], int] = {}
    counted: dict[str, int] = {}
    for row in order.tolist():
        opportunity = result.problem.opportunities[int(columns.choice_opportunity[row])].id
        counted[opportunity] = counted.get(opportunity, 0) + 1
        application = result.problem.applications[int(owner[row])].id
        places[application, opportunity] = counted[opportunity]
    return places
