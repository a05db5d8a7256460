"""The documents of an agreement, handed out: what was signed, or a draft to read."""

from __future__ import annotations

import io

from django.http import FileResponse

from sojourn.common.downloads import download
from sojourn.mobility.agreements import document
from sojourn.mobility.models import AgreementPaper, AgreementVersion, SignedDocument


def pdf_of(version: AgreementVersion) -> FileResponse:
    """Hand out the kept bytes of a signed version; any other is made to be read."""
    kept = SignedDocument.objects.filter(version=version).first()
    content = bytes(kept.pdf) if kept else document.pdf(version)
    name = f"agreement-{version.number}{'' if kept else '-not-signed'}.pdf"
    return download(io.BytesIO(content), name, "application/pdf")


def paper(row: AgreementPaper) -> FileResponse:
    """Hand out a file that shows a signature."""
    return download(io.BytesIO(bytes(row.content)), f"signed-{row.pk}.pdf", "application/pdf")
