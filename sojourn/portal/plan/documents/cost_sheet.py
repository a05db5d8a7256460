"""The costs of a stay as a spreadsheet that adds up by itself."""

from __future__ import annotations

import io

import xlsxwriter
from django.utils.translation import gettext as _
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from sojourn.catalogue.snapshot.types import Grant, Records
from sojourn.engines.budget import EuroRange
from sojourn.planning.costs import ItemCosts, StayCosts
from sojourn.portal.plan.presenters import costs as costs_presenter
from sojourn.portal.shared import costs, labels

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")


def as_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula, also after it was saved as CSV."""
    return f"'{text}" if text.startswith(_FORMULA_SIGNS) else text


def xlsx(records: Records, stay: StayCosts) -> bytes:
    """One sheet: lines, grants, what is left to pay; with the sources beside."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(_("Costs"))
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        euros = book.add_format({"num_format": "#,##0.00"})
        total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
        _Writer(sheet, bold, wrapped, euros, total).write(records, stay)
    return content.getvalue()


class _Writer:
    """Writes one plan from the top of a sheet to its end."""

    def __init__(
        self, sheet: Worksheet, bold: Format, wrapped: Format, euros: Format, total: Format
    ) -> None:
        self.sheet = sheet
        self.bold = bold
        self.wrapped = wrapped
        self.euros = euros
        self.total = total
        self.row = 0

    def write(self, records: Records, stay: StayCosts) -> None:
        sheet = self.sheet
        sheet.set_column(0, 0, 36)
        sheet.set_column(1, 3, 12)
        sheet.set_column(4, 4, 14)
        sheet.set_column(5, 5, 90)
        self._text(str(stay.opportunity.title), self.bold)
        place = costs_presenter.where(records, stay.opportunity)
        self._text(", ".join(part for part in (place, costs_presenter.length(stay.days)) if part))
        self._text(_("All amounts in euros, for the whole stay."))
        if stay.missing:
            items = ", ".join(labels.cost_item(item).lower() for item in stay.missing)
            self._text(_("This total is incomplete. Not known yet: %(lines)s.") % {"lines": items})
        self.row += 1
        self._heads(_("Item"))
        first = self.row
        for line in stay.lines:
            if line.is_expected or line.own is not None:
                self._line(line)
        self._sum(_("Costs"), first, self.row, stay.costs)
        costs = self.row
        self.row += 1
        self._heads(_("Grants"))
        first = self.row
        for outcome in stay.grants:
            if outcome.counted != EuroRange.nothing():
                self._amounts(str(outcome.grant.name), outcome.counted)
                sheet.write_string(self.row, 5, as_text(_origin(outcome.grant)), self.wrapped)
                self.row += 1
        self._sum(_("Grants together"), first, self.row, stay.help_received)
        self.row += 1
        self._left(costs, self.row - 1, stay.to_pay)

    def _text(self, text: str, look: Format | None = None) -> None:
        self.sheet.write_string(self.row, 0, as_text(text), look)
        self.row += 1

    def _heads(self, first: str) -> None:
        heads = (first, _("Low"), _("Typical"), _("High"), _("Your figure"), _("Where from"))
        for column, head in enumerate(heads):
            self.sheet.write_string(self.row, column, head, self.bold)
        self.row += 1

    def _line(self, line: ItemCosts) -> None:
        name = labels.cost_item(line.item)
        if line.estimate is None:
            self.sheet.write_string(self.row, 0, name)
        else:
            self._amounts(name, line.estimate)
        if line.own is not None:
            self.sheet.write_number(self.row, 4, float(line.own), self.euros)
        parts = [costs_presenter.figure_in_words(figure) for figure in line.figures]
        if line.reported is not None:
            parts.append(costs.reported(line.reported))
        stay = "\n".join(parts) or _("not known")
        self.sheet.write_string(self.row, 5, as_text(stay), self.wrapped)
        self.row += 1

    def _amounts(self, name: str, amount: EuroRange) -> None:
        self.sheet.write_string(self.row, 0, as_text(name))
        for column, value in enumerate((amount.low, amount.typical, amount.high), 1):
            self.sheet.write_number(self.row, column, float(value), self.euros)

    def _sum(self, name: str, first: int, after: int, amount: EuroRange) -> None:
        """Return a row of sums: one's own figure stands for all three where there is one."""
        self.sheet.write_string(self.row, 0, name, self.bold)
        values = (amount.low, amount.typical, amount.high)
        for column, letter, value in zip((1, 2, 3), "BCD", values, strict=True):
            if after == first:
                self.sheet.write_number(self.row, column, 0, self.total)
                continue
            cells, own = f"{letter}{first + 1}:{letter}{after}", f"E{first + 1}:E{after}"
            formula = f"=SUMPRODUCT(ISBLANK({own})*{cells})+SUM({own})"
            self.sheet.write_formula(self.row, column, formula, self.total, float(value))
        self.row += 1

    def _left(self, costs: int, grants: int, amount: EuroRange) -> None:
        """Pair the lowest cost with the most help, and so on."""
        self.sheet.write_string(self.row, 0, _("You pay"), self.bold)
        pairs = zip((1, 2, 3), "BCD", "DCB", (amount.low, amount.typical, amount.high), strict=True)
        for column, cost, help_received, value in pairs:
            formula = f"=MAX(0,{cost}{costs}-{help_received}{grants})"
            self.sheet.write_formula(self.row, column, formula, self.total, float(value))
        self.row += 1


def _origin(grant: Grant) -> str:
    titles = [source.title for source in grant.sources]
    return "; ".join([costs_presenter.origin(grant), *titles])
