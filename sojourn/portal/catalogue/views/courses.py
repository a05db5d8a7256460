"""One course, at home or abroad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page, public_view
from sojourn.portal.catalogue.presenters import courses
from sojourn.portal.shared import errors, similarity


@require_safe
@public_view
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a course; the page is kept for everyone once all were compared."""
    view = public_page(_course) if similarity.is_ready(current_snapshot()) else _course
    return view(request, slug)


def _course(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = current_snapshot()
    record = snapshot.records.courses.get(slug)
    if record is None:
        return errors.missing(request, snapshot.records, "course", slug)
    return render(
        request,
        "portal/catalogue/templates/courses/course.html",
        {
            "page": courses.page(snapshot, record),
            "record": record,
            "equivalents": similarity.equivalents(snapshot, record),
            "section": "find",
        },
    )
