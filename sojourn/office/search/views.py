"""The search: a page, or its results alone for the box that Ctrl-K opens."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.common.view_marks import lists_people
from sojourn.office.search import presenters
from sojourn.office.shared import seen
from sojourn.office.shared.access import office_page, who
from sojourn.people.permissions import may_enter_office


@require_safe
@lists_people
@office_page(may_enter_office)
def search(request: HttpRequest) -> HttpResponse:
    page = presenters.page(who(request), request.GET.get("q", ""), seen.of(request))
    template = "results" if "box" in request.GET else "search"
    return render(
        request, f"office/search/templates/{template}.html", {"part": "search", "page": page}
    )
