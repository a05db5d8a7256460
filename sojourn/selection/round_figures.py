"""What rounds came to, year by year: seats, how many were used, whose first choice was granted."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from sojourn.catalogue.academic_years import named
from sojourn.people.models import User
from sojourn.selection.models import (
    Application,
    MoreSeats,
    Offer,
    PastApplicants,
    RoundOpportunity,
)
from sojourn.selection.models.results import OfferOrigin
from sojourn.selection.permissions import rounds_seen_whole
from sojourn.selection.states import ACCEPTED, ApplicationState, RoundState
from sojourn.selection.statistics import from_json


@dataclass(frozen=True)
class RoundFigures:
    """One round whose results are published."""

    title: str
    year: int | None
    """In which the academic year begins that its places are for."""
    is_over: bool
    """Nobody can take a seat any more; until then none is unused."""
    seats: int
    used: int
    applicants: int
    given: int
    """How many got a place by the results."""
    given_first: int
    """Of these their first choice."""
    days_to_results: int | None
    """From the last day to apply."""


def figures_of_rounds(reader: User) -> list[RoundFigures]:
    """Count the rounds with results of which somebody may see every applicant.

    In as many queries for many as for one. Applications that were deleted still count. An example
    counts only where there is no real round.
    """
    rounds = list(
        rounds_seen_whole(reader)
        .filter(state__in=(RoundState.RESULTS, RoundState.FINISHED))
        .annotate(results_out=F("publication__at"))
        .order_by("academic_year", "slug")
    )
    rounds = [each for each in rounds if not each.is_example] or rounds
    keys = [each.pk for each in rounds]
    seats = Counter(
        dict(
            RoundOpportunity.objects.filter(round__in=keys)
            .values_list("round")
            .annotate(to_give=Sum(F("seats") - F("held_back")))
            .order_by()
        )
    )
    seats.update(
        dict(
            MoreSeats.objects.filter(opportunity__round__in=keys)
            .values_list("opportunity__round")
            .annotate(more=Sum("count"))
            .order_by()
        )
    )
    applicants = dict(
        Application.objects.filter(round__in=keys, state=ApplicationState.SUBMITTED)
        .values_list("round")
        .annotate(how_many=Count("pk"))
        .order_by()
    )
    by_results = Q(origin=OfferOrigin.RESULTS)
    offers = {
        key: counts
        for key, *counts in Offer.objects.filter(application__round__in=keys)
        .values_list("application__round")
        .annotate(
            used=Count("pk", filter=Q(state__in=ACCEPTED)),
            given=Count("pk", filter=by_results),
            given_first=Count("pk", filter=by_results & Q(rank=1)),
        )
        .order_by()
    }
    past = {
        each.round_id: from_json(each.counts)
        for each in PastApplicants.objects.filter(round__in=keys)
    }
    found = []
    for each in rounds:
        used, given, first = offers.get(each.pk, (0, 0, 0))
        gone = past.get(each.pk)
        out: dt.datetime | None = each.results_out
        found.append(
            RoundFigures(
                title=each.title,
                year=named(each.academic_year),
                is_over=each.state == RoundState.FINISHED,
                seats=seats[each.pk],
                used=used + (gone.accepted if gone else 0),
                applicants=applicants.get(each.pk, 0) + (gone.applicants if gone else 0),
                given=given + (gone.given if gone else 0),
                given_first=first + (gone.given_by_rank[0] if gone and gone.given_by_rank else 0),
                days_to_results=(out - each.closes_at).days if out and each.closes_at else None,
            )
        )
    return found
