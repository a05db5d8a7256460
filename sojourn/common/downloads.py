"""Hands out a file that somebody sent: always as a download, never as a page of this site."""

from __future__ import annotations

from typing import BinaryIO

from django.http import FileResponse


def download(content: BinaryIO, name: str, media_type: str) -> FileResponse:
    """Return the file as an attachment; no browser guesses its type or runs it."""
    response = FileResponse(content, as_attachment=True, filename=name, content_type=media_type)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
