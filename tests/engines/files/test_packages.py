"""Text documents that may act when they are opened are refused, with the reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from sojourn.engines.files.packages import ODT, kind
from sojourn.engines.files.refusal import ContentRefusedError

RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(**parts: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def docx(*relationships: str, **parts: str) -> bytes:
    rels = f'<Relationships xmlns="{RELS}">{"".join(relationships)}</Relationships>'
    return package(
        **{
            "[Content_Types].xml": "<x/>",
            "word/document.xml": "<x/>",
            "word/_rels/settings.xml.rels": rels,
            **parts,
        }
    )


def odt(content: str = "<x/>", **parts: str) -> bytes:
    return package(**{"mimetype": ODT.decode(), "content.xml": content, **parts})


def rel(what: str, target: str, mode: str = "") -> str:
    mode = f' TargetMode="{mode}"' if mode else ""
    return f'<Relationship Id="r1" Type="{OFFICE}/{what}" Target="{target}"{mode}/>'


DRAW = 'xmlns:d="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
XLINK = 'xmlns:l="http://www.w3.org/1999/xlink"'
META = f'<m:meta xmlns:m="urn:oasis:names:tc:opendocument:xmlns:meta:1.0" {XLINK}>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (docx(), b"docx"),
        (docx(rel("hyperlink", "https://example.org", "External")), b"docx"),
        (docx(rel("attachedTemplate", "file:///Normal.dotm")), b"docx"),
        (docx(rel("image", "media/image1.png")), b"docx"),
        (odt(), b"odt"),
        (odt(**{"meta.xml": f'{META}<m:template l:href="../x.ott"/></m:meta>'}), b"odt"),
    ],
)
def test_a_plain_document_is_recognised(content: bytes, expected: bytes) -> None:
    assert kind(content) == expected


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (docx(rel("attachedTemplate", "https://evil.example/t.dotm", "External")), "template"),
        (docx(rel("attachedTemplate", r"\\evil\share\t.dotm", "external")), "template"),
        (docx(rel("oleObject", "embeddings/oleObject1.bin")), "object"),
        (docx(rel("oleObject", "https://evil.example/x", "External")), "object"),
        (docx(rel("frame", "https://evil.example/x", "External")), "object"),
        (docx(**{"word/embeddings/oleObject1.bin": "x"}), "object"),
        (docx(**{"word/activeX/activeX1.bin": "x"}), "object"),
        (docx(**{"word/vbaProject.bin": "x"}), "macro"),
        (odt(**{"Basic/Standard/script.xml": "<x/>"}), "macro"),
        (odt(f'<x {DRAW}><d:object-ole/></x>'), "object"),
        (odt(**{"Object 1/content.xml": "<x/>"}), "object"),
        (odt(**{"meta.xml": f'{META}<m:template l:href="https://evil/x"/></m:meta>'}), "template"),
        (docx("<not closed"), "other"),
        (package(x="x"), "other"),
        (b"PK\x03\x04", "other"),
    ],
)  # fmt: skip
def test_a_document_that_may_act_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(ContentRefusedError) as raised:
        kind(content)
    assert raised.value.code == code
