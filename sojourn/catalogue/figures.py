"""Figures with a day: costs, grants, exchange rates and travel advice, and what makes them old.

A figure that somebody looked at gets that day; so does one that is changed. A rate is known by its
currency and day, so a look at it writes the rate of today. Everything else keeps its row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sojourn.catalogue import models, services
from sojourn.catalogue.choices import AdviceLevel
from sojourn.catalogue.keeping import days_of
from sojourn.catalogue.names import country_name
from sojourn.common.languages import page_language
from sojourn.common.row_state import mark
from sojourn.people import audit
from sojourn.people.models import User


class FigureError(Exception):
    """What was typed cannot be kept; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FigureKind(Enum):
    ADVICE = "advice"
    COST = "cost"
    GRANT = "grant"
    RATE = "rate"


@dataclass(frozen=True)
class Value:
    """One of the numbers, or the colour, of a figure."""

    name: str
    label: str | Promise
    text: str
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figure:
    """A figure as somebody checks it: what it is, what it says, of which day, by which source."""

    key: str
    kind: FigureKind
    title: str
    about: str
    values: tuple[Value, ...]
    unit: str
    source: str
    source_title: str
    is_example: bool
    day: dt.date | None
    is_old: bool
    country: str = ""
    """Of travel advice: the country."""

    @property
    def mark(self) -> str:
        """Return a mark of what it says, by which a form can tell that somebody changed it."""
        texts = [(each.name, each.text) for each in self.values]
        return mark([texts, self.source, self.day])


class Outcome(Enum):
    SAME = "same"
    CHECKED = "checked"
    CHANGED = "changed"


def figures(today: dt.date) -> list[Figure]:
    """List every figure, the oldest first; what has no day comes before all others."""
    days = days_of("check_figures_days")
    found = [
        *_all_advice(today, days_of("check_advice_days")),
        *_all_costs(today, days),
        *_all_grants(today, days),
        *_all_rates(today, days),
    ]
    return sorted(found, key=lambda one: (one.day or dt.date.min, one.kind.value, one.title))


def old_figures(today: dt.date) -> list[Figure]:
    """List the figures that nobody looked at for too long."""
    return [one for one in figures(today) if one.is_old]


def save(
    figure: Figure,
    typed: Mapping[str, str],
    source: str,
    *,
    is_right: bool,
    actor: User,
    today: dt.date,
) -> Outcome:
    """Check a figure off as still right, or keep its new values; either moves its day to today.

    `source` is the id of a source. Visitors see it after `edits.show`. Raises FigureError for what
    cannot be.
    """
    was = {each.name: each.text for each in figure.values}
    now = {name: typed.get(name, text).strip().replace(",", ".") for name, text in was.items()}
    is_changed = any(not _same(was[name], now[name]) for name in was) or source != figure.source
    if not is_changed and not is_right:
        return Outcome.SAME
    with services.changing_catalogue():
        row = _SAVE[figure.kind](figure.key.partition(":")[2], now, source, today)
        audit.record(
            "figure.changed" if is_changed else "figure.checked",
            actor=actor,
            about=None,
            on=row,
            details={
                "day": today.isoformat(),
                **({"was": was, "now": now, "source": source} if is_changed else {}),
            },
        )
    return Outcome.CHANGED if is_changed else Outcome.CHECKED


def _same(one: str, other: str) -> bool:
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _number(text: str, most_decimals: int = 2) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise FigureError(_("“%(text)s” is not a number.") % {"text": text[:40]}) from None
    if not number.is_finite() or number < 0 or number > 1_000_000_000:
        raise FigureError(_("“%(text)s” is not a number.") % {"text": text[:40]})
    if number != round(number, most_decimals):
        raise FigureError(_("At most %(count)d decimals.") % {"count": most_decimals})
    return number


def _in_order(low: Decimal, typical: Decimal, high: Decimal) -> None:
    if not low <= typical <= high:
        raise FigureError(_("Low, typical and high have to stand in this order."))


def _year(text: str) -> int:
    if not text.isdigit() or not 1990 <= int(text) <= 2100:
        raise FigureError(_("Write a year, such as 2026."))
    return int(text)


def _source(slug: str) -> models.Source | None:
    if not slug:
        return None
    found = models.Source.objects.filter(slug=slug).first()
    if found is None:
        raise FigureError(_("There is no source “%(name)s”.") % {"name": slug[:80]})
    return found


def _text(number: Decimal) -> str:
    """Return a number as a person writes it."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _is_old(day: dt.date | None, days: int, today: dt.date) -> bool:
    return day is None or (today - day).days > days


# --- Costs ----------------------------------------------------------------------------------------


def _all_costs(today: dt.date, days: int) -> Iterator[Figure]:
    found = models.CostLine.objects.select_related("source", "opportunity", "institution")
    language = page_language()
    for line in found.order_by("position", "slug"):
        day = line.checked_on or (line.source.checked_on if line.source else None)
        for_what = line.opportunity or line.institution
        if for_what is not None:
            about = str(getattr(for_what, "title", "") or getattr(for_what, "name", ""))
        else:
            about = country_name(line.country, language) if line.country else _("everywhere")
        yield Figure(
            key=f"cost:{line.slug}",
            kind=FigureKind.COST,
            title=str(line.get_item_display()),
            about=about,
            values=(
                *_three(line, ""),
                Value("year", gettext_lazy("Year"), str(line.year)),
            ),
            unit=f"{line.currency} {line.get_per_display()}",
            day=day,
            is_old=_is_old(day, days, today),
            **_origin(line),
        )


def _three(row: Any, prefix: str) -> tuple[Value, ...]:
    return (
        Value(f"{prefix}low", gettext_lazy("Low"), _text(row.low)),
        Value(f"{prefix}typical", gettext_lazy("Typical"), _text(row.typical)),
        Value(f"{prefix}high", gettext_lazy("High"), _text(row.high)),
    )


def _origin(row: Any) -> dict[str, Any]:
    source = row.source
    return {
        "source": source.slug if source else "",
        "source_title": str(source.title) if source else "",
        "is_example": row.is_example,
    }


def _set_three(row: Any, now: Mapping[str, str], prefix: str) -> None:
    row.low, row.typical, row.high = (
        _number(now[f"{prefix}all"] if f"{prefix}all" in now else now[f"{prefix}{name}"])
        for name in ("low", "typical", "high")
    )
    _in_order(row.low, row.typical, row.high)


def _save_cost(slug: str, now: Mapping[str, str], source: str, today: dt.date) -> Model:
    line = models.CostLine.objects.select_for_update().get(slug=slug)
    _set_three(line, now, "")
    line.year, line.checked_on = _year(now["year"]), today
    _set_source(line, source)
    line.save()
    return line


def _set_source(row: Any, slug: str) -> None:
    found = _source(slug)
    if found is None and not row.is_example:
        raise FigureError(_("Say where the figure comes from."))
    row.source = found
    if found is not None:
        row.is_example = False


# --- Grants ---------------------------------------------------------------------------------------


def _all_grants(today: dt.date, days: int) -> Iterator[Figure]:
    found = models.Grant.objects.filter(status=models.PublicationStatus.PUBLISHED)
    found = found.prefetch_related("amounts", "questions", "sources")
    for grant in found.order_by("position", "slug"):
        sources = list(grant.sources.all())
        looked = [each.checked_on for each in sources if each.checked_on]
        day = grant.checked_on or min(looked, default=None)
        asked = {each.statement: str(each.question) for each in grant.questions.all()}
        values = [value for amount in grant.amounts.all() for value in _amount(amount, asked)]
        yield Figure(
            key=f"grant:{grant.slug}",
            kind=FigureKind.GRANT,
            title=str(grant.name),
            about=_("grant"),
            values=(*values, Value("year", gettext_lazy("Year"), str(grant.year))),
            unit=f"EUR {grant.get_pays_display()}",
            source=sources[0].slug if sources else "",
            source_title=str(sources[0].title) if sources else "",
            is_example=grant.is_example,
            day=day,
            is_old=_is_old(day, days, today),
        )


def _amount(amount: models.GrantAmount, asked: Mapping[str, str]) -> tuple[Value, ...]:
    """Return the figures of an amount, each said for whom; one where the three are the same."""
    ends = {
        _("days"): (amount.days_min, amount.days_max),
        _("km"): (amount.km_min, amount.km_below),
    }
    words = [
        f"{low or 0}–{high or ''} {unit}"
        for unit, (low, high) in ends.items()
        if low is not None or high is not None
    ]
    words += [asked[amount.statement]] if amount.statement in asked else []
    whom = ", ".join(words)
    if amount.low == amount.typical == amount.high:
        label = whom or gettext_lazy("Amount")
        return (Value(f"{amount.position}-all", label, _text(amount.typical)),)
    return tuple(
        replace(value, label=f"{value.label}, {whom}" if whom else value.label)
        for value in _three(amount, f"{amount.position}-")
    )


def _save_grant(slug: str, now: Mapping[str, str], source: str, today: dt.date) -> Model:
    grant = models.Grant.objects.select_for_update().get(slug=slug)
    for amount in grant.amounts.all():
        _set_three(amount, now, f"{amount.position}-")
        amount.save()
    grant.year, grant.checked_on = _year(now["year"]), today
    grant.save()
    found = _source(source)
    if found is not None:
        grant.sources.add(found)
    elif not grant.is_example and not grant.sources.exists():
        raise FigureError(_("Say where the figure comes from."))
    return grant


# --- Rates ----------------------------------------------------------------------------------------


def _all_rates(today: dt.date, days: int) -> Iterator[Figure]:
    """Of each currency the rate of the latest day counts."""
    latest: dict[str, models.ExchangeRate] = {}
    for rate in models.ExchangeRate.objects.select_related("source").order_by("valid_on"):
        latest[rate.currency] = rate
    for currency, rate in sorted(latest.items()):
        yield Figure(
            key=f"rate:{rate.slug}",
            kind=FigureKind.RATE,
            title=currency,
            about=_("exchange rate"),
            values=(Value("per_euro", gettext_lazy("For 1 euro"), _text(rate.per_euro)),),
            unit=currency,
            day=rate.valid_on,
            is_old=_is_old(rate.valid_on, days, today),
            **_origin(rate),
        )


def _save_rate(slug: str, now: Mapping[str, str], source: str, today: dt.date) -> Model:
    before = models.ExchangeRate.objects.select_for_update().get(slug=slug)
    per_euro = _number(now["per_euro"], 6)
    if not per_euro:
        raise FigureError(_("A rate is more than 0."))
    rate = before
    if before.valid_on != today:
        rate = models.ExchangeRate(
            slug=models.rate_slug(before.currency, today),
            currency=before.currency,
            valid_on=today,
            certainty=before.certainty,
            is_example=before.is_example,
            position=before.position,
        )
    rate.per_euro = per_euro
    _set_source(rate, source)
    rate.save()
    return rate


# --- Travel advice --------------------------------------------------------------------------------


def _all_advice(today: dt.date, days: int) -> Iterator[Figure]:
    language = page_language()
    levels = tuple((value, str(title)) for value, title in AdviceLevel.choices)
    found = models.TravelAdvice.objects.select_related("source").prefetch_related("regions")
    for advice in found.order_by("country"):
        regions: QuerySet[models.AdviceRegion] = advice.regions.all()
        yield Figure(
            key=f"advice:{advice.slug}",
            kind=FigureKind.ADVICE,
            title=country_name(advice.country, language),
            about=_("travel advice"),
            values=(
                Value("level", gettext_lazy("Most of the country"), advice.level, levels),
                *(
                    Value(f"region-{each.position}", str(each.name), each.level, levels)
                    for each in regions
                ),
            ),
            unit="",
            source=advice.source.slug,
            source_title=str(advice.source.title),
            is_example=False,
            day=advice.checked_on,
            is_old=_is_old(advice.checked_on, days, today),
            country=advice.country,
        )


def _save_advice(slug: str, now: Mapping[str, str], source: str, today: dt.date) -> Model:
    advice = models.TravelAdvice.objects.select_for_update().get(slug=slug)
    if not set(now.values()) <= set(AdviceLevel.values):
        raise FigureError(_("Choose one of the colours."))
    advice.level, advice.checked_on = now["level"], today
    for region in advice.regions.all():
        region.level = now[f"region-{region.position}"]
        region.save()
    found = _source(source)
    if found is None or not found.url:
        raise FigureError(_("Choose a source with an address."))
    advice.source = found
    advice.save()
    return advice


_SAVE: dict[FigureKind, Callable[[str, Mapping[str, str], str, dt.date], Model]] = {
    FigureKind.COST: _save_cost,
    FigureKind.GRANT: _save_grant,
    FigureKind.RATE: _save_rate,
    FigureKind.ADVICE: _save_advice,
}
