"""Who waits for what after the results, and who gets a free seat: the round as it is now."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Sum
from django.utils import timezone

from sojourn.engines import allocation as engine
from sojourn.engines.allocation import Continuation, Stance, Standing
from sojourn.selection import run_file
from sojourn.selection.models import AllocationRun, Application, MoreSeats, Offer, Round
from sojourn.selection.states import ApplicationState


@dataclass(frozen=True)
class CurrentRound:
    """A published round as it is now: its problem with today's seats, and everybody's place."""

    problem: engine.Problem
    standings: tuple[Standing, ...]

    def next_offers(self) -> Continuation:
        """Offer the free seats; running it again without news gives nothing."""
        return engine.continue_waiting_list(self.problem, self.standings)


def current_round(round_: Round, run: AllocationRun, now: dt.datetime) -> CurrentRound:
    """Read everything that decides about the next offers. The caller holds the round's lock."""
    problem = run_file.problem_from(bytes(run.input))
    applications = {each.code: each for each in Application.objects.filter(round=round_)}
    offers: dict[int, list[Offer]] = {}
    for offer in Offer.objects.filter(application__round=round_).select_related("opportunity"):
        offers.setdefault(offer.application_id, []).append(offer)
    standings = tuple(
        standing_of(each, applications.get(each.id), offers) for each in problem.applications
    )
    return CurrentRound(_with_seats_of_now(round_, problem, standings, now), standings)


def standing_of(
    asked: engine.Application, application: Application | None, offers: dict[int, list[Offer]]
) -> Standing:
    """Return one applicant's standing. A deleted account has left, like one that withdrew."""
    if application is None or application.state != ApplicationState.SUBMITTED:
        return Standing(asked.id, Stance.LEFT)
    own = offers.get(application.pk, [])
    refused = _refused(asked, own)
    active = next((each for each in own if each.meaning.takes_seat), None)
    if active is None:
        return Standing(asked.id, Stance.WAITS, refused=refused)
    place = active.opportunity.key
    if not active.meaning.moves_up:
        return Standing(asked.id, Stance.KEEPS, place)
    # Students who have not answered yet keep their claim on a choice that they like better.
    still = tuple(each for each in refused if each != place)
    return Standing(asked.id, Stance.KEEPS_AND_WAITS, place, still)


def _refused(asked: engine.Application, own: Iterable[Offer]) -> tuple[str, ...]:
    """Return what was refused, and everything that the student likes less than that."""
    listed = [choice.opportunity for choice in asked.choices]
    ranks = [listed.index(each.opportunity.key) for each in own if each.meaning.is_refused]
    return tuple(listed[min(ranks) :]) if ranks else ()


def _with_seats_of_now(
    round_: Round, problem: engine.Problem, standings: Iterable[Standing], now: dt.datetime
) -> engine.Problem:
    """Add later seats, close hosts after their nomination day, and displace nobody."""
    added = dict(
        MoreSeats.objects.filter(opportunity__round=round_)
        .values_list("opportunity__key")
        .annotate(Sum("count"))
        .order_by()
    )
    today = timezone.localdate(now)
    over = set(
        round_.opportunities.filter(nomination_deadline__lt=today).values_list("key", flat=True)
    )
    category = {each.id: each.category for each in problem.applications}
    held: dict[str, Counter[str]] = {}
    for standing in standings:
        if standing.place is not None:
            held.setdefault(standing.place, Counter())[category[standing.application]] += 1
    return replace(
        problem,
        opportunities=tuple(
            _with_current_seats(
                each, added.get(each.id, 0), held.get(each.id, Counter()), each.id in over
            )
            for each in problem.opportunities
        ),
        applications=tuple(_not_new_at(each, over) for each in problem.applications),
    )


def _not_new_at(application: engine.Application, over: set[str]) -> engine.Application:
    """Admit nobody new where the nomination day is over; places that are held stay."""
    if not any(choice.opportunity in over for choice in application.choices):
        return application
    return replace(
        application,
        choices=tuple(
            replace(choice, score=None) if choice.opportunity in over else choice
            for choice in application.choices
        ),
    )


def _with_current_seats(
    opportunity: engine.Opportunity, added: int, held: Counter[str], is_over: bool
) -> engine.Opportunity:
    taken = held.total()
    if is_over:
        return replace(opportunity, seats=taken, quotas=())
    quotas = tuple(
        # A place given after an objection may be above a maximum; it is kept all the same.
        replace(each, maximum=max(each.maximum, held[each.category]))
        if each.maximum is not None
        else each
        for each in opportunity.quotas
    )
    return replace(opportunity, seats=max(opportunity.seats + added, taken), quotas=quotas)
