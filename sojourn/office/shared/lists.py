"""Lists of the office: filtered, sorted, in pages, with all of that in the address.

A list is described once (`Kind`): its columns, its filters, how one row looks. `shown` reads the
address and returns what `office/shared/templates/components/list.html` needs. What an address says
wrongly is ignored, so that an old bookmark still opens a list.

A thing done to several rows at once is sent as `pick` (the rows) and `do` (what). The view asks
first, with `office/shared/templates/components/confirm.html`, and does it when `sure` comes back.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sojourn.design.components import Pagination
from sojourn.people.permissions import may_open, signed_in_person

M = TypeVar("M", bound=Model)
Words = str | Promise

PER_PAGE = 50
_ANY = gettext_lazy("Any")
MOST_PICKED = 500
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Column:
    """One column; without `order` nobody can sort by it."""

    name: str
    title: Words
    order: tuple[str, ...] = ()
    """Fields to sort by, the first one first, each as for `order_by`."""
    numeric: bool = False


@dataclass(frozen=True)
class Cell:
    text: Words
    href: str = ""
    tone: str = ""
    """good, warn, bad or quiet; colour is never the only carrier of it."""


@dataclass(frozen=True)
class Row:
    """One line; the first cell names it and, where it has a link, Enter follows that."""

    key: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Filter(Generic[M]):
    """A choice above the list. The empty value shows everything."""

    name: str
    title: Words
    choices: tuple[tuple[str, Words], ...]
    narrow: Callable[[QuerySet[M], str], QuerySet[M]]
    everything: Words = _ANY


@dataclass(frozen=True)
class Action:
    """Something to do to every picked row."""

    name: str
    title: Words


@dataclass(frozen=True)
class Kind(Generic[M]):
    """What a list is made of. `first_order` is the column it is sorted by, "-name" downwards."""

    caption: Words
    columns: tuple[Column, ...]
    row: Callable[[M], Row]
    empty: Words
    first_order: str
    filters: tuple[Filter[M], ...] = ()
    search: Callable[[QuerySet[M], str], QuerySet[M]] | None = None
    actions: tuple[Action, ...] = ()
    action_page: str = ""
    """The name of the page to which picked rows are sent; only with actions."""
    per_page: int = PER_PAGE


@dataclass(frozen=True)
class Heading:
    title: Words
    numeric: bool
    href: str = ""
    sorted: str = ""
    """ascending, descending or nothing"""


@dataclass(frozen=True)
class Option:
    value: str
    title: Words
    chosen: bool


@dataclass(frozen=True)
class Choice:
    name: str
    title: Words
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Line:
    key: str
    cells: tuple[tuple[Heading, Cell], ...]


@dataclass(frozen=True)
class Listing:
    """A list as the template shows it."""

    caption: Words
    headings: tuple[Heading, ...]
    lines: tuple[Line, ...]
    choices: tuple[Choice, ...]
    can_search: bool
    search: str
    sort: str
    total: int
    empty: Words
    is_narrowed: bool
    """Whether some rows may be hidden by a filter or a search."""
    everything_href: str
    here: str
    """The address of this state of the list, to come back to."""
    actions: tuple[Action, ...]
    """What the reader may do with several rows."""
    action_href: str
    pagination: Pagination


def shown(kind: Kind[M], rows: QuerySet[M], request: HttpRequest) -> Listing:
    """Return the list as the request's address asks for it."""
    asked = request.GET
    path = request.path
    choices = []
    for choice in kind.filters:
        value = asked.get(choice.name, "")
        if value not in {known for known, _title in choice.choices}:
            value = ""
        if value:
            rows = choice.narrow(rows, value)
        options = (("", choice.everything), *choice.choices)
        choices.append(
            Choice(
                choice.name,
                choice.title,
                tuple(Option(known, title, known == value) for known, title in options),
            )
        )
    search = asked.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH] if kind.search else ""
    if search and kind.search:
        rows = kind.search(rows, search)
    by, order = _order(kind, asked.get("sort", ""))
    total = rows.count()
    last = max(1, -(-total // kind.per_page))
    number = min(number_in(asked.get("page", "")), last)
    first = (number - 1) * kind.per_page
    page = rows.order_by(*order, "pk")[first : first + kind.per_page]
    headings = tuple(_heading(column, by, asked, path) for column in kind.columns)
    may_act = bool(kind.actions) and may_open(signed_in_person(request), kind.action_page)
    return Listing(
        caption=kind.caption,
        headings=headings,
        lines=tuple(
            Line(row.key, tuple(zip(headings, row.cells, strict=True)))
            for row in (kind.row(record) for record in page)
        ),
        choices=tuple(choices),
        can_search=kind.search is not None,
        search=search,
        sort=by if by != kind.first_order else "",
        total=total,
        empty=kind.empty,
        is_narrowed=bool(search)
        or any(option.chosen and option.value for choice in choices for option in choice.options),
        everything_href=path,
        here=request.get_full_path(),
        actions=kind.actions if may_act else (),
        action_href=reverse(kind.action_page) if may_act else "",
        pagination=Pagination.of(number, last, lambda page: address(path, asked, page=str(page))),
    )


def address(path: str, asked: QueryDict, **changed: str) -> str:
    """Return the same list with something changed; whatever changes, the first page comes first."""
    query = asked.copy()
    query.pop("page", None)
    for name, value in changed.items():
        query.pop(name, None)
        if value and (name, value) != ("page", "1"):
            query[name] = value
    text = query.urlencode()
    return f"{path}?{text}" if text else path


def picked(request: HttpRequest) -> list[uuid.UUID]:
    """Return the rows that a form names, each once, in their order; what is no id is left out."""
    found: dict[uuid.UUID, None] = {}
    for text in request.POST.getlist("pick")[:MOST_PICKED]:
        try:
            found[uuid.UUID(text)] = None
        except ValueError:
            continue
    return list(found)


def action_of(request: HttpRequest, actions: Sequence[Action]) -> Action | None:
    """Which of the actions a form asks for."""
    asked = request.POST.get("do", "")
    return next((action for action in actions if action.name == asked), None)


def _order(kind: Kind[M], asked: str) -> tuple[str, list[str]]:
    """Return the column to sort by, and the fields for the database."""
    sortable = {column.name: column.order for column in kind.columns if column.order}
    by = asked if asked.removeprefix("-") in sortable else kind.first_order
    fields = sortable[by.removeprefix("-")]
    return by, [_turned(field) for field in fields] if by.startswith("-") else list(fields)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _heading(column: Column, by: str, asked: QueryDict, path: str) -> Heading:
    if not column.order:
        return Heading(column.title, column.numeric)
    direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(by, "")
    other = f"-{column.name}" if direction == "ascending" else column.name
    return Heading(column.title, column.numeric, address(path, asked, sort=other), direction)


def number_in(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
