"""The waiting list after the first results: whom a freed seat goes to next.

The round is allocated again with what has happened since: a place that a student keeps is held and
cannot be lost, a place that was refused (declined, or its deadline passed) is no longer wanted, and
who left wants nothing. The new result is stable in the same sense as the first, with held places
coming before everything; its new placements are the next offers. A student who keeps a place and
waits for a better one moves up at once when a better one comes free, and the place left behind goes
on to the next in the same run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from sojourn.engines.allocation.errors import AllocationError
from sojourn.engines.allocation.problem import Application, Choice, Problem
from sojourn.engines.allocation.result import Result, allocate


class Stance(StrEnum):
    """The position of a student."""

    WAITS = "waits"  # has no place, and wants one
    KEEPS = "keeps"  # has accepted a place, or has an open offer, and wants no other
    KEEPS_AND_WAITS = "keeps-and-waits"  # the same, but moves up if a better choice comes free
    LEFT = "left"  # wants no place any more


@dataclass(frozen=True, slots=True)
class Standing:
    """One application's situation; `place` is what it keeps, `refused` what it declined."""

    application: str
    stance: Stance
    place: str | None = None
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NextOffer:
    """A place to offer now; `leaves` is the place given up for it, which goes on to the next."""

    application: str
    opportunity: str
    rank: int
    leaves: str | None


@dataclass(frozen=True, slots=True)
class Continuation:
    """The new state of the round, and what follows from it."""

    result: Result
    offers: tuple[NextOffer, ...]


def continue_waiting_list(problem: Problem, standings: Iterable[Standing]) -> Continuation:
    """Give the seats that came free; every application needs a standing."""
    by_application: dict[str, Standing] = {}
    for standing in standings:
        if standing.application in by_application:
            raise AllocationError(f"Application {standing.application!r} has two standings.")
        by_application[standing.application] = standing
    known = {application.id for application in problem.applications}
    unknown = sorted(set(by_application) - known)
    if unknown:
        raise AllocationError(f"Application {unknown[0]!r} is not in this round.")
    missing = sorted(known - set(by_application))
    if missing:
        raise AllocationError(f"Application {missing[0]!r} has no standing.")
    result = allocate(
        replace(
            problem,
            applications=tuple(
                _as_it_stands(application, by_application[application.id])
                for application in problem.applications
            ),
        )
    )
    offers = tuple(
        NextOffer(
            placement.application,
            placement.opportunity,
            placement.rank,
            by_application[placement.application].place,
        )
        for placement in result.placements
        if placement.opportunity is not None
        and placement.rank is not None
        and placement.opportunity != by_application[placement.application].place
    )
    return Continuation(result, offers)


def _as_it_stands(application: Application, standing: Standing) -> Application:
    """Return the application with what it still wants.

    A choice that is no longer wanted stays on the list without a score, so that ranks and lots
    remain what the student was told.
    """
    listed = [choice.opportunity for choice in application.choices]
    for name in standing.refused:
        if name not in listed:
            raise AllocationError(f"Application {application.id!r} never asked for {name!r}.")
    keeps = standing.stance in (Stance.KEEPS, Stance.KEEPS_AND_WAITS)
    if not keeps:
        if standing.place is not None:
            raise AllocationError(
                f"Application {application.id!r} {standing.stance} but has a place; "
                "say that it keeps the place, or that it refused it."
            )
        wants_none = standing.stance is Stance.LEFT
        gone = set(listed) if wants_none else set(standing.refused)
        return replace(application, choices=_without(application.choices, gone), holds=None)
    if standing.place is None or standing.place not in listed:
        raise AllocationError(
            f"Application {application.id!r} keeps {standing.place!r}, which is not on its list."
        )
    if standing.place in standing.refused:
        raise AllocationError(
            f"Application {application.id!r} both keeps and refused {standing.place!r}."
        )
    upto = application.choices[: listed.index(standing.place) + 1]
    above = {choice.opportunity for choice in upto[:-1]}
    gone = above if standing.stance is Stance.KEEPS else set(standing.refused)
    return replace(application, choices=_without(upto, gone), holds=standing.place)


def _without(choices: tuple[Choice, ...], gone: set[str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(choice.opportunity, None) if choice.opportunity in gone else choice
        for choice in choices
    )
