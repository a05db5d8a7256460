"""What returned students tell: one report, and several at a glance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue import markdown
from sojourn.catalogue.snapshot.types import FollowedCourse, Records, Report
from sojourn.common.languages import page_language
from sojourn.design import components
from sojourn.design.components import Rating
from sojourn.experiences.summary_statistics import RatingSpread, summarise
from sojourn.portal.shared import formatting, labels, urls
from sojourn.portal.shared.links import Link

# How many stand on the page of a place; the rest have a page of their own.
ON_THE_PAGE = 3


def _by(report: Report) -> str:
    author = str(report.author)
    return ", ".join(part for part in (author, by_without_author(report)) if part)


def by_without_author(report: Report) -> str:
    """'2025, 20 weeks, paid €6,100 in total'."""
    parts = [str(report.year), formatting.weeks(report.stay_weeks, None)]
    if report.paid_total is not None:
        parts.append(
            _("paid %(amount)s in total") % {"amount": formatting.euros(report.paid_total)}
        )
    return ", ".join(part for part in parts if part)


def report(record: Report, records: Records | None = None) -> components.Report:
    """Return the report for a page; without `records` its courses are left out."""
    return components.Report(
        title=str(record.title),
        by=_by(record),
        body=markdown.render(str(record.text)),
        advice=str(record.advice),
        ratings=tuple(
            Rating(labels.rating(criterion), value) for criterion, value in record.ratings
        ),
        example=record.is_example,
        language=_other_language(record),
        photo=reverse("experiences:photo", kwargs={"number": record.photo}) if record.photo else "",
        photo_words=record.photo_words,
        paid=tuple(
            components.Fact(labels.cost_item(item), formatting.euros(amount))
            for item, amount in record.costs
        ),
        courses=tuple(_course(records, one) for one in record.courses) if records else (),
        ask_href=reverse("experiences:write", kwargs={"kind": "report", "slug": record.slug})
        if record.is_contactable
        else "",
    )


def _other_language(record: Report) -> str:
    """Return the language of the text where it is not that of the page."""
    if record.language and record.language != page_language():
        return record.language
    return ""


def _course(records: Records, one: FollowedCourse) -> components.FollowedCourse:
    there = records.courses.get(one.host_course)
    return components.FollowedCourse(
        title=str(there.title) if there else one.title,
        href=urls.course(there.slug) if there else "",
        ects=formatting.ects_points(_number(one.ects)),
        recognition=_recognised(records, one),
    )


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def _recognised(records: Records, one: FollowedCourse) -> str:
    if one.recognised == "no":
        return _("not recognised")
    if one.recognised != "yes":
        return ""
    home = records.courses.get(one.home_course)
    title = str(home.title) if home else one.home_title
    return _("recognised for %(course)s") % {"course": title} if title else _("recognised")


def of(records: Records, slugs: Iterable[str]) -> list[Report]:
    """Newest first."""
    found = [records.reports[slug] for slug in slugs if slug in records.reports]
    return sorted(found, key=lambda report: (-report.year, report.slug))


def all_of(reports: list[Report], view: str, key: str) -> Link | None:
    """Link to all reports of a place, host or country, if there are more than on its page."""
    if len(reports) <= ON_THE_PAGE:
        return None
    name = "code" if view == "in" else "slug"
    title = ngettext("All %(count)d report", "All %(count)d reports", len(reports))
    return Link(title % {"count": len(reports)}, reverse(f"experiences:{view}", kwargs={name: key}))


# --- Several at a glance --------------------------------------------------------------------------


@dataclass(frozen=True)
class Bar:
    """How many gave one mark, as a bar of the drawing."""

    mark: int
    count: int
    x: int
    y: float
    height: float


@dataclass(frozen=True)
class Marked:
    """One criterion: a drawing of how it was marked, and the same in words."""

    label: str
    bars: tuple[Bar, ...]
    mean: str
    """'4.3'; empty under three reports."""
    words: str
    """'1 gave 3, 2 gave 4, 1 gave 5': what the drawing shows."""


@dataclass(frozen=True)
class Glance:
    text: str
    """'3 reports, 2023-2026.'"""
    marked: tuple[Marked, ...]
    too_few: bool
    """Whether there are too few for a mean."""
    examples: str
    """What to say of examples among them; empty where there are none."""


_WIDTH, _STEP, _HEIGHT = 12, 16, 36


def stars(records: Records, slugs: Iterable[str]) -> components.Stars | None:
    """Return all ratings of a place as five dots, to the half; nothing where nobody rated it.

    Only a drawing, with how many reports it comes from: a figure needs three of them.
    """
    rated = [one for one in of(records, slugs) if one.ratings]
    counted = [one for one in rated if not one.is_example] or rated
    if not counted:
        return None
    means = [sum(value for _name, value in one.ratings) / len(one.ratings) for one in counted]
    number = len(counted)
    return components.Stars(
        value=round(2 * sum(means) / number) / 2,
        count=ngettext("%(count)d report", "%(count)d reports", number) % {"count": number},
        example=counted[0].is_example,
    )


def glance(reports: list[Report]) -> Glance | None:
    """Return what they say together; nothing without a report."""
    found = summarise(reports)
    if found is None:
        return None
    counted = reports if found.is_example else [one for one in reports if not one.is_example]
    marked = tuple(_marked(spread) for spread in found.spreads)
    return Glance(
        text=summary(counted),
        marked=marked,
        too_few=bool(marked) and not any(one.mean for one in marked),
        examples=_examples(found.is_example, found.left_out),
    )


def _examples(is_example: bool, left_out: int) -> str:
    if is_example:
        return _("All of these reports are examples.")
    if not left_out:
        return ""
    return ngettext(
        "There is also %(count)d example; it is not counted.",
        "There are also %(count)d examples; they are not counted.",
        left_out,
    ) % {"count": left_out}


def _marked(spread: RatingSpread) -> Marked:
    most = max(spread.counts)
    bars = []
    for position, count in enumerate(spread.counts):
        height = round(_HEIGHT * count / most, 1) if count else 1.5
        bars.append(Bar(position + 1, count, position * _STEP, round(_HEIGHT - height, 1), height))
    parts = [
        ngettext("%(count)d gave %(mark)d", "%(count)d gave %(mark)d", count)
        % {"count": count, "mark": mark}
        for mark, count in enumerate(spread.counts, start=1)
        if count
    ]
    mean = spread.mean
    return Marked(
        label=labels.rating(spread.criterion),
        bars=tuple(bars),
        mean=formatting.number(mean, 1) if mean is not None else "",
        words=", ".join(parts),
    )


def summary(reports: list[Report]) -> str:
    """Sum up reports: '3 reports, from 2023 to 2026. 1 of the writers may be asked.'."""
    if not reports:
        return ""
    years = sorted({report.year for report in reports})
    text = ngettext("%(count)d report", "%(count)d reports", len(reports)) % {"count": len(reports)}
    span = str(years[0]) if len(years) == 1 else f"{years[0]}\N{EN DASH}{years[-1]}"
    text = f"{text}, {span}."
    askable = sum(report.is_contactable for report in reports)
    if askable:
        text += " " + ngettext(
            "You can write to %(count)d author, after you sign in.",
            "You can write to %(count)d authors, after you sign in.",
            askable,
        ) % {"count": askable}
    return text
