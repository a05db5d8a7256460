"""One course, at home or abroad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot import holder
from sojourn.portal.presenters import courses, likeness
from sojourn.portal.public_page import public_page
from sojourn.portal.views import errors


@require_safe
def course(request: HttpRequest, slug: str) -> HttpResponse:
    """The page is kept for everybody once the course was compared with the others."""
    view = public_page(_course) if likeness.is_ready(holder.current(), slug) else _course
    return view(request, slug)


def _course(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = holder.current()
    record = snapshot.records.courses.get(slug)
    if record is None:
        return errors.missing(request, snapshot.records, "course", slug)
    return render(
        request,
        "portal/courses/course.html",
        {
            "page": courses.page(snapshot, record),
            "record": record,
            "equivalents": likeness.equivalents(snapshot, record),
            "section": "find",
        },
    )
