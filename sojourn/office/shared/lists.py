"""Lists of the office: filtered, sorted, in pages, with all of that in the address.

A list is described once (`Kind`): its columns, its filters, how one row looks. `shown` reads the
address and returns what `office/shared/templates/components/list.html` needs. What an address says
wrongly is ignored, so that an old bookmark still opens a list.

Which columns it shows is in the address too (`cols`), and so is what to make of it (`as=xlsx`,
`as=csv`): a file of exactly what is shown, over all pages. `answer` returns the page or that file.
A list with a name can be kept: its filters, order and columns under a name, for oneself or all.

A thing done to several rows at once is sent as `pick` (the rows) and `do` (what). The view asks
first, with `office/shared/templates/components/confirm.html`, and does it when `sure` comes back.
`chosen` finds the rows: those that were picked, or all of the list on whatever page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, cast

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from sojourn.design.components import Pagination
from sojourn.office.shared.access import asked_again_to_see
from sojourn.office.shared.spreadsheets import CSV, XLSX, as_csv, as_xlsx
from sojourn.people.models import SavedView, User
from sojourn.people.permissions import may_open, signed_in_person

M = TypeVar("M", bound=Model)
Words = str | Promise

PER_PAGE = 50
# What lists of people offer to do with picked rows, and where (office/writing).
WRITE_PAGE = "office:group-message-new"
_ANY = gettext_lazy("Any")
MOST_PICKED = 500
LONGEST_SEARCH = 100
LONGEST_QUERY = 1000


@dataclass(frozen=True)
class Column:
    """One column; without `order` nobody can sort by it."""

    name: str
    title: Words
    order: tuple[str, ...] = ()
    """Fields to sort by, the first one first, each as for `order_by`."""
    numeric: bool = False
    value: Callable[[Any], Any] | None = None
    """What to sort by that the database does not know; the rows are prepared first."""
    is_extra: bool = False
    """Not shown until somebody asks for it."""

    @property
    def can_sort(self) -> bool:
        return bool(self.order) or self.value is not None


@dataclass(frozen=True)
class Ranked:
    """One of the choices in a cell; `mark` is hit or out."""

    rank: int
    text: Words
    mark: str = ""


@dataclass(frozen=True)
class Cell:
    text: Words
    href: str = ""
    tone: str = ""
    """good, warn, bad or quiet; colour is never the only carrier of it."""
    ranks: tuple[Ranked, ...] = ()
    """A ranked list, in the place of the text."""

    @property
    def plain(self) -> str:
        """Return the words alone, for a file."""
        if self.ranks:
            return "; ".join(f"{each.rank}. {each.text}" for each in self.ranks)
        return str(self.text)


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


WRITE = Action("write", gettext_lazy("Write to them"))


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
    about: str = ""
    """Which rows a form about several is about, where its page serves more lists than one."""
    action_page: str = ""
    """The name of the page to which picked rows are sent; only with actions."""
    per_page: int = PER_PAGE
    name: str = ""
    """Under which its states are kept; without one they are not."""
    prepare: Callable[[Sequence[M]], None] | None = None
    """Reads what the rows show besides their fields, for all of a page at once."""


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
class KeptView:
    """A state of the list under a name."""

    name: str
    href: str
    is_here: bool
    is_shared: bool
    remove: int
    """Its number where the reader may remove it; 0 for others."""


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
    about: str
    pagination: Pagination
    columns: tuple[Option, ...] = ()
    """Which columns are shown, to choose from."""
    kept: tuple[tuple[str, str], ...] = ()
    """What else of the address a form sends along."""
    columns_kept: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str], ...] = ()
    """The list as a file: title and address."""
    name: str = ""
    views: tuple[KeptView, ...] = ()
    asked: str = ""
    """What the address asks for, sent along with a form about all rows."""
    query: str = ""
    """What of the address is worth keeping: no search, which may be a name, and no page."""


def answer(
    request: HttpRequest,
    template: str,
    kind: Kind[M],
    rows: QuerySet[M],
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a list on its page, or hand it out as a file to whoever signed in just now."""
    if request.GET.get("as") in _FILES:
        return cast("HttpResponse", asked_again_to_see(_as_file)(request, kind, rows))
    listing = replace(
        shown(kind, rows, request),
        files=tuple(
            (name.upper(), address(request.path, request.GET, **{"as": name})) for name in _FILES
        ),
    )
    return render(request, template, {**(context or {}), "list": listing})


_FILES = {"xlsx": XLSX, "csv": CSV}


def _as_file(request: HttpRequest, kind: Kind[M], rows: QuerySet[M]) -> HttpResponse:
    found = asked_for(kind, rows, request.GET)
    if kind.prepare is not None:
        kind.prepare(found)
    shown_columns = columns_of(kind, request.GET)
    headings = [str(kind.columns[number].title) for number in shown_columns]
    lines = [
        [cells[number].plain for number in shown_columns]
        for cells in (kind.row(record).cells for record in found)
    ]
    name = request.GET["as"]
    content = (
        as_csv(headings, lines) if name == "csv" else as_xlsx(str(kind.caption), headings, lines)
    )
    return HttpResponse(
        content,
        content_type=_FILES[name],
        headers={
            "Content-Disposition": f'attachment; filename="{kind.name or "list"}.{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def asked_for(kind: Kind[M], rows: QuerySet[M], asked: QueryDict) -> list[M]:
    """Return all rows that an address asks for, in their order."""
    narrowed, _choices, _search = narrow(kind, rows, asked)
    _by, records = _sorted(kind, narrowed, asked)
    return list(records)


def narrow(
    kind: Kind[M], rows: QuerySet[M], asked: QueryDict
) -> tuple[QuerySet[M], tuple[Choice, ...], str]:
    """Narrow the rows as an address asks; return the choices that were made, and the search."""
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
    return rows, tuple(choices), search


def columns_of(kind: Kind[M], asked: QueryDict) -> list[int]:
    """Return the numbers of the columns to show; the first, which names the row, always is."""
    wanted = set(asked.getlist("cols")) if "cols" in asked else None
    known = {column.name for column in kind.columns}
    if wanted is None or not wanted & known:
        wanted = {column.name for column in kind.columns if not column.is_extra}
    return [
        number for number, column in enumerate(kind.columns) if number == 0 or column.name in wanted
    ]


def chosen(kind: Kind[M], rows: QuerySet[M], request: HttpRequest, by: str = "pk") -> QuerySet[M]:
    """Return the rows that a form is about: the picked ones, or the whole list it was sent from.

    `by` is the field that the keys of its rows hold.
    """
    if "everything" in request.POST:
        text = request.POST.get("asked", "")[:LONGEST_QUERY]
        return narrow(kind, rows, QueryDict(text))[0]
    return rows.filter(**{f"{by}__in": picked(request)})


def shown(kind: Kind[M], rows: QuerySet[M], request: HttpRequest) -> Listing:
    """Return the list as the request's address asks for it."""
    asked = request.GET
    path = request.path
    rows, choices, search = narrow(kind, rows, asked)
    by, records = _sorted(kind, rows, asked)
    total = len(records) if isinstance(records, list) else records.count()
    last = max(1, -(-total // kind.per_page))
    number = min(number_in(asked.get("page", "")), last)
    first = (number - 1) * kind.per_page
    page = list(records[first : first + kind.per_page])
    if kind.prepare is not None and not isinstance(records, list):
        kind.prepare(page)
    numbers = columns_of(kind, asked)
    headings = tuple(_heading(kind.columns[each], by, asked, path) for each in numbers)
    reader = signed_in_person(request)
    may_act = bool(kind.actions) and may_open(reader, kind.action_page)
    query = _worth_keeping(asked)
    return Listing(
        caption=kind.caption,
        headings=headings,
        lines=tuple(
            Line(row.key, tuple(zip(headings, (row.cells[each] for each in numbers), strict=True)))
            for row in (kind.row(record) for record in page)
        ),
        choices=choices,
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
        about=kind.about,
        action_href=reverse(kind.action_page) if may_act else "",
        pagination=Pagination.of(number, last, lambda page: address(path, asked, page=str(page))),
        columns=tuple(
            Option(column.name, column.title, each in numbers)
            for each, column in enumerate(kind.columns)
            if each
        ),
        kept=tuple(
            (name, str(value))
            for name, value in asked.items()
            if name not in ("cols", "page", "as") and value
        ),
        columns_kept=tuple(("cols", value) for value in asked.getlist("cols")),
        name=kind.name,
        asked=asked.urlencode(),
        views=_kept_views(kind.name, reader, path, query) if kind.name else (),
        query=query,
    )


def _sorted(
    kind: Kind[M], rows: QuerySet[M], asked: QueryDict
) -> tuple[str, QuerySet[M] | list[M]]:
    """Sort as the address asks: in the database, or by what only the prepared rows know."""
    by, order = _order(kind, asked.get("sort", ""))
    column = next(each for each in kind.columns if each.name == by.removeprefix("-"))
    if column.value is None:
        return by, rows.order_by(*order, "pk")
    found = list(rows.order_by("pk"))
    if kind.prepare is not None:
        kind.prepare(found)
    found.sort(key=column.value, reverse=by.startswith("-"))
    return by, found


def _worth_keeping(asked: QueryDict) -> str:
    kept = asked.copy()
    for name in ("q", "page", "as"):
        kept.pop(name, None)
    return kept.urlencode()


def _kept_views(name: str, reader: User, path: str, query: str) -> tuple[KeptView, ...]:
    found = SavedView.objects.visible_to(reader).filter(list=name)
    return tuple(
        KeptView(
            each.name,
            f"{path}?{each.query}" if each.query else path,
            each.query == query,
            each.is_shared,
            each.pk if each.owner_id == reader.pk else 0,
        )
        for each in found.order_by("name__folded", "pk")
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
    sortable = {column.name: column.order for column in kind.columns if column.can_sort}
    by = asked if asked.removeprefix("-") in sortable else kind.first_order
    fields = sortable[by.removeprefix("-")]
    return by, [_turned(field) for field in fields] if by.startswith("-") else list(fields)


def _turned(field: str) -> str:
    return field.removeprefix("-") if field.startswith("-") else f"-{field}"


def _heading(column: Column, by: str, asked: QueryDict, path: str) -> Heading:
    if not column.can_sort:
        return Heading(column.title, column.numeric)
    direction = {column.name: "ascending", f"-{column.name}": "descending"}.get(by, "")
    other = f"-{column.name}" if direction == "ascending" else column.name
    return Heading(column.title, column.numeric, address(path, asked, sort=other), direction)


def number_in(text: str) -> int:
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 7 else 1
