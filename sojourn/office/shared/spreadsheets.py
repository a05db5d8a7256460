"""Spreadsheets of what a list shows: no cell of them is ever taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Longer names than this are refused by spreadsheet programs, and so are these signs.
_LONGEST_NAME = 31
_NOT_IN_A_NAME = str.maketrans("", "", "[]:*?/\\")


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also after it was saved as CSV."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def sheet_name(title: str) -> str:
    """Return a title as the name of a sheet."""
    return title.translate(_NOT_IN_A_NAME)[:_LONGEST_NAME]


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows as CSV that spreadsheet programs read in any language."""
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([safe_text(each) for each in headings])
    writer.writerows([safe_text(each) for each in row] for row in rows)
    return content.getvalue().encode("utf-8-sig")


def as_xlsx(title: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Write rows into one sheet, each cell as the text that it is."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(sheet_name(title))
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings), 24)
        for column, heading in enumerate(headings):
            sheet.write_string(0, column, safe_text(heading), bold)
        for number, row in enumerate(rows, start=1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, safe_text(text))
    return content.getvalue()
