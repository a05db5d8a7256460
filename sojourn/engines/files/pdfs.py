"""PDFs: whether they open, and how many pages they have."""

from __future__ import annotations

import io

from pypdf import PdfReader

from sojourn.engines.files.refusal import ContentRefusedError


def count_pages(content: bytes) -> bytes:
    """Return the number of pages, as digits. Raises ContentRefusedError."""
    try:
        reader = PdfReader(io.BytesIO(content))
        count = 0 if reader.is_encrypted else len(reader.pages)
    except MemoryError:
        raise
    except Exception as error:  # pypdf raises whatever a broken file leads it to
        raise ContentRefusedError("damaged") from error
    if reader.is_encrypted:
        raise ContentRefusedError("locked")
    return str(count).encode()
