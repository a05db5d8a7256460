"""The file for the finance office: who, which grant, what is due, paid and open; no more.

Names and the confirmed student number say who it is; the finance office has the bank numbers. What
a cell says is never taken for a formula, and amounts are numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from decimal import Decimal

import xlsxwriter
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from sojourn.mobility.models import StayGrant
from sojourn.mobility.money_lists import to_do_of
from sojourn.mobility.money_wording import name_of
from sojourn.mobility.states import GrantState
from sojourn.office.shared.spreadsheets import CSV, XLSX, safe_text
from sojourn.people.models import StudentNumber, User

KINDS = {"xlsx": XLSX, "csv": CSV}
Line = Sequence[str | Decimal]


def headings() -> list[str]:
    return [
        _("Student number"), _("Family name"), _("Given name"), _("Grant"), _("Year"),
        _("First day"), _("Last day"), _("State"), _("To do"), _("Currency"), _("Promised"),
        _("Due"), _("Paid"), _("Still to pay"), _("To come back"), _("Number in Sojourn"),
    ]  # fmt: skip


def rows(found: QuerySet[StayGrant], reader: User) -> Iterator[Line]:
    """Yield a line for each grant."""
    numbers = dict(
        StudentNumber.objects.visible_to(reader)
        .filter(owner__in=found.order_by().values("stay__student"), confirmed_at__isnull=False)
        .values_list("owner", "number")
    )
    for row in found.order_by("year", "slug", "stay__student__last_name", "pk"):
        stay, student = row.stay, row.stay.student
        what = to_do_of(row)
        left = row.due - row.paid
        yield (
            numbers.get(student.pk, ""),
            student.last_name or student.email,
            student.first_name,
            name_of(row),
            str(row.year),
            stay.starts_on.isoformat() if stay.starts_on else "",
            stay.ends_on.isoformat() if stay.ends_on else "",
            str(GrantState(row.state).label),
            str(what.label) if what else "",
            row.currency,
            row.promised,
            row.due,
            row.paid,
            max(left, Decimal(0)),
            max(-left, Decimal(0)),
            str(row.uuid),
        )


def written(kind: str, lines: Sequence[Line]) -> bytes:
    """Write the lines as a spreadsheet or as CSV."""
    return _csv(lines) if kind == "csv" else _xlsx(lines)


def _csv(lines: Sequence[Line]) -> bytes:
    content = io.StringIO(newline="")
    writer = csv.writer(content)
    writer.writerow([safe_text(each) for each in headings()])
    for line in lines:
        # An amount is written by us and never begins like a formula.
        writer.writerow(
            [safe_text(each) if isinstance(each, str) else f"{each:.2f}" for each in line]
        )
    return content.getvalue().encode("utf-8-sig")


def _xlsx(lines: Sequence[Line]) -> bytes:
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(_("Grants"))
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(headings()), 18)
        for column, heading in enumerate(headings()):
            sheet.write_string(0, column, safe_text(heading), bold)
        for number, line in enumerate(lines, start=1):
            for column, value in enumerate(line):
                if isinstance(value, str):
                    sheet.write_string(number, column, safe_text(value))
                else:
                    sheet.write_number(number, column, float(value), money)
    return content.getvalue()
