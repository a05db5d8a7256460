"""Pages of advice."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page
from sojourn.portal.catalogue.presenters import guides as guides_presenter
from sojourn.portal.shared import errors


@require_safe
@public_page
def guides(request: HttpRequest) -> HttpResponse:
    shown = [
        guides_presenter.link(guide)
        for guide in guides_presenter.on_the_way(current_snapshot().records)
    ]
    return render(
        request, "portal/catalogue/templates/guides/list.html", {"guides": shown, "section": "how"}
    )


@require_safe
@public_page
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    records = current_snapshot().records
    record = records.guides.get(slug)
    if record is None:
        return errors.missing(request, records, "guide", slug)
    return render(
        request,
        "portal/catalogue/templates/guides/guide.html",
        {"page": guides_presenter.page(records, record), "record": record, "section": "how"},
    )
