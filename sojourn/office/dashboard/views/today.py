"""The office's first page: what waits for somebody today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.office.dashboard.presenters import today as shown
from sojourn.office.shared.access import office_page


@require_safe
@office_page
def today(request: HttpRequest) -> HttpResponse:
    page = shown.page(timezone.now())
    return render(request, "office/dashboard/templates/today.html", {"part": "today", "page": page})
