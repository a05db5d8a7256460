"""Grades and ECTS from a spreadsheet: read whole, judged line by line, taken in all at once or not.

The first line names the columns: the student number, and one or more criteria of the round that
are imported. What a file would do is worked out first (`read`); `take_in` does it. Lines about
people who did not apply are left alone, since offices export whole years.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import python_calamine
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.translated_fields import text_of
from sojourn.people import audit
from sojourn.people.models import User
from sojourn.selection.changes import locked
from sojourn.selection.drafts import normal_number
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    Application,
    Criterion,
    MeasuredValue,
    Round,
    StudentNumber,
    ValueImport,
)
from sojourn.selection.states import ApplicationState, RoundState

LARGEST = 5_000_000
# What a spreadsheet may unpack to: a small file can hold a great deal of nothing.
LARGEST_UNPACKED = 60_000_000
MOST_LINES = 20_000
MOST_COLUMNS = 100
_NUMBER_NAMES = {"student number", "student_number", "studentnummer", "number", "nummer"}
_DECIMALS = re.compile(r"-?\d{1,5}([.,]\d{1,3})?")
_FORMULA = re.compile(rb'<c\b[^>]*?\br="[A-Z]{1,3}([0-9]+)"[^>]*>\s*<f\b')


@dataclass(frozen=True)
class ImportRemark:
    """Something about a line of the file; line 0 is the file as a whole."""

    line: int
    text: str


@dataclass(frozen=True)
class NewValue:
    """One value that would be set; `before` is what stands there now."""

    line: int
    application: str
    student: str
    criterion: str
    value: str
    before: str


@dataclass(frozen=True)
class ImportPreview:
    """What an import would change. With problems nothing of it can be applied."""

    sha256: str
    lines: int
    """Lines with something in them, below the names of the columns."""
    problems: tuple[ImportRemark, ...]
    remarks: tuple[ImportRemark, ...]
    values: tuple[NewValue, ...]
    unchanged: int
    not_applicants: int


Cells = list[str]


def preview_import(round_: Round, upload: UploadedFile[bytes]) -> ImportPreview:
    """Work out what a file would change. Changes nothing.

    Raises SelectionError when the file cannot be read as a table at all.
    """
    if (upload.size or 0) > LARGEST:
        raise SelectionError(
            _("The file has %(size)s MB; a table of grades has at most 5 MB.")
            % {"size": f"{(upload.size or 0) / 1_000_000:.1f}"}
        )
    content = upload.read(LARGEST + 1)
    sha256 = hashlib.sha256(content).hexdigest()
    problems: list[ImportRemark] = []
    rows = _table(content, problems)
    if not rows:
        raise SelectionError(_("The first sheet of the file is empty."))
    return _judge(round_, rows, sha256, problems)


def imported_criteria(round_: Round) -> list[Criterion]:
    """List the criteria that a column of a file may fill in."""
    return [each for each in round_.criteria.all() if each.behaviour.is_imported]


def apply_import(
    round_: Round,
    values: Sequence[tuple[str, str, str]],
    sha256: str,
    lines: int,
    *,
    actor: User,
) -> ValueImport:
    """Set the values (application code, criterion code, value) of a preview; all or none.

    Raises SelectionError when the round or an application is no longer as it was read.
    """
    with transaction.atomic():
        row = locked(round_)
        if row.state not in (RoundState.PUBLISHED, RoundState.OPEN, RoundState.CLOSED):
            raise NotAllowedNowError(_("The seats are allocated: values cannot change any more."))
        applications = {each.code: each for each in row.applications.all()}
        criteria = {each.code: each for each in imported_criteria(row)}
        made = ValueImport.objects.create(
            round=row, by=actor, sha256=sha256, lines=lines, changed=len(values)
        )
        for code, criterion_code, text in values:
            application, criterion = applications.get(code), criteria.get(criterion_code)
            value = Decimal(text)
            if (
                application is None
                or criterion is None
                or not criterion.behaviour.accepts(criterion, value)
            ):
                raise SelectionError(
                    _("The round changed since the file was read. Read the file again.")
                )
            MeasuredValue.objects.update_or_create(
                application=application,
                criterion=criterion,
                defaults={"value": value, "source": made, "set_at": timezone.now()},
            )
        audit.record(
            "round.values_imported",
            actor=actor,
            about=None,
            on=row,
            details={"import": str(made.uuid), "values": len(values)},
        )
        return made


# --- From bytes to rows -------------------------------------------------------------------------


def _table(content: bytes, problems: list[ImportRemark]) -> list[Cells]:
    if not content.strip():
        raise SelectionError(_("The file is empty."))
    if content.startswith(b"PK"):
        return _spreadsheet(content, problems)
    if content.startswith((b"%PDF", b"\xd0\xcf\x11\xe0")) or b"\x00" in content[:4096]:
        raise SelectionError(_("This is neither an XLSX file nor a CSV file."))
    return _csv(content, problems)


def _spreadsheet(content: bytes, problems: list[ImportRemark]) -> list[Cells]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
            rows, formulas = _first_sheet(archive, content) if _fits(unpacked) else ([], set())
    except Exception as error:  # calamine raises whatever a broken file leads it to
        raise SelectionError(_("This XLSX file does not open: it is damaged.")) from error
    if not _fits(unpacked):
        raise SelectionError(_("This spreadsheet is far too large for a table of grades."))
    problems.extend(
        ImportRemark(line, _("A cell holds a formula. Paste the values instead of the formulas."))
        for line in sorted(int(text) for text in formulas)
    )
    return _trimmed([[_cell(value) for value in row[:MOST_COLUMNS]] for row in rows])


def _fits(unpacked: int) -> bool:
    return unpacked <= LARGEST_UNPACKED


def _first_sheet(archive: zipfile.ZipFile, content: bytes) -> tuple[list[list[Any]], set[bytes]]:
    """Return the cells, and the lines with a formula (the reader shows its last result)."""
    sheets = sorted(name for name in archive.namelist() if name.startswith("xl/worksheets/sheet"))
    formulas = set(_FORMULA.findall(archive.read(sheets[0]))) if sheets else set()
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    return book.get_sheet_by_index(0).to_python(skip_empty_area=False), formulas


def _csv(content: bytes, problems: list[ImportRemark]) -> list[Cells]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = text.split("\n", 1)[0]
    delimiter = max(";\t,", key=first.count)
    try:
        rows = [
            [cell.strip() for cell in row[:MOST_COLUMNS]]
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        ]
    except csv.Error as error:
        raise SelectionError(_("This CSV file cannot be read as a table.")) from error
    for line, row in enumerate(rows, start=1):
        if any(cell.startswith("=") for cell in row):
            problems.append(
                ImportRemark(
                    line, _("A cell holds a formula. Paste the values instead of the formulas.")
                )
            )
    return _trimmed(rows)


def _cell(value: Any) -> str:
    """Return a cell as text; 1234567.0 is 1234567, since spreadsheets store numbers as floats."""
    if isinstance(value, float):
        return f"{value:.6f}".rstrip("0").rstrip(".")
    return str(value).strip()


def _trimmed(rows: list[Cells]) -> list[Cells]:
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) > MOST_LINES:
        raise SelectionError(_("The file has more than %(most)d lines.") % {"most": MOST_LINES})
    return rows


# --- From rows to values ------------------------------------------------------------------------


def _judge(
    round_: Round, rows: list[Cells], sha256: str, problems: list[ImportRemark]
) -> ImportPreview:
    number_column, columns = _columns(round_, rows[0], problems)
    remarks: list[ImportRemark] = []
    values: list[NewValue] = []
    counts = {"unchanged": 0, "not_applicants": 0}
    if number_column is not None and columns:
        applications = _applications(round_)
        now = _values_now(round_)
        seen: dict[str, int] = {}
        for line, row in enumerate(rows[1:], start=2):
            if not any(row):
                continue
            number = _number(row, number_column, line, seen, problems)
            if not number:
                continue
            application = applications.get(number)
            if application is None:
                counts["not_applicants"] += 1
                continue
            for column, criterion in columns.items():
                text = row[column] if column < len(row) else ""
                value = _value(criterion, text, line, problems, remarks)
                if value is None:
                    continue
                before = now.get((application.pk, criterion.pk))
                if before == value:
                    counts["unchanged"] += 1
                    continue
                values.append(
                    NewValue(
                        line,
                        application.code,
                        str(application.owner),
                        criterion.code,
                        f"{value:f}",
                        "" if before is None else f"{before.normalize():f}",
                    )
                )
    return ImportPreview(
        sha256=sha256,
        lines=sum(any(row) for row in rows[1:]),
        problems=tuple(sorted(problems, key=lambda each: each.line)),
        remarks=tuple(remarks),
        values=() if problems else tuple(values),
        unchanged=counts["unchanged"],
        not_applicants=counts["not_applicants"],
    )


def _columns(
    round_: Round, header: Cells, problems: list[ImportRemark]
) -> tuple[int | None, dict[int, Criterion]]:
    names: dict[str, Criterion] = {}
    for criterion in imported_criteria(round_):
        for name in (criterion.code, *filter(None, text_of(criterion, "name").values())):
            names[name.strip().lower()] = criterion
    number_column = None
    columns: dict[int, Criterion] = {}
    for column, title in enumerate(header):
        plain = " ".join(title.split()).lower()
        if plain in _NUMBER_NAMES:
            if number_column is not None:
                problems.append(ImportRemark(1, _("Two columns are called student number.")))
            number_column = column
        elif plain in names:
            if names[plain] in columns.values():
                problems.append(
                    ImportRemark(1, _("Two columns are called “%(name)s”.") % {"name": title})
                )
            columns[column] = names[plain]
    if number_column is None:
        problems.append(ImportRemark(1, _("No column is called “student number”.")))
    if not columns:
        wanted = ", ".join(sorted({each.code for each in names.values()})) or "–"
        problems.append(
            ImportRemark(1, _("No column is called as a criterion: %(names)s.") % {"names": wanted})
        )
    return number_column, columns


def _number(
    row: Cells, column: int, line: int, seen: dict[str, int], problems: list[ImportRemark]
) -> str:
    text = row[column] if column < len(row) else ""
    number = normal_number(text)
    if not number:
        problems.append(
            ImportRemark(line, _("“%(text)s” is no student number.") % {"text": text[:20]})
        )
        return ""
    if number in seen:
        problems.append(
            ImportRemark(
                line,
                _("Student number %(number)s stands on line %(line)d as well.")
                % {"number": number, "line": seen[number]},
            )
        )
        return ""
    seen[number] = line
    return number


def _value(
    criterion: Criterion,
    text: str,
    line: int,
    problems: list[ImportRemark],
    remarks: list[ImportRemark],
) -> Decimal | None:
    named = {"name": criterion.name, "text": text[:20]}
    if not text:
        remarks.append(ImportRemark(line, _("“%(name)s” is empty, so it stays as it is.") % named))
        return None
    if text.startswith("="):
        return None  # said already, with the other formulas
    if not _DECIMALS.fullmatch(text):
        problems.append(ImportRemark(line, _("“%(name)s”: “%(text)s” is no number.") % named))
        return None
    if re.fullmatch(r"-?\d{1,3},\d{3}", text):
        problems.append(
            ImportRemark(
                line, _("“%(name)s”: “%(text)s” can be read in two ways. Use a point.") % named
            )
        )
        return None
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    if "," in text:
        remarks.append(
            ImportRemark(
                line,
                _("“%(name)s”: “%(text)s” has a decimal comma; it is read as %(value)s.")
                % {**named, "value": f"{value:f}"},
            )
        )
    if not criterion.behaviour.accepts(criterion, value):
        low, high = criterion.behaviour.bounds(criterion)
        problems.append(
            ImportRemark(
                line,
                _("“%(name)s”: %(text)s is not from %(low)s to %(high)s.")
                % {**named, "low": f"{low.normalize():f}", "high": f"{high.normalize():f}"},
            )
        )
        return None
    return value


def _applications(round_: Round) -> dict[str, Application]:
    """Return the submitted applications by student number."""
    numbers = dict(
        StudentNumber.objects.filter(owner__applications__round=round_).values_list(
            "owner_id", "number"
        )
    )
    rows = Application.objects.filter(
        round=round_, state=ApplicationState.SUBMITTED
    ).select_related("owner")
    return {numbers[each.owner_id]: each for each in rows if each.owner_id in numbers}


def _values_now(round_: Round) -> dict[tuple[int, int], Decimal]:
    rows = MeasuredValue.objects.filter(application__round=round_)
    return {(each.application_id, each.criterion_id): each.value for each in rows}
