"""Tables in a file that somebody sent, read in a process of its own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sojourn.common.child import UnreadableError, read_in_child
from sojourn.engines.files.tables import MOST_COLUMNS, MOST_LINES, Table, from_json


class TableFileError(Exception):
    """A file without a table that can be read; the message says why to whoever sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def tables_of(content: bytes) -> list[Table]:
    """Return the tables of a file, at least one with rows. Raises TableFileError."""
    try:
        found = from_json(read_in_child("sojourn.engines.files.tables:read_as_json", content))
    except UnreadableError as error:
        raise TableFileError(_why(error.code)) from error
    if not any(table.rows for table in found):
        raise TableFileError(_("The file is empty."))
    return found


def _why(code: str) -> str:
    return {
        "empty": _("The file is empty."),
        "damaged": _("This file does not open: it is damaged."),
        "locked": _("This file is locked with a password. Save it without one."),
        "binary": _("This is neither a spreadsheet (XLSX, XLS, ODS) nor a CSV file."),
        "markup": _(
            "This is a web page or XML file with the name of a spreadsheet. Open "
            "it in a spreadsheet program and save it as XLSX."
        ),
        "xlsb": _("This is an XLSB file. Save it as XLSX."),
        "long": _("The file has more than %(most)d lines.") % {"most": MOST_LINES},
        "wide": _("The file has more than %(most)d columns.") % {"most": MOST_COLUMNS},
    }.get(code, _("This file is far too large or too complicated for a table."))
