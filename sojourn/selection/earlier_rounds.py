"""What earlier rounds say about a place: how many wanted it, and how far its list went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q

from sojourn.selection.models import PastApplicants, RoundOpportunity
from sojourn.selection.models.results import LATER_ORIGINS
from sojourn.selection.states import RoundState

# Nothing is said about fewer people than this.
FEWEST_PEOPLE = 5


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
                filter=Q(offers__origin__in=LATER_ORIGINS),
                distinct=True,
            ),
        )
        .order_by("round__academic_year", "round__closes_at", "pk")
        .values_list(
            "opportunity__slug", "round__academic_year", "wanted", "called", "round__is_example",
            "round", "key",
        )
    )  # fmt: skip
    # What applications that were deleted since still count.
    past = dict(
        PastApplicants.objects.filter(round__state=RoundState.FINISHED).values_list(
            "round", "lists"
        )
    )
    newest = {}
    for slug, year, wanted, called, is_example, round_, key in rows:
        lists = past.get(round_, {})
        newest[slug] = EarlierRound(
            year,
            wanted + lists.get("wanted", {}).get(key, 0),
            called + lists.get("called", {}).get(key, 0),
            is_example,
        )
    return {slug: one for slug, one in newest.items() if one.applicants >= FEWEST_PEOPLE}
