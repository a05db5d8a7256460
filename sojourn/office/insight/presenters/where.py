"""Who went where over the years, by programme, country, kind and way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from sojourn.catalogue import insight_rules
from sojourn.catalogue.choices import OpportunityKind
from sojourn.catalogue.names import country_name
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.design.components import Column
from sojourn.engines.small_counts import Published, is_small, publish, publish_line
from sojourn.mobility.balance import year_name
from sojourn.mobility.models import Origin
from sojourn.mobility.who_went import Went, who_went
from sojourn.office.insight.presenters.parts import (
    HEIGHT,
    MOST_LINES,
    Chart,
    Page,
    Section,
    Span,
    bars,
    columns,
    count,
    sum_of,
    table,
)
from sojourn.office.shared.lists import Choice, Option, Words
from sojourn.people.models import User

OTHERS = "\x00"
"""Stands for all values with too few people, together."""
Where = frozenset[tuple[str, str]]
DIMENSIONS = ("programme", "country", "kind", "way")
# Every way has its row, so none is filtered by.
FILTERS = ("programme", "country", "kind")


@dataclass(frozen=True)
class Rows:
    """A table of counts by one dimension and year, with the values of its rows."""

    values: tuple[str, ...]
    published: Published


class Counts:
    """Counts of who went, narrowed and by dimension, as they may be shown.

    A narrowed page shows no total that a wider one hides.
    """

    def __init__(self, went: Sequence[Went], years: Sequence[int], fewest: int) -> None:
        self.went = [each for each in went if each.year in years]
        self.years, self.fewest = tuple(years), fewest
        self._totals: dict[Where, Published] = {}
        self._tables: dict[tuple[str, Where], Rows] = {}

    def values_of(self, dimension: str) -> list[str]:
        """List the values that enough people have, to narrow by."""
        return sorted(
            value
            for value, who in _people(self.went, dimension).items()
            if value and len(who) >= self.fewest
        )

    def total(self, where: Where) -> Published:
        """Count all who are meant, year by year."""
        if where not in self._totals:
            hidden: frozenset[int] = frozenset()
            for dimension, value in where:
                wider = self.table(dimension, where - {(dimension, value)})
                if value in wider.values:
                    hidden |= wider.published.hidden_in(wider.values.index(value))
                else:
                    hidden = frozenset(range(len(self.years) + 1))
            counts, people = self._count(self._of(where), "", {})
            self._totals[where] = publish_line(
                counts[0], self.fewest, people=people[0], hidden=hidden
            )
        return self._totals[where]

    def table(self, dimension: str, where: Where) -> Rows:
        """Count them by dimension; values with too few people are one row."""
        key = (dimension, where)
        if key not in self._tables:
            of = self._of(where)
            everybody = _people(of, dimension)
            small = {value for value, who in everybody.items() if is_small(len(who), self.fewest)}
            values = sorted(everybody.keys() - small)
            at = {value: number for number, value in enumerate(values)}
            if small:
                at |= dict.fromkeys(small, len(values))
                values.append(OTHERS)
            counts, people = self._count(of, dimension, at)
            total = self.total(where)
            published = publish(
                counts, self.fewest, people=people,
                hidden_columns=total.hidden_columns, keeps_columns=True,
            )  # fmt: skip
            self._tables[key] = Rows(tuple(values), published)
        return self._tables[key]

    def _of(self, where: Where) -> list[Went]:
        return [
            each
            for each in self.went
            if all(getattr(each, dimension) == value for dimension, value in where)
        ]

    def _count(
        self, of: Sequence[Went], dimension: str, row_of: Mapping[str, int]
    ) -> tuple[list[list[int]], list[list[int]]]:
        """Count places by row and year, and the people behind them with all totals.

        Without a dimension there is one row.
        """
        column_of = {year: number for number, year in enumerate(self.years)}
        height, width = max(row_of.values(), default=0) + 1, len(self.years)
        counts = [[0] * width for _row in range(height)]
        people: list[list[set[int]]] = [
            [set() for _column in range(width + 1)] for _row in range(height + 1)
        ]
        for each in of:
            row = row_of[getattr(each, dimension)] if dimension else 0
            column = column_of[each.year]
            counts[row][column] += 1
            for here in (row, height):
                people[here][column].add(each.student)
                people[here][width].add(each.student)
        return counts, [[len(who) for who in line] for line in people]


def _people(of: Sequence[Went], dimension: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for each in of:
        found.setdefault(getattr(each, dimension), set()).add(each.student)
    return found


def page(reader: User, asked: QueryDict) -> Page:
    went = who_went(reader)
    span = Span.of((each.year for each in went), asked)
    lead = _("Everybody who has or had a place abroad: through a round, at a place of their own, or placed by the office. Each counts in the academic year in which the stay begins, at its first host.")  # fmt: skip  # noqa: E501
    title = _("Who went where")
    if not span.every:
        return Page(title, lead, empty=_("Nobody has a place abroad yet."))
    counts = Counts(went, span.every, insight_rules.fewest_people())
    chosen = {name: asked.get(name, "") for name in FILTERS}
    known = {name: counts.values_of(name) for name in FILTERS}
    where = frozenset((name, value) for name, value in chosen.items() if value in known[name])
    names = _Names()
    sections = [_by_year(counts, where, span)]
    narrowed = {name for name, _value in where}
    sections += [
        _by(dimension, counts.table(dimension, where), span, names)
        for dimension in DIMENSIONS
        if dimension not in narrowed
    ]
    choices = [
        Choice(
            name,
            _TITLES[name](),
            (
                Option("", _("Any"), not chosen[name]),
                *(
                    Option(value, names.of(name, value), value == chosen[name])
                    for value in sorted(known[name], key=lambda one: str(names.of(name, one)))
                ),
            ),
        )
        for name in FILTERS
        if known[name]
    ]
    return Page(
        title,
        lead,
        choices=(*span.choices, *choices),
        is_narrowed=bool(where) or span.is_narrowed,
        sections=tuple(sections),
    )


_TITLES = {
    "programme": lambda: _("Programme"),
    "country": lambda: _("Country"),
    "kind": lambda: _("Kind"),
    "way": lambda: _("How they got the place"),
}
_CAPTIONS = {
    "programme": lambda: _("By programme"),
    "country": lambda: _("By country"),
    "kind": lambda: _("By kind of stay"),
    "way": lambda: _("By how they got the place"),
}
_WAYS = {
    Origin.OFFER: lambda: _("Through a round"),
    Origin.OWN_PLACE: lambda: _("Found by the student"),
    Origin.OFFICE: lambda: _("Placed by the office"),
}


class _Names:
    """What the values are called, in the language of the page."""

    def __init__(self) -> None:
        self.language = page_language()
        self.programmes = current_snapshot().records.programmes

    def of(self, dimension: str, value: str) -> Words:
        if value == OTHERS:
            return _("All others together")
        if not value:
            return _("Not known")
        if dimension == "programme":
            known = self.programmes.get(value)
            return str(known.short_name) if known else value
        if dimension == "country":
            return country_name(value, self.language)
        if dimension == "kind":
            return OpportunityKind(value).label
        return _WAYS[Origin(value)]()


def _total(row: Sequence[int | None], total: int | None, span: Span) -> int | None:
    """Return the sum of the shown years: no more than these say, unless all are shown."""
    return sum_of(row) if span.is_narrowed else total


def _shown(row: Sequence[int | None], span: Span) -> list[int | None]:
    return [row[at] for at in span.places]


def _by_year(counts: Counts, where: Where, span: Span) -> Section:
    found = counts.total(where)
    row = _shown(found.columns, span)
    total = _total(row, found.total, span)
    most = max((number or 0 for number in row), default=0)
    return Section(
        "years",
        table(
            _("By academic year"),
            (Column(_("Academic year")), Column(_("Stays"), numeric=True)),
            [
                *(
                    (year_name(year), count(number))
                    for year, number in zip(span.shown, row, strict=True)
                ),
                (_("All years"), count(total)),
            ],
        ),
        chart=Chart(
            "",
            _("an outline: not shown"),
            bars(
                (
                    (year_name(year), number, count(number))
                    for year, number in zip(span.shown, row, strict=True)
                ),
                most,
            ),
        ),
    )


def _by(dimension: str, rows: Rows, span: Span, names: _Names) -> Section:
    lines = []
    for value, cells, total in zip(
        rows.values, rows.published.cells, rows.published.rows, strict=True
    ):
        shown = _shown(cells, span)
        lines.append((value, names.of(dimension, value), shown, _total(shown, total, span)))
    # What is together or unknown comes last.
    lines.sort(key=lambda line: (line[0] in ("", OTHERS), -(line[3] or 0), str(line[1])))
    most = max((number or 0 for _value, _name, row, _total in lines for number in row), default=0)
    sums = _shown(rows.published.columns, span)
    return Section(
        dimension,
        table(
            _CAPTIONS[dimension](),
            (Column(_TITLES[dimension]()), *span.column_titles(), Column(_("All"), numeric=True)),
            [
                *(
                    (name, *(count(number) for number in row), count(total))
                    for _value, name, row, total in lines
                ),
                (
                    _("All"),
                    *(count(number) for number in sums),
                    count(_total(sums, rows.published.total, span)),
                ),
            ],
        ),
        chart=Chart(
            "",
            _("a column for each year, %(first)s to %(last)s; an outline: not shown")
            % {"first": year_name(span.shown[0]), "last": year_name(span.shown[-1])},
            columns(
                ((name, row, count(total)) for _value, name, row, total in lines[:MOST_LINES]),
                most,
            ),
            HEIGHT,
        ),
    )
