"""One country: what one can do there, and what to know before going."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot import holder
from sojourn.portal.presenters import addresses, hosts
from sojourn.portal.public_page import public_page
from sojourn.portal.views import errors


@require_safe
def countries(request: HttpRequest) -> HttpResponse:
    """Somebody cut the address of a country short: hosts are listed by country."""
    return HttpResponsePermanentRedirect(addresses.institutions())


@require_safe
@public_page
def country(request: HttpRequest, code: str) -> HttpResponse:
    snapshot = holder.current()
    page = hosts.country_page(snapshot, code)
    if page is not None:
        return render(request, "portal/countries/country.html", {"page": page, "section": "find"})
    if hosts.is_known_country(snapshot.records, code.upper()):
        return HttpResponsePermanentRedirect(addresses.country(code.upper()))
    return errors.not_found(request)
