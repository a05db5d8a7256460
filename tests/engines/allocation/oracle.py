"""Allocation by brute force, from the definitions alone: slow, obvious, and sharing no code."""

from __future__ import annotations

from hashlib import sha256
from itertools import combinations, product

from sojourn.engines.allocation import Application, Opportunity, Problem

Matching = dict[str, str | None]


def priority(problem: Problem, opportunity: str, application: Application) -> tuple[int, str]:
    """Smaller goes first: the better score, then the smaller draw."""
    score = next(c.score for c in application.choices if c.opportunity == opportunity)
    draw = sha256(f"{problem.seed}:{application.id}".encode()).hexdigest()
    return (-(score or 0), draw)


def is_welcome(opportunity: Opportunity, application: Application) -> bool:
    """On the list, with a score that counts."""
    for choice in application.choices:
        if choice.opportunity == opportunity.id and choice.score is not None:
            return opportunity.minimum_score is None or choice.score >= opportunity.minimum_score
    return False


def choose(
    problem: Problem, opportunity: Opportunity, applicants: list[Application]
) -> frozenset[str]:
    """The best set by its definition, found by looking at every subset.

    Within seats and maximums: first as much of the minimums as possible, then as many students as
    possible, then the best by priority.
    """
    queue = sorted(applicants, key=lambda a: priority(problem, opportunity.id, a))
    best: tuple[tuple[int, int, list[int]], frozenset[str]] | None = None
    for size in range(min(opportunity.seats, len(queue)) + 1):
        for places in combinations(range(len(queue)), size):
            categories = [queue[place].category for place in places]
            counts = [(quota, categories.count(quota.category)) for quota in opportunity.quotas]
            if any(q.maximum is not None and count > q.maximum for q, count in counts):
                continue
            promised = sum(min(count, quota.minimum) for quota, count in counts)
            merit = (-promised, -size, list(places))
            if best is None or merit < best[0]:
                best = (merit, frozenset(queue[place].id for place in places))
    assert best is not None
    return best[1]


def all_matchings(problem: Problem) -> list[Matching]:
    """Every way to give everyone one of their choices, or nothing."""
    opportunities = {o.id: o for o in problem.opportunities}
    options: list[list[str | None]] = [
        [
            *(
                c.opportunity
                for c in application.choices
                if is_welcome(opportunities[c.opportunity], application)
            ),
            None,
        ]
        for application in problem.applications
    ]
    names = [application.id for application in problem.applications]
    return [dict(zip(names, places, strict=True)) for places in product(*options)]


def admitted(problem: Problem, matching: Matching, opportunity: str) -> list[Application]:
    """Who is placed there."""
    return [a for a in problem.applications if matching[a.id] == opportunity]


def is_within_limits(problem: Problem, matching: Matching) -> bool:
    """Seats and maximums are kept."""
    for opportunity in problem.opportunities:
        students = admitted(problem, matching, opportunity.id)
        if len(students) > opportunity.seats:
            return False
        for quota in opportunity.quotas:
            count = sum(student.category == quota.category for student in students)
            if quota.maximum is not None and count > quota.maximum:
                return False
    return True


def blocking_pairs(problem: Problem, matching: Matching) -> list[tuple[str, str]]:
    """Students with an opportunity that both would rather have it so."""
    opportunities = {o.id: o for o in problem.opportunities}
    pairs = []
    for application in problem.applications:
        for choice in application.choices:
            if choice.opportunity == matching[application.id]:
                break
            opportunity = opportunities[choice.opportunity]
            if not is_welcome(opportunity, application):
                continue
            there = admitted(problem, matching, opportunity.id)
            if application.id in choose(problem, opportunity, [*there, application]):
                pairs.append((application.id, opportunity.id))
    return pairs


def is_stable(problem: Problem, matching: Matching) -> bool:
    """Nobody is held against the opportunity's will, and no pair blocks."""
    for opportunity in problem.opportunities:
        there = admitted(problem, matching, opportunity.id)
        if choose(problem, opportunity, there) != frozenset(a.id for a in there):
            return False
    return not blocking_pairs(problem, matching)


def all_stable_matchings(problem: Problem) -> list[Matching]:
    """Every stable matching."""
    return [
        matching
        for matching in all_matchings(problem)
        if is_within_limits(problem, matching) and is_stable(problem, matching)
    ]


def rank_of(application: Application, place: str | None) -> int:
    """The rank of a place on the student's list; no place comes after all."""
    listed = [choice.opportunity for choice in application.choices]
    return len(listed) if place is None else listed.index(place)
