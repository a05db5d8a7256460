"""Admission history: what was counted about a place, and warnings about a whole list.

There is no probability here, because nobody has one. Shown are the seats, the applicants of the
last round that is known, and how many other students hold the place in their top five now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

from django.db.models import Count

from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.engines.fit import Verdict
from sojourn.planning.models import TOP_FIVE_SIZE, Plan, TopFiveEntry
from sojourn.planning.top_five import TopFive

# Nothing is said about fewer people than this.
FEWEST_PEOPLE = 5
# A long shot had at least so many applicants for each seat.
LONG_SHOT_RATIO = 2


@dataclass(frozen=True)
class AdmissionHistory:
    """What is known about one place; None where nobody counted, or too few to say."""

    seats: int | None
    applicants: int | None
    applicants_year: int | None
    held_by_others: int | None
    is_example: bool

    @property
    def is_long_shot(self) -> bool | None:
        """Tell whether few get in; None when seats or applicants are not known."""
        if not self.seats or self.applicants is None:
            return None
        return self.applicants >= LONG_SHOT_RATIO * self.seats


class ListWarning(Enum):
    """What a friend would say about a list of five."""

    ALL_LONG_SHOTS = "all_long_shots"
    ONE_WINDOW = "one_window"
    NONE_POSSIBLE = "none_possible"


def held_by_others(plan: Plan | None, slugs: Iterable[str]) -> dict[str, int]:
    """Count the other students who hold each place now, where they are five or more.

    Counted are accounts: a visitor can make as many plans as they like. Demonstration accounts
    are nobody.
    """
    rows = TopFiveEntry.objects.filter(
        opportunity__slug__in=list(slugs), plan__owner__isnull=False, plan__owner__is_demo=False
    )
    if plan is not None:
        rows = rows.exclude(plan=plan)
    counts = rows.values("opportunity__slug").annotate(people=Count("plan", distinct=True))
    return {
        row["opportunity__slug"]: row["people"]
        for row in counts.order_by()
        if row["people"] >= FEWEST_PEOPLE
    }


def admission_history_of(place: Opportunity, held: dict[str, int]) -> AdmissionHistory:
    """Collect the counted facts of one place; `held` comes from `held_by_others`."""
    facts = [fact for fact in (place.seats, place.applicants) if fact is not None]
    return AdmissionHistory(
        seats=place.seats.number if place.seats else None,
        applicants=place.applicants.number if place.applicants else None,
        applicants_year=place.applicants.year if place.applicants else None,
        held_by_others=held.get(place.slug),
        is_example=any(fact.provenance.is_example for fact in facts),
    )


def list_warnings(
    records: Records, entries: TopFive, verdicts: Sequence[Verdict], programme: str
) -> list[ListWarning]:
    """Warn about a full list of opportunities; a shorter one is still being made.

    `verdicts` are those of the opportunities on the list, in its order.
    """
    places = [records.opportunities.get(entry.key) for entry in entries if not entry.is_country]
    known = [place for place in places if place is not None]
    if len(known) < TOP_FIVE_SIZE:
        return []
    found = []
    if all(admission_history_of(place, {}).is_long_shot for place in known):
        found.append(ListWarning.ALL_LONG_SHOTS)
    if len({_windows(records, place, programme) for place in known}) == 1:
        found.append(ListWarning.ONE_WINDOW)
    if verdicts and all(verdict >= Verdict.NOT_YET for verdict in verdicts):
        found.append(ListWarning.NONE_POSSIBLE)
    return found


def _windows(records: Records, place: Opportunity, programme: str) -> frozenset[str]:
    """Return the windows of a place: the student's own where the programme is known."""
    own = frozenset(
        slug
        for slug in place.windows
        if not programme or records.windows[slug].programme == programme
    )
    return own or frozenset(place.windows)
