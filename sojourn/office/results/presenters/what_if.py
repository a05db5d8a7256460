"""What other seats or weights would do to a round, before anything is published."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from sojourn.engines.allocation import (
    AllocationError,
    Change,
    Difference,
    Problem,
    allocate,
    difference,
)
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Round
from sojourn.selection.offers import place_name
from sojourn.selection.problem import problem_of
from sojourn.selection.scoring import score_sheet

MOST_SEATS, MOST_WEIGHT = 500, 1000


@dataclass(frozen=True)
class Field:
    """A number that can be tried: its name in the address, as it is, as it was typed."""

    name: str
    label: str
    now: int
    value: str
    error: str = ""


@dataclass(frozen=True)
class ChangeLine:
    code: str
    before: str
    after: str


@dataclass(frozen=True)
class WhatIfPage:
    title: str
    slug: str
    seats: tuple[Field, ...]
    weights: tuple[Field, ...]
    problem: str
    is_tried: bool
    gains: tuple[ChangeLine, ...]
    losses: tuple[ChangeLine, ...]
    unchanged: int


def page(round_: Round, asked: Mapping[str, str]) -> WhatIfPage:
    """Return the form, and the difference where something was typed that can be tried."""
    places = list(
        round_.opportunities.select_related("opportunity").annotate(
            promised=Coalesce(Sum("quotas__minimum"), 0)
        )
    )
    names = {each.key: place_name(each) for each in places}
    seats = tuple(
        _field(
            asked,
            f"seats-{each.key}",
            names[each.key],
            each.seats_to_give,
            each.promised,
            MOST_SEATS,
        )
        for each in places
    )
    weights = tuple(
        _field(asked, f"weight-{each.code}", each.name, each.weight, 0, MOST_WEIGHT)
        for each in round_.criteria.all()
    )
    found: Difference | None = None
    problem = ""
    if any(each.error for each in (*seats, *weights)):
        problem = _("Some numbers are not possible; they are marked below.")
    elif not any(int(each.value) for each in weights):
        problem = _("At least one weight must be above 0.")
    elif any(int(each.value) != each.now for each in (*seats, *weights)):
        try:
            found = _difference(round_, seats, weights)
        except SelectionError as error:
            problem = error.message
        except AllocationError as error:
            problem = str(error)
    return WhatIfPage(
        title=round_.title,
        slug=round_.slug,
        seats=seats,
        weights=weights,
        problem=problem,
        is_tried=found is not None,
        gains=_lines(found.gains, names) if found else (),
        losses=_lines(found.losses, names) if found else (),
        unchanged=found.unchanged if found else 0,
    )


def _field(
    asked: Mapping[str, str], name: str, label: str, now: int, lowest: int, highest: int
) -> Field:
    typed = asked.get(name, "").strip()
    if not typed:
        return Field(name, label, now, str(now))
    is_number = typed.isascii() and typed.isdigit() and len(typed) < 6
    if not is_number or not lowest <= int(typed) <= highest:
        error = _("a whole number from %(low)d to %(high)d") % {"low": lowest, "high": highest}
        return Field(name, label, now, typed[:20], error)
    return Field(name, label, now, str(int(typed)))


def _difference(round_: Round, seats: tuple[Field, ...], weights: tuple[Field, ...]) -> Difference:
    before = problem_of(round_)
    other = {each.name.removeprefix("weight-"): int(each.value) for each in weights}
    after: Problem = problem_of(round_, score_sheet(round_, other))
    for each in seats:
        after = after.with_seats(each.name.removeprefix("seats-"), int(each.value))
    return difference(allocate(before), allocate(after))


def _lines(changes: tuple[Change, ...], names: Mapping[str, str]) -> tuple[ChangeLine, ...]:
    def in_words(place: str | None, rank: int | None) -> str:
        if place is None:
            return _("no place")
        return _("%(place)s (choice %(rank)d)") % {"place": names[place], "rank": rank or 0}

    return tuple(
        ChangeLine(
            each.application,
            in_words(each.before, each.rank_before),
            in_words(each.after, each.rank_after),
        )
        for each in changes
    )
