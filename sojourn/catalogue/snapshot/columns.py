"""The opportunities as columns: which has which value of each filter, and every order.

A set of opportunities is a row of bits, one for each, in 64-bit words. To filter is to AND rows, to
count is to count bits: ten thousand opportunities take 157 words, so that all counts of a page
take less than a millisecond.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sojourn.catalogue.snapshot.facets import FACETS, alphabetical, deadline_bands, next_deadline
from sojourn.catalogue.snapshot.types import Opportunity, Records
from sojourn.common.languages import FIRST, LANGUAGES

Bits = npt.NDArray[np.uint64]
Order = npt.NDArray[np.int64]

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


ORDERS = (
    "relevance",
    "deadline",
    "cost",
    "distance",
    "ects",
    *(f"title_{language}" for language in LANGUAGES),
)


def _keys(opportunity: Opportunity, today: dt.date) -> tuple[tuple[object, ...], ...]:
    """Return the key of an opportunity in each of ORDERS."""
    title = alphabetical(opportunity.title.in_language(FIRST))
    slug = opportunity.slug
    deadline = _deadline_key(opportunity, today)
    costs, ects, far = opportunity.costs, opportunity.ects, float("inf")
    return (
        # Without words to go by: preferred partners first, then what one can still apply
        # for, places that a student has to find last.
        (opportunity.self_arranged, not opportunity.is_preferred, deadline[0], title, slug),
        (*deadline, title, slug),
        (float(costs.typical) if costs else far, title, slug),
        (far if opportunity.distance_km is None else opportunity.distance_km, title, slug),
        (-float(ects) if ects is not None else far, title, slug),
        *((alphabetical(opportunity.title.in_language(language)), slug) for language in LANGUAGES),
    )


def _facets(records: Records, today: dt.date) -> Iterator[tuple[str, FacetColumn]]:
    for name, rule in FACETS.items():
        if rule.having is None:
            continue
        having = [
            tuple(rule.having(one, records.windows, today))
            for one in records.opportunities.values()
        ]
        values: Iterable[str] = rule.fixed
        if rule.values is not None:
            values = rule.values(records)
        elif not rule.fixed:
            values = sorted({value for found in having for value in found})
        yield name, _facet(values, having)


def build_columns(records: Records, today: dt.date) -> OpportunityColumns:
    opportunities = tuple(records.opportunities.values())
    windows = records.windows.values()
    keys = [_keys(one, today) for one in opportunities]
    return OpportunityColumns(
        opportunities=opportunities,
        facets=dict(_facets(records, today)),
        window_programmes=tuple(window.programme for window in windows),
        window_years=tuple(window.phase.year if window.phase else None for window in windows),
        every=pack(np.ones(len(opportunities), dtype=bool)),
        ranks={name: _rank([each[place] for each in keys]) for place, name in enumerate(ORDERS)},
    )
