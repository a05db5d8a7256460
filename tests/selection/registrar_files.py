"""Files as registrars' systems and people's spreadsheets make them, of one small table."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

import xlsxwriter
import xlwt

Rows = Sequence[Sequence[Any]]


def text(rows: Rows, separator: str = ";", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """A text file, with quotes where a cell needs them."""

    def cell(value: Any) -> str:
        plain = str(value)
        return f'"{plain}"' if separator in plain or "\n" in plain else plain

    return "".join(separator.join(cell(value) for value in row) + end for row in rows).encode(
        encoding
    )


def xlsx(
    rows: Rows, *, top: int = 0, left: int = 0, before: Rows = (), is_hidden_first: bool = False
) -> bytes:
    """An XLSX file, with a sheet before the table if asked; text with = is a formula."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"default_date_format": "d-m-yyyy"}) as book:
        if before:
            first = book.add_worksheet("oud")
            _fill(first, before)
            if is_hidden_first:
                first.hide()
        sheet = book.add_worksheet("Cijfers")
        _fill(sheet, rows, top, left)
        if before:
            sheet.activate()
            sheet.set_first_sheet()
    return target.getvalue()


def far_corner() -> bytes:
    """An XLSX file of few bytes, with a cell in the first corner of its sheet and in the last."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "studentnummer")
        sheet.write(1_048_575, 16_383, 1)
    return target.getvalue()


def _fill(sheet: Any, rows: Rows, top: int = 0, left: int = 0) -> None:
    for line, row in enumerate(rows, start=top):
        for column, value in enumerate(row, start=left):
            if isinstance(value, Error):
                sheet.write_formula(line, column, "=1/0", None, value)
            else:
                sheet.write(line, column, value)


class Error(str):
    """An error cell, as it is shown."""


def prefixed(content: bytes) -> bytes:
    """An XLSX file as .NET libraries write it: every element with a prefix, odd part names."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                head, body = data.decode().split("<worksheet ", 1)
                main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
                body = f"<worksheet {body}".replace(f'xmlns="{main}"', f'xmlns:x="{main}"')
                body = body.replace("</", "\0").replace("<", "<x:").replace("\0", "</x:")
                data = (head + body).encode()
                name = "xl/worksheets/export.xml"
            elif name in ("xl/_rels/workbook.xml.rels", "[Content_Types].xml"):
                data = data.replace(b"worksheets/sheet1.xml", b"worksheets/export.xml")
            new.writestr(name, data)
    return target.getvalue()


def xls(rows: Rows) -> bytes:
    """An old XLS file; text with = is a formula."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("Cijfers")
    for line, row in enumerate(rows):
        for column, value in enumerate(row):
            is_formula = isinstance(value, str) and value.startswith("=")
            sheet.write(line, column, xlwt.Formula(value[1:]) if is_formula else value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


_ODS = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.2"
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">
<office:body><office:spreadsheet><table:table table:name="Cijfers">{rows}</table:table>
</office:spreadsheet></office:body></office:document-content>"""


def ods(rows: Rows) -> bytes:
    """An ODS file as LibreOffice writes it; text with = is a formula whose result is 2."""
    lines = "".join(
        "<table:table-row>" + "".join(_ods_cell(value) for value in row) + "</table:table-row>"
        for row in rows
    )
    # The empty rest of a sheet is one line, a million times.
    lines += '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
    lines += "</table:table-row>"
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS.format(rows=lines))
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return target.getvalue()


def _ods_cell(value: Any) -> str:
    if isinstance(value, Error):
        return (
            '<table:table-cell table:formula="of:=1/0" office:value-type="string"'
            f' calcext:value-type="error"><text:p>{value}</text:p></table:table-cell>'
        )
    if isinstance(value, int | float):
        return (
            f'<table:table-cell office:value-type="float" office:value="{value}">'
            f"<text:p>{value}</text:p></table:table-cell>"
        )
    if value.startswith("="):
        return (
            f'<table:table-cell table:formula="of:{value}" office:value-type="float"'
            ' office:value="2"><text:p>2</text:p></table:table-cell>'
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
    )
