"""What the pages with figures are made of: filters, sections with a drawing, a table and files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from sojourn.design.components import Cell, Column, Table
from sojourn.engines.small_counts import Share
from sojourn.mobility.balance import year_name
from sojourn.office.shared.lists import Choice, Option, address

HIDDEN = "*"
"""What stands in the place of a count that is not shown."""
WIDTH, HEIGHT, BAR = 200, 28, 14
# A drawing of more lines says less than the table below it.
MOST_LINES = 12


@dataclass(frozen=True)
class Box:
    """A rectangle of a drawing; `kind` is dark, light or hidden."""

    x: str
    y: str
    width: str
    height: str
    kind: str = "dark"

    @classmethod
    def of(cls, x: float, y: float, width: float, height: float, kind: str = "dark") -> Box:
        """Write the numbers as SVG has them, whatever the language of the page."""
        return cls(f"{x:.4g}", f"{y:.4g}", f"{width:.4g}", f"{height:.4g}", kind)


@dataclass(frozen=True)
class Line:
    """One line of a drawing: its name, its boxes, and the figure in words."""

    label: object
    boxes: tuple[Box, ...]
    text: str


@dataclass(frozen=True)
class Chart:
    title: str
    legend: str
    lines: tuple[Line, ...]
    height: int = BAR


@dataclass(frozen=True)
class Section:
    """One table of a page with its drawing; `name` is what its files are called."""

    name: str
    table: Table
    note: str = ""
    chart: Chart | None = None
    files: tuple[tuple[str, str], ...] = ()

    @property
    def rows(self) -> list[tuple[object, list[tuple[str, object]]]]:
        """Return the name of each row, and of its other cells the class and the text."""
        sides = ["right" if column.numeric else "" for column in self.table.columns]
        return [
            (
                _linked(row[0]),
                [
                    (side, _linked(cell) or "–")
                    for side, cell in zip(sides[1:], row[1:], strict=True)
                ],
            )
            for row in self.table.rows
        ]


def _linked(cell: Cell) -> object:
    return format_html('<a href="{}">{}</a>', cell.href, cell.text) if cell.href else cell.text


@dataclass(frozen=True)
class Score:
    """A figure beside its target; `tone` is good, warn or open."""

    title: str
    text: str
    tone: str
    verdict: str
    target: str
    source: str = ""
    source_href: str = ""
    is_example: bool = False


@dataclass(frozen=True)
class Page:
    title: str
    lead: str
    choices: tuple[Choice, ...] = ()
    is_narrowed: bool = False
    sections: tuple[Section, ...] = ()
    scores: tuple[Score, ...] = ()
    scores_of: str = ""
    """The year that the scores are of."""
    has_people: bool = True
    """Whether the note about small counts belongs on it."""
    empty: str = ""


TABS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("office:insight", lambda: _("Who went where")),
    ("office:insight-rounds", lambda: _("Rounds and seats")),
    ("office:insight-answers", lambda: _("Questions and answers")),
    ("office:insight-costs", lambda: _("Costs")),
    ("office:insight-agreements", lambda: _("Agreements")),
    ("office:insight-stays", lambda: _("How stays go")),
)


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """Return the pages with figures: title, address, and whether it is this one."""
    return [(title(), reverse(name), name == here) for name, title in TABS]


# --- Filters -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """The academic years of a page: all that there are, and those that were asked for."""

    every: tuple[int, ...]
    first: int
    last: int

    @classmethod
    def of(cls, years: Iterable[int], asked: QueryDict, most: int = 10) -> Span:
        """Take the newest years, and of these what the address asks for."""
        known = sorted(set(years))
        if not known:
            return cls((), 0, 0)
        every = tuple(range(max(known[0], known[-1] - most + 1), known[-1] + 1))
        first, last = (
            int(text) if (text := asked.get(name, "")).isascii() and text.isdigit() else 0
            for name in ("from", "to")
        )
        first = first if first in every else every[0]
        last = last if last in every and last >= first else every[-1]
        return cls(every, first, last)

    @property
    def shown(self) -> tuple[int, ...]:
        return tuple(year for year in self.every if self.first <= year <= self.last)

    @property
    def places(self) -> tuple[int, ...]:
        """Return where the shown years stand among all."""
        return tuple(at for at, year in enumerate(self.every) if self.first <= year <= self.last)

    @property
    def is_narrowed(self) -> bool:
        return self.shown != self.every

    @property
    def choices(self) -> tuple[Choice, ...]:
        if len(self.every) < 2:
            return ()
        return (
            Choice("from", _("From"), self._options(self.first, self.every[0])),
            Choice("to", _("Up to"), self._options(self.last, self.every[-1])),
        )

    def _options(self, chosen: int, usual: int) -> tuple[Option, ...]:
        return tuple(
            Option("" if year == usual else str(year), year_name(year), year == chosen)
            for year in self.every
        )

    def column_titles(self) -> list[Column]:
        return [Column(year_name(year), numeric=True) for year in self.shown]


# --- Tables and drawings -------------------------------------------------------------------------


def count(number: int | None) -> str:
    """Write a count, or the sign that it is not shown."""
    return HIDDEN if number is None else str(number)


def days(number: float | None) -> str:
    """Write a number of days, '1.5'; nothing where it is not known."""
    return "" if number is None else number_format(round(number, 1), decimal_pos=1)


def share_text(share: Share | None) -> str:
    """'97%', or '92–98%' between its bounds where a part of it is too few people to say."""
    if share is None:
        return HIDDEN
    if share.is_exact:
        return f"{share.lowest}%"
    return f"{share.lowest}–{share.highest}%"


def sum_of(numbers: Sequence[int | None]) -> int | None:
    """Add up what is shown; None where a part is not."""
    shown = [number for number in numbers if number is not None]
    return sum(shown) if len(shown) == len(numbers) else None


def table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> Table:
    """Make a table of texts."""
    return Table(
        title,
        tuple(columns),
        [[each if isinstance(each, Cell) else Cell(each) for each in row] for row in rows],  # type: ignore[arg-type]
    )


def with_files(sections: Iterable[Section], path: str, asked: QueryDict) -> tuple[Section, ...]:
    """Add to each section the addresses of its table as a file."""
    return tuple(
        replace(
            each,
            files=tuple(
                (kind.upper(), address(path, asked, **{"as": kind, "table": each.name}))
                for kind in ("xlsx", "csv")
            ),
        )
        for each in sections
    )


def bars(lines: Iterable[tuple[object, int | None, str]], most: int) -> tuple[Line, ...]:
    """Draw one bar a line; what is not shown is an outline."""
    return tuple(
        Line(
            label,
            (_bar(number, most),),
            text,
        )
        for label, number, text in lines
    )


def _bar(number: int | None, most: int) -> Box:
    if number is None:
        return Box.of(1, 1, WIDTH - 2, BAR - 2, "hidden")
    return Box.of(0, 0, WIDTH * number / most if most else 0, BAR)


def columns(
    lines: Iterable[tuple[object, Sequence[int | None], str]], most: int
) -> tuple[Line, ...]:
    """Draw one column a year for each line, all on one scale."""
    return tuple(Line(label, _columns(numbers, most), text) for label, numbers, text in lines)


def _columns(numbers: Sequence[int | None], most: int) -> tuple[Box, ...]:
    step = WIDTH / max(len(numbers), 1)
    found = []
    for at, number in enumerate(numbers):
        left, width = at * step + 1, step - 2
        if number is None:
            found.append(Box.of(left, HEIGHT - 6, width, 5, "hidden"))
            continue
        height = (HEIGHT - 1) * number / most if most else 0
        found.append(Box.of(left, HEIGHT - height - 1, width, height + 1))
    return tuple(found)
