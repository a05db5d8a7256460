"""The PDFs of applications: checked, kept in the data folder under random names, outside the web.

A file is written before its row and removed after it, so what can be left behind is a file that no
row knows; `sweep` removes those. No row ever names a file that is not there.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.common.child import UnreadableError, read_in_child
from sojourn.common.downloads import download
from sojourn.common.stored_files import NoRoomError, write_new
from sojourn.common.virus_scan import is_clean
from sojourn.selection.errors import SelectionError
from sojourn.selection.models import Document

LARGEST = 5_000_000  # bytes
MOST_PAGES = 30
# A file younger than this may belong to a transaction that is still open.
SWEEP_AFTER_SECONDS = 3600


class FileError(SelectionError):
    """A file that is not taken; the message says why."""


@dataclass(frozen=True)
class CheckedPdf:
    name: str
    content: bytes
    pages: int
    sha256: str


def check_pdf(upload: UploadedFile[bytes]) -> CheckedPdf:
    """Check that an upload is a PDF that opens. Raises FileError."""
    if (upload.size or 0) > LARGEST:
        raise FileError(
            _("The file is %(size)s MB. It can be at most 5 MB: export it smaller.")
            % {"size": f"{(upload.size or 0) / 1_000_000:.1f}"}
        )
    content = upload.read(LARGEST + 1)
    if not content:
        raise FileError(_("The file is empty."))
    if not content.startswith(b"%PDF-"):
        raise FileError(_("This is not a PDF file, although its name says so. Export it as a PDF."))
    pages = _count_pages(content)
    if pages > MOST_PAGES:
        raise FileError(
            _("The file has %(count)d pages; at most %(most)d are allowed.")
            % {"count": pages, "most": MOST_PAGES}
        )
    return CheckedPdf(
        _plain_name(upload.name or ""), content, pages, hashlib.sha256(content).hexdigest()
    )


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


def _count_pages(content: bytes) -> int:
    try:
        count = int(read_in_child("sojourn.engines.files.pdfs:count_pages", content))
    except UnreadableError as error:
        if error.code == "locked":
            raise FileError(
                _("This PDF is locked with a password. Save it without one.")
            ) from error
        raise FileError(_("This PDF does not open: it is damaged. Export it again.")) from error
    if not count:
        raise FileError(_("This PDF has no pages."))
    return count


def _plain_name(name: str) -> str:
    """Return the file's name without anything that breaks a header or a page."""
    plain = "".join(letter for letter in Path(name).name if letter.isprintable())
    stem = plain.removesuffix(".pdf")[:100].strip() or "document"
    return f"{stem}.pdf"
