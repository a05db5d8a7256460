"""The figures of a round as tables, and as bars for the eye."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue.models import DegreeProgramme
from sojourn.design.components import Cell, Column, Fact, Table
from sojourn.office.results.presenters.allocation import Tab, tabs
from sojourn.people.models import User
from sojourn.selection.models import Round
from sojourn.selection.offers import place_name
from sojourn.selection.states import OfferState
from sojourn.selection.statistics import RoundStatistics

BAR_WIDTH = 200


@dataclass(frozen=True)
class Bar:
    """One line of a drawing: a long light bar, and a dark one within it."""

    label: str
    light: int
    """Width of the whole, of 200."""
    dark: int
    """Width of the part, of 200."""
    text: str


@dataclass(frozen=True)
class Chart:
    title: str
    legend: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class StatisticsPage:
    title: str
    slug: str
    is_example: bool
    tabs: tuple[Tab, ...]
    facts: tuple[Fact, ...]
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    sheet_href: str


def page(reader: User, round_: Round, figures: RoundStatistics) -> StatisticsPage:
    """Tables first in what they say; the drawings say the same."""
    places = {
        each.key: place_name(each) for each in round_.opportunities.select_related("opportunity")
    }
    programmes = {each.slug: str(each.name) for each in DegreeProgramme.objects.all()}
    return StatisticsPage(
        title=round_.title,
        slug=round_.slug,
        is_example=round_.is_example,
        tabs=tabs(round_, reader),
        facts=(
            Fact(_("Applications"), str(figures.applicants)),
            Fact(_("Withdrawn"), str(figures.withdrawn)),
            Fact(_("Got a place in the results"), str(figures.given)),
            Fact(_("Without a place"), str(figures.without_a_place)),
            Fact(_("Accepted places"), str(figures.accepted)),
            Fact(_("Seats"), str(figures.seats)),
            Fact(_("Seats unused"), str(figures.unused)),
        ),
        charts=(
            Chart(
                _("Seats and how they were filled"),
                _("strong: accepted; faint: seats"),
                _bars((places[each.key], each.seats, each.accepted) for each in figures.places),
            ),
            Chart(
                _("Demand for each place"),
                _("strong: first choice; faint: on a list"),
                _bars(
                    (places[each.key], each.choices, each.first_choices) for each in figures.places
                ),
            ),
            Chart(
                _("Placed by rank"),
                _("strong: accepted; faint: by the results"),
                _bars(
                    (_("choice %(rank)d") % {"rank": rank}, given, accepted)
                    for rank, (given, accepted) in enumerate(
                        zip(figures.given_by_rank, figures.accepted_by_rank, strict=True), start=1
                    )
                ),
            ),
        ),
        tables=(
            Table(
                _("By place"),
                (
                    Column(_("Place")),
                    Column(_("Seats"), numeric=True),
                    Column(_("on a list"), numeric=True),
                    Column(_("first choice"), numeric=True),
                    Column(_("in the results"), numeric=True),
                    Column(_("accepted"), numeric=True),
                    Column(_("unused"), numeric=True),
                ),
                [
                    (
                        Cell(places[each.key]),
                        Cell(str(each.seats)),
                        Cell(str(each.choices)),
                        Cell(str(each.first_choices)),
                        Cell(str(each.given)),
                        Cell(str(each.accepted)),
                        Cell(str(each.unused)),
                    )
                    for each in figures.places
                ],
            ),
            Table(
                _("By rank"),
                (
                    Column(_("Rank on the list")),
                    Column(_("in the results"), numeric=True),
                    Column(_("accepted"), numeric=True),
                ),
                [
                    (Cell(_("choice %(rank)d") % {"rank": rank}), Cell(str(given)), Cell(str(has)))
                    for rank, (given, has) in enumerate(
                        zip(figures.given_by_rank, figures.accepted_by_rank, strict=True), start=1
                    )
                ],
            ),
            Table(
                _("By programme"),
                (
                    Column(_("Programme")),
                    Column(_("applicants"), numeric=True),
                    Column(_("in the results"), numeric=True),
                    Column(_("accepted"), numeric=True),
                ),
                [
                    (
                        Cell(programmes.get(each.programme, "–")),
                        Cell(str(each.applicants)),
                        Cell(str(each.given)),
                        Cell(str(each.accepted)),
                    )
                    for each in figures.programmes
                ],
            ),
            Table(
                _("Answers"),
                (Column(_("State")), Column(_("offers"), numeric=True)),
                [
                    (Cell(str(state.label)), Cell(str(figures.answers.get(state, 0))))
                    for state in OfferState
                ],
            ),
        ),
        sheet_href=reverse("office:statistics-xlsx", args=[round_.slug]),
    )


def _bars(lines: Iterable[tuple[str, int, int]]) -> tuple[Bar, ...]:
    found = list(lines)
    scale = max((max(whole, part) for _label, whole, part in found), default=0) or 1
    return tuple(
        Bar(
            label,
            round(BAR_WIDTH * whole / scale),
            round(BAR_WIDTH * part / scale),
            f"{part} / {whole}",
        )
        for label, whole, part in found
    )
