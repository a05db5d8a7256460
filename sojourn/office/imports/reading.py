"""What a file would change: cell by cell, against what it said when it was downloaded.

A cell counts when it says something else than it did in the download. Where the catalogue says
something else by now too, the cell is left alone and told. Rows that are not in the file any more,
and columns that were added to it, change nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from xlsxwriter.utility import xl_rowcol_to_cell

from sojourn.catalogue import imports, versions
from sojourn.catalogue.edition.documents import Document, document_of, documents_of
from sojourn.catalogue.edition.entries import (
    WORDS_OF_FILES,
    DocumentProblem,
    problems_of,
    with_ids,
)
from sojourn.catalogue.models import CostItem, Institution, Opportunity
from sojourn.catalogue.names import country_name
from sojourn.catalogue.table_files import TableFileError
from sojourn.common.languages import LANGUAGES, page_language
from sojourn.common.translated_fields import text_of
from sojourn.engines.files.tables import Table
from sojourn.office.imports import workbook
from sojourn.office.imports.columns import (
    MAIN,
    CellError,
    Column,
    Sheet,
    folded,
    plain,
    put,
    sheets_of,
    shown,
    titles_of,
)
from sojourn.office.imports.lists import LISTS, ExcelList, may_name
from sojourn.office.places import fields
from sojourn.office.places.fields import Lists
from sojourn.people.models import User

LARGEST = 20_000_000
MOST_CHANGED = 1000
"""So many entries change by one file at most."""
_FIRST_LINES = 10
NEW = "a-new-entry"


@dataclass(frozen=True)
class Problem:
    """Something that keeps the file from being taken in."""

    sheet: str
    cell: str
    """Such as D7; a whole row has its number alone."""
    column: str
    text: str


@dataclass
class Reading:
    """All that a file says."""

    about: ExcelList
    entries: list[dict[str, Any]] = field(default_factory=list)
    """As `CatalogueImport` keeps them."""
    problems: list[Problem] = field(default_factory=list)
    stale: list[Stale] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    gone: int = 0
    knows_before: bool = True
    """Whether the file says what its cells said in the download."""


@dataclass(frozen=True)
class _Cell:
    """A cell that was changed in the file."""

    sheet: Sheet
    column: Column
    line: int
    number: int
    text: str
    before: str | None
    """What it said in the download; None where the file does not know."""

    @property
    def name(self) -> str:
        return str(xl_rowcol_to_cell(self.line, self.number))


@dataclass(frozen=True)
class Stale:
    """A cell that somebody else changed after the download."""

    cell: _Cell
    title: dict[str, str]
    now: str


@dataclass
class _Row:
    """One row of a sheet, by the ids of what it is about."""

    sheet: Sheet
    line: int
    id: str
    part: str
    cells: list[_Cell] = field(default_factory=list)


@dataclass
class _Layout:
    """Where a table says what: its sheet, the line of its header, the columns."""

    sheet: Sheet
    header: int
    ids: dict[str, int]
    columns: dict[int, Column]


def list_of(tables: Iterable[Table]) -> tuple[ExcelList | None, str]:
    """Return the list that a file says it is, and the language of its download."""
    for table in tables:
        row = [cell.strip() for cell in table.rows[0]] if table.rows else []
        if row[:1] == [workbook.FORMAT] and len(row) >= len(("format", "list", "language")):
            return LISTS.get(row[1]), row[2] if row[2] in LANGUAGES else page_language()
    return None, page_language()


def read(list_: ExcelList, tables: list[Table], language: str, *, reader: User) -> Reading:
    """Work out what a file would change. Changes nothing."""
    reading = _Reader(list_, tables, language, reader)
    reading.read_tables()
    reading.judge()
    return reading.found


class _Reader:
    """Goes through the tables of one file."""

    def __init__(self, list_: ExcelList, tables: list[Table], language: str, reader: User) -> None:
        self.list, self.tables, self.language, self.reader = list_, tables, language, reader
        self.lists, self._lists_there = Lists({}), Lists({})
        self._numbers: dict[tuple[str, int], int] = {}
        self.sheets = {sheet.name: sheet for sheet in sheets_of(list_)}
        self.titles = titles_of(list_)
        self.before = self._before()
        self.found = Reading(list_, knows_before=bool(self.before))
        self.rows: list[_Row] = []
        self._seen: dict[tuple[str, str, str], int] = {}
        self._drafted = versions.drafted(list_.kind)

    # --- From tables to rows --------------------------------------------------------------------

    def _before(self) -> dict[str, dict[tuple[str, str], dict[str, str]]]:
        """Return what the cells said in the download: by sheet, ids and key."""
        found: dict[str, dict[tuple[str, str], dict[str, str]]] = {}
        for table in self.tables:
            first = table.rows[0] if table.rows else []
            for name, sheet in self.sheets.items():
                ids = [
                    f"{workbook.BEFORE}{self.list.name}.{name}:{key}" for key, _title in sheet.ids
                ]
                if [cell.strip() for cell in first[: len(ids)]] != ids:
                    continue
                known = {column.key: column for column in sheet.columns}
                found[name] = {
                    (cell(row, 0), cell(row, 1) if len(ids) > 1 else ""): {
                        key: plain(known.get(key), cell(row, number))
                        for number, key in enumerate(first)
                        if number >= len(ids)
                    }
                    for row in table.rows[1:]
                }
        return found

    def read_tables(self) -> None:
        """Find the rows of every sheet that is one of the list's."""
        is_found = False
        for table in self.tables:
            if table.is_hidden and self.before:
                continue
            layout = self._layout(table)
            if layout is None:
                if not table.is_hidden and any(map(any, table.rows)) and not table.is_text:
                    self.found.unread.append(
                        _("the whole sheet “%(sheet)s”") % {"sheet": table.name}
                    )
                continue
            if table.is_text and is_found:
                continue  # the same text, cut by another separator
            is_found = True
            self._read_table(table, layout)
        if not is_found:
            raise TableFileError(
                _("No sheet of this file has the columns of “%(list)s”. Download the list first.")
                % {"list": fields.plain_text(self.list.title)}
            )
        self._count_gone()

    def _layout(self, table: Table) -> _Layout | None:
        """Find the sheet by the hidden line of keys, else by the titles of its columns."""
        best: tuple[int, _Layout, list[str]] | None = None
        for header, row in enumerate(table.rows[:_FIRST_LINES]):
            for sheet in self.sheets.values():
                own = {f"{self.list.name}.{sheet.name}:{key}": key for key, _title in sheet.ids}
                keys = [own.get(text.strip(), text.strip()) for text in row]
                if {key for key, _title in sheet.ids} <= {*keys} and own.keys() <= {*row}:
                    return self._known(table, sheet, header + 1, keys)
                keys = [self.titles[sheet.name].get(folded(text), "") for text in row]
                count = sum(map(bool, keys))
                needed = {key for key, _title in sheet.ids}
                if needed <= {*keys} and count > len(needed) and (best is None or count > best[0]):
                    best = (count, _Layout(sheet, header, {}, {}), keys)
        if best is None:
            return None
        _count, layout, keys = best
        return self._known(table, layout.sheet, layout.header, keys)

    def _known(self, table: Table, sheet: Sheet, header: int, keys: list[str]) -> _Layout:
        """Note which columns are known, and name the others."""
        layout = _Layout(sheet, header, {key: keys.index(key) for key, _title in sheet.ids}, {})
        known = {column.key: column for column in sheet.columns}
        titles = table.rows[header] if header < len(table.rows) else []
        for number in range(max(map(len, table.rows[header:]), default=0)):
            if number in layout.ids.values():
                continue
            column = known.pop(keys[number], None) if number < len(keys) else None
            if column is not None:
                layout.columns[number] = column
            elif any(cell(row, number) for row in table.rows[header:]):
                title = cell(titles, number) or xl_rowcol_to_cell(0, number).rstrip("1")
                self.found.unread.append(
                    _("“%(column)s” on the sheet “%(sheet)s”")
                    % {"column": title, "sheet": table.name or sheet.title}
                )
        return layout

    def _read_table(self, table: Table, layout: _Layout) -> None:
        sheet, before = layout.sheet, self.before.get(layout.sheet.name, {})
        for line, row in enumerate(table.rows[layout.header + 1 :], start=layout.header + 1):
            texts = {
                number: plain(column, cell(row, number))
                for number, column in layout.columns.items()
            }
            id_ = cell(row, layout.ids["id"])
            part = cell(row, layout.ids["row"]) if "row" in layout.ids else ""
            if not id_ and not any(texts.values()):
                continue
            said = before.get((id_, part)) if id_ else None
            is_new = not id_ or (sheet.rows is not None and not part)
            made = _Row(sheet, line, id_, part)
            for number, column in layout.columns.items():
                text = texts[number]
                was = None if said is None or is_new else said.get(column.key, "")
                mark = table.marks.get(f"{line}:{number}", "")
                if was == text or (is_new and not text):
                    continue
                one = _Cell(sheet, column, line, number, text, was)
                if mark and mark != "date":
                    self._problem(one, _mark_in_words(mark))
                    continue
                made.cells.append(one)
            if self._is_double(made):
                continue
            if made.cells:
                self.rows.append(made)

    def _is_double(self, row: _Row) -> bool:
        """Refuse a second row about the same thing, where either of them changes something."""
        if not row.id or (row.sheet.rows is not None and not row.part):
            return False
        key = (row.sheet.name, row.id, row.part)
        first = self._seen.setdefault(key, row.line)
        if first == row.line:
            return False
        if row.cells:
            self.found.problems.append(
                Problem(
                    row.sheet.title, str(row.line + 1), "",
                    _("“%(id)s” stands in row %(row)d already.") % {"id": row.id, "row": first + 1},
                )
            )  # fmt: skip
        return True

    def _count_gone(self) -> None:
        for name, rows in self.before.items():
            self.found.gone += sum((name, id_, part) not in self._seen for id_, part in rows)

    def _problem(self, one: _Cell, text: str) -> None:
        self.found.problems.append(Problem(one.sheet.title, one.name, one.column.title, text))

    def _row_problem(self, row: _Row, text: str) -> None:
        self.found.problems.append(Problem(row.sheet.title, str(row.line + 1), "", text))

    # --- From rows to entries -------------------------------------------------------------------

    def judge(self) -> None:
        """Work out each entry that the file names, and what is wrong with it."""
        old: dict[str, list[_Row]] = {}
        new: list[_Row] = []
        for row in self.rows:
            if row.id:
                old.setdefault(row.id, []).append(row)
            else:
                new.append(row)
        known = set(self.list.rows().filter(slug__in=old).values_list("slug", flat=True))
        documents = documents_of(self.list.kind, known)
        for slug, rows in old.items():
            if slug in documents:
                self._changed(slug, documents[slug], rows)
            else:
                self._say_unknown(slug, rows)
        for row in new:
            self._made(row)
        if len(self.found.entries) > MOST_CHANGED:
            raise TableFileError(
                _("The file changes more than %(most)d entries. Take it in in parts.")
                % {"most": MOST_CHANGED}
            )

    def _say_unknown(self, slug: str, rows: list[_Row]) -> None:
        is_retired = document_of(self.list.kind, slug) is not None
        if is_retired:
            text = _("This is retired; bring it back first.")
        else:
            text = _("Nothing has the id “%(id)s”. Leave the id empty for something new.")
            text %= {"id": slug[:80]}
        self._row_problem(rows[0], text)

    def _changed(self, slug: str, before: Document, rows: list[_Row]) -> None:
        after = copy.deepcopy(before)
        named: list[tuple[_Cell, str, str]] = []
        count = len(self.found.problems)
        for row in rows:
            named += self._into(row, before, after)
        if not named:
            return
        if not self.list.may_change(self.reader, slug):
            self._row_problem(rows[0], _("This is for programmes about which you do not decide."))
            return
        if slug in self._drafted:
            self._row_problem(
                rows[0], _("There is a draft already: publish it or throw it away first.")
            )
            return
        after = self._tidy(after, rows)
        after = self.list.finish(before, after) if self.list.finish else after
        if imports.has_versions(self.list.kind):
            after = with_ids(self.list.kind, after)
        if after == before:
            return
        if self.list.of_programmes and not may_name(self.reader, before, after):
            self._row_problem(
                rows[0], _("Name only programmes about which you decide; leave the others.")
            )
        if len(self.found.problems) == count:
            self._check(after, named, rows[0])
        self._keep(slug, before, after, named)

    def _made(self, row: _Row) -> None:
        if row.sheet.rows is not None:
            self._row_problem(row, _("Write the id of what this belongs to."))
            return
        if self.list.no_new:
            self._row_problem(row, str(self.list.no_new))
            return
        after: Document = {"id": NEW}
        count = len(self.found.problems)
        named = []
        for one in row.cells:
            try:
                put(one.column, after, one.text, self.lists)
            except CellError as error:
                self._problem(one, error.message)
            named.append((one, "", one.text))
        after = fields.tidy(self.list.form, after)
        after = self.list.finish({}, after) if self.list.finish else after
        if imports.has_versions(self.list.kind):
            after = with_ids(self.list.kind, after)
        if len(self.found.problems) == count:
            self._check(after, named, row)
        self._keep("", None, after, named)

    def _into(self, row: _Row, before: Document, after: Document) -> list[tuple[_Cell, str, str]]:
        """Put what a row says into the entry; return the cells that change it, with was and now."""
        holder, held = self._holders(row, before, after)
        if holder is None:
            self._row_problem(row, _("Its entry has no such row any more."))
            return []
        named = []
        for one in row.cells:
            now = "" if held is None else self._there(one.column, held)
            if held is not None and now == one.text:
                continue
            if held is not None and one.before is not None and now != one.before:
                self.found.stale.append(Stale(one, texts_of(before), now))
                continue
            was = "" if held is None else shown(one.column, held, self.lists)
            is_fixed = row.sheet.name == MAIN and one.column.input.path in self.list.fixed
            changed = copy.deepcopy(holder) if is_fixed else holder
            try:
                put(one.column, changed, one.text, self.lists)
            except CellError as error:
                self._problem(one, error.message)
                continue
            then = shown(one.column, changed, self.lists)
            if held is not None and then == was:
                continue
            if is_fixed:
                self._problem(
                    one, _("This cannot be changed here; it says “%(now)s”.") % {"now": was}
                )
                continue
            named.append((one, was, then))
        return named

    def _there(self, column: Column, holder: Any) -> str:
        """Return what a cell says in the language of the file."""
        with override(self.language):
            return shown(column, holder, self._lists_there)

    def _holders(
        self, row: _Row, before: Document, after: Document
    ) -> tuple[dict[str, Any] | None, Any]:
        """Return what a row changes, in the entry as it will be and as it is."""
        if row.sheet.rows is None:
            return after, before
        path = row.sheet.rows.path
        parts = fields.value_at(after, path)
        if not isinstance(parts, list):
            parts = []
            fields.put(after, path, [{}])
            fields.value_at(after, path[:-1])[path[-1]] = parts
        if not row.part:
            self._numbers[row.sheet.name, row.line] = len(parts)
            parts.append(made := dict[str, Any]())
            return made, None
        was = fields.value_at(before, path) or []
        for number, part in enumerate(was, start=1):
            if row.part == str(part.get("id") or number):
                self._numbers[row.sheet.name, row.line] = number - 1
                found: dict[str, Any] = parts[number - 1]
                return found, part
        return None, None

    def _tidy(self, after: Document, rows: list[_Row]) -> Document:
        """Leave out what was emptied: parts of which every cell is empty say nothing."""
        lists = {row.sheet.name: row.sheet.rows for row in rows if row.sheet.rows is not None}
        for rows_ in lists.values():
            parts = fields.value_at(after, rows_.path) or []
            fields.put(
                after, rows_.path, [each for each in parts if fields.says_something(rows_, each)]
            )
        return fields.tidy(self.list.form, after)

    def _keep(
        self,
        slug: str,
        before: Document | None,
        after: Document,
        named: list[tuple[_Cell, str, str]],
    ) -> None:
        cells = [
            {
                "sheet": one.sheet.name,
                "key": one.column.key,
                "cell": one.name,
                "lang": one.column.lang,
                "was": was,
                "now": now,
            }
            for one, was, now in named
        ]
        self.found.entries.append(
            {
                "slug": slug,
                "title": texts_of(after),
                "before": before,
                "after": after,
                "cells": [*cells, *_what_follows(before, after, named)],
            }
        )

    # --- The rules of an edition ----------------------------------------------------------------

    def _check(self, after: Document, named: list[tuple[_Cell, str, str]], row: _Row) -> None:
        problems = problems_of(self.list.kind, after)
        for problem in problems:
            at = self._cell_at(problem, [one for one, _was, _now in named])
            text = _in_words(problem)
            if at is not None:
                self._problem(at, text)
            else:
                self.found.problems.append(
                    Problem(row.sheet.title, str(row.line + 1), self._title_at(problem), text)
                )
        if not problems:
            for text in imports.why_not(self.list.kind, after):
                self._row_problem(row, text)

    def _title_at(self, problem: DocumentProblem) -> str:
        steps = tuple(str(step) for step in problem.path if isinstance(step, str))
        for sheet in self.sheets.values():
            start = sheet.rows.path if sheet.rows else ()
            for column in sheet.columns:
                path = (*start, *column.input.path)
                if steps and path[: len(steps)] == steps:
                    return column.title
        if steps:
            return ".".join(steps)
        is_about_origin = problem.expected.startswith(("source:", "sources:"))
        return _("Sources") if is_about_origin else ""

    def _cell_at(self, problem: DocumentProblem, cells: list[_Cell]) -> _Cell | None:
        """Return the changed cell that a problem is about."""
        steps = tuple(step for step in problem.path if isinstance(step, str))
        number = next((step for step in problem.path if isinstance(step, int)), None)
        for one in cells:
            rows = one.sheet.rows
            path = (*(rows.path if rows else ()), *one.column.input.path)
            is_there = path[: len(steps)] == steps or steps[: len(path)] == path
            row = self._numbers.get((one.sheet.name, one.line))
            if steps and is_there and (rows is None or number in (None, row)):
                return one
        return None


# What changes although no cell says so.
FOLLOWS = {
    "lat": gettext_lazy("Latitude"),
    "lon": gettext_lazy("Longitude"),
    "checked_on": gettext_lazy("Checked on"),
}


def _what_follows(
    before: Document | None, after: Document, named: list[tuple[_Cell, str, str]]
) -> Iterator[dict[str, str]]:
    """Yield that a partner moved on the map, or that a figure was checked today."""
    keys = {one.column.key for one, _was, _now in named}
    for name in FOLLOWS if before is not None else ():
        was, now = (before or {}).get(name, ""), after.get(name, "")
        if name not in keys and was != now:
            yield {"sheet": "", "key": name, "cell": "", "lang": "", "was": was, "now": now}


def _in_words(problem: DocumentProblem) -> str:
    message = problem.message[:1].upper() + problem.message[1:]
    if not problem.expected or problem.expected in WORDS_OF_FILES:
        return f"{message}."
    if problem.message == _("this field is missing"):
        return f"{message}."
    return f"{message}. " + _("Expected: %(what)s.") % {"what": problem.expected}


def _mark_in_words(mark: str) -> str:
    if mark == "formula":
        return _("This cell holds a formula. Paste the value instead of the formula.")
    return _("This cell is an error (%(error)s).") % {"error": mark}


def texts_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Return what an entry is called, by language."""
    for name in ("title", "name"):
        if texts := document.get(name):
            return dict(texts)
    if "line" in document:
        return {language: _cost_in_words(document, language) for language in LANGUAGES}
    if partner := Institution.objects.filter(slug=document.get("partner", "")).first():
        return {language: text for language, text in text_of(partner, "name").items() if text}
    return {}


_NAME_OF: dict[str, tuple[Any, str]] = {
    "institution": (Institution, "name"),
    "opportunity": (Opportunity, "title"),
}


def _cost_in_words(document: Mapping[str, Any], language: str) -> str:
    """'Housing: Belgium' of a cost line."""
    (kind, whom), *_rest = document["for"].items()
    with override(language):
        line = dict(CostItem.choices).get(document["line"], document["line"])
        if kind == "everywhere":
            return str(line)
        if kind == "country":
            return f"{line}: {country_name(whom, language)}"
        model, name = _NAME_OF[kind]
        return f"{line}: {getattr(model.objects.filter(slug=whom).first(), name, whom)}"


def cell(row: list[str], number: int) -> str:
    return row[number].strip() if number < len(row) else ""
