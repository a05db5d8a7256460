"""What the components show: one small dataclass for each that needs more than plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal

from django.utils.safestring import SafeString, mark_safe

from sojourn.design.maps import Drawing

Money = Decimal | int | float


def drawn(drawing: Drawing) -> SafeString:
    """Return a map's SVG for a template.

    `sojourn.design.maps` escapes every text that it writes.
    """
    return mark_safe(drawing.svg)  # noqa: S308


@dataclass(frozen=True)
class Range:
    """A range on a common scale, as a small drawing.

    `scale` is the figure at the right-hand end. Use one scale for all ranges on a page, else two
    cards cannot be compared by eye.
    """

    text: str
    """The range in words and figures: '€3,900 to 6,400'."""
    low: Money
    typical: Money
    high: Money
    scale: Money

    # Where the line runs in a drawing of 120 wide; the dot at either end keeps room.
    _START, _LENGTH, _THINNEST = 5.0, 110.0, 6.0

    def _at(self, amount: Money) -> float:
        share = float(amount) / float(self.scale) if self.scale else 0.0
        return round(self._START + self._LENGTH * min(max(share, 0.0), 1.0), 1)

    @property
    def x(self) -> str:
        latest = self._START + self._LENGTH - self._THINNEST
        return f"{min(self._at(self.low), latest):g}"

    @property
    def width(self) -> str:
        # Never thinner than it is round, so that a sure figure is still seen.
        wide = round(self._at(self.high) - self._at(self.low), 1)
        return f"{max(wide, self._THINNEST):g}"

    @property
    def middle(self) -> str:
        return f"{self._at(self.typical):g}"


@dataclass(frozen=True)
class Source:
    title: str
    publisher: str = ""
    url: str = ""
    year: int | None = None
    checked_on: date | None = None


@dataclass(frozen=True)
class Fact:
    """A value, and where it comes from; the `fact` tag shows it."""

    label: str
    value: str
    """Empty where it is not known."""
    href: str = ""
    example: bool = False
    day: date | None = None
    """The day that the value names."""
    source: Source | None = None
    """Only where it is shown beside the fact, and not below the page."""
    unknown: str = ""
    """What stands there when it is not known."""


@dataclass(frozen=True)
class Card:
    """One opportunity as a boarding pass. What is not known is left out; its page says so."""

    href: str
    title: str
    where: str
    """'Stockholm, Sweden'"""
    facts: tuple[Fact, ...]
    """When, credits, language."""
    seats: Fact
    due: Fact
    institution: str = ""
    """'Karolinska Institutet'"""
    crop: SafeString | str = ""
    """The way there from home: `drawn(maps.card_crop(...))`"""
    picture: SafeString | str = ""
    """The city: `drawn(maps.city_picture(...))`"""
    city: str = ""
    distance: str = ""
    """'1,160 km'"""
    costs: Range | None = None
    costs_are_example: bool = False
    lead: str = ""
    """The bold words that open the sentence: 'Very like home:'"""
    sentence: str = ""
    is_example: bool = False
    """All of it: then nothing in it has a mark of its own."""
    rating: Stars | None = None
    standing: SafeString | str = ""
    """What the rules say for the programme and year that were chosen: `<p class="verdict">`."""
    like_home: SafeString | str = ""
    """How many courses are like those at home: `<p class="like-home">`."""
    preferred: bool = False
    preferred_is_example: bool = False
    warning: str = ""
    """The travel advice, where it stands in the way of going."""
    add_key: str = ""
    """What the link to the top five names; empty where a card has none."""
    add_href: str = ""

    @property
    def known_facts(self) -> tuple[Fact, ...]:
        """Return when, credits and language, as far as they are known."""
        return tuple(_unmarked(fact) for fact in self.facts if fact.value)

    @property
    def shown_seats(self) -> Fact:
        return _unmarked(self.seats)

    @property
    def shown_due(self) -> Fact:
        return _unmarked(self.due)

    @property
    def has_examples(self) -> bool:
        """Whether something on it is an example: one mark says so for the whole pass."""
        facts = (*self.facts, self.seats, self.due)
        return (
            self.is_example
            or self.costs_are_example
            or bool(self.rating and self.rating.example)
            or (self.preferred and self.preferred_is_example)
            or any(fact.example and fact.value for fact in facts)
        )


def _unmarked(fact: Fact) -> Fact:
    return replace(fact, example=False)


@dataclass(frozen=True)
class Crumb:
    title: str
    href: str = ""
    """Empty for the page one is on."""


@dataclass(frozen=True)
class Rating:
    label: str
    value: int
    """1 to 5"""

    @property
    def dots(self) -> tuple[tuple[int, bool], ...]:
        return tuple((10 + 18 * i, i < self.value) for i in range(5))


@dataclass(frozen=True)
class Stars:
    """What returned students think of a place, as five dots; never without how many they are."""

    value: float
    """1 to 5, in halves"""
    count: str
    """'2 reports'"""
    example: bool = False

    @property
    def dots(self) -> tuple[tuple[int, str], ...]:
        """Return where each dot is, and whether it is full, half or empty."""
        kinds = (
            "full" if self.value >= i + 1 else "half" if self.value > i else "" for i in range(5)
        )
        return tuple((8 + 15 * i, kind) for i, kind in enumerate(kinds))


@dataclass(frozen=True)
class FollowedCourse:
    title: str
    href: str = ""
    ects: str = ""
    recognition: str = ""
    """'recognised for Immunology'"""


@dataclass(frozen=True)
class Report:
    title: str
    by: str
    """'A Biomedical Sciences student, autumn 2025, 20 weeks'"""
    body: SafeString | str = ""
    advice: str = ""
    ratings: tuple[Rating, ...] = ()
    example: bool = False
    language: str = ""
    """The code of the language of its words, where that is not the page's."""
    photo: str = ""
    photo_words: str = ""
    paid: tuple[Fact, ...] = ()
    courses: tuple[FollowedCourse, ...] = ()
    ask_href: str = ""
    """The address of the form to write to the author."""


@dataclass(frozen=True)
class FileLink:
    name: str
    href: str
    detail: str = ""
    """'PDF, 1.2 MB'"""


@dataclass(frozen=True)
class Message:
    """What somebody wrote in a conversation."""

    who: str
    mine: bool
    """Written by the side that reads this page."""
    at: datetime
    text: str
    files: tuple[FileLink, ...] = ()
    number: int = 0


@dataclass(frozen=True)
class PageLink:
    number: int
    href: str
    current: bool


@dataclass(frozen=True)
class Pagination:
    previous: str
    next: str
    links: tuple[PageLink | None, ...] = field(default=())
    """None stands for a gap."""

    @classmethod
    def of(cls, number: int, last: int, href: Callable[[int], str]) -> Pagination:
        """First, last, and two on each side of the page one is on."""
        shown = sorted({1, last, *range(max(1, number - 2), min(last, number + 2) + 1)})
        links: list[PageLink | None] = []
        for before, page in zip([0, *shown], shown, strict=False):
            if page - before == 2:
                links.append(PageLink(page - 1, href(page - 1), current=False))
            elif page - before > 2:
                links.append(None)
            links.append(PageLink(page, href(page), current=page == number))
        return cls(
            previous=href(number - 1) if number > 1 else "",
            next=href(number + 1) if number < last else "",
            links=tuple(links),
        )


@dataclass(frozen=True)
class Narrow:
    """One of a row of links of which one is chosen."""

    title: str
    href: str
    on: bool
    count: int | None = None


@dataclass(frozen=True)
class Loosen:
    """A filter that one could drop when nothing was found."""

    text: str
    href: str
    count: int


@dataclass(frozen=True)
class Column:
    title: str
    numeric: bool = False
    href: str = ""
    """Where a click sorts by this column."""
    sorted: str = ""
    """'', 'ascending' or 'descending'"""


@dataclass(frozen=True)
class Cell:
    text: str
    """Empty where it is not known."""
    href: str = ""
    example: bool = False


@dataclass(frozen=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]
