"""Small PDFs for tests."""

from __future__ import annotations

import io

from pypdf import PdfWriter


def pdf(pages: int, password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(200, 200)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
