"""A file of grades and ECTS as it was read: what it changes, and which column is which."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sojourn.office.rounds.documents.value_sheet import ValueSheet
from sojourn.selection import value_import
from sojourn.selection.models import Round
from sojourn.selection.value_columns import STUDENT_NUMBER
from sojourn.selection.value_import import ImportPreview, ReadColumn

# So many values and remarks are shown; the rest is counted.
MOST_SHOWN = 500


@dataclass(frozen=True)
class ColumnField:
    """A column of the file, and the field that says what it is."""

    name: str
    title: str
    samples: str
    meaning: str
    label: str
    """What it is read as; empty where it is not read."""


@dataclass(frozen=True)
class ValuesPage:
    reading: ImportPreview
    columns: tuple[ColumnField, ...]
    choices: tuple[tuple[str, str], ...]
    sheets: tuple[tuple[int, str], ...]
    unread: str
    remarks: tuple[value_import.ImportRemark, ...]
    more_remarks: int
    values: tuple[value_import.NewValue, ...]
    more_values: int


def names(round_: Round) -> list[str]:
    """List what a column of a criterion may be called."""
    return [each.name for each in value_import.imported_criteria(round_)]


def page(round_: Round, reading: ImportPreview) -> ValuesPage:
    criteria = value_import.imported_criteria(round_)
    labels = {STUDENT_NUMBER: _("Student number")} | {each.code: each.name for each in criteria}
    columns = tuple(_column(each, labels) for each in reading.columns)
    return ValuesPage(
        reading,
        columns,
        tuple(labels.items()),
        tuple(enumerate(reading.sheets)) if len(reading.sheets) > 1 else (),
        ", ".join(f"“{each.title}”" for each in columns if not each.label),
        reading.remarks[:MOST_SHOWN],
        max(len(reading.remarks) - MOST_SHOWN, 0),
        reading.values[:MOST_SHOWN],
        max(len(reading.values) - MOST_SHOWN, 0),
    )


def template(round_: Round) -> ValueSheet:
    """Return the applicants with a student number, with the values that are there."""
    criteria = value_import.imported_criteria(round_)
    now = value_import.values_now(round_)
    people = sorted(value_import.numbered_applications(round_).applications.items())
    return ValueSheet(
        _("Values"),
        (_("Student number"), _("Name"), *(each.name for each in criteria)),
        [
            (number, str(each.owner), [now.get((each.pk, found.pk)) for found in criteria])
            for number, each in people
        ],
    )


def _column(column: ReadColumn, labels: dict[str, str]) -> ColumnField:
    return ColumnField(
        f"column-{column.column}",
        column.title or _("column %(letter)s") % {"letter": _letters(column.column)},
        " · ".join(column.samples),
        column.meaning,
        labels.get(column.meaning, ""),
    )


def _letters(column: int) -> str:
    """Return how a spreadsheet calls a column."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
