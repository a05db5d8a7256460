"""With which universities a programme at home has most in common."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.similarity.service import similarity_table
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page, public_view
from sojourn.portal.catalogue.presenters import most_like_home as presenter
from sojourn.portal.shared import similarity


@require_safe
@public_view
def most_like_home(request: HttpRequest) -> HttpResponse:
    """Show the hosts in order; the page is kept for everyone once all courses were compared."""
    view = public_page(_page) if similarity.is_ready(current_snapshot()) else _page
    return view(request)


def _page(request: HttpRequest) -> HttpResponse:
    snapshot = current_snapshot()
    records = snapshot.records
    asked = request.GET.get("programme", "")
    if asked and asked not in records.programmes:
        raise Http404
    table = similarity_table(snapshot)
    page = None
    if table is not None:
        chosen = asked or next(iter(presenter.programmes_with_courses(table)), "")
        if chosen:
            page = presenter.page(snapshot, table, records.programmes[chosen])
    return render(
        request,
        "portal/catalogue/templates/similarity/most-like-home.html",
        {"page": page, "is_ready": table is not None, "section": "alike"},
    )
