"""The files of coming home, handed out."""

from __future__ import annotations

import io

from django.http import FileResponse

from sojourn.common.downloads import download
from sojourn.mobility.models import CertifiedDays, Transcript, TranscriptKind

_TYPES = {TranscriptKind.PDF: "application/pdf", TranscriptKind.ELMO: "application/xml"}


def transcript(row: Transcript) -> FileResponse:
    """Hand out a transcript, as a download and never as a page."""
    kind = TranscriptKind(row.kind)
    ending = "pdf" if kind == TranscriptKind.PDF else "xml"
    content = io.BytesIO(bytes(row.content))
    return download(content, f"transcript-{row.number}.{ending}", _TYPES[kind])


def certificate(row: CertifiedDays) -> FileResponse:
    """Hand out the paper of a certificate of days."""
    content = io.BytesIO(bytes(row.content or b""))
    return download(content, f"certificate-{row.number}.pdf", "application/pdf")
