"""Rounds over the years: seats and how many were used, and whose first choice was granted."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import QueryDict
from django.utils.translation import gettext as _

from sojourn.catalogue import insight_rules
from sojourn.design.components import Column
from sojourn.engines.small_counts import publish, publish_line
from sojourn.mobility.balance import year_name
from sojourn.office.insight.presenters.parts import (
    HIDDEN,
    Chart,
    Page,
    Section,
    Span,
    bars,
    count,
    sum_of,
    table,
)
from sojourn.people.models import User
from sojourn.selection.round_figures import RoundFigures, figures_of_rounds


def page(reader: User, asked: QueryDict) -> Page:
    fewest = insight_rules.fewest_people()
    rounds = [each for each in figures_of_rounds(reader) if each.year is not None]
    span = Span.of((each.year for each in rounds if each.year is not None), asked)
    title = _("Rounds and seats")
    lead = _("Rounds whose results are published, by the academic year that their places are for.")
    if not span.every:
        return Page(title, lead, empty=_("No round has results yet."))
    return Page(
        title,
        lead,
        choices=span.choices,
        is_narrowed=span.is_narrowed,
        sections=(_seats(rounds, span, fewest), _choices(rounds, span, fewest)),
    )


def _seats(rounds: Sequence[RoundFigures], span: Span, fewest: int) -> Section:
    """Say how many seats were used; of few seats that would say who had them."""
    over = [[each for each in rounds if each.is_over and each.year == year] for year in span.every]
    seats = [sum(each.seats for each in found) for found in over]
    used = [sum(each.used for each in found) for found in over]
    behind = [
        one if number >= fewest or not number else 1
        for one, number in zip(used, seats, strict=True)
    ]
    found = publish_line(used, fewest, people=[*behind, sum(used)])
    lines = [
        (year_name(span.every[at]), len(over[at]), seats[at], found.columns[at])
        for at in span.places
        if over[at]
    ]
    total = sum_of([line[3] for line in lines]) if span.is_narrowed else found.total
    lines.append(
        (_("All years"), sum(line[1] for line in lines), sum(line[2] for line in lines), total)
    )
    return Section(
        "seats",
        table(
            _("Seats of rounds that are over"),
            (
                Column(_("Academic year")),
                Column(_("Rounds"), numeric=True),
                Column(_("Seats"), numeric=True),
                Column(_("Used"), numeric=True),
                Column(_("Unused"), numeric=True),
                Column(_("Used, of all"), numeric=True),
            ),
            [
                (
                    name,
                    str(how_many),
                    str(number),
                    count(one),
                    count(None if one is None else max(number - one, 0)),
                    HIDDEN if one is None else percent(one, number),
                )
                for name, how_many, number, one in lines
            ],
        ),
        note=_(
            "A seat is unused only when its round is over: until then somebody can still take it."
        ),
        chart=Chart(
            _("Seats used"),
            _("an outline: not shown"),
            bars(
                (
                    (name, one, f"{count(one)} / {number}")
                    for name, _rounds, number, one in lines[:-1]
                ),
                max((line[2] for line in lines[:-1]), default=0),
            ),
        ),
    )


def _choices(rounds: Sequence[RoundFigures], span: Span, fewest: int) -> Section:
    def by_year(what: str) -> list[int]:
        return [
            sum(int(getattr(each, what)) for each in rounds if each.year == year)
            for year in span.every
        ]

    applicants, given, first = by_year("applicants"), by_year("given"), by_year("given_first")
    counts = [
        first,
        [all_ - one for all_, one in zip(given, first, strict=True)],
        [max(all_ - one, 0) for all_, one in zip(applicants, given, strict=True)],
    ]
    sums = publish_line([sum(column) for column in zip(*counts, strict=True)], fewest)
    found = publish(counts, fewest, hidden_columns=sums.hidden_columns, keeps_columns=True)
    names = (_("Their first choice"), _("Another choice"), _("No place"))

    def line(row: Sequence[int | None], total: int | None) -> list[str]:
        shown = [row[at] for at in span.places]
        return [
            *(count(number) for number in shown),
            count(sum_of(shown) if span.is_narrowed else total),
        ]

    return Section(
        "choices",
        table(
            _("What applicants got by the results"),
            (Column(_("Got")), *span.column_titles(), Column(_("All"), numeric=True)),
            [
                *(
                    (name, *line(cells, total))
                    for name, cells, total in zip(names, found.cells, found.rows, strict=True)
                ),
                (_("Applicants"), *line(found.columns, found.total)),
            ],
        ),
        note=_("Places that came later, from the waiting list, are not in it."),
        chart=Chart(
            _("First choice granted"),
            _("of all applicants; an outline: not shown"),
            bars(
                (
                    (
                        year_name(span.every[at]),
                        number,
                        HIDDEN
                        if number is None or not (all_ := found.columns[at])
                        else percent(number, all_),
                    )
                    for at in span.places
                    for number in [found.cells[0][at]]
                ),
                max((number or 0 for number in found.columns), default=0),
            ),
        ),
    )


def percent(part: int, whole: int) -> str:
    """'62%', rounded down, so that only all is 100%."""
    return f"{100 * part // whole}%" if whole else ""
