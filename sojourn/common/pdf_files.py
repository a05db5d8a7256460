"""PDFs that people send: looked at before they are kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from sojourn.common.child import UnreadableError, read_in_child

LARGEST = 5_000_000  # bytes
MOST_PAGES = 30


class PdfError(Exception):
    """A file that is not taken; the message is for whoever sent it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class CheckedPdf:
    name: str
    content: bytes
    pages: int
    sha256: str


def check_pdf(upload: UploadedFile[bytes]) -> CheckedPdf:
    """Check that an upload is a PDF that opens. Raises PdfError."""
    if (upload.size or 0) > LARGEST:
        raise PdfError(
            _("The file is %(size)s MB. It can be at most 5 MB: export it smaller.")
            % {"size": f"{(upload.size or 0) / 1_000_000:.1f}"}
        )
    content = upload.read(LARGEST + 1)
    if not content:
        raise PdfError(_("The file is empty."))
    if not content.startswith(b"%PDF-"):
        raise PdfError(_("This is not a PDF file, although its name says so. Export it as a PDF."))
    pages = _count_pages(content)
    if pages > MOST_PAGES:
        raise PdfError(
            _("The file has %(count)d pages; at most %(most)d are allowed.")
            % {"count": pages, "most": MOST_PAGES}
        )
    return CheckedPdf(
        _plain_name(upload.name or ""), content, pages, hashlib.sha256(content).hexdigest()
    )


def _count_pages(content: bytes) -> int:
    try:
        count = int(read_in_child("sojourn.engines.files.pdfs:count_pages", content))
    except UnreadableError as error:
        if error.code == "locked":
            raise PdfError(_("This PDF is locked with a password. Save it without one.")) from error
        raise PdfError(_("This PDF does not open: it is damaged. Export it again.")) from error
    if not count:
        raise PdfError(_("This PDF has no pages."))
    return count


def _plain_name(name: str) -> str:
    """Return the file's name without anything that breaks a header or a page."""
    plain = "".join(letter for letter in Path(name).name if letter.isprintable())
    stem = plain.removesuffix(".pdf")[:100].strip() or "document"
    return f"{stem}.pdf"
