"""Files are taken by what is in them, kept out of sight, and refused when a scanner says so."""

from __future__ import annotations

import io
import os
import stat
import uuid
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sojourn.advising import files, questions
from sojourn.advising.models import StoredFile
from sojourn.advising.questions import Asker
from sojourn.advising.threads import NewMessage
from tests.advising.people import student

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 40
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 40

pytestmark = pytest.mark.django_db


def package(*names: str, mimetype: str = "") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        if mimetype:
            archive.writestr("mimetype", mimetype)
        for name in names:
            archive.writestr(name, "<x/>")
    return made.getvalue()


DOCX = package("[Content_Types].xml", "word/document.xml")
ODT = package("content.xml", mimetype=files.ODT)


def upload(content: bytes, name: str = "plan.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


@pytest.mark.parametrize(
    ("content", "ending"),
    [(PDF, ".pdf"), (PNG, ".png"), (JPEG, ".jpg"), (DOCX, ".docx"), (ODT, ".odt")],
)
def test_what_it_is_decides_how_it_is_called(content: bytes, ending: str) -> None:
    (kept,) = files.store_uploads([upload(content, "../../My plan.exe")])
    assert kept.name == f"My plan{ending}"
    assert files.path_of(kept.key).read_bytes() == content


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"MZ" + b"\x00" * 200,
        b"#!/bin/sh\nrm -rf /\n",
        b"GIF89a" + PDF,
        package("evil.exe"),
        package("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        package("Basic/Standard/script.xml", mimetype=files.ODT),
        b"PK\x03\x04 broken",
        b"just words",
    ],
)
def test_anything_else_is_refused_whatever_it_is_called(content: bytes) -> None:
    with pytest.raises(files.FileRefusedError) as refused:
        files.store_uploads([upload(content, "plan.pdf")])
    assert "plan.pdf" in refused.value.message


def test_too_large_or_too_many_are_refused_and_none_is_kept() -> None:
    files.delete_strays()  # where the clock is moved, those of other tests are old
    before = set(_all_files())
    with pytest.raises(files.FileRefusedError):
        files.store_uploads([upload(PDF), upload(PDF + b"\x00" * files.LARGEST_FILE, "big.pdf")])
    with pytest.raises(files.FileRefusedError):
        files.store_uploads([upload(PDF)] * (files.MOST_FILES + 1))
    assert set(_all_files()) == before


def test_the_folder_gives_nothing_away(settings: Any) -> None:
    (kept,) = files.store_uploads([upload(PDF, "Jansen, Anna.pdf")])
    path = files.path_of(kept.key)
    assert "Jansen" not in str(path)
    assert len(kept.key) == 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert not path.is_relative_to(Path(settings.STATIC_ROOT))


@pytest.mark.parametrize(("script", "taken"), [("exit 0", True), ("exit 3", False)])
def test_the_scanner_is_asked_with_the_path(
    settings: Any, tmp_path: Path, script: str, taken: bool
) -> None:
    asked = tmp_path / "asked"
    scanner = tmp_path / "scan.sh"
    scanner.write_text(f'#!/bin/sh\ncat "$2" > {asked}\n{script}\n')
    scanner.chmod(0o700)
    settings.SCAN_COMMAND = f"{scanner} --quiet"
    files.delete_strays()
    before = set(_all_files())
    if taken:
        files.store_uploads([upload(PDF)])
    else:
        with pytest.raises(files.FileRefusedError):
            files.store_uploads([upload(PNG), upload(PDF)])
        assert set(_all_files()) == before
    assert asked.read_bytes() in (PDF, PNG)


def test_a_scanner_that_cannot_run_lets_nothing_through(settings: Any) -> None:
    settings.SCAN_COMMAND = "/no/such/scanner"
    with pytest.raises(files.FileRefusedError):
        files.store_uploads([upload(PDF)])


def test_a_file_that_no_message_came_to_own_goes_after_a_day() -> None:
    kept = files.store_uploads([upload(PDF), upload(PNG, "p.png")])
    asker = Asker(student(), "", "en")
    questions.ask(asker, "Cuba", NewMessage("See the file", uuid.uuid4(), kept[:1]))
    for file in kept:
        old = files.path_of(file.key).stat().st_mtime - 2 * 86_400
        os.utime(files.path_of(file.key), (old, old))
    fresh = files.store_uploads([])
    assert fresh == ()
    assert files.path_of(kept[0].key).exists()
    assert not files.path_of(kept[1].key).exists()
    assert StoredFile.objects.get().key == kept[0].key


def _all_files() -> list[Path]:
    return [path for path in files.path_of("00").parents[1].glob("??/*") if path.is_file()]
