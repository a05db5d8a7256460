"""A search for opportunities as it is asked: read from a query, written as one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sojourn.catalogue.snapshot.facets import FACETS

SORTS = ("relevance", "deadline", "cost", "similar", "distance", "ects", "title")
PER_PAGE = 20
MOST_PER_PAGE = 100
MOST_VALUES = 40  # of one filter

NUMBER = re.compile(r"[0-9]{1,6}")


class QueryError(ValueError):
    """A query that makes no sense; `field` is the parameter, the message says what would."""

    def __init__(self, field: str, message: str | Promise) -> None:
        super().__init__(str(message))
        self.field = field
        self.message = message


def _several(query: QueryDict, name: str, allows: Callable[[str], object]) -> tuple[str, ...]:
    """Return the different values of a filter, sorted: their order means nothing."""
    values = {value.strip() for value in query.getlist(name)} - {""}
    if len(values) > MOST_VALUES:
        raise QueryError(name, _("Choose fewer values."))
    for value in values:
        if not allows(value):
            raise QueryError(name, _("Choose a value from the filters of the list."))
    return tuple(sorted(values))


def _number(query: QueryDict, name: str, most: int) -> int | None:
    value = (query.get(name) or "").strip()
    if not value:
        return None
    # Only 0-9: int() would take other scripts' digits, underscores and signs as well.
    if not NUMBER.fullmatch(value) or not 1 <= int(value) <= most:
        raise QueryError(name, _("Give a number of 1 or more."))
    return int(value)


def _choice(query: QueryDict, name: str, choices: Iterable[str], default: str) -> str:
    value = (query.get(name) or "").strip() or default
    if value not in choices:
        raise QueryError(name, _("It can be: %(values)s.") % {"values": ", ".join(choices)})
    return value


@dataclass(frozen=True, slots=True)
class OpportunityFilter:
    """A search for opportunities. Values of one filter widen, several filters narrow."""

    q: str = ""
    programme: tuple[str, ...] = ()
    window: tuple[str, ...] = ()
    year: int | None = None
    subject: tuple[str, ...] = ()
    country: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    preferred: bool | None = None
    period: tuple[str, ...] = ()
    cost: tuple[str, ...] = ()
    deadline: tuple[str, ...] = ()
    sort: str = "relevance"
    page: int = 1
    per_page: int = PER_PAGE

    @classmethod
    def from_query(cls, query: QueryDict) -> OpportunityFilter:
        """Read a query string. Raises QueryError for what can mean nothing.

        A slug or country that is well written but not (or no longer) there is allowed: an old
        bookmark finds nothing and is told what to loosen. Parameters of others are ignored.
        """

        upper = query.copy()
        upper.setlist("country", [value.upper() for value in query.getlist("country")])
        several: dict[str, Any] = {}
        for name, rule in FACETS.items():
            if rule.allows is not None:
                several[name] = _several(upper, name, rule.allows)
        return cls(
            q=" ".join((query.get("q") or "").replace("\x00", " ").split())[:300],
            **several,
            year=_number(query, "year", 10),
            preferred=_choice(query, "preferred", ("", "1", "true"), "") != "" or None,
            sort=_choice(query, "sort", SORTS, "relevance"),
            page=_number(query, "page", 999_999) or 1,
            per_page=_number(query, "per_page", MOST_PER_PAGE) or PER_PAGE,
        )

    def values(self, name: str) -> tuple[str, ...]:
        """Return what is chosen in a filter, as it is written in a query."""
        value = getattr(self, name)
        if isinstance(value, tuple):
            return value
        if value is None or value is False:
            return ()
        return ("1",) if value is True else (str(value),)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The filters that are in use; the words are not one of them."""
        return tuple(name for name in FACETS if self.values(name))

    def to_query(self) -> str:
        """Return the query string that asks for exactly this, always written the same way.

        What is as usual is left out.
        """
        pairs: list[tuple[str, str]] = []
        for one in fields(self):
            name = one.name
            if getattr(self, name) != one.default:
                pairs += [
                    (name, each) for each in ((self.q,) if name == "q" else self.values(name))
                ]
        return urlencode(pairs)

    def without(self, name: str) -> OpportunityFilter:
        """Return the same search without one filter (or without words), from the first page."""
        empty: Any = next(one.default for one in fields(self) if one.name == name)
        return replace(self, page=1, **{name: empty})

    def without_value(self, name: str, value: str) -> OpportunityFilter:
        """Return the same search without one value of a filter, from the first page."""
        left: Any = tuple(one for one in self.values(name) if one != value)
        return replace(self, page=1, **{name: left}) if left else self.without(name)
