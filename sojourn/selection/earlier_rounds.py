"""What earlier rounds say about a place: how many wanted it, and how far its list went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from sojourn.selection.models import OfferOrigin, RoundOpportunity
from sojourn.selection.states import RoundState

# Nothing is said about fewer people than this.
FEWEST_PEOPLE = 5
_AFTER_THE_RESULTS = (OfferOrigin.WAITING_LIST, OfferOrigin.BETTER)


@dataclass(frozen=True)
class EarlierRound:
    """One place in its last finished round. All of it is counted."""

    academic_year: str
    applicants: int
    """Who had it on the list that they handed in."""
    called: int
    """Who was offered a place after the results, because somebody else did not take theirs."""
    is_example: bool


def last_rounds_of(slugs: Iterable[str]) -> dict[str, EarlierRound]:
    """Return the last finished round of each place, where enough students wanted it."""
    submitted = Q(choices__application__submitted_at__isnull=False)
    rows = (
        RoundOpportunity.objects.filter(
            opportunity__slug__in=list(slugs), round__state=RoundState.FINISHED
        )
        .annotate(
            wanted=Count("choices__application", filter=submitted, distinct=True),
            called=Count(
                "offers__application",
                filter=Q(offers__origin__in=_AFTER_THE_RESULTS),
                distinct=True,
            ),
        )
        .order_by("round__academic_year", "round__closes_at", "pk")
        .values_list(
            "opportunity__slug", "round__academic_year", "wanted", "called", "round__is_example"
        )
    )
    newest = {row[0]: EarlierRound(*row[1:]) for row in rows}
    return {slug: one for slug, one in newest.items() if one.applicants >= FEWEST_PEOPLE}
