"""The files of an agreement: documents handed out, and signed papers taken in."""

from __future__ import annotations

import io

from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse
from django.utils.translation import gettext as _

from sojourn.common.downloads import download
from sojourn.mobility.agreements import document, signing
from sojourn.mobility.errors import MobilityError
from sojourn.mobility.models import (
    AgreementPaper,
    AgreementVersion,
    SignedDocument,
    SigningRequest,
)
from sojourn.people.models import User
from sojourn.selection.files import check_pdf


def pdf_of(version: AgreementVersion) -> FileResponse:
    """Hand out the kept bytes of a signed version; any other is made to be read."""
    kept = SignedDocument.objects.filter(version=version).first()
    content = bytes(kept.pdf) if kept else document.pdf(version)
    name = f"agreement-{version.number}{'' if kept else '-not-signed'}.pdf"
    return download(io.BytesIO(content), name, "application/pdf")


def take_paper(
    request: SigningRequest, upload: UploadedFile[bytes] | None, *, actor: User | None
) -> None:
    """Keep what was sent as a signed paper. Raises an error where it is no PDF, or nothing."""
    if upload is None:
        raise MobilityError(_("Choose the file first."))
    checked = check_pdf(upload)
    signing.bring_paper(request, checked.name, checked.content, actor=actor)


def paper(row: AgreementPaper) -> FileResponse:
    """Hand out a file that shows a signature."""
    return download(io.BytesIO(bytes(row.content)), f"signed-{row.pk}.pdf", "application/pdf")
