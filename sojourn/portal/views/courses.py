"""One course, at home or abroad."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot import holder
from sojourn.portal.presenters import courses
from sojourn.portal.public_page import public_page
from sojourn.portal.views import errors


@require_safe
@public_page
def course(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = holder.current()
    record = snapshot.records.courses.get(slug)
    if record is None:
        return errors.missing(request, snapshot.records, "course", slug)
    return render(
        request,
        "portal/courses/course.html",
        {"page": courses.page(snapshot, record), "record": record, "section": "find"},
    )
