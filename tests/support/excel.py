"""A person at a spreadsheet: opens a file, changes cells, saves it in another program."""

from __future__ import annotations

import io
from collections.abc import Callable

import xlsxwriter

from sojourn.engines.files.tables import Table, read

Rows = list[list[str]]


def visible(content: bytes) -> dict[str, Rows]:
    """What one sees: the sheets by name, each with the hidden line of keys on top."""
    return {table.name: table.rows for table in read(content) if not table.is_hidden}


def find(rows: Rows, id_: str, key: str, row: str = "") -> tuple[int, int]:
    """Where a cell is, by the id of its line and the key of its column."""
    column = rows[0].index(key)
    for number, line in enumerate(rows[2:], start=2):
        if line[0] == id_ and (not row or line[1] == row):
            return number, column
    raise AssertionError((id_, key, row))


def edited(
    content: bytes, change: Callable[[dict[str, Rows]], None], *, keep: bool = True
) -> bytes:
    """Change the visible sheets and save; `keep` says whether hidden sheets are kept."""
    tables: list[Table] = read(content)
    seen = {table.name: table.rows for table in tables if not table.is_hidden}
    change(seen)
    saved = io.BytesIO()
    options = {"strings_to_formulas": True, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(saved, options) as book:
        for table in tables:
            if table.is_hidden and not keep:
                continue
            page = book.add_worksheet(table.name)
            if table.is_hidden:
                page.very_hidden()
            for line, row in enumerate(seen.get(table.name, table.rows)):
                for column, text in enumerate(row):
                    if table.is_hidden or not text.startswith("="):
                        page.write_string(line, column, text)
                    else:
                        page.write_formula(line, column, text)
    return saved.getvalue()


def put(id_: str, key: str, text: str, *, sheet: int = 0, row: str = "") -> Callable[..., None]:
    """Write into one cell."""

    def change(sheets: dict[str, Rows]) -> None:
        rows = list(sheets.values())[sheet]
        line, column = find(rows, id_, key, row)
        rows[line] += [""] * (column + 1 - len(rows[line]))
        rows[line][column] = text

    return change
