"""A list as an Excel file to change and take in again.

The first row, which is hidden, says what each column is; the second names it and stays in sight.
Closed choices have a list to choose from. Hidden sheets keep what every cell said, so that the way
back knows what was changed here and what somebody else changed meanwhile.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from sojourn.catalogue.edition.documents import Document
from sojourn.common.languages import page_language
from sojourn.office.imports.columns import MAIN, Column, Sheet, number_in, sheets_of, shown
from sojourn.office.imports.lists import ExcelList
from sojourn.office.places import fields
from sojourn.office.places.fields import Lists, Look
from sojourn.office.shared.spreadsheets import safe_text, sheet_name

FORMAT = "sojourn-1"
ABOUT, CHOICES, BEFORE = "about", "choices", "before-"
# Rows below the last one where a choice is offered too, for what is new.
_NEW_ROWS = 200
_MOST_CHOICES = 5000
_WIDTHS = {Look.SHORT: 12, Look.CHECK: 10, Look.DAY: 12, Look.TIME: 8, Look.CHOICE: 20}


def rows_of(sheet: Sheet, slug: str, document: Document) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield what a sheet has of an entry: by which ids it is found, and what holds its values."""
    if sheet.rows is None:
        yield (slug,), document
        return
    for number, part in enumerate(fields.value_at(document, sheet.rows.path) or (), start=1):
        yield (slug, str(part.get("id") or number)), part


def xlsx(list_: ExcelList, documents: Mapping[str, Document]) -> bytes:
    """Write entries, by their ids in the order of the list, into an Excel file."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    lists = Lists({})
    with xlsxwriter.Workbook(content, options) as book:
        writer = _Writer(book, lists)
        sheets = sheets_of(list_)
        for sheet in sheets:
            lines = [
                (ids, [shown(column, holder, lists) for column in sheet.columns])
                for slug, document in documents.items()
                for ids, holder in rows_of(sheet, slug, document)
            ]
            writer.visible(list_, sheet, lines)
            writer.hidden(list_, sheet, lines)
        writer.choices()
        writer.about(list_)
    return content.getvalue()


Line = tuple[tuple[str, ...], list[str]]


class _Writer:
    """Writes the sheets of one file."""

    def __init__(self, book: Any, lists: Lists) -> None:
        self.book, self.lists = book, lists
        self.bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.grey = book.add_format({"font_color": "#666666", "valign": "top", "num_format": "@"})
        self.text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.number = book.add_format({"valign": "top"})
        self.day = book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"})
        self._ranges: dict[str, tuple[int, list[str]]] = {}
        self._names: set[str] = set()

    def visible(self, list_: ExcelList, sheet: Sheet, lines: list[Line]) -> None:
        page = self.book.add_worksheet(self._name(sheet.title))
        ids = len(sheet.ids)
        page.freeze_panes(2, ids + 1 if sheet.name == MAIN else ids)
        page.set_row(0, None, None, {"hidden": True})
        titles = [title for _key, title in sheet.ids] + [each.title for each in sheet.columns]
        keys = [f"{list_.name}.{sheet.name}:{key}" for key, _title in sheet.ids]
        for number, key in enumerate([*keys, *(each.key for each in sheet.columns)]):
            page.write_string(0, number, key)
        for number, title in enumerate(titles):
            page.write_string(1, number, safe_text(title), self.bold)
        page.autofilter(1, 0, max(2, len(lines) + 1), len(titles) - 1)
        page.set_column(0, ids - 1, 14, self.grey)
        for number, column in enumerate(sheet.columns, start=ids):
            width = _WIDTHS.get(column.input.look, 30)
            page.set_column(number, number, width, self._format(column))
            self._offer(page, number, column, len(lines))
        for row, (own, texts) in enumerate(lines, start=2):
            page.set_row(row, 30)
            for number, text in enumerate(own):
                page.write_string(row, number, text, self.grey)
            for number, (column, text) in enumerate(
                zip(sheet.columns, texts, strict=True), start=ids
            ):
                self._write(page, row, number, column, text)

    def _format(self, column: Column) -> Any:
        if column.input.look is Look.DAY:
            return self.day
        return self.number if column.input.look is Look.SHORT else self.text

    def _write(self, page: Any, row: int, number: int, column: Column, text: str) -> None:
        if not text:
            page.write_blank(row, number, None, self._format(column))
            return
        if column.input.look is Look.DAY and (day := _day(text)):
            page.write_datetime(row, number, day, self.day)
            return
        value = number_in(column, text)
        if value is not None:
            page.write_number(row, number, value, self.number)
        else:
            page.write_string(row, number, safe_text(text), self.text)

    def _offer(self, page: Any, number: int, column: Column, count: int) -> None:
        """Let one choose in the cells of a column, as far as its choices fit."""
        names = self._choices_of(column)
        if not names or len(names) > _MOST_CHOICES:
            return
        name = column.input.look.value + (
            column.input.choices.__name__ if column.input.choices else ""
        )
        at, _held = self._ranges.setdefault(name, (len(self._ranges), names))
        letter = xlsxwriter.utility.xl_col_to_name(at)
        page.data_validation(
            2,
            number,
            count + 1 + _NEW_ROWS,
            number,
            {
                "validate": "list",
                "source": f"={CHOICES}!${letter}$1:${letter}${len(names)}",
                "ignore_blank": True,
                "error_title": _("Not in the list")[:32],
                "error_message": _("Choose one of the list."),
            },
        )

    def _choices_of(self, column: Column) -> list[str]:
        if not column.is_closed:
            return []
        if column.input.look is Look.CHECK:
            return [_("yes"), _("no")]
        return [title for _value, title in self.lists.of(column.input.choices)]

    def hidden(self, list_: ExcelList, sheet: Sheet, lines: Iterable[Line]) -> None:
        """Keep what every cell said."""
        page = self.book.add_worksheet(self._name(f"{BEFORE}{sheet.name}"))
        page.very_hidden()
        keys = [f"{BEFORE}{list_.name}.{sheet.name}:{key}" for key, _title in sheet.ids]
        for number, key in enumerate([*keys, *(each.key for each in sheet.columns)]):
            page.write_string(0, number, key)
        for row, (own, texts) in enumerate(lines, start=1):
            for number, text in enumerate([*own, *texts]):
                if text:
                    page.write_string(row, number, safe_text(text))

    def choices(self) -> None:
        page = self.book.add_worksheet(CHOICES)
        page.very_hidden()
        for at, names in self._ranges.values():
            for row, name in enumerate(names):
                page.write_string(row, at, safe_text(name))

    def about(self, list_: ExcelList) -> None:
        page = self.book.add_worksheet(ABOUT)
        page.very_hidden()
        for number, text in enumerate((FORMAT, list_.name, page_language())):
            page.write_string(0, number, text)

    def _name(self, wanted: str) -> str:
        name, number = sheet_name(wanted), 1
        while name.casefold() in self._names:
            number += 1
            name = f"{sheet_name(wanted)[:28]} {number}"
        self._names.add(name.casefold())
        return name


def _day(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
