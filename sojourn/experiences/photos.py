"""Photos of reports: checked, and re-encoded so that nothing but the picture is left.

A camera writes where and when a picture was taken, with what, sometimes by whom. None of it is
copied: the pixels are decoded, turned the right way up, made smaller and encoded again, so that
whatever else stood in the file (EXIF, GPS, XMP, IPTC, comments, a second file behind the first)
is gone. Files lie in the data folder, outside of what the web server hands out.
"""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID, uuid4

import puremagic
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from sojourn.experiences import publication
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Report, ReportPhoto, ReportState
from sojourn.people import audit

LARGEST_FILE = 12 * 1024 * 1024  # bytes; a telephone's picture has 3 to 8 million
LARGEST_PICTURE = 60_000_000  # pixels; more is a bomb or a poster
LONGEST_SIDE = 1600  # pixels of what is kept
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
_KINDS = {"image/jpeg", "image/png", "image/webp"}


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
    content = upload.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE or not _looks_like_a_photo(content):
        raise ExperienceError(_not_a_photo(), "photo")
    try:
        with warnings.catch_warnings():
            # Pillow warns of a picture that is too large and refuses twice that; we refuse both.
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=FORMATS) as image:
                # Only the head has been read so far: nothing was unpacked yet.
                if image.width * image.height > LARGEST_PICTURE:
                    raise ExperienceError(_too_large(), "photo")
                # A JPEG is decoded at a fraction of its size where that is still enough.
                image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
                upright = ImageOps.exif_transpose(image)
                plain = _flattened(upright)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise ExperienceError(_too_large(), "photo") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError):
        raise ExperienceError(_not_a_photo(), "photo") from None
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
    # A new image that gets the pixels and no more: what Pillow keeps beside them stays behind.
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    written = io.BytesIO()
    bare.save(written, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Picture(written.getvalue(), bare.width, bare.height)


def _looks_like_a_photo(content: bytes) -> bool:
    try:
        return puremagic.from_string(content, mime=True) in _KINDS
    except (puremagic.PureError, ValueError):
        return False


def _flattened(image: Image.Image) -> Image.Image:
    """Convert to plain colours, with white where it was transparent."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        paper = Image.new("RGB", layer.size, "white")
        paper.paste(layer, mask=layer.getchannel("A"))
        return paper
    return image.convert("RGB")


def _not_a_photo() -> str:
    return _("This is not a photo that we can read. Choose a JPEG, PNG or WebP file.")


def _too_large() -> str:
    return _("This picture has more than %(most)d million pixels. Make it smaller first.") % {
        "most": LARGEST_PICTURE // 1_000_000
    }


def save_photo(report: Report, upload: BinaryIO, size: int) -> ReportPhoto:
    """Save the photo of a draft, in place of the one before."""
    picture = reencode(upload, size)
    delete_orphans()
    with transaction.atomic():
        locked = Report.objects.select_for_update().get(pk=report.pk)
        if locked.state != ReportState.DRAFT:
            raise ExperienceError(
                _("This report lies at the office. Take it back first, then change it."), "photo"
            )
        words = remove_photo(locked)
        number = uuid4()
        name = default_storage.save(f"reports/{number.hex}.jpg", ContentFile(picture.content))
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
