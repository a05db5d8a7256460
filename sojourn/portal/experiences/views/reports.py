"""What returned students tell, for everybody: all reports, or those of a place, host or country."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sojourn.catalogue import names
from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.types import Records, Report
from sojourn.common.languages import page_language
from sojourn.common.view_marks import public_page, public_view
from sojourn.design import components
from sojourn.experiences import photos
from sojourn.portal.experiences.presenters import reports as reports_presenter
from sojourn.portal.shared import errors, reports, urls


@require_safe
@public_page
def all_reports(request: HttpRequest) -> HttpResponse:
    records = current_snapshot().records
    return _page(
        request,
        records,
        reports_presenter.About(
            title=_("What students who went say"),
            path=reverse("experiences:all"),
            back=None,
            records_shown=reports.of(records, records.reports),
        ),
    )


@require_safe
@public_page
def of_opportunity(request: HttpRequest, slug: str) -> HttpResponse:
    records = current_snapshot().records
    place = records.opportunities.get(slug)
    if place is None:
        return errors.missing(request, records, "opportunity", slug)
    return _page(
        request,
        records,
        reports_presenter.About(
            title=str(place.title),
            path=reverse("experiences:of", kwargs={"slug": slug}),
            back=components.Crumb(str(place.title), urls.opportunity(slug)),
            records_shown=reports.of(records, place.reports),
            place=slug,
        ),
    )


@require_safe
@public_page
def at_institution(request: HttpRequest, slug: str) -> HttpResponse:
    records = current_snapshot().records
    host = records.institutions.get(slug)
    if host is None:
        return errors.missing(request, records, "institution", slug)
    return _page(
        request,
        records,
        reports_presenter.About(
            title=str(host.name),
            path=reverse("experiences:at", kwargs={"slug": slug}),
            back=components.Crumb(str(host.name), urls.institution(slug)),
            records_shown=at_hosts(records, {slug}),
        ),
    )


@require_safe
@public_page
def in_country(request: HttpRequest, code: str) -> HttpResponse:
    records = current_snapshot().records
    hosts = {slug for slug, host in records.institutions.items() if host.country == code}
    if not hosts:
        return errors.not_found(request)
    name = names.country_name(code, page_language())
    return _page(
        request,
        records,
        reports_presenter.About(
            title=name,
            path=reverse("experiences:in", kwargs={"code": code}),
            back=components.Crumb(name, urls.country(code)),
            records_shown=at_hosts(records, hosts),
        ),
    )


def at_hosts(records: Records, hosts: set[str]) -> list[Report]:
    """Return the reports of every place at one of these hosts, newest first."""
    slugs = (
        slug
        for slug, told in records.reports.items()
        if hosts & set(records.opportunities[told.opportunity].hosts)
    )
    return reports.of(records, slugs)


def _page(request: HttpRequest, records: Records, about: reports_presenter.About) -> HttpResponse:
    asked = request.GET.get("page", "1")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    page = reports_presenter.page(records, about, request.GET.get("programme", ""), number)
    if page is None:
        return errors.not_found(request)
    return render(
        request, "portal/experiences/templates/all.html", {"page": page, "section": "find"}
    )


@require_safe
@public_view
def photo(request: HttpRequest, number: UUID) -> HttpResponse:
    """Return a photo of a published report.

    Taken back, it is gone at once: no cache may keep it.
    """
    kept = photos.published_photo(number)
    content = photos.content_of(kept) if kept else b""
    if not content:
        raise Http404
    response = HttpResponse(content, content_type="image/jpeg")
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["Content-Disposition"] = "inline"
    return response
