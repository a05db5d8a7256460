"""Files that people send along: checked by content, scanned, kept outside the web root.

A file is written and scanned before the transaction of its message begins, so that no lock waits
for a scanner. What makes it somebody's is its row; a file without a row, left by a message that
was not sent after all, goes after a day (`delete_strays`).
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import puremagic
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.advising.errors import AdvisingError
from sojourn.advising.models import Message, Question, Side, StoredFile
from sojourn.common.child import UnreadableError, read_in_child
from sojourn.common.data_folder import data_folder
from sojourn.common.downloads import download
from sojourn.common.stored_files import NoRoomError, write_new
from sojourn.common.virus_scan import is_clean

logger = logging.getLogger("sojourn.files")

MOST_FILES = 5
LARGEST_FILE = 10_000_000
MOST_FILES_A_DAY = 15
"""With one question, by somebody without an account."""
STRAY_AFTER = dt.timedelta(days=1)
LONGEST_NAME = 100

# What may be sent, by what the content says, and the ending under which it is handed out.
PDF, PNG, JPEG = "application/pdf", "image/png", "image/jpeg"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
ENDINGS = {PDF: ".pdf", PNG: ".png", JPEG: ".jpg", DOCX: ".docx", ODT: ".odt"}
_ZIP = b"PK\x03\x04"
_PACKAGES = {b"docx": DOCX, b"odt": ODT}
_NOT_IN_A_NAME = re.compile(r"[^\w .,()+-]+")


class FileRefusedError(AdvisingError):
    """A file that is not taken; the message names it and says why."""


@dataclass(frozen=True)
class ReceivedFile:
    """A checked file in the folder that belongs to no message yet."""

    name: str
    media_type: str
    size: int
    key: str


def store_uploads(uploads: Sequence[UploadedFile[bytes]]) -> tuple[ReceivedFile, ...]:
    """Check every file, then store all. Raises FileRefusedError, and then stores none."""
    if len(uploads) > MOST_FILES:
        raise FileRefusedError(
            _("Send at most %(most)d files at a time; these were %(count)d.")
            % {"most": MOST_FILES, "count": len(uploads)}
        )
    delete_strays()
    checked = [(upload, *_check(upload)) for upload in uploads]
    kept: list[ReceivedFile] = []
    try:
        for upload, content, media_type in checked:
            kept.append(_store(_shown_name(upload.name or "", media_type), content, media_type))
    except FileRefusedError:
        for file in kept:
            path_of(file.key).unlink(missing_ok=True)
        raise
    return tuple(kept)


def require_few_today(question: Question, uploads: int, now: dt.datetime) -> None:
    """Refuse files beyond what a visitor may add to one thread a day. Raises FileRefusedError."""
    sent = StoredFile.objects.filter(
        message__question=question,
        message__side=Side.ASKER,
        message__written_at__gt=now - dt.timedelta(days=1),
    ).count()
    if uploads and sent + uploads > MOST_FILES_A_DAY:
        raise FileRefusedError(
            _("At most %(most)d files a day can be sent with one question. Send the rest tomorrow.")
            % {"most": MOST_FILES_A_DAY}
        )


def attach(message: Message, files: Iterable[ReceivedFile]) -> None:
    """Attach the files to a message, in the transaction in which it is written."""
    StoredFile.objects.bulk_create(
        StoredFile(
            message=message,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            key=file.key,
        )
        for file in files
    )


def open_file(file: StoredFile) -> BinaryIO | None:
    """Open the content; None where the folder lost it."""
    try:
        return path_of(file.key).open("rb")
    except FileNotFoundError:
        logger.warning("the content of a stored file is missing")
        return None


def as_download(file: StoredFile | None) -> FileResponse:
    """Return the file as a download, never as a page.

    Raises Http404 where there is none or the folder lost it.
    """
    content = open_file(file) if file else None
    if file is None or content is None:
        raise Http404
    return download(content, file.name, file.media_type)


def path_of(key: str) -> Path:
    """Return where the content of a key is. Keys are made here and are plain hexadecimal."""
    return _folder() / key[:2] / key


def delete_strays() -> int:
    """Delete files that belong to no message after a day. Return how many.

    Done whenever somebody sends files, so that it needs no clock.
    """
    oldest = (timezone.now() - STRAY_AFTER).timestamp()
    gone = 0
    for path in _folder().glob("??/*"):
        try:
            if path.stat().st_mtime > oldest:
                continue
        except FileNotFoundError:
            continue
        if not StoredFile.objects.filter(key=path.name).exists():
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return data_folder() / "files"


def _check(upload: UploadedFile[bytes]) -> tuple[bytes, str]:
    """Check an upload; return its content and type. Raises FileRefusedError."""
    name = _short(upload.name or "")
    if (upload.size or 0) > LARGEST_FILE:
        raise FileRefusedError(
            _("“%(name)s” is larger than %(most)d MB. Make it smaller, or send a part of it.")
            % {"name": name, "most": LARGEST_FILE // 1_000_000}
        )
    content = upload.read()
    if not content:
        raise FileRefusedError(_("“%(name)s” is empty.") % {"name": name})
    try:
        return content, type_of(content)
    except UnreadableError as error:
        raise FileRefusedError(_why_refused(error.code) % {"name": name}) from error


def _why_refused(code: str) -> str:
    return {
        "macro": _("“%(name)s” has macros. Save it without them, or as a PDF."),
        "template": _(
            "“%(name)s” fetches a template from another computer when it is opened. Save it as a"
            " PDF."
        ),
        "object": _("“%(name)s” has the file of another program inside. Save it as a PDF."),
        "limit": _("“%(name)s” is too complicated to check. Save it as a PDF."),
    }.get(code, _("“%(name)s” is not a PDF, PNG, JPEG, Word (.docx) or OpenDocument (.odt) file."))


def type_of(content: bytes) -> str:
    """Return the type of the content, whatever its name says.

    Raises UnreadableError where it is refused.
    """
    if content.startswith(_ZIP):
        return _PACKAGES[read_in_child("sojourn.engines.files.packages:kind", content)]
    try:
        matches = puremagic.magic_string(content)
    except (puremagic.PureError, ValueError):
        raise UnreadableError("other") from None
    best = matches[0].mime_type if matches else ""
    if best not in (PDF, PNG, JPEG):
        raise UnreadableError("other")
    return best


def _store(name: str, content: bytes, media_type: str) -> ReceivedFile:
    key = secrets.token_hex(24)
    path = path_of(key)
    try:
        write_new(path, content)
    except NoRoomError as error:
        raise FileRefusedError(error.message) from error
    if not is_clean(path):
        path.unlink(missing_ok=True)
        raise FileRefusedError(_("The virus scanner refuses “%(name)s”.") % {"name": name})
    return ReceivedFile(name, media_type, len(content), key)


def _shown_name(name: str, media_type: str) -> str:
    """Return a name that is safe in file systems and headers, with the ending of its type."""
    stem = Path(name.replace("\\", "/")).stem
    plain = _NOT_IN_A_NAME.sub("_", stem).strip(" ._")[:LONGEST_NAME] or "file"
    return plain + ENDINGS[media_type]


def _short(name: str) -> str:
    return name if len(name) <= 40 else name[:39] + "…"
