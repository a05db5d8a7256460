"""What returned students paid, beside what the catalogue estimated for their stay."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sojourn.catalogue.choices import COSTS_BY_LENGTH
from sojourn.catalogue.snapshot.costs import WEEKS_A_MONTH
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.catalogue.snapshot.types import CostRange
from sojourn.experiences.models import PaidLine, Report, ReportState
from sojourn.people.models import User


@dataclass(frozen=True)
class Paid:
    """One report: what was paid and what was estimated, EUR by item, for the items of both."""

    writer: str
    country: str
    began_on: dt.date
    paid: Mapping[str, Decimal]
    estimated: Mapping[str, Decimal]


def paid_and_estimated(reader: User, snapshot: Snapshot) -> list[Paid]:
    """List the reports whose writer lets the costs be counted, as far as somebody may see them.

    The estimate is of the figures alone, before reports move it, for as long as the writer stayed.
    """
    reports = (
        Report.objects.visible_to(reader)
        .filter(state=ReportState.PUBLISHED, shows_costs=True, starts_on__isnull=False)
        .filter(opportunity__isnull=False, ends_on__isnull=False)
    )
    lines: dict[object, dict[str, Decimal]] = {}
    for report, item, amount in PaidLine.objects.filter(
        report__in=reports.values("pk")
    ).values_list("report", "item", "amount"):
        lines.setdefault(report, {})[item] = amount
    found = []
    for pk, writer, slug, starts, ends in reports.values_list(
        "pk", "writer", "opportunity__slug", "starts_on", "ends_on"
    ):
        place = snapshot.records.opportunities.get(slug)
        if starts is None or ends is None or pk not in lines:
            continue
        if place is None or place.costs is None:
            continue
        weeks = Decimal((ends - starts).days + 1) / 7
        estimate = _estimate(place.costs, weeks)
        both = lines[pk].keys() & estimate.keys()
        if both:
            found.append(
                Paid(
                    str(writer or pk),
                    place.country,
                    starts,
                    {item: lines[pk][item] for item in both},
                    {item: estimate[item] for item in both},
                )
            )
    return found


def _estimate(costs: CostRange, weeks: Decimal) -> Mapping[str, Decimal]:
    usual = costs.months * WEEKS_A_MONTH
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in costs.lines:
        times = weeks / usual if line.item in COSTS_BY_LENGTH and usual else Decimal(1)
        found[line.item] += line.total_typical * times
    return found
