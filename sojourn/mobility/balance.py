"""How many went to each partner in a year, and how many came: counts, never people.

A student counts for the academic year in which the stay begins. An accepted place counts until its
stay has begun, for the year of its round.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from sojourn.catalogue.academic_years import named, year_of
from sojourn.catalogue.models import IncomingStudents, OpportunityHost
from sojourn.mobility.models import StayHost
from sojourn.mobility.states import StayState
from sojourn.selection.models import Offer
from sojourn.selection.states import ACCEPTED


@dataclass(frozen=True)
class Year:
    """One academic year of one partner; `came` is None where nobody entered a number."""

    year: int
    went: int
    came: int | None

    @property
    def name(self) -> str:
        return year_name(self.year)

    @property
    def difference(self) -> str:
        return difference(self.went, self.came)


Balances = dict[int, tuple[Year, ...]]
"""The years of each partner by its key, the newest first."""


def year_name(year: int) -> str:
    """'2026-27'."""
    return f"{year}-{(year + 1) % 100:02}"


def difference(went: int, came: int | None) -> str:
    """'+3' where more came than went, '-2' where more went; nothing where nobody counted."""
    if came is None:
        return ""
    return f"{came - went:+d}" if came != went else "0"


def balances(partners: Iterable[int]) -> Balances:
    """Count for these partners, in as many queries for many as for one."""
    wanted = list(partners)
    went = _went(wanted)
    came: dict[tuple[int, int], int] = {
        (row.institution_id, row.year): row.count
        for row in IncomingStudents.objects.filter(institution__in=wanted)
    }
    years: dict[int, set[int]] = defaultdict(set)
    for partner, year in (*went, *came):
        years[partner].add(year)
    return {
        partner: tuple(
            Year(year, went.get((partner, year), 0), came.get((partner, year)))
            for year in sorted(found, reverse=True)
        )
        for partner, found in years.items()
    }


def _went(partners: list[int]) -> Counter[tuple[int, int]]:
    students: set[tuple[int, int, int]] = set()
    stays = (
        StayHost.objects.filter(institution__in=partners)
        .exclude(stay__state=StayState.WITHDRAWN)
        .values_list(
            "institution_id",
            "stay__student_id",
            "stay__starts_on",
            "stay__begun_at",
            "stay__offer__application__round__academic_year",
        )
    )
    for partner, student, starts, begun, of_round in stays:
        year = (
            year_of(starts)
            if starts
            else named(of_round or "") or year_of(timezone.localtime(begun).date())
        )
        students.add((partner, student, year))
    hosts: dict[int, list[int]] = defaultdict(list)
    for opportunity, partner in OpportunityHost.objects.filter(
        institution__in=partners
    ).values_list("opportunity_id", "institution_id"):
        hosts[opportunity].append(partner)
    offers = Offer.objects.filter(
        state__in=ACCEPTED, stay__isnull=True, opportunity__opportunity__in=hosts
    ).values_list(
        "opportunity__opportunity_id", "application__owner_id", "application__round__academic_year"
    )
    for opportunity, student, of_round in offers:
        begins = named(of_round)
        if begins is not None:
            students |= {(partner, student, begins) for partner in hosts[opportunity]}
    return Counter((partner, year) for partner, _student, year in students)


def sums(years: Iterable[Year]) -> tuple[int, int | None]:
    """Add up the years: who went, and who came where somebody counted."""
    found = list(years)
    counted = [each.came for each in found if each.came is not None]
    return sum(each.went for each in found), sum(counted) if counted else None
