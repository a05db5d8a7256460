"""Text documents that are zip files (DOCX, ODT): recognised, and refused where they may act.

A macro runs; a template on another computer is fetched when the document is opened and may bring
macros; an embedded object is a program's file inside the document.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError, iterparse

from sojourn.engines.files.refusal import ContentRefusedError

ODT = b"application/vnd.oasis.opendocument.text"
_ELSEWHERE = ("http:", "https:", "ftp:", "smb:", "//", "\\\\")
_OBJECTS = ("oleObject", "control", "package", "subDocument", "frame", "aFChunk")


def kind(content: bytes) -> bytes:
    """Return `docx` or `odt`. Raises ContentRefusedError for anything else, and says why."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = set(package.namelist())
            if "word/document.xml" in names and "[Content_Types].xml" in names:
                _check_docx(package, names)
                return b"docx"
            if _says_odt(package, names):
                _check_odt(package, names)
                return b"odt"
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, ValueError, ParseError):
        raise ContentRefusedError("other") from None
    raise ContentRefusedError("other")


def _says_odt(package: zipfile.ZipFile, names: set[str]) -> bool:
    if "mimetype" not in names or package.getinfo("mimetype").file_size > 100:
        return False
    return package.read("mimetype").strip() == ODT


def _check_docx(package: zipfile.ZipFile, names: set[str]) -> None:
    if any("vbaproject" in name.lower() for name in names):
        raise ContentRefusedError("macro")
    if any("/embeddings/" in name or "/activeX/" in name for name in names):
        raise ContentRefusedError("object")
    for name in sorted(names):
        if name.endswith(".rels"):
            with package.open(name) as part:
                for element in _elements(part, "Relationship"):
                    what = element.get("Type", "").rpartition("/")[2]
                    is_elsewhere = element.get("TargetMode", "").lower() == "external"
                    if what == "attachedTemplate" and is_elsewhere:
                        raise ContentRefusedError("template")
                    if what in _OBJECTS:
                        raise ContentRefusedError("object")


def _check_odt(package: zipfile.ZipFile, names: set[str]) -> None:
    if any(name.startswith(("Basic/", "Scripts/")) for name in names):
        raise ContentRefusedError("macro")
    if any(name.startswith(("ObjectReplacements/", "Object ")) for name in names):
        raise ContentRefusedError("object")
    for name in ("meta.xml", "content.xml"):
        if name not in names:
            continue
        with package.open(name) as part:
            for element in _elements(part, "template", "object", "object-ole", "applet", "plugin"):
                is_template = element.tag.endswith("}template")
                place = next((value for key, value in element.items() if key.endswith("}href")), "")
                if not is_template:
                    raise ContentRefusedError("object")
                if place.lower().startswith(_ELSEWHERE):
                    raise ContentRefusedError("template")


def _elements(part: IO[bytes], *names: str) -> Iterator[Element]:
    # The entities of a hostile file end this process by its limits, and no other.
    for _event, element in iterparse(part):  # noqa: S314
        if element.tag.rpartition("}")[2] in names:
            yield element
        element.clear()
