"""The office's first page: what waits for somebody today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.dashboard.presenters import today as today_presenter
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import begins_in_office, may_enter_office


@require_safe
@lists_people
@office_page(begins_in_office)
def today(request: HttpRequest) -> HttpResponse:
    """Show what waits; whoever begins elsewhere in the office goes there."""
    if not may_enter_office(request.user):
        return redirect(who(request).office_page)
    page = today_presenter.page(who(request), timezone.now())
    return render(request, "office/dashboard/templates/today.html", {"part": "today", "page": page})
