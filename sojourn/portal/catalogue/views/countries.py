"""One country: what one can do there, and what to know before going."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import public_page, public_view
from sojourn.portal.catalogue.presenters import institutions
from sojourn.portal.shared import errors, urls


@require_safe
@public_view
def countries(request: HttpRequest) -> HttpResponse:
    """Somebody cut the address of a country short: hosts are listed by country."""
    return HttpResponsePermanentRedirect(urls.institutions())


@require_safe
@public_page
def country(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = current_snapshot()
    page = institutions.country_page(snapshot, code)
    if page is not None:
        return render(
            request,
            "portal/catalogue/templates/countries/country.html",
            {"page": page, "section": "find"},
        )
    if institutions.is_known_country(snapshot.records, code.upper()):
        return HttpResponsePermanentRedirect(urls.country(code.upper()))
    return errors.not_found(request)
