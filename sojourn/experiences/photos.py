"""Photos of reports: checked, and re-encoded so that nothing but the picture is left.

A camera writes where and when a picture was taken, with what, sometimes by whom. None of it is
copied: the pixels are decoded, turned the right way up, made smaller and encoded again, so that
whatever else stood in the file (EXIF, GPS, XMP, IPTC, comments, a second file behind the first)
is gone. That happens in a process with limits of its own. Files lie in the data folder, outside of
what the web server hands out.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image

from sojourn.common.child import UnreadableError, read_in_child
from sojourn.common.stored_files import NoRoomError, write_new
from sojourn.engines.files.photos import LARGEST_PICTURE
from sojourn.experiences import publication
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Report, ReportPhoto, ReportState
from sojourn.people import audit

LARGEST_FILE = 12 * 1024 * 1024  # bytes; a telephone's picture has 3 to 8 million


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture: JPEG, without metadata."""

    content: bytes
    width: int
    height: int


def reencode(upload: BinaryIO, size: int) -> Picture:
    """Re-encode an uploaded picture. Raises ExperienceError for anything but a fit photo."""
    if size > LARGEST_FILE:
        raise ExperienceError(
            _("This file is larger than %(most)d MB. Choose a smaller photo.")
            % {"most": LARGEST_FILE // 1024 // 1024},
            "photo",
        )
    try:
        content = read_in_child("sojourn.engines.files.photos:reencode", upload.read(LARGEST_FILE))
    except UnreadableError as error:
        raise ExperienceError(_why_unreadable(error.code), "photo") from None
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:  # our own; its head is read
        return Picture(content, image.width, image.height)


def _why_unreadable(code: str) -> str:
    if code == "other":
        return _("This is not a photo that we can read. Choose a JPEG, PNG or WebP file.")
    return _(
        "This picture is too large. Make it smaller first: %(most)d million pixels at most."
    ) % {"most": LARGEST_PICTURE // 1_000_000}


def save_photo(report: Report, upload: BinaryIO, size: int) -> ReportPhoto:
    """Save the photo of a draft, in place of the one before."""
    picture = reencode(upload, size)
    delete_orphans()
    with transaction.atomic():
        locked = Report.objects.select_for_update().get(pk=report.pk)
        if locked.state != ReportState.DRAFT:
            raise ExperienceError(
                _("The office is reading this report. Withdraw it first, then change it."), "photo"
            )
        words = remove_photo(locked)
        number = uuid4()
        name = f"reports/{number.hex}.jpg"
        try:
            write_new(Path(default_storage.path(name)), picture.content)
        except NoRoomError as error:
            raise ExperienceError(error.message, "photo") from error
        photo = ReportPhoto.objects.create(
            id=number,
            report=locked,
            file=name,
            width=picture.width,
            height=picture.height,
            words=words,
        )
        audit.record("report.photo_added", actor=locked.writer, about=locked.writer, on=locked)
    return photo


def remove_photo(report: Report) -> str:
    """Delete a report's photo, if there is one; return its description."""
    photo = ReportPhoto.objects.filter(report=report).first()
    if photo is None:
        return ""
    _delete_file(photo.file)
    words = photo.words
    photo.delete()
    audit.record("report.photo_removed", actor=report.writer, about=report.writer, on=report)
    return words


def remove_photo_of(number: UUID) -> None:
    """Delete the photo of a report, the published one too; none there: done."""
    with transaction.atomic():
        report = Report.objects.select_for_update().get(pk=number)
        remove_photo(report)
        publication.update_published(report)


def describe(report: Report, words: str) -> None:
    """Set the description of the picture."""
    ReportPhoto.objects.filter(report=report).update(words=words[:200])


def remove_file_of(report: Report) -> None:
    """Delete the file of a report that is about to be deleted."""
    photo = ReportPhoto.objects.filter(report=report).first()
    if photo is not None:
        _delete_file(photo.file)


def _delete_file(name: str) -> None:
    # After the commit: a change that is undone must not have lost the file.
    transaction.on_commit(lambda: default_storage.delete(name))


def content_of(photo: ReportPhoto) -> bytes:
    """Return the picture; nothing where the file is gone."""
    try:
        with default_storage.open(photo.file) as file:
            found: bytes = file.read()
            return found
    except FileNotFoundError:
        return b""


def published_photo(number: UUID) -> ReportPhoto | None:
    """Return the photo if everybody may see it, or None."""
    return (
        ReportPhoto.objects.select_related("report")
        .filter(pk=number, report__state=ReportState.PUBLISHED, report__shows_photo=True)
        .first()
    )


def delete_orphans(older_than: float = 86_400) -> int:
    """Delete files without a row: a process died between the file and its row."""
    if not default_storage.exists("reports"):
        return 0
    _folders, files = default_storage.listdir("reports")
    known = set(ReportPhoto.objects.values_list("file", flat=True))
    gone = 0
    for file in files:
        name = f"reports/{file}"
        age = (timezone.now() - default_storage.get_modified_time(name)).total_seconds()
        if name not in known and age > older_than:
            default_storage.delete(name)
            gone += 1
    return gone
