"""A nomination list as a spreadsheet, as a PDF that a screen reader can read, and as data."""

from __future__ import annotations

import datetime as dt
import io
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import xlsxwriter
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sojourn.common.languages import page_language
from sojourn.design import documents
from sojourn.office.shared.spreadsheets import safe_text

TEMPLATE = Path(__file__).with_name("nominations.typ")


@dataclass(frozen=True)
class Host:
    """An institution with the codes by which other systems know it; empty where not known."""

    name: str
    schac: str
    erasmus_code: str
    country: str


@dataclass(frozen=True)
class Nominee:
    """One student; `isced_f` is the field of study, `level` that of the programme."""

    given_name: str
    family_name: str
    email: str
    programme: str
    isced_f: str
    level: str
    year: int | None
    standing: str
    """to-be-named, sent or confirmed"""


@dataclass(frozen=True)
class Sheet:
    """One host's list."""

    title: str
    opportunity: str
    academic_year: str
    deadline: dt.date | None
    made_on: dt.date
    is_example: bool
    home: Host
    host: Host
    starts_on: dt.date | None
    ends_on: dt.date | None
    nominees: tuple[Nominee, ...]


def _columns() -> tuple[str, ...]:
    return (
        _("Family name"),
        _("Given name"),
        _("Mail address"),
        _("Programme"),
        _("Year of study"),
        _("Field (ISCED-F)"),
    )


def _cells(nominee: Nominee) -> tuple[str, ...]:
    return (
        nominee.family_name,
        nominee.given_name,
        nominee.email,
        nominee.programme,
        "" if nominee.year is None else str(nominee.year),
        nominee.isced_f,
    )


def _lines(sheet: Sheet) -> list[str]:
    """Return the head of the list."""
    lines = [
        _("From %(home)s to %(host)s") % {"home": sheet.home.name, "host": sheet.host.name},
        _("Academic year %(year)s") % {"year": sheet.academic_year},
    ]
    if sheet.deadline:
        lines.append(_("Nominate by %(day)s") % {"day": date_format(sheet.deadline, "j F Y")})
    if sheet.is_example:
        lines.append(_("This list is an example. These people do not exist."))
    return lines


def xlsx(sheet: Sheet) -> bytes:
    """Return the list as one sheet."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        page = book.add_worksheet(_("Nominations"))
        bold = book.add_format({"bold": True})
        page.set_column(0, 1, 22)
        page.set_column(2, 3, 34)
        page.set_column(4, 5, 16)
        page.write_string(0, 0, safe_text(sheet.title), bold)
        row = 1
        for line in _lines(sheet):
            page.write_string(row, 0, safe_text(line))
            row += 1
        row += 1
        for column, head in enumerate(_columns()):
            page.write_string(row, column, head, bold)
        for nominee in sheet.nominees:
            row += 1
            for column, text in enumerate(_cells(nominee)):
                page.write_string(row, column, safe_text(text))
    return content.getvalue()


def pdf(sheet: Sheet) -> bytes:
    """Return the list as PDF/UA-1; typst itself refuses what would not be."""
    document = {
        "language": page_language().partition("-")[0],
        "author": sheet.home.name or "Sojourn",
        "title": sheet.title,
        "lines": _lines(sheet),
        "columns": _columns(),
        "rows": [_cells(each) for each in sheet.nominees],
        "count": ngettext("%(count)d student", "%(count)d students", len(sheet.nominees))
        % {"count": len(sheet.nominees)},
        "made": _("made on %(day)s") % {"day": date_format(sheet.made_on, "j F Y")},
    }
    return documents.pdf(TEMPLATE, document)


def data(sheet: Sheet) -> bytes:
    """Return the list as JSON that an exchange can be made from.

    Codes beside names, days in ISO form.
    """
    record = {
        "format": "sojourn-nominations",
        "format_version": 1,
        "is_example": sheet.is_example,
        "sending_institution": asdict(sheet.home),
        "receiving_institution": asdict(sheet.host),
        "opportunity": sheet.opportunity,
        "academic_year": sheet.academic_year,
        "nomination_deadline": _iso(sheet.deadline),
        "planned_arrival": _iso(sheet.starts_on),
        "planned_departure": _iso(sheet.ends_on),
        "students": [asdict(each) for each in sheet.nominees],
    }
    return (json.dumps(record, indent=2, ensure_ascii=False) + "\n").encode()


def _iso(day: dt.date | None) -> str | None:
    return None if day is None else day.isoformat()
