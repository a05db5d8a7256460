"""The figures of a round as a spreadsheet: one sheet a table, figures as figures."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter
from django.utils.translation import gettext as _

from sojourn.design.components import Fact, Table
from sojourn.office.shared.spreadsheets import safe_text

# Longer names than this are refused by spreadsheet programs.
_LONGEST_NAME = 31


def xlsx(title: str, facts: Iterable[Fact], tables: Iterable[Table]) -> bytes:
    """Write the facts into one sheet and each table into a sheet of its own."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        bold = book.add_format({"bold": True})
        summary = book.add_worksheet(_("Round"))
        summary.set_column(0, 0, 40)
        summary.write_string(0, 0, safe_text(title), bold)
        for row, fact in enumerate(facts, start=1):
            summary.write_string(row, 0, fact.label)
            summary.write_number(row, 1, int(fact.value))
        for table in tables:
            _write(book.add_worksheet(table.caption[:_LONGEST_NAME]), table, bold)
    return content.getvalue()


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, table: Table, bold: xlsxwriter.format.Format
) -> None:
    sheet.set_column(0, 0, 44)
    for number, column in enumerate(table.columns):
        sheet.write_string(0, number, column.title, bold)
    for row, cells in enumerate(table.rows, start=1):
        for number, (column, cell) in enumerate(zip(table.columns, cells, strict=True)):
            if column.numeric:
                sheet.write_number(row, number, int(cell.text))
            else:
                sheet.write_string(row, number, safe_text(cell.text))
