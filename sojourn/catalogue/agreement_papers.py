"""The signed papers of agreements: PDFs in the data folder, for those who work on the agreement.

A file is written before its row. What is removed stays and can be put back.
"""

from __future__ import annotations

import uuid
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from sojourn.catalogue import services
from sojourn.catalogue.models import Agreement, AgreementDocument
from sojourn.common.downloads import download
from sojourn.common.pdf_files import PdfError, check_pdf
from sojourn.common.stored_files import NoRoomError, write_new
from sojourn.common.virus_scan import is_clean
from sojourn.people import audit
from sojourn.people.models import User


def add(agreement: Agreement, upload: UploadedFile[bytes], actor: User) -> AgreementDocument:
    """Keep a paper with an agreement; the same one sent again is there once. Raises PdfError."""
    checked = check_pdf(upload)
    row = AgreementDocument(
        agreement=agreement,
        name=checked.name[:120],
        pages=checked.pages,
        size=len(checked.content),
        sha256=checked.sha256,
        stored_as=uuid.uuid4().hex,
        added_by=actor,
    )
    path = path_of(row)
    try:
        write_new(path, checked.content)
    except NoRoomError as error:
        raise PdfError(error.message) from error
    if not is_clean(path):
        path.unlink(missing_ok=True)
        raise PdfError(_("The virus scanner refuses this file."))
    with services.changing_catalogue():
        there = agreement.documents.filter(sha256=row.sha256, removed_at__isnull=True).first()
        if there is not None:
            path.unlink(missing_ok=True)
            return there
        row.save()
        _record("catalogue.paper_added", row, actor)
    return row


def remove(row: AgreementDocument, actor: User) -> None:
    """Take a paper away; it can be put back."""
    with services.changing_catalogue():
        changed = AgreementDocument.objects.named_by_link(pk=row.pk, removed_at__isnull=True)
        if changed.update(removed_at=timezone.now()):
            _record("catalogue.paper_removed", row, actor)


def put_back(row: AgreementDocument, actor: User) -> None:
    """Put a paper back, unless the same one is there."""
    with services.changing_catalogue():
        if row.agreement.documents.filter(sha256=row.sha256, removed_at__isnull=True).exists():
            return
        changed = AgreementDocument.objects.named_by_link(pk=row.pk, removed_at__isnull=False)
        if changed.update(removed_at=None):
            _record("catalogue.paper_put_back", row, actor)


def as_download(row: AgreementDocument) -> FileResponse:
    """Return the paper as a download. Raises Http404 where its file is gone."""
    try:
        content = path_of(row).open("rb")
    except FileNotFoundError as error:  # a half restored backup, say
        raise Http404 from error
    return download(content, row.name, "application/pdf")


def path_of(row: AgreementDocument) -> Path:
    folder = Path(settings.DATA) / "files" / "agreements"
    return folder / row.stored_as[:2] / f"{row.stored_as}.pdf"


def _record(action: str, row: AgreementDocument, actor: User) -> None:
    # Not its name: the trail of an agreement is read by more people than its papers.
    audit.record(action, actor=actor, about=None, on=row.agreement, details={"paper": str(row.pk)})
