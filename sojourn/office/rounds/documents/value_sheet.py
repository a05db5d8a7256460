"""A spreadsheet with the applicants of a round, in which the office fills in grades and ECTS."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import xlsxwriter


@dataclass(frozen=True)
class ValueSheet:
    """The names of the columns, and a line for each applicant: number, name, values."""

    name: str
    titles: Sequence[str]
    lines: Sequence[tuple[str, str, Sequence[Decimal | None]]]


def xlsx(sheet: ValueSheet) -> bytes:
    """Return the sheet; a student number is text, so that it keeps its zeros."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        page = book.add_worksheet(sheet.name[:31])
        bold = book.add_format({"bold": True})
        page.set_column(0, 0, 18)
        page.set_column(1, 1, 34)
        page.set_column(2, len(sheet.titles), 16)
        page.freeze_panes(1, 0)
        for column, title in enumerate(sheet.titles):
            page.write_string(0, column, title, bold)
        for row, (number, name, values) in enumerate(sheet.lines, start=1):
            page.write_string(row, 0, number)
            page.write_string(row, 1, name)
            for column, value in enumerate(values, start=2):
                if value is not None:
                    page.write_number(row, column, float(value))
        page.ignore_errors({"number_stored_as_text": "A1:A20001"})
    return content.getvalue()
