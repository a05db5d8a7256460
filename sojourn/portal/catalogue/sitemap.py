"""Tells search engines which pages there are, in both languages, and which to leave alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import LANGUAGES
from sojourn.common.urls import site_url
from sojourn.common.view_marks import public_view

XML = "application/xml; charset=utf-8"
# The protocol allows 50,000 addresses a file. A file of 5,000 pages in two languages takes 3 MB,
# which the snapshot still keeps ready.
PAGES_A_FILE = 5_000
FIXED_PAGES = ("", "opportunities/", "institutions/", "map/", "guide/", "contacts/", "experiences/")
SECURITY_TXT_DAYS = 180


@require_safe
@public_view
def sitemap(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Return the whole sitemap, an index of it when one file could not hold it, or a part of it."""
    snapshot = current_snapshot()
    site = site_url(request)
    xml = snapshot.fragments.get(
        "sitemap", f"{site} {number or ''}", "", lambda: _write(snapshot, site, number)
    )
    if not xml:
        raise Http404
    response = HttpResponse(xml, content_type=XML)
    response.headers["Cache-Control"] = "public, no-cache"
    return response


@require_safe
@public_view
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; searches are endless and accounts are nobody's business."""
    lines = ["User-agent: *", "Disallow: /admin/"]
    for language in LANGUAGES:
        lines += [f"Disallow: /{language}/account/", f"Disallow: /{language}/opportunities/?"]
    lines += ["", f"Sitemap: {site_url(request)}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_view
def security_txt(request: HttpRequest) -> HttpResponse:
    """Where to report a weakness (RFC 9116); absent until an address is configured."""
    contact: str = settings.SECURITY_CONTACT
    if not contact:
        raise Http404
    if "@" in contact and not contact.startswith(("mailto:", "https:")):
        contact = f"mailto:{contact}"
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    expires = midnight + dt.timedelta(days=SECURITY_TXT_DAYS)
    lines = [
        f"Contact: {contact}",
        f"Expires: {expires.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(LANGUAGES)}",
        f"Canonical: {site_url(request)}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def public_paths(snapshot: Snapshot) -> Iterator[str]:
    """Return the path of every public page, below the language."""
    records = snapshot.records
    yield from FIXED_PAGES
    yield from (f"opportunities/{slug}/" for slug in records.opportunities)
    yield from (f"institutions/{slug}/" for slug in records.institutions)
    countries = {
        records.institutions[slug].country
        for opportunity in records.opportunities.values()
        for slug in opportunity.hosts
    }
    yield from (f"countries/{code}/" for code in sorted(countries))
    yield from (f"courses/{slug}/" for slug in records.courses)
    yield from (f"guide/{slug}/" for slug in records.guides)
    told_of = sorted({report.opportunity for report in records.reports.values()})
    yield from (f"experiences/of/{slug}/" for slug in told_of)


def _write(snapshot: Snapshot, site: str, number: int | None) -> str:
    """Return the XML of one file; empty if there is no part with that number."""
    paths = list(public_paths(snapshot))
    parts = [paths[start : start + PAGES_A_FILE] for start in range(0, len(paths), PAGES_A_FILE)]
    if len(parts) == 1:
        return _url_set(paths, site) if number is None else ""
    if number is None:
        return _index(len(parts), site)
    return _url_set(parts[number - 1], site) if 1 <= number <= len(parts) else ""


def _url_set(paths: list[str], site: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        (
            '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
            'xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        ),
    ]
    for path in paths:
        addresses = {language: f"{site}/{language}/{path}" for language in LANGUAGES}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(address)}/>'
            for language, address in addresses.items()
        )
        lines.extend(
            f"<url><loc>{escape(address)}</loc>{alternates}</url>" for address in addresses.values()
        )
    lines.append("</urlset>\n")
    return "\n".join(lines)


def _index(parts: int, site: str) -> str:
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">',
        *(
            f"<sitemap><loc>{escape(f'{site}/sitemap-{number}.xml')}</loc></sitemap>"
            for number in range(1, parts + 1)
        ),
        "</sitemapindex>\n",
    ]
    return "\n".join(lines)
