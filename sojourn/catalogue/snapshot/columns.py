"""The opportunities as columns: which has which value of each filter, and every order.

A set of opportunities is a row of bits, one for each, in 64-bit words. To filter is to AND rows, to
count is to count bits: ten thousand opportunities take 157 words, so that all counts of a page
take less than a millisecond.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sojourn.catalogue.snapshot.types import (
    Deadline,
    Opportunity,
    Period,
    Records,
    Window,
)
from sojourn.common.languages import FIRST, LANGUAGES

Bits = npt.NDArray[np.uint64]
Order = npt.NDArray[np.int64]

PERIODS = ("autumn", "spring", "summer", "unknown")
COSTS = ("under-3000", "3000-6000", "6000-9000", "over-9000", "unknown")
DEADLINES = ("month", "quarter", "later", "passed", "unknown")
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
    return COSTS[steps]


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
    for ahead in range(min(length, 366)):
        month = (first + dt.timedelta(days=ahead)).month
        for term, months in _TERM_MONTHS.items():
            days[term] += month in months
    found = tuple(
        term for term, count in days.items() if count >= _ENOUGH_DAYS or 2 * count >= length
    )
    return found or ("unknown",)


def languages_of_instruction(opportunity: Opportunity) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(need.language for need in opportunity.languages if need.use == "instruction")
    )


# --- Columns ------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False, slots=True)
class FacetColumn:
    """The values of one filter, and for each a row of bits: which opportunities have it."""

    values: tuple[str, ...]
    places: Mapping[str, int]
    rows: Bits  # values x words

    def having_any(self, values: Iterable[str]) -> Bits:
        """Return the opportunities that have at least one of the values."""
        found = np.zeros(self.rows.shape[1], dtype=np.uint64)
        for value in values:
            if (place := self.places.get(value)) is not None:
                found |= self.rows[place]
        return found

    def counts(self, among: Bits) -> list[int]:
        """For each value how many of those have it."""
        counted: list[int] = np.bitwise_count(self.rows & among).sum(axis=1, dtype=int).tolist()
        return counted


@dataclass(frozen=True, eq=False, slots=True)
class OpportunityColumns:
    """Everything that filtering, counting and sorting need; row i is opportunity i."""

    opportunities: tuple[Opportunity, ...]
    facets: Mapping[str, FacetColumn]
    # Windows decide three filters at once: programme, window and year must hold for one window.
    window_programmes: tuple[str, ...]
    window_years: tuple[int | None, ...]
    every: Bits
    # For each order the place of each opportunity in it, and in "title" one for each language.
    ranks: Mapping[str, Order]

    @property
    def size(self) -> int:
        return len(self.opportunities)


def pack(flags: npt.NDArray[np.bool_]) -> Bits:
    """Rows of flags as rows of 64-bit words; bit order within a word does not matter to us."""
    packed = np.packbits(flags, axis=-1, bitorder="little")
    missing = -packed.shape[-1] % 8
    widths = [(0, 0)] * (packed.ndim - 1) + [(0, missing)]
    return np.ascontiguousarray(np.pad(packed, widths)).view(np.uint64)


def unpack(bits: Bits, size: int) -> npt.NDArray[np.bool_]:
    return np.unpackbits(bits.view(np.uint8), count=size, bitorder="little").astype(bool)


def members(bits: Bits, size: int) -> npt.NDArray[np.int64]:
    """Return the numbers of the opportunities in a set, ascending."""
    return np.flatnonzero(unpack(bits, size))


def set_of(numbers: npt.NDArray[np.int64], size: int) -> Bits:
    flags = np.zeros(size, dtype=bool)
    flags[numbers] = True
    return pack(flags)


def count(bits: Bits) -> int:
    return int(np.bitwise_count(bits).sum())


def _facet(values: Iterable[str], per_opportunity: list[tuple[str, ...]]) -> FacetColumn:
    listed = tuple(values)
    places = {value: place for place, value in enumerate(listed)}
    flags = np.zeros((len(listed), len(per_opportunity)), dtype=bool)
    for number, having in enumerate(per_opportunity):
        for value in having:
            if (place := places.get(value)) is not None:
                flags[place, number] = True
    return FacetColumn(listed, places, pack(flags))


def alphabetical(text: str) -> str:
    """Return a key by which titles sort as a reader expects: accents and capitals do not matter."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()


def _rank(keys: list[tuple[object, ...]]) -> Order:
    """Each opportunity's place when sorted by its key."""
    order = sorted(range(len(keys)), key=keys.__getitem__)
    ranks = np.empty(len(keys), dtype=np.int64)
    ranks[order] = np.arange(len(keys))
    return ranks


def _deadline_key(opportunity: Opportunity, today: dt.date) -> tuple[int, int]:
    """First those still open by date, then those without a date, last those that have closed."""
    ahead = next_deadline(opportunity, today)
    if ahead is not None:
        return (0, ahead.date.toordinal())
    return (2, 0) if deadline_bands(opportunity, today) == ("passed",) else (1, 0)


@dataclass(frozen=True, slots=True)
class Traits:
    """What one opportunity counts as: by each filter, and in each order."""

    facets: tuple[tuple[str, ...], ...]  # one for each of FACETS
    orders: tuple[tuple[object, ...], ...]  # one for each of ORDERS


FACETS = (
    "window", "country", "kind", "language", "preferred", "subject", "period", "cost", "deadline",
)  # fmt: skip
ORDERS = (
    "relevance",
    "deadline",
    "cost",
    "distance",
    "ects",
    *(f"title_{language}" for language in LANGUAGES),
)


def traits_of(opportunity: Opportunity, windows: Mapping[str, Window], today: dt.date) -> Traits:
    title = alphabetical(opportunity.title.in_language(FIRST))
    slug = opportunity.slug
    deadline = _deadline_key(opportunity, today)
    costs, ects, far = opportunity.costs, opportunity.ects, float("inf")
    return Traits(
        facets=(
            opportunity.windows,
            opportunity.countries,
            (opportunity.kind,),
            languages_of_instruction(opportunity),
            ("1",) if opportunity.is_preferred else (),
            opportunity.subjects,
            terms(opportunity, windows),
            (cost_band(opportunity),),
            deadline_bands(opportunity, today),
        ),
        orders=(
            # Without words to go by: preferred partners first, then what one can still apply
            # for, places that a student has to find last.
            (opportunity.self_arranged, not opportunity.is_preferred, deadline[0], title,
             slug),
            (*deadline, title, slug),
            (float(costs.typical) if costs else far, title, slug),
            (opportunity.distance_km, title, slug),
            (-float(ects) if ects is not None else far, title, slug),
            *(
                (alphabetical(opportunity.title.in_language(language)), slug)
                for language in LANGUAGES
            ),
        ),
    )  # fmt: skip


def build_columns(records: Records, today: dt.date) -> OpportunityColumns:
    windows = records.windows
    traits = [traits_of(one, windows, today) for one in records.opportunities.values()]
    having = {name: [one.facets[place] for one in traits] for place, name in enumerate(FACETS)}

    def met(name: str) -> set[str]:
        return {value for values in having[name] for value in values}

    values: dict[str, Iterable[str]] = {
        "window": windows,
        "country": sorted(met("country")),
        "kind": dict.fromkeys(value for (value,) in having["kind"]),
        "language": sorted(met("language")),
        "preferred": ("1",),
        "subject": records.subjects,
        "period": PERIODS,
        "cost": COSTS,
        "deadline": DEADLINES,
    }
    return OpportunityColumns(
        opportunities=tuple(records.opportunities.values()),
        facets={name: _facet(values[name], having[name]) for name in FACETS},
        window_programmes=tuple(window.programme for window in windows.values()),
        window_years=tuple(
            window.phase.year if window.phase else None for window in windows.values()
        ),
        every=pack(np.ones(len(traits), dtype=bool)),
        ranks={
            name: _rank([one.orders[place] for one in traits]) for place, name in enumerate(ORDERS)
        },
    )
