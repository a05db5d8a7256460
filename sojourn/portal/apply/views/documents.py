"""The PDFs of one's own application, read back. Nobody else reaches them here."""

from __future__ import annotations

import uuid

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_safe

from sojourn.portal.apply.views.form import application_or_404, own_page
from sojourn.selection import files


@require_safe
@own_page
def document(request: HttpRequest, slug: str, number: uuid.UUID) -> FileResponse:
    application = application_or_404(request, slug)
    found = application.documents.filter(uuid=number).first()
    return files.as_download(found, found.name if found else "")
