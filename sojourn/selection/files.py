"""The PDFs of applications: checked, kept in the data folder under random names, outside the web.

A file is written before its row and removed after it, so what can be left behind is a file that no
row knows; `sweep` removes those. No row ever names a file that is not there.
"""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common import pdf_files
from sojourn.common.downloads import download
from sojourn.common.pdf_files import CheckedPdf, PdfError
from sojourn.common.stored_files import NoRoomError, write_new
from sojourn.common.virus_scan import is_clean
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Document

LARGEST = pdf_files.LARGEST
# A file younger than this may belong to a transaction that is still open.
SWEEP_AFTER_SECONDS = 3600


class FileError(SelectionError):
    """A file that is not taken; the message says why."""


def check_pdf(upload: UploadedFile[bytes]) -> CheckedPdf:
    """Check that an upload is a PDF that opens. Raises FileError."""
    try:
        return pdf_files.check_pdf(upload)
    except PdfError as error:
        raise FileError(error.message) from error


def write(document: Document, content: bytes) -> None:
    """Write the content to the path of the row, before the row is saved.

    Raises FileError where the virus scanner refuses it or the disk is full, and then nothing is
    left.
    """
    path = path_of(document)
    try:
        write_new(path, content)
    except NoRoomError as error:
        raise FileError(error.message) from error
    if not is_clean(path):
        path.unlink(missing_ok=True)
        raise FileError(_("The virus scanner refuses this file."))


def as_download(document: Document | None, name: str) -> FileResponse:
    """Return the PDF as a download, never as a page.

    Raises Http404 where there is none or its file is gone.
    """
    if document is None:
        raise Http404
    try:
        content = path_of(document).open("rb")
    except FileNotFoundError as error:  # a half restored backup, say
        raise Http404 from error
    return download(content, name, "application/pdf")


def remove(document: Document) -> None:
    path_of(document).unlink(missing_ok=True)


def path_of(document: Document) -> Path:
    return folder() / document.stored_as[:2] / f"{document.stored_as}.pdf"


def folder() -> Path:
    """Return a folder of its own: other areas delete in theirs what has no row."""
    return Path(settings.DATA) / "files" / "applications"


def sweep() -> int:
    """Delete files that belong to no application any more. Return how many."""
    known = set(Document.objects.values_list("stored_as", flat=True))
    oldest = timezone.now().timestamp() - SWEEP_AFTER_SECONDS
    gone = 0
    for path in folder().glob("??/*.pdf"):
        if path.stem not in known and path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
            gone += 1
    return gone
