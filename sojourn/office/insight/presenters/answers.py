"""How long people wait for the office: for a reply, a decision, results; and what nobody finds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from statistics import median
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from sojourn.advising.reply_times import Wait, waits_for_decision, waits_for_reply
from sojourn.catalogue import fruitless_searches, insight_rules
from sojourn.catalogue.academic_years import first_day, year_of
from sojourn.common.languages import language_title
from sojourn.common.urls import url_for
from sojourn.design.components import Cell, Column
from sojourn.engines.small_counts import Share, is_small
from sojourn.mobility.balance import year_name
from sojourn.office.insight.presenters.parts import (
    HIDDEN,
    Page,
    Section,
    Span,
    days,
    share_text,
    table,
)
from sojourn.people.models import User
from sojourn.selection.round_figures import RoundFigures, figures_of_rounds

YEARS = 5
QUICK = 2
"""Days in which a reply is quick."""


def page(reader: User, asked: QueryDict, today: dt.date) -> Page:
    fewest = insight_rules.fewest_people()
    this_year = year_of(today)
    span = Span.of(range(this_year - YEARS + 1, this_year + 1), asked)
    since = first_day(span.first)
    return Page(
        _("Questions and answers"),
        _("How long people wait for the office. Half of them wait at most as long as the middle one does."),  # noqa: E501
        choices=span.choices,
        is_narrowed=span.is_narrowed,
        sections=(
            _waits(
                "questions", _("From a question to the first reply"), _("Questions"),
                waits_for_reply(reader, since), span, fewest,
            ),
            _waits(
                "places", _("From a place somebody found to a decision"), _("Places"),
                waits_for_decision(reader, since), span, fewest,
            ),
            _results(figures_of_rounds(reader), fewest),
            _searches(fewest),
        ),
    )  # fmt: skip


def _waits(
    name: str, title: str, what: str, waits: Sequence[Wait], span: Span, fewest: int
) -> Section:
    lines = []
    for year in span.shown:
        found = [each for each in waits if year_of(each.began_on) == year]
        ended = [each for each in found if each.days is not None]
        lines.append(
            (
                year_name(year),
                _said(found, fewest, str(len(found))),
                _said(ended, fewest, days(median(_days(ended)) if ended else None)),
                _said(ended, fewest, _quick(ended, fewest)),
            )
        )
    return Section(
        name,
        table(
            title,
            (
                Column(_("Academic year")),
                Column(what, numeric=True),
                Column(_("Days, the middle one"), numeric=True),
                Column(_("Within 2 days"), numeric=True),
            ),
            lines,
        ),
    )


def _days(waits: Sequence[Wait]) -> list[float]:
    return [each.days for each in waits if each.days is not None]


def _said(waits: Sequence[Wait], fewest: int, text: str) -> str:
    people = len({each.person for each in waits})
    return HIDDEN if is_small(people, fewest) else text


def _quick(ended: Sequence[Wait], fewest: int) -> str:
    quick = sum(number <= QUICK for number in _days(ended))
    return share_text(Share.of(quick, len(ended), fewest)) if ended else ""


def _results(rounds: Sequence[RoundFigures], fewest: int) -> Section:
    return Section(
        "results",
        table(
            _("From the last day to apply to the results"),
            (
                Column(_("Round")),
                Column(_("Academic year"), numeric=True),
                Column(_("Days"), numeric=True),
            ),
            [
                (
                    each.title,
                    year_name(each.year) if each.year is not None else "",
                    "" if each.days_to_results is None else str(each.days_to_results),
                )
                for each in reversed(rounds)
                if each.applicants >= fewest
            ],
        ),
    )


def _searches(fewest: int) -> Section:
    return Section(
        "searches",
        table(
            _("Searched for and not found"),
            (
                Column(_("Searched for")),
                Column(_("On the pages in")),
                Column(_("Times"), numeric=True),
            ),
            [
                (
                    Cell(
                        each.words,
                        f"{url_for('portal:opportunities')}?{urlencode({'q': each.words})}",
                    ),
                    language_title(each.language),
                    str(each.count),
                )
                for each in fruitless_searches.missed()
                if each.count >= fewest
            ],
        ),
        note=_("In the last eight weeks. Only words and weeks are counted, nobody is behind them."),
    )
