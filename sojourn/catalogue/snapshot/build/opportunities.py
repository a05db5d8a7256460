"""Opportunities, with all that hangs on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from types import NoneType
from typing import Any, get_args, get_type_hints

from sojourn.catalogue import models
from sojourn.catalogue.snapshot.build.costs import CostTable
from sojourn.catalogue.snapshot.build.facts import read_deadlines, read_languages, read_requirements
from sojourn.catalogue.snapshot.build.open_rounds import (
    deadlines_of,
    read_open_places,
    seats_of,
)
from sojourn.catalogue.snapshot.build.reading import Links, Reading, by_slug, slugs, slugs_by
from sojourn.catalogue.snapshot.build.rows import (
    in_languages,
    is_in_languages,
    table,
    text_list_of,
    text_of,
)
from sojourn.catalogue.snapshot.costs import stay_weeks
from sojourn.catalogue.snapshot.similar_opportunities import similar_opportunities
from sojourn.catalogue.snapshot.types import (
    Institution,
    Opportunity,
    Period,
    Report,
    TextList,
    facts_of,
)
from sojourn.common.languages import Text

FACTS = facts_of(Opportunity)
# Columns of facts that have a source of their own.
FACT_COLUMNS = tuple(
    column
    for fact, parts in models.Opportunity.FACTS.items()
    for name in (*parts, f"{fact}_is_example", f"{fact}_source_id")
    for column in (in_languages(name) if is_in_languages(models.Opportunity, name) else (name,))
)


@cache
def _columns_of(fact: str) -> tuple[tuple[str, Any], ...]:
    """Return the columns of a fact, each with the type of its field."""
    kinds = get_type_hints(FACTS[fact])
    return tuple(zip(models.Opportunity.FACTS[fact], kinds.values(), strict=False))


def _fact(reading: Reading, row: Any, name: str) -> Any:
    """Return an optional fact; None where it is not known, or not what it must have."""
    values = []
    for column, kind in _columns_of(name):
        value = {Text: text_of, TextList: text_list_of}.get(kind, getattr)(row, column)
        if value in (None, "") and NoneType not in get_args(kind):
            return None
        values.append(value)
    if all(value is None or (isinstance(value, Text | TextList) and not value) for value in values):
        return None
    is_example, source = getattr(row, f"{name}_is_example"), getattr(row, f"{name}_source_id")
    return FACTS[name](*values, reading.provenance(source, is_example))


def _with_months(period: Period | None) -> Period | None:
    """Return the period with the months of its days, where days are known."""
    if period is None:
        return None
    starts_on, ends_on = period.starts_on, period.ends_on
    return replace(
        period,
        starts_month=period.starts_month or (starts_on.month if starts_on else None),
        ends_month=period.ends_month or (ends_on.month if ends_on else None),
    )


class OpportunityReader:
    """Reads opportunities once institutions, courses, contacts and reports are known."""

    def __init__(
        self,
        reading: Reading,
        costs: CostTable,
        institutions: Mapping[str, Institution],
        reports: Mapping[str, Report],
        courses: Links,
        contacts: Links,
    ) -> None:
        self._reading, self._costs = reading, costs
        self._institutions, self._reports = institutions, reports
        self._courses, self._contacts = courses, contacts
        links, model = reading.links_of_opportunities, models.Opportunity
        self._windows = links(model.windows.through, "mobilitywindow_id")
        self._subjects = links(model.subjects.through, "subject_id")
        self._requirements = read_requirements(reading)
        self._languages = read_languages(reading)
        self._deadlines = read_deadlines(reading)
        self._open_places = read_open_places()
        self._report_slugs = slugs_by(reports.values(), "opportunity")
        lengths = table(models.MobilityWindow).values_list("pk", "weeks_min", "weeks_max")
        self._window_weeks = {key: (low, high) for key, low, high in lengths}

    def read(self, only: frozenset[int] | None = None) -> dict[str, Opportunity]:
        """Read those that are shown, by slug; of them `only` those keys, where they are given."""
        query = self._reading.published(models.Opportunity).order_by("pk")
        if only is not None:
            query = query.filter(pk__in=only)
        return by_slug({
            fields["slug"]: self._opportunity(row, fields)
            for row, fields in self._reading.rows(query, Opportunity, *FACT_COLUMNS)
            if row.pk in self._reading.opportunities
        })  # fmt: skip

    def _opportunity(self, row: Any, fields: dict[str, Any]) -> Opportunity:
        reading, key = self._reading, row.pk
        before = reading.before("opportunities", fields["slug"])
        windows = [one for one in self._windows.get(key, ()) if one in reading.windows]
        programmes = [reading.programmes[reading.window_programmes[one]] for one in windows]
        hosts = [self._institutions[reading.institutions[one]] for one in reading.hosts[key]]
        reports = self._report_slugs.get(fields["slug"], ())
        facts = {name: _fact(reading, row, name) for name in FACTS}
        in_round = self._open_places.get(fields["slug"])
        facts["seats"] = seats_of(facts["seats"], in_round)
        facts["period"] = period = _with_months(facts["period"])
        made = Opportunity(
            **fields,
            **facts,
            hosts=tuple(host.slug for host in hosts),
            windows=slugs(windows, reading.windows),
            programmes=tuple(dict.fromkeys(programmes)),
            subjects=slugs(self._subjects.get(key, ()), reading.subjects),
            courses=slugs(self._courses.get(key, ()), reading.courses),
            contacts=slugs(self._contacts.get(key, ()), reading.contacts),
            reports=tuple(reports),
            similar=before.similar if before else (),  # known anew once all are
            requirements=tuple(self._requirements.get(key, ())),
            languages=tuple(self._languages.get(key, ())),
            deadlines=deadlines_of(self._deadlines.get(key, ()), in_round),
            costs=self._costs.range(
                key,
                reading.hosts[key][0],
                hosts[0],
                stay_weeks(*self._weeks(fields, windows), period),
                [self._reports[one] for one in reports],
            ),
            is_preferred=any(host.is_preferred for host in hosts),
            country=hosts[0].country,
            countries=tuple(dict.fromkeys(host.country for host in hosts)),
            distance_km=hosts[0].distance_km,
        )
        # Here and not once all are read: ten thousand at a time would take 60 MB.
        return reading.shared("opportunities", made)

    def _weeks(self, fields: dict[str, Any], windows: list[int]) -> tuple[int | None, int | None]:
        """Return the length of the stay, else that of its only window."""
        low, high = fields["weeks_min"], fields["weeks_max"]
        if low is None and high is None and len(windows) == 1:
            return self._window_weeks[windows[0]]
        return low, high


def with_similar(reading: Reading, opportunities: dict[str, Opportunity]) -> dict[str, Opportunity]:
    """Name for each opportunity those that resemble it."""
    before = reading.previous.opportunities.values() if reading.previous else ()
    similar = similar_opportunities(opportunities.values(), before)
    return {
        slug: one if one.similar == similar[slug] else replace(one, similar=similar[slug])
        for slug, one in opportunities.items()
    }
