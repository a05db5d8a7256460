"""Where one stands: the road, the top five, what to do next."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.planning.current import plan_of
from sojourn.portal.private_page import private_page


@require_safe
@private_page
def overview(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/plan/overview.html", {"plan": plan_of(request)})
