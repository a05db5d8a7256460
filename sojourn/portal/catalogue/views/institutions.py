"""Hosts: all of them by country, and one with what one can do there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.common.view_marks import private_page, public_page, public_view
from sojourn.planning.visible_catalogue import visible_snapshot
from sojourn.portal.catalogue.presenters import institutions as institutions_presenter
from sojourn.portal.shared import contacts, errors

SEARCHED_FROM = 24  # more hosts than one sees in two screens
LONGEST_SEARCH = 200


@require_safe
@public_page
def institutions(request: HttpRequest) -> HttpResponse:
    snapshot = current_snapshot()
    asked = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    there = institutions_presenter.abroad(snapshot.records)
    every = institutions_presenter.with_places(snapshot.records, there)
    # Who asks by name finds the others too, and reads there where to go instead.
    found = institutions_presenter.found_by(there, asked) if asked else every
    return render(
        request,
        "portal/catalogue/templates/institutions/list.html",
        {
            "groups": institutions_presenter.by_country(snapshot, found),
            "total": len(every),
            "asked": asked,
            "found": len(found),
            "search": asked or len(every) > SEARCHED_FROM,
            "section": "find",
        },
    )


@require_safe
@public_view
def institution(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Return a host that everyone sees, or that of a place that this student found themselves."""
    if slug in current_snapshot().records.institutions:
        return _for_everybody(request, slug)
    snapshot = visible_snapshot(request.user)
    record = snapshot.records.institutions.get(slug)
    if record is None:
        return errors.missing(request, snapshot.records, "institution", slug)
    return _for_its_student(request, institutions_presenter.institution_page(snapshot, record, ()))


@private_page
def _for_its_student(
    request: HttpRequest, page: institutions_presenter.InstitutionPage
) -> HttpResponse:
    context = {"page": page, "private": True, "section": "plan"}
    return render(request, "portal/catalogue/templates/institutions/institution.html", context)


@public_page
def _for_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    snapshot = current_snapshot()
    record = snapshot.records.institutions[slug]
    people = contacts.people(snapshot.records, record.contacts, timezone.now())
    return render(
        request,
        "portal/catalogue/templates/institutions/institution.html",
        {
            "page": institutions_presenter.institution_page(snapshot, record, people),
            "record": record,
            "section": "find",
        },
    )
