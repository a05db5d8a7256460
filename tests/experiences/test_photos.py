"""Photos: nothing but the picture is kept, and nothing but a fit picture is taken."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from sojourn.catalogue.models import PublishedReport
from sojourn.engines.files.photos import LONGEST_SIDE
from sojourn.experiences import moderation, photos, writing
from sojourn.experiences.errors import ExperienceError
from sojourn.experiences.models import Report, ReportPhoto
from sojourn.people.models import User
from tests.experiences.conftest import FULL

SECRETS = (b"GPS", b"Exif", b"SecretCam", b"52.16", b"http://ns.adobe.com/xap", b"a comment")


def a_photo(width: int = 400, height: int = 300, kind: str = "JPEG", turn: int = 1) -> bytes:
    """A photo as a telephone writes it: with where, when and with what it was taken."""
    image = Image.new("RGB", (width, height), "navy")
    exif = Image.Exif()
    exif[0x0110] = "SecretCam 3000"
    exif[0x0112] = turn
    exif.get_ifd(0x8825).update(
        {1: "N", 2: (52.0, 9.0, 36.0), 3: "E", 4: (4.0, 28.0, 48.0), 27: b"52.16 GPS"}
    )
    out = io.BytesIO()
    more = {"comment": b"a comment", "xmp": b"<x:xmpmeta http://ns.adobe.com/xap/>"}
    image.save(out, kind, exif=exif, **(more if kind == "JPEG" else {}))
    return out.getvalue()


def made(content: bytes) -> photos.Picture:
    return photos.reencode(io.BytesIO(content), len(content))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_loses_where_it_was_taken(kind: str) -> None:
    content = a_photo(kind=kind)
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)  # it was there
    picture = made(content)
    kept = Image.open(io.BytesIO(picture.content))
    assert not kept.getexif()
    assert not set(kept.info) & {"exif", "xmp", "comment", "icc_profile", "photoshop"}
    for secret in SECRETS:
        assert secret not in picture.content


def test_a_photo_is_turned_the_right_way_up_before_that_is_forgotten() -> None:
    picture = made(a_photo(400, 300, turn=6))
    assert (picture.width, picture.height) == (300, 400)


@pytest.mark.slow
def test_a_large_photo_becomes_smaller() -> None:
    picture = made(a_photo(4000, 3000))
    assert max(picture.width, picture.height) == LONGEST_SIDE


def test_what_is_hidden_behind_the_picture_is_gone() -> None:
    assert b"<?php" not in made(a_photo() + b"<?php evil(); ?>").content


def test_a_see_through_picture_stands_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(out, "PNG")
    kept = Image.open(io.BytesIO(made(out.getvalue()).content))
    assert kept.getpixel((5, 5)) == (255, 255, 255)


def a_bomb(side: int) -> bytes:
    """A PNG that says it is `side` pixels square and is a few bytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.slow
@pytest.mark.parametrize("side", [8_000, 12_000, 60_000])
def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    with pytest.raises(ExperienceError, match="pixels"):
        made(a_bomb(side))


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"", b"hello", b"%PDF-1.7 ...", b"GIF89a" + b"\0" * 40, b"<svg xmlns='x'/>",
        a_photo()[:200], b"\xff\xd8\xff\xe0" + b"\0" * 100, a_bomb(100),
    ],
)  # fmt: skip
def test_what_is_no_photo_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(ExperienceError) as raised:
        made(content)
    assert raised.value.field == "photo"


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "LARGEST_FILE", 1000)
    with pytest.raises(ExperienceError, match="larger"):
        made(a_photo())


@pytest.mark.slow
def test_the_name_of_the_upload_is_nowhere(draft: Report) -> None:
    content = a_photo()
    photo = photos.save_photo(draft, io.BytesIO(content), len(content))
    assert photo.file == f"reports/{photo.pk.hex}.jpg"
    assert photos.content_of(photo)


@pytest.mark.slow
def test_a_new_photo_takes_the_place_of_the_old(
    draft: Report, django_capture_on_commit_callbacks: object
) -> None:
    content = a_photo()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        first = photos.save_photo(draft, io.BytesIO(content), len(content))
        photos.save_photo(draft, io.BytesIO(content), len(content))
    assert ReportPhoto.objects.filter(report=draft).count() == 1
    assert not default_storage.exists(first.file)


@pytest.mark.slow
def test_a_photo_is_public_only_while_its_report_is_and_its_writer_agrees(
    draft: Report, coordinator: User
) -> None:
    content = a_photo()
    photo = photos.save_photo(draft, io.BytesIO(content), len(content))
    writing.change_consents(draft.pk, frozenset({"photo"}))
    assert photos.published_photo(photo.pk) is None
    writing.submit(draft.pk)
    draft.refresh_from_db()
    moderation.publish(coordinator, draft.pk, draft.revision)
    assert photos.published_photo(photo.pk) == photo
    assert PublishedReport.objects.get(title_en=FULL.title).photo == str(photo.pk)
    writing.change_consents(draft.pk, frozenset())
    assert photos.published_photo(photo.pk) is None
    assert PublishedReport.objects.get(title_en=FULL.title).photo == ""


def test_files_that_nobody_names_are_swept_up(draft: Report) -> None:
    content = a_photo()
    photo = photos.save_photo(draft, io.BytesIO(content), len(content))
    default_storage.save("reports/lost.jpg", io.BytesIO(b"x"))  # type: ignore[arg-type]
    assert photos.delete_orphans(older_than=-1) >= 1
    assert default_storage.exists(photo.file)
    assert not default_storage.exists("reports/lost.jpg")
