"""What stays cost: the figures as entered, and the range for each opportunity."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Q

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.reading import Reading
from sojourn.catalogue.snapshot.build.rows import table
from sojourn.catalogue.snapshot.costs import CostFigure, PaidStay, RatesWithOffice, cost_range
from sojourn.catalogue.snapshot.types import CostRange, ExchangeRate, Institution, Report


def read_exchange_rates(reading: Reading) -> dict[str, ExchangeRate]:
    query = table(models.ExchangeRate).order_by("currency", "-valid_on")
    return {
        fields["slug"]: ExchangeRate(**fields) for _, fields in reading.rows(query, ExchangeRate)
    }


class CostTable:
    """Every figure by what it is for."""

    def __init__(self, reading: Reading, rates: Iterable[ExchangeRate]) -> None:
        self._rates = RatesWithOffice(rates)
        self._of_opportunity: dict[int, list[CostFigure]] = defaultdict(list)
        self._of_institution: dict[int, list[CostFigure]] = defaultdict(list)
        self._of_country: dict[str, list[CostFigure]] = defaultdict(list)
        self._everywhere: list[CostFigure] = []
        self._ranges: dict[tuple[object, ...], CostRange | None] = {}
        query = table(models.CostLine).order_by("position", "slug")
        if reading.private.opportunities:
            own = Q(opportunity_id__in=reading.private.opportunities)
            query = query.filter(own | Q(opportunity=None))
        for row, fields in reading.rows(
            query, CostFigure, "opportunity_id", "institution_id", "country"
        ):
            self._add(row, fields)

    def _add(self, row: Any, fields: dict[str, Any]) -> None:
        if row.opportunity_id:
            scope, figures = "opportunity", self._of_opportunity[row.opportunity_id]
        elif row.institution_id:
            scope, figures = "institution", self._of_institution[row.institution_id]
        elif row.country:
            scope, figures = "country", self._of_country[row.country]
        else:
            scope, figures = "everywhere", self._everywhere
        figures.append(CostFigure(**fields, scope=scope))

    def range(
        self,
        opportunity: int,
        host: int,
        institution: Institution,
        weeks: Decimal | None,
        reports: Iterable[Report],
    ) -> CostRange | None:
        """Return what a stay costs at its main host; None when its length is not known."""
        if weeks is None:
            return None
        own = self._of_opportunity.get(opportunity, ())
        at_host = self._of_institution.get(host, ())
        paid = [
            PaidStay(report.year, report.stay_weeks, dict(report.costs), report.is_example)
            for report in reports
            if report.costs
        ]
        # Most stays of the same length in a country cost the same by what is known: one object.
        country = institution.country
        key = (opportunity if own or paid else None, host if at_host else None, country, weeks)
        if key not in self._ranges:
            in_country = self._of_country.get(country, ())
            figures = [*own, *at_host, *in_country, *self._everywhere]
            self._ranges[key] = cost_range(figures, weeks, country, self._rates, paid)
        return self._ranges[key]
