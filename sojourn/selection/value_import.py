"""Grades and ECTS from a spreadsheet: read whole, judged line by line, taken in all at once or not.

Somewhere in its first lines a table names its columns: the student number, and one or more
criteria of the round that are imported. What a file would do is worked out first
(`preview_import`); `apply_import` does it. Lines about people who did not apply are left alone,
since offices export whole years, and so are totals and notes; what could be read in two ways, or
would store something else than the file says, stops the whole file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.catalogue.table_files import TableFileError, tables_of
from sojourn.engines.files.tables import Table
from sojourn.people import audit, student_numbers
from sojourn.people.models import User
from sojourn.selection import value_cells as cells
from sojourn.selection import value_columns
from sojourn.selection.changes import locked
from sojourn.selection.errors import NotAllowedNowError, SelectionError
from sojourn.selection.models import (
    Application,
    Criterion,
    ImportFile,
    MeasuredValue,
    Round,
    ValueImport,
)
from sojourn.selection.states import ApplicationState, RoundState
from sojourn.selection.value_columns import ColumnChoice, Layout

LARGEST = 5_000_000
KEPT_FOR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class ImportRemark:
    """Something about a line of the file; line 0 is the file as a whole."""

    line: int
    text: str


@dataclass(frozen=True)
class NewValue:
    """One value that would be set; `before` is what is there now."""

    line: int
    application: str
    student: str
    criterion: str
    value: str
    before: str


@dataclass(frozen=True)
class NotFound:
    """Somebody in the file who did not apply in this round."""

    line: int
    number: str


@dataclass(frozen=True)
class ReadColumn:
    """A column of the file: what it is read as; nothing where it is not read."""

    column: int
    title: str
    meaning: str
    samples: tuple[str, ...]


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
    not_found: tuple[NotFound, ...]
    sheets: tuple[str, ...]
    """The names of the sheets; one, without a name, for text."""
    sheet: int
    header: int
    """The line that names the columns, from 1."""
    columns: tuple[ReadColumn, ...]
    has_columns: bool
    """Whether it is known which column is which."""

    @property
    def not_applicants(self) -> int:
        return len(self.not_found)


def preview_import(
    round_: Round, upload: UploadedFile[bytes], chosen: ColumnChoice | None = None
) -> ImportPreview:
    """Work out what a file would change. Changes nothing.

    Raises SelectionError when the file cannot be read as a table at all.
    """
    return preview_content(round_, content_of(upload), chosen)


def content_of(upload: UploadedFile[bytes]) -> bytes:
    """Return what was uploaded. Raises SelectionError where it is too much."""
    if (upload.size or 0) > LARGEST:
        raise SelectionError(
            _("The file is %(size)s MB; a table of grades can be at most 5 MB.")
            % {"size": f"{(upload.size or 0) / 1_000_000:.1f}"}
        )
    content: bytes = upload.read(LARGEST + 1)
    return content


def preview_content(
    round_: Round, content: bytes, chosen: ColumnChoice | None = None
) -> ImportPreview:
    """Work out what the content of a file would change; see `preview_import`."""
    tables = _tables(content)
    criteria = imported_criteria(round_)
    layout = value_columns.find_layout(tables, criteria, chosen)
    reading = _Reading(round_, tables, criteria, layout)
    return reading.judged(hashlib.sha256(content).hexdigest())


def choose_columns(
    round_: Round, content: bytes, table: int, header: int, meanings: Mapping[int, str]
) -> ColumnChoice:
    """Check what somebody chose by hand and remember the names for the next file.

    Raises SelectionError where the choice lacks the student number or a criterion, or names
    something twice.
    """
    codes = {each.code for each in imported_criteria(round_)}
    said = [what for what in meanings.values() if what in codes | {value_columns.STUDENT_NUMBER}]
    if value_columns.STUDENT_NUMBER not in said or len(set(said)) < 2:
        raise SelectionError(_("Say which column is the student number, and which a criterion."))
    if len(set(said)) < len(said):
        raise SelectionError(_("Two columns are called the same. Choose one of them."))
    chosen = ColumnChoice(table, header, dict(meanings))
    tables = _tables(content)
    with transaction.atomic():
        value_columns.remember(value_columns.find_layout(tables, imported_criteria(round_), chosen))
    return chosen


def look_at(round_: Round, content: bytes, table: int, header: int) -> ColumnChoice:
    """Find the columns by their names in another sheet or line, which somebody pointed at."""
    tables = _tables(content)
    table = min(max(table, 0), len(tables) - 1)
    found = value_columns.look_at(tables, imported_criteria(round_), table, header)
    return ColumnChoice(table, header, found.meanings)


def keep_file(round_: Round, content: bytes, name: str, *, actor: User) -> ImportFile:
    """Keep the file while it is being read, in place of the one before."""
    delete_old_files(timezone.now())
    kept, _made = ImportFile.objects.update_or_create(
        round=round_,
        by=actor,
        defaults={"content": content, "name": name[-100:], "at": timezone.now()},
    )
    return kept


def kept_content(round_: Round, sha256: str, *, actor: User) -> bytes:
    """Return the file that somebody is reading.

    Raises SelectionError where it is gone, or where another one is being read since.
    """
    kept = ImportFile.objects.filter(
        round=round_, by=actor, at__gt=timezone.now() - KEPT_FOR
    ).first()
    content = bytes(kept.content) if kept else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SelectionError(_("The file was read too long ago. Read it again."))
    return content


def delete_old_files(now: dt.datetime) -> None:
    """Delete files that nobody imported within the hour."""
    ImportFile.objects.filter(at__lte=now - KEPT_FOR).delete()


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
            raise NotAllowedNowError(_("The seats are allocated; values can no longer change."))
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
        ImportFile.objects.filter(round=row, by=actor).delete()
        audit.record(
            "round.values_imported",
            actor=actor,
            about=None,
            on=row,
            details={"import": str(made.uuid), "values": len(values)},
        )
        return made


# --- From bytes to rows -------------------------------------------------------------------------


def _tables(content: bytes) -> list[Table]:
    try:
        return tables_of(content)
    except TableFileError as error:
        raise SelectionError(error.message) from error


# --- From rows to values ------------------------------------------------------------------------


@dataclass
class _Reading:
    """One table, read line by line."""

    round: Round
    tables: Sequence[Table]
    criteria: Sequence[Criterion]
    layout: Layout
    problems: list[ImportRemark] = field(default_factory=list)
    remarks: list[ImportRemark] = field(default_factory=list)
    values: list[NewValue] = field(default_factory=list)
    not_found: list[NotFound] = field(default_factory=list)
    unchanged: int = 0
    commas: list[int] = field(default_factory=list)

    @property
    def table(self) -> Table:
        return self.tables[self.layout.table]

    def judged(self, sha256: str) -> ImportPreview:
        rows = list(enumerate(self.table.rows, start=1))[self.layout.header + 1 :]
        filled = [(line, row) for line, row in rows if any(cells.plain(cell) for cell in row)]
        self._judge_columns()
        column = self.layout.number_column
        if self.layout.is_complete and column is not None:
            self._judge_lines(filled, column)
        if self.commas:
            self._remark(
                self.commas[0],
                ngettext(
                    "%(count)d number has a decimal comma; it is read as a point.",
                    "%(count)d numbers have a decimal comma; it is read as a point.",
                    len(self.commas),
                )
                % {"count": len(self.commas)},
            )
        return ImportPreview(
            sha256=sha256,
            lines=len(filled),
            problems=tuple(sorted(self.problems, key=lambda each: each.line)),
            remarks=tuple(sorted(self.remarks, key=lambda each: each.line)),
            values=() if self.problems else tuple(self.values),
            unchanged=self.unchanged,
            not_found=tuple(self.not_found),
            sheets=tuple(each.name for each in self.tables if not each.is_text) or ("",),
            sheet=self.layout.table,
            header=self.layout.header + 1,
            columns=self._columns(filled),
            has_columns=self.layout.is_complete,
        )

    def _problem(self, line: int, text: str) -> None:
        self.problems.append(ImportRemark(line, text))

    def _remark(self, line: int, text: str) -> None:
        self.remarks.append(ImportRemark(line, text))

    # The columns

    def _judge_columns(self) -> None:
        line = self.layout.header + 1
        for title in self.layout.doubles:
            self._problem(line, _("Two columns are called “%(name)s”.") % {"name": title[:60]})
        if self.layout.number_column is None:
            self._problem(line, _("No column is called “student number”."))
        known = set(self.layout.meanings.values())
        lacking = [each for each in self.criteria if each.code not in known]
        if len(lacking) == len(self.criteria):
            wanted = ", ".join(each.code for each in self.criteria) or "–"
            self._problem(
                line, _("No column has the name of a criterion: %(names)s.") % {"names": wanted}
            )
        else:
            for each in lacking:
                self._remark(
                    line, _("No column is “%(name)s”: those values stay.") % {"name": each.name}
                )
        for title, like in self.layout.suggestions:
            self._remark(
                line,
                _("“%(title)s” is not read. If it is “%(like)s”, choose the column below.")
                % {"title": title[:60], "like": like},
            )
        self._judge_sheet()

    def _judge_sheet(self) -> None:
        if self.table.is_text or len(self.tables) == 1:
            pass
        elif self.layout.is_complete:
            others = [
                each.name
                for number, each in enumerate(self.tables)
                if number != self.layout.table
                and not each.is_hidden
                and value_columns.has_columns(each, self.criteria)
            ]
            if others:
                self._remark(
                    0,
                    _("Only the sheet “%(name)s” is read, not: %(others)s.")
                    % {"name": self.table.name, "others": ", ".join(others)},
                )
        if self.table.is_hidden:
            self._remark(
                0,
                _("The sheet “%(name)s” is hidden in the file. Check that it is the right one.")
                % {"name": self.table.name},
            )

    def _columns(self, filled: Sequence[tuple[int, Sequence[str]]]) -> tuple[ReadColumn, ...]:
        sample = [row for _line, row in filled[:200]]
        width = max([len(self.layout.titles), *(len(row) for row in sample)], default=0)
        found = []
        for column in range(width):
            title = self.layout.titles[column] if column < len(self.layout.titles) else ""
            filled_in = (cells.plain(row[column]) for row in sample if column < len(row))
            samples = tuple(text[:30] for text in filled_in if text)[:3]
            if title or samples:
                meaning = self.layout.meanings.get(column, "")
                found.append(ReadColumn(column, title, meaning, samples))
        return tuple(found)

    # The lines

    def _judge_lines(self, filled: Sequence[tuple[int, list[str]]], number_column: int) -> None:
        people = self._people(filled, number_column)
        now = values_now(self.round)
        by_code = {each.code: each for each in self.criteria}
        columns = {
            column: by_code[what]
            for column, what in self.layout.meanings.items()
            if what in by_code
        }
        seen: dict[str, tuple[int, list[str]]] = {}
        for line, row, application in people:
            read = [self._cell(row, column) for column in columns]
            if application.code in seen:
                self._judge_double(line, read, *seen[application.code])
                continue
            seen[application.code] = (line, read)
            for (column, criterion), text in zip(columns.items(), read, strict=True):
                value = self._value(criterion, text, line, column)
                if value is None:
                    continue
                before = now.get((application.pk, criterion.pk))
                if before == value:
                    self.unchanged += 1
                    continue
                self.values.append(
                    NewValue(
                        line,
                        application.code,
                        str(application.owner),
                        criterion.code,
                        f"{value:f}",
                        "" if before is None else f"{before.normalize():f}",
                    )
                )

    def _people(
        self, filled: Sequence[tuple[int, list[str]]], column: int
    ) -> list[tuple[int, list[str], Application]]:
        """Return the lines of applicants; say what the other lines are."""
        numbered = numbered_applications(self.round)
        applications = numbered.applications
        bare = Counter(number.lstrip("0") for number in applications)
        read: list[tuple[int, list[str], str]] = []
        for line, row in filled:
            text = self._cell(row, column)
            number = "" if cells.is_error(text) else cells.student_number(text)
            if self._is_shifted(line, row, number):
                continue
            if number and self._mark(line, column) == "formula":
                self._problem(line, _formula())
            elif number and not cells.is_formula(text):
                read.append((line, row, number))
            elif cells.is_formula(text):
                self._problem(line, _formula())
            else:
                self._say_no_number(line, row, text)
        if filled and not read and not self.problems:
            self._problem(
                self.layout.header + 1, _("Below this line nothing has a student number.")
            )
        # A number that lost its leading zeros is found where nobody else can be meant.
        in_file = Counter(number.lstrip("0") for number in {each for _l, _r, each in read})
        unique = {
            number.lstrip("0"): each
            for number, each in applications.items()
            if bare[number.lstrip("0")] == 1 and in_file[number.lstrip("0")] == 1
        }
        found = []
        for line, row, number in read:
            application = applications.get(number)
            if application is None and (application := unique.get(number.lstrip("0"))):
                self._remark(
                    line,
                    _("%(number)s is read as the number of %(student)s, without leading zeros.")
                    % {"number": number, "student": application.owner},
                )
            if application is None and number.lstrip("0") in numbered.contested:
                self._remark(
                    line,
                    _(
                        "Several accounts claim %(number)s. Say first whose it is, then read the "
                        "file again."
                    )
                    % {"number": number},
                )
            elif application is None:
                self.not_found.append(NotFound(line, number))
            else:
                found.append((line, row, application))
        self._say_doubles_of_others()
        return found

    def _is_shifted(self, line: int, row: Sequence[str], number: str) -> bool:
        """Refuse a line of text with more cells than there are columns: what comes after moved."""
        if not self.table.is_text:
            return False
        width = len(self.table.rows[self.layout.header])
        if not any(cells.plain(cell) for cell in row[width:]):
            return False
        if not number and not any(cells.student_number(cells.plain(cell)) for cell in row):
            return False  # a note
        self._problem(
            line,
            _(
                "This line has more cells than there are columns, perhaps by a comma inside a"
                " number or a name. Save the file as XLSX, or with semicolons."
            ),
        )
        return True

    def _say_no_number(self, line: int, row: Sequence[str], text: str) -> None:
        shown = text or next(cells.plain(cell) for cell in row if cells.plain(cell))
        error = self._mark(line, self.layout.number_column or 0)
        if cells.is_error(error or text):
            self._remark(
                line,
                _("The student number is an error (%(error)s): the line is left out.")
                % {"error": error or text},
            )
            return
        self._remark(
            line,
            _("“%(text)s” is not a student number: the line is skipped.") % {"text": shown[:40]},
        )

    def _say_doubles_of_others(self) -> None:
        count = Counter(each.number for each in self.not_found)
        doubles = [number for number, times in count.items() if times > 1]
        if doubles:
            self._remark(
                0,
                ngettext(
                    "%(count)d person who did not apply is in the file more than once.",
                    "%(count)d people who did not apply are in the file more than once.",
                    len(doubles),
                )
                % {"count": len(doubles)},
            )

    def _judge_double(
        self, line: int, read: Sequence[str], before: int, earlier: Sequence[str]
    ) -> None:
        if list(read) == list(earlier):
            self._remark(line, _("This line says the same as line %(line)d.") % {"line": before})
            return
        self._problem(
            line,
            _("This person is also on line %(line)d, with other values.") % {"line": before},
        )

    def _cell(self, row: Sequence[str], column: int) -> str:
        return cells.plain(row[column]) if column < len(row) else ""

    def _mark(self, line: int, column: int) -> str:
        return self.table.marks.get(f"{line - 1}:{column}", "")

    # One value

    def _value(self, criterion: Criterion, text: str, line: int, column: int) -> Decimal | None:
        named: dict[str, Any] = {"name": criterion.name, "text": text[:20]}
        mark = self._mark(line, column)
        if mark == "formula" or (not mark and cells.is_formula(text)):
            self._problem(line, _formula())
            return None
        if mark == "date":
            self._problem(
                line, _("“%(name)s”: the spreadsheet made a date of this number.") % named
            )
            return None
        if mark or cells.is_error(text):
            self._remark(
                line,
                _("“%(name)s” is an error (%(error)s), so it stays as it is.")
                % {**named, "error": mark or text},
            )
            return None
        if not text:
            self._remark(line, _("“%(name)s” is empty, so it stays as it is.") % named)
            return None
        if cells.is_no_value(text):
            self._remark(line, _("“%(name)s” is “%(text)s”, so it stays as it is.") % named)
            return None
        number = cells.number(text)
        if number is None:
            self._problem(line, _("“%(name)s”: “%(text)s” is not a number.") % named)
            return None
        return self._fitted(criterion, number, line, named)

    def _fitted(
        self, criterion: Criterion, number: cells.Number, line: int, named: dict[str, Any]
    ) -> Decimal | None:
        """Bring a number into the places and the range of its criterion, and say so."""
        accepts = criterion.behaviour.accepts
        if number.other is not None and accepts(criterion, number.other):
            self._problem(
                line, _("“%(name)s”: “%(text)s” can be read in two ways. Use a point.") % named
            )
            return None
        if number.has_comma:
            self.commas.append(line)
        value = cells.rounded(number.value)
        if value != number.value:
            self._remark(
                line,
                _("“%(name)s”: %(text)s is rounded to %(value)s.")
                % {**named, "value": f"{value:f}"},
            )
        low, high = criterion.behaviour.bounds(criterion)
        end = min(max(value, low), high)
        if not accepts(criterion, end):
            self._problem(
                line,
                _("“%(name)s” does not take %(text)s. See the explanation of this criterion.")
                % named,
            )
            return None
        if end != value:
            self._remark(
                line,
                _("“%(name)s”: %(text)s is not from %(low)s to %(high)s; it counts as %(value)s.")
                % {
                    **named,
                    "low": f"{low.normalize():f}",
                    "high": f"{high.normalize():f}",
                    "value": f"{end.normalize():f}",
                },
            )
            return end.normalize()
        return value


def _formula() -> str:
    return _("A cell holds a formula. Paste the values instead of the formulas.")


@dataclass(frozen=True)
class Numbered:
    """The submitted applications by student number."""

    applications: dict[str, Application]
    contested: frozenset[str]
    """Numbers, without leading zeros, that several claim and nobody has confirmed."""


def numbered_applications(round_: Round) -> Numbered:
    """Return the submitted applications by student number.

    Where several accounts claim a number, it is that of the one who has it confirmed; until
    somebody has, it is nobody's.
    """
    rows = Application.objects.filter(
        round=round_, state=ApplicationState.SUBMITTED
    ).select_related("owner__student_number")
    numbered = [
        (own, each) for each in rows if (own := getattr(each.owner, "student_number", None))
    ]
    contested = student_numbers.contested(own for own, _each in numbered)
    decided = {student_numbers.bare(own.number) for own, _each in numbered if own.is_confirmed}
    return Numbered(
        {own.number: each for own, each in numbered if own.owner_id not in contested},
        frozenset(
            bare
            for own, _each in numbered
            if own.owner_id in contested
            and (bare := student_numbers.bare(own.number)) not in decided
        ),
    )


def values_now(round_: Round) -> dict[tuple[int, int], Decimal]:
    """Return the value of each application (by its key) for each criterion."""
    rows = MeasuredValue.objects.filter(application__round=round_)
    return {(each.application_id, each.criterion_id): each.value for each in rows}
