"""Tables in what a registrar's system exports: XLSX, XLS, ODS and text in any common form.

Every sheet is returned, and text once for each separator that could be meant: which of them is
the table that somebody looks for is judged by the columns that it has, elsewhere.
"""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import io
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import python_calamine

from sojourn.engines.files import marks
from sojourn.engines.files.refusal import ContentRefusedError

MOST_LINES = 20_000
MOST_COLUMNS = 500
_SEPARATORS = ";\t,|"
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1b]")  # no text has them
_MARKUP = re.compile(r"\s*<(\?xml|!doctype|!--|html|head|meta|table)\b", re.IGNORECASE)
_SAMPLE = 200  # lines by which a separator is judged
csv.field_size_limit(1_000_000)


@dataclass(frozen=True)
class Table:
    """One sheet, or text cut by one separator."""

    rows: list[list[str]]
    """From the first line of the file on; a number has a point and all its decimals."""
    name: str = ""
    """The sheet's; empty for text."""
    is_hidden: bool = False
    is_text: bool = False
    """Cut at separators: a cell too many in a line has moved all that come after it."""
    marks: dict[str, str] = field(default_factory=dict)
    """What is special about a cell, by "line:column" from 0: `formula`, `date`, or an error."""


def read(content: bytes) -> list[Table]:
    """Return the tables of a file, the likeliest first. Raises ContentRefusedError."""
    if not content.strip(b" \r\n\t\x00\xef\xbb\xbf\xff\xfe"):
        raise ContentRefusedError("empty")
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        return _book(content)
    return _text(content)


def read_as_json(content: bytes) -> bytes:
    """Return the tables of a file as JSON, for another process."""
    return json.dumps([dataclasses.asdict(each) for each in read(content)]).encode()


def from_json(content: bytes) -> list[Table]:
    return [Table(**each) for each in json.loads(content)]


# --- Spreadsheets -------------------------------------------------------------------------------


def _book(content: bytes) -> list[Table]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = marks.of_book(content)
        return [
            _sheet(book, number, found[number] if number < len(found) else {})
            for number, sheet in enumerate(book.sheets_metadata)
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (ContentRefusedError, MemoryError):
        raise
    except python_calamine.PasswordError:
        raise ContentRefusedError("locked") from None
    except Exception as error:  # the libraries raise whatever a broken file leads them to
        if "password" in str(error).lower():
            raise ContentRefusedError("locked") from None
        raise ContentRefusedError("damaged") from error


def _sheet(book: python_calamine.CalamineWorkbook, number: int, special: marks.Marks) -> Table:
    about = book.sheets_metadata[number]
    sheet = book.get_sheet_by_index(number)
    named = {f"{line}:{column}": what for (line, column), what in special.items()}
    if sheet.start is None:
        return Table([], about.name, _is_hidden(about), marks=named)
    top, left = sheet.start
    rows: list[list[str]] = [[] for _line in range(min(top, MOST_LINES + 1))]
    for line, row in enumerate(sheet.to_python(), start=top):
        for column, value in enumerate(row, start=left):
            if isinstance(value, dt.date | dt.time | dt.timedelta):
                named.setdefault(f"{line}:{column}", "date")
        rows.append([""] * left + [_cell(value) for value in row])
    return Table(_trimmed(rows), about.name, _is_hidden(about), marks=named)


def _is_hidden(about: python_calamine.SheetMetadata) -> bool:
    return about.visible != python_calamine.SheetVisibleEnum.Visible


def _cell(value: Any) -> str:
    """Return a cell as text; 1234567.0 is 1234567, since spreadsheets store numbers as floats."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        # Fifteen digits are what a spreadsheet knows; the rest is how computers hold fractions.
        text = f"{Decimal(f'{value:.15g}'):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _trimmed(rows: list[list[str]]) -> list[list[str]]:
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    if len(rows) > MOST_LINES:
        raise ContentRefusedError("long")
    if any(any(cell.strip() for cell in row[MOST_COLUMNS:]) for row in rows):
        raise ContentRefusedError("wide")
    return [row[:MOST_COLUMNS] for row in rows]


# --- Text ---------------------------------------------------------------------------------------


def _text(content: bytes) -> list[Table]:
    text = _decoded(content)
    if _MARKUP.match(text):
        raise ContentRefusedError("markup")
    if _CONTROLS.search(text):
        raise ContentRefusedError("binary")
    first, _end, rest = text.partition("\n")
    said = first.rstrip("\r").strip('"')
    if said.lower().startswith("sep=") and len(said) == 5:
        # The line says it; it counts as a line, and what stands in it is no cell.
        return [Table([[], *_cut(rest, said[4])], is_text=True)]
    tables = []
    for separator in _SEPARATORS:
        rows = _cut(text, separator)
        tables.append((_regularity(rows), rows))
    tables.sort(key=lambda each: each[0], reverse=True)
    return [
        Table(rows, is_text=True)
        for regularity, rows in tables
        if regularity > (0, 0) or rows is tables[0][1]
    ]


def _decoded(content: bytes) -> str:
    """Return the text: by its mark, as UTF-16 by its zeros, as UTF-8, or as Windows writes."""
    if content.startswith((b"%PDF", b"\x89PNG", b"GIF8", b"\xff\xd8\xff")):
        raise ContentRefusedError("binary")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    head = content[:4000]
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 5:
        return content.decode("utf-16-le" if odd > even else "utf-16-be", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _cut(text: str, separator: str) -> list[list[str]]:
    try:
        lines = io.StringIO(text, newline="")
        rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise ContentRefusedError("damaged") from error
    return _trimmed(rows)


def _regularity(rows: list[list[str]]) -> tuple[int, int]:
    """Count the lines that have as many cells as most have, and those cells."""
    widths = Counter(len(row) for row in rows[:_SAMPLE] if len(row) > 1)
    if not widths:
        return 0, 0
    width, lines = max(widths.items(), key=lambda each: (each[1], each[0]))
    return lines, width
