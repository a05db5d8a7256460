"""Agreements with partners, used and unused, year by year."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from sojourn.catalogue.academic_years import year_of
from sojourn.design.components import Cell, Column
from sojourn.mobility.agreement_use import AgreementUse, use_of_agreements
from sojourn.mobility.balance import year_name
from sojourn.office.insight.presenters.parts import (
    BAR,
    WIDTH,
    Box,
    Chart,
    Line,
    Page,
    Section,
    Span,
    table,
)
from sojourn.office.shared import formatting
from sojourn.people.models import User

YEARS = 5


def page(reader: User, asked: QueryDict, today: dt.date) -> Page:
    this_year = year_of(today)
    span = Span.of(range(this_year - YEARS + 1, this_year + 1), asked)
    found = use_of_agreements(reader)
    title = _("Agreements")
    lead = _("An agreement is used in an academic year when somebody takes a seat of it, or begins a stay at the partner.")  # fmt: skip  # noqa: E501
    if not found:
        return Page(title, lead, empty=_("There are no agreements."), has_people=False)
    return Page(
        title,
        lead,
        choices=span.choices,
        is_narrowed=span.is_narrowed,
        sections=(_by_year(found, span), _unused(found, span)),
        has_people=False,
    )


def _by_year(found: list[AgreementUse], span: Span) -> Section:
    lines = []
    for year in span.shown:
        valid = [each for each in found if each.is_valid_in(year)]
        used = sum(year in each.used_in for each in valid)
        lines.append((year_name(year), len(valid), used))
    most = max((valid for _name, valid, _used in lines), default=0) or 1
    return Section(
        "agreements",
        table(
            _("Used and unused"),
            (
                Column(_("Academic year")),
                Column(_("Valid"), numeric=True),
                Column(_("Used"), numeric=True),
                Column(_("Unused"), numeric=True),
            ),
            [(name, str(valid), str(used), str(valid - used)) for name, valid, used in lines],
        ),
        chart=Chart(
            "",
            _("strong: used; faint: valid"),
            tuple(
                Line(
                    name,
                    (
                        Box.of(0, 0, WIDTH * valid / most, BAR, "light"),
                        Box.of(0, 0, WIDTH * used / most, BAR),
                    ),
                    f"{used} / {valid}",
                )
                for name, valid, used in lines
            ),
        ),
    )


def _unused(found: list[AgreementUse], span: Span) -> Section:
    years = set(span.shown)
    return Section(
        "unused",
        table(
            _("Not used in any of these years"),
            (Column(_("Partner")), Column(_("Agreement")), Column(_("Valid until"))),
            [
                (
                    each.partner,
                    Cell(each.slug, reverse("office:agreement", args=[each.slug])),
                    formatting.full_day(each.valid_until) if each.valid_until else "",
                )
                for each in found
                if any(each.is_valid_in(year) for year in years) and not years & each.used_in
            ],
        ),
    )
