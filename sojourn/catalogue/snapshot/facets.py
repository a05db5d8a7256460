"""The filters of the search for opportunities: what each is called, and who has which value.

A new filter is a rule here, a field of `OpportunityFilter` and a parameter of the API.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from sojourn.catalogue import names
from sojourn.catalogue.choices import OpportunityKind
from sojourn.catalogue.snapshot.types import Deadline, Opportunity, Period, Records, Window
from sojourn.common.languages import language_name

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    Labels = Mapping[str, StrOrPromise]

PERIODS: Labels = {
    "autumn": _("Autumn semester"),
    "spring": _("Spring semester"),
    "summer": _("Summer"),
    "unknown": _("No fixed months"),
}
COSTS: Labels = {
    "under-3000": _("Under €3,000"),
    "3000-6000": _("€3,000 to €6,000"),
    "6000-9000": _("€6,000 to €9,000"),
    "over-9000": _("€9,000 or more"),
    "unknown": _("Not known yet"),
}
DEADLINES: Labels = {
    "month": _("This month"),
    "quarter": _("In the next three months"),
    "later": _("Later"),
    "passed": _("Closed for now"),
    "unknown": _("No date known"),
}
# Who wants to go has to act by one of these.
DEADLINES_TO_APPLY = ("application", "registration")
_COST_STEPS = (Decimal(3000), Decimal(6000), Decimal(9000))
_TERM_MONTHS = {"autumn": (9, 10, 11, 12, 1), "spring": (2, 3, 4, 5, 6), "summer": (7, 8)}
_ENOUGH_DAYS = 35  # of a term, for a stay to be said to fall in it


# --- What an opportunity counts as ------------------------------------------------------------


def cost_band(opportunity: Opportunity) -> str:
    """By the typical total of the whole stay."""
    if opportunity.costs is None:
        return "unknown"
    steps = sum(opportunity.costs.typical >= step for step in _COST_STEPS)
    return tuple(COSTS)[steps]


def next_deadline(opportunity: Opportunity, today: dt.date) -> Deadline | None:
    """Return the next day by which one must have applied; today counts."""
    return next(
        (
            deadline
            for deadline in opportunity.deadlines
            if deadline.kind in DEADLINES_TO_APPLY and deadline.date >= today
        ),
        None,
    )


def three_months_after(today: dt.date) -> dt.date:
    """Return the same day three months on, or the last day of that month."""
    month = today.month - 1 + 3
    year, month = today.year + month // 12, month % 12 + 1
    after = dt.date(year + month // 12, month % 12 + 1, 1) - dt.timedelta(days=1)
    return min(dt.date(year, month, 1) + dt.timedelta(days=today.day - 1), after)


def deadline_bands(opportunity: Opportunity, today: dt.date) -> tuple[str, ...]:
    """'quarter' holds 'month' as well: who looks three months ahead wants to see this month."""
    to_apply = [d for d in opportunity.deadlines if d.kind in DEADLINES_TO_APPLY]
    if not to_apply:
        return ("unknown",)
    ahead = next_deadline(opportunity, today)
    if ahead is None:
        return ("passed",)
    if (ahead.date.year, ahead.date.month) == (today.year, today.month):
        return ("month", "quarter")
    return ("quarter",) if ahead.date <= three_months_after(today) else ("later",)


def _stay(period: Period | None, windows: Iterable[Window]) -> tuple[dt.date, dt.date] | None:
    """First and last day; months stand for whole months of some year."""
    if period and period.starts_on and period.ends_on:
        return period.starts_on, period.ends_on
    months = [
        (one.starts_month, one.ends_month)
        for one in ((period,) if period else tuple(windows))
        if one.starts_month and one.ends_month
    ]
    if not months:
        return None
    starts, ends = months[0]
    year = 2027
    last_year, after = (year, ends + 1) if ends >= starts else (year + 1, ends + 1)
    last_year, after = (last_year + 1, 1) if after == 13 else (last_year, after)
    return dt.date(year, starts, 1), dt.date(last_year, after, 1) - dt.timedelta(days=1)


def terms(opportunity: Opportunity, windows: Mapping[str, Window]) -> tuple[str, ...]:
    """Return the terms in which a stay falls: five weeks of it, or half of it.

    The period of its window counts where the opportunity has none of its own.
    """
    stay = _stay(opportunity.period, [windows[slug] for slug in opportunity.windows])
    return ("unknown",) if stay is None else _terms_between(*stay)


@lru_cache(maxsize=1024)
def _terms_between(first: dt.date, last: dt.date) -> tuple[str, ...]:
    length = (last - first).days + 1
    days = dict.fromkeys(_TERM_MONTHS, 0)
    # A stay longer than a year falls in every term all the same.
    day, left = first, min(length, 366)
    while left > 0:
        in_month = min(left, monthrange(day.year, day.month)[1] - day.day + 1)
        for term, months in _TERM_MONTHS.items():
            days[term] += in_month if day.month in months else 0
        day, left = day + dt.timedelta(days=in_month), left - in_month
    found = tuple(
        term for term, count in days.items() if count >= _ENOUGH_DAYS or 2 * count >= length
    )
    return found or ("unknown",)


def languages_of_instruction(opportunity: Opportunity) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(need.language for need in opportunity.languages if need.use == "instruction")
    )


# --- The filters ------------------------------------------------------------------------------


@dataclass(frozen=True)
class FacetRule:
    label: StrOrPromise
    allows: Callable[[str], object] | None = None
    """Whether a query may name that value, which need not be there; None: it takes one value."""
    having: Callable[[Opportunity, Mapping[str, Window], dt.date], Iterable[str]] | None = None
    """The values of an opportunity on a day; None where its windows decide."""
    values: Callable[[Records], Iterable[str]] | None = None
    """Every value, in order; None: the fixed ones, or those that there are, sorted."""
    fixed: Labels = field(default_factory=dict)
    """What its values are called, where they are always the same."""
    label_of: Callable[[Records, str, str], str] = lambda _records, value, _language: value
    """What another value is called in a language."""
    sorted_by: Callable[[str, str], str | int] | None = None
    """How the choices are sorted, by label and value, where not as `values`."""
    in_one_window: bool = False
    """One window must fulfil this filter and the others that say so."""


def _is_slug(value: str) -> bool:
    return len(value) <= 120 and bool(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", value))


def alphabetical(text: str) -> str:
    """Return a key by which titles sort as a reader expects: accents and capitals do not matter."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def _by_label(label: str, _value: str) -> str:
    return alphabetical(label)


def _name_in(entries: str) -> Callable[[Records, str, str], str]:
    def label_of(records: Records, slug: str, language: str) -> str:
        entry = getattr(records, entries).get(slug)
        return entry.name.in_language(language) if entry else slug

    return label_of


def _year(_records: Records, year: str, language: str) -> str:
    return _year_text(language) % {"year": year}


@lru_cache
def _year_text(language: str) -> str:
    return names.in_language(_("Year %(year)s"), language)


FACETS: Mapping[str, FacetRule] = {
    "programme": FacetRule(
        _("Degree programme"), _is_slug, label_of=_name_in("programmes"), in_one_window=True
    ),
    "window": FacetRule(
        _("Mobility window"),
        _is_slug,
        lambda one, _windows, _today: one.windows,
        lambda records: records.windows,
        label_of=_name_in("windows"),
        in_one_window=True,
    ),
    "year": FacetRule(
        _("Year that I am in"),
        label_of=_year,
        in_one_window=True,
    ),
    "subject": FacetRule(
        _("Subject"),
        _is_slug,
        lambda one, _windows, _today: one.subjects,
        lambda records: records.subjects,
        label_of=_name_in("subjects"),
    ),
    "country": FacetRule(
        _("Country"),
        re.compile(r"[A-Z]{2}").fullmatch,
        lambda one, _windows, _today: one.countries,
        label_of=lambda _records, code, language: names.country_name(code, language),
        sorted_by=_by_label,
    ),
    "kind": FacetRule(
        _("Kind"),
        OpportunityKind.values.__contains__,
        lambda one, _windows, _today: (one.kind,),
        label_of=lambda _records, kind, language: names.kind_label(kind, language),
        sorted_by=lambda _label, kind: OpportunityKind.values.index(kind),
    ),
    "language": FacetRule(
        _("Language of instruction"),
        re.compile(r"[a-z]{2,3}").fullmatch,
        lambda one, _windows, _today: languages_of_instruction(one),
        label_of=lambda _records, code, language: language_name(code, language),
        sorted_by=_by_label,
    ),
    "preferred": FacetRule(
        _("Preferred partner"),
        None,
        lambda one, _windows, _today: ("1",) if one.is_preferred else (),
        fixed={"1": _("Preferred partners only")},
    ),
    "period": FacetRule(
        _("Period"),
        PERIODS.__contains__,
        lambda one, windows, _today: terms(one, windows),
        fixed=PERIODS,
    ),
    "cost": FacetRule(
        _("Costs for the whole stay"),
        COSTS.__contains__,
        lambda one, _windows, _today: (cost_band(one),),
        fixed=COSTS,
    ),
    "deadline": FacetRule(
        _("Deadline"),
        DEADLINES.__contains__,
        lambda one, _windows, today: deadline_bands(one, today),
        fixed=DEADLINES,
    ),
}
