"""The result file: one result with its input and certificate, in canonical JSON.

The same result always gives the same bytes. Two spellings exist. The office's own file holds exact
scores. The file to publish (`with_scores_as_order`) holds, instead of each score, only where it
is among the scores at that opportunity; that decides exactly the same placements, so a reader
can check everything, and nobody's score is in it.
"""

from dataclasses import replace

from sojourn.engines.allocation.canonical import Json, canonical_json
from sojourn.engines.allocation.certificate import Certificate, certify, input_record
from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.lottery import commitment, lots
from sojourn.engines.allocation.problem import Choice, Opportunity, Problem, is_admissible
from sojourn.engines.allocation.result import Result

FORMAT = "sojourn-allocation-result"
FORMAT_VERSION = 1


def with_scores_as_order(problem: Problem) -> Problem:
    """Return the same round with each score replaced by its order at that opportunity.

    Equal scores stay equal; a choice below the minimum score becomes one without a score, and the
    minimum itself goes. Not for serial dictatorship, which compares scores between opportunities.
    """
    opportunities = {opportunity.id: opportunity for opportunity in problem.opportunities}
    scores: dict[str, set[int]] = {name: set() for name in opportunities}
    for application in problem.applications:
        for choice in application.choices:
            if choice.score is not None and _counts(choice, opportunities):
                scores[choice.opportunity].add(choice.score)
    order = {
        name: {score: place for place, score in enumerate(sorted(values), start=1)}
        for name, values in scores.items()
    }

    def ordered(choice: Choice) -> Choice:
        if choice.score is None or not _counts(choice, opportunities):
            return Choice(choice.opportunity, None)
        return Choice(choice.opportunity, order[choice.opportunity][choice.score])

    return replace(
        problem,
        score_digits=0,
        opportunities=tuple(replace(o, minimum_score=None) for o in problem.opportunities),
        applications=tuple(
            replace(a, choices=tuple(ordered(choice) for choice in a.choices))
            for a in problem.applications
        ),
    )


def _counts(choice: Choice, opportunities: dict[str, Opportunity]) -> bool:
    return is_admissible(choice, opportunities[choice.opportunity])


def write_result(result: Result) -> bytes:
    """Return the result file, ready to be saved.

    Only for methods that respect everyone's priority.
    """
    if not result.method.is_fair:
        raise AllocationError(
            f"A {result.method} result passes students over; it is for comparison only and has no "
            "result file."
        )
    return canonical_json(result_record(result)) + b"\n"


def result_record(result: Result) -> Json:
    """Return the content of the result file."""
    problem = result.problem
    lot = lots(problem.seed, (application.id for application in problem.applications))
    return {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        "input": input_record(problem),
        "placements": [
            {
                "application": placement.application,
                "lot": lot[placement.application],
                "opportunity": placement.opportunity,
                "rank": placement.rank,
            }
            for placement in result.placements
        ],
        "certificate": certificate_record(certify(result), commitment(problem.seed)),
    }


def certificate_record(certificate: Certificate, seed_commitment: str) -> Json:
    """Return a certificate as canonical JSON holds it."""
    return {
        "input_digest": certificate.input_digest,
        "seed_commitment": seed_commitment,
        "method": certificate.method.value,
        "method_version": certificate.method_version,
        "cut_offs": [
            {
                "opportunity": cut_off.opportunity,
                "category": cut_off.category,
                "gate": cut_off.gate.value,
                "score": cut_off.score,
                "lot": cut_off.lot,
                "admitted": cut_off.admitted,
            }
            for cut_off in certificate.cut_offs
        ],
        "blocking_pairs": certificate.blocking_pairs,
        "quotas_kept": certificate.quotas_kept,
        "shortfalls": [
            {
                "opportunity": shortfall.opportunity,
                "category": shortfall.category,
                "minimum": shortfall.minimum,
                "admitted": shortfall.admitted,
            }
            for shortfall in certificate.shortfalls
        ],
        "placed_by_rank": list(certificate.placed_by_rank),
        "not_placed": certificate.not_placed,
        "seats_left": certificate.seats_left,
    }
