"""What returned students paid, beside what was estimated for their stay."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from statistics import median

from django.http import QueryDict
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from sojourn.catalogue import insight_rules
from sojourn.catalogue.academic_years import year_of
from sojourn.catalogue.choices import CostItem
from sojourn.catalogue.names import country_name
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.languages import page_language
from sojourn.design.components import Column
from sojourn.experiences.real_costs import Paid, paid_and_estimated
from sojourn.office.insight.presenters.parts import HIDDEN, Page, Section, Span, table
from sojourn.people.models import User

Pair = tuple[str, Decimal, Decimal]
"""Who, what was paid, what was estimated."""


def page(reader: User, asked: QueryDict) -> Page:
    fewest = insight_rules.fewest_people()
    every = paid_and_estimated(reader, current_snapshot())
    span = Span.of((year_of(each.began_on) for each in every), asked)
    title = _("Costs")
    lead = _("What returned students say that they paid, beside our estimate for a stay as long as theirs. Only reports whose writer lets the costs be counted.")  # fmt: skip  # noqa: E501
    if not every:
        return Page(title, lead, empty=_("No report says yet what a stay cost."))
    found = [each for each in every if year_of(each.began_on) in span.shown]
    language = page_language()
    return Page(
        title,
        lead,
        choices=span.choices,
        is_narrowed=span.is_narrowed,
        sections=(
            _section(
                "items", _("By line"), _("Line"),
                {
                    str(item.label): [
                        (each.writer, each.paid[item], each.estimated[item])
                        for each in found
                        if item in each.paid
                    ]
                    for item in CostItem
                },
                fewest,
            ),
            _section(
                "countries", _("By country"), _("Country"),
                _by(found, lambda each: country_name(each.country, language)), fewest,
            ),
        ),
    )  # fmt: skip


def _by(found: Iterable[Paid], key: Callable[[Paid], str]) -> dict[str, list[Pair]]:
    grouped: dict[str, list[Pair]] = {}
    for each in found:
        sums = (sum(each.paid.values(), Decimal(0)), sum(each.estimated.values(), Decimal(0)))
        grouped.setdefault(key(each), []).append((each.writer, *sums))
    return dict(sorted(grouped.items()))


def _section(
    name: str, title: str, what: str, groups: Mapping[str, Sequence[Pair]], fewest: int
) -> Section:
    return Section(
        name,
        table(
            title,
            (
                Column(what),
                Column(_("Reports"), numeric=True),
                Column(_("Estimated, EUR"), numeric=True),
                Column(_("Paid, EUR"), numeric=True),
                Column(_("Difference"), numeric=True),
            ),
            [(label, *_line(pairs, fewest)) for label, pairs in groups.items() if pairs],
        ),
        note=_(
            "The middle one of each. Only lines for which there is both an estimate and a report."
        ),
    )


def _line(pairs: Sequence[Pair], fewest: int) -> tuple[str, ...]:
    if len({who for who, _paid, _estimated in pairs}) < fewest:
        return (HIDDEN,) * 4
    paid = median(one for _who, one, _estimated in pairs)
    estimated = median(one for _who, _paid, one in pairs)
    difference = round(100 * (paid - estimated) / estimated) if estimated else None
    return (
        str(len(pairs)),
        number_format(round(estimated)),
        number_format(round(paid)),
        "" if difference is None else f"{difference:+d}%",
    )
