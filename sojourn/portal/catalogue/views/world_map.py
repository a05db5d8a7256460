"""The map, and the same places as a table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page
from sojourn.portal.catalogue.presenters import world_map


@require_safe
@public_page
def world(request: HttpRequest) -> HttpResponse:
    page = world_map.page(current_snapshot())
    return render(
        request, "portal/catalogue/templates/map/map.html", {"page": page, "section": "map"}
    )
