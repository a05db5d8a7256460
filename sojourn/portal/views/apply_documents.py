"""The PDFs of one's own application, read back. Nobody else reaches them here."""

from __future__ import annotations

import uuid

from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from sojourn.portal.views.apply_form import application_or_404, own_page
from sojourn.selection import files


@require_safe
@own_page
def document(request: HttpRequest, slug: str, number: uuid.UUID) -> FileResponse:
    application = application_or_404(request, slug)
    found = application.documents.filter(uuid=number).first()
    if found is None:
        raise Http404
    try:
        content = files.open_file(found)
    except files.FileError as error:
        raise Http404 from error
    return FileResponse(
        content, as_attachment=True, filename=found.name, content_type="application/pdf"
    )
