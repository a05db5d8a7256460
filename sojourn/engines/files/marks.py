"""Which cells of a spreadsheet hold a formula or an error: the reader of values does not say.

The values come from calamine, sheet by sheet in the order of the workbook. The same sheets are
looked up here in the same order, whatever their parts are called and whatever prefix their XML
has. An entity that unfolds without end ends the process by its limits, and no other.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse

import olefile

from sojourn.engines.files.refusal import ContentRefusedError

# By line and column, from 0: "formula", or the error as the spreadsheet shows it.
Marks = dict[tuple[int, int], str]

FORMULA = "formula"
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ERROR = re.compile(r"#[^\W\d_/]+[/\w]*[!?]?|Err:[0-9]{3}", re.IGNORECASE)
_MOST_REPEATS = 20_000
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def of_book(content: bytes) -> list[Marks]:
    """Return the marks of each sheet, in the order of the workbook."""
    if not content.startswith(b"PK"):
        return list(_of_xls(content))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "content.xml" in archive.namelist():
            with archive.open("content.xml") as part:
                return list(_of_ods(part))
        return list(_of_xlsx(archive))


# --- XLSX ---------------------------------------------------------------------------------------


def _of_xlsx(archive: zipfile.ZipFile) -> Iterator[Marks]:
    workbook = next(
        (target for kind, target in _related(archive, "").values() if kind == "officeDocument"),
        "xl/workbook.xml",
    )
    if workbook.endswith(".bin"):
        raise ContentRefusedError("xlsb")
    parts = _related(archive, workbook)
    with archive.open(workbook) as part:
        for _event, element in iterparse(part):  # noqa: S314
            if _local(element.tag) == "sheet":
                target = next(
                    (parts[value][1] for name, value in element.items() if _local(name) == "id"), ""
                )
                yield _of_worksheet(archive, target)


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """Return the kind and the name of each part that one refers to, by its id there."""
    folder, name = posixpath.split(part)
    known = {each.lower(): each for each in archive.namelist()}
    found: dict[str, tuple[str, str]] = {}
    rels = known.get(posixpath.join(folder, "_rels", f"{name}.rels").lower())
    if rels is None:
        return found
    with archive.open(rels) as stream:
        for _event, element in iterparse(stream):  # noqa: S314
            if _local(element.tag) == "Relationship":
                target = posixpath.normpath(posixpath.join("/", folder, element.get("Target", "")))
                plain = target.lstrip("/")
                kind = element.get("Type", "").rpartition("/")[2]
                found[element.get("Id", "")] = (kind, known.get(plain.lower(), plain))
    return found


def _of_worksheet(archive: zipfile.ZipFile, part: str) -> Marks:
    marks: Marks = {}
    if part not in archive.namelist():
        return marks
    line, column = -1, -1
    with archive.open(part) as stream:
        for event, element in iterparse(stream, events=("start", "end")):  # noqa: S314
            name = _local(element.tag)
            if event == "start":
                if name == "row":
                    line, column = int(element.get("r", line + 2)) - 1, -1
                elif name == "c":
                    line, column = _place(element.get("r", ""), line, column + 1)
            elif name == "c":
                inside = {_local(each.tag): each.text or "" for each in element}
                if element.get("t") == "e":
                    marks[line, column] = inside.get("v", "") or "#N/A"
                elif "f" in inside:
                    marks[line, column] = FORMULA
            elif name == "row":
                element.clear()
    return marks


def _place(reference: str, line: int, column: int) -> tuple[int, int]:
    """Return the line and column of "B7"; a cell need not say where it is."""
    found = _REFERENCE.fullmatch(reference)
    if not found:
        return line, column
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]) - 1, number - 1


# --- ODS ----------------------------------------------------------------------------------------


def _of_ods(part: IO[bytes]) -> Iterator[Marks]:
    marks: Marks = {}
    line, column, row = 0, 0, {}
    for event, element in iterparse(part, events=("start", "end")):  # noqa: S314
        name = _local(element.tag)
        if event == "start":
            if name == "table":
                marks, line = {}, 0
            elif name == "table-row":
                column, row = 0, dict[int, str]()
        elif name in ("table-cell", "covered-table-cell"):
            repeats = _attribute_number(element, "number-columns-repeated")
            what = _mark_of_ods(element)
            if what:
                row.update(dict.fromkeys(range(column, column + min(repeats, 1000)), what))
            column += repeats
        elif name == "table-row":
            repeats = _attribute_number(element, "number-rows-repeated")
            for again in range(min(repeats, _MOST_REPEATS) if row else 0):
                marks.update({(line + again, each): what for each, what in row.items()})
            line += repeats
            element.clear()
        elif name == "table":
            yield marks


def _mark_of_ods(element: Element) -> str:
    attributes = {_local(name): value for name, value in element.items()}
    shown = "".join(element.itertext()).strip()
    # The type "error" is LibreOffice's own and comes twice: as a string, and as what it is.
    types = {value for name, value in element.items() if _local(name) == "value-type"}
    if "error" in types or ("formula" in attributes and _ERROR.fullmatch(shown)):
        return shown or "#N/A"
    return FORMULA if "formula" in attributes else ""


def _attribute_number(element: Element, name: str) -> int:
    value = next((value for key, value in element.items() if _local(key) == name), "1")
    return max(1, int(value))


# --- XLS ----------------------------------------------------------------------------------------

_BOF, _EOF, _BOUNDSHEET, _FORMULA, _BOOLERR = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205


def _of_xls(content: bytes) -> Iterator[Marks]:
    with olefile.OleFileIO(io.BytesIO(content)) as container:
        if container.exists("EncryptedPackage"):
            raise ContentRefusedError("locked")
        name = next((each for each in ("Workbook", "Book") if container.exists(each)), "")
        if not name:
            raise ContentRefusedError("damaged")
        stream: bytes = container.openstream(name).read()
    for record, data in _records(stream, 0):
        if record == _BOUNDSHEET:
            yield _of_biff(stream, struct.unpack_from("<I", data)[0])


def _of_biff(stream: bytes, start: int) -> Marks:
    marks: Marks = {}
    for record, data in _records(stream, start):
        if record == _FORMULA:
            line, column, _style, result = struct.unpack_from("<HHH8s", data)
            is_error = result[0] == 2 and result[6:] == b"\xff\xff"
            marks[line, column] = _ERRORS.get(result[2], "#N/A") if is_error else FORMULA
        elif record == _BOOLERR:
            line, column, _style, value, is_error = struct.unpack_from("<HHHBB", data)
            if is_error:
                marks[line, column] = _ERRORS.get(value, "#N/A")
    return marks


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Return the records of one part of the stream, without those of drawings inside it."""
    depth = 0
    while start + 4 <= len(stream):
        record, size = struct.unpack_from("<HH", stream, start)
        depth += {_BOF: 1, _EOF: -1}.get(record, 0)
        if depth == 0:
            return
        if depth == 1:
            yield record, stream[start + 4 : start + 4 + size]
        start += 4 + size


def _local(name: Any) -> str:
    return str(name).rpartition("}")[2]
