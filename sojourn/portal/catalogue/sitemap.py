"""Tell search engines which pages there are, in every language, and which to leave alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import SitemapIndexItem
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from sojourn.catalogue.snapshot.service import current_snapshot
from sojourn.catalogue.snapshot.snapshot import Snapshot
from sojourn.common.languages import LANGUAGES
from sojourn.common.urls import site_url, url_for
from sojourn.common.view_marks import public_view

XML = "application/xml; charset=utf-8"
FIXED_PAGES = (
    "home", "opportunities", "institutions", "most-like-home", "map", "guides", "contacts",
)  # fmt: skip
SECURITY_TXT_DAYS = 180

Route = tuple[str, *tuple[str, ...]]
"""The name of a page and what its path holds."""


class PublicPages(Sitemap[Route]):
    """Every public page of a snapshot, in every language."""

    i18n = True
    alternates = True
    # The protocol allows 50,000 addresses a file. A file of 10,000 takes 3 MB, which the snapshot
    # still keeps ready.
    limit = 10_000

    def __init__(self, snapshot: Snapshot, site: str) -> None:
        self.snapshot = snapshot
        self.protocol, _, self.domain = site.partition("://")

    def items(self) -> list[Route]:
        return list(public_pages(self.snapshot))

    def location(self, item: Route) -> str:
        return url_for(*item)

    def get_domain(self, site: object = None) -> str:
        return self.domain


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
    """Let robots read what is public, except for searches, which are endless."""
    lines = ["User-agent: *", f"Disallow: {url_for('admin:index')}"]
    for language in LANGUAGES:
        account = url_for("account_login", language=language).removesuffix("login/")
        search = url_for("portal:opportunities", language=language)
        lines += [f"Disallow: {account}", f"Disallow: {search}?"]
    lines += ["", f"Sitemap: {site_url(request)}{url_for('sitemap')}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@public_view
def security_txt(request: HttpRequest) -> HttpResponse:
    """Say where to report a weakness (RFC 9116); absent until an address is configured."""
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
        f"Canonical: {site_url(request)}{url_for('security')}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def public_pages(snapshot: Snapshot) -> Iterator[Route]:
    records = snapshot.records
    yield from ((f"portal:{name}",) for name in FIXED_PAGES)
    yield ("experiences:all",)
    yield from (("portal:opportunity", slug) for slug in records.opportunities)
    yield from (("portal:institution", slug) for slug in records.institutions)
    countries = {
        records.institutions[slug].country
        for opportunity in records.opportunities.values()
        for slug in opportunity.hosts
    }
    yield from (("portal:country", code) for code in sorted(countries))
    yield from (("portal:course", slug) for slug in records.courses)
    yield from (("portal:guide", slug) for slug in records.guides)
    told_of = sorted({report.opportunity for report in records.reports.values()})
    yield from (("experiences:of", slug) for slug in told_of)


def _write(snapshot: Snapshot, site: str, number: int | None) -> str:
    """Write the XML of one file; nothing if there is no part with that number."""
    pages = PublicPages(snapshot, site)
    parts = pages.paginator.num_pages
    if number is None and parts > 1:
        index = [
            SitemapIndexItem(site + url_for("sitemap-part", part)) for part in range(1, parts + 1)
        ]
        return render_to_string("sitemap_index.xml", {"sitemaps": index})
    if number is not None and not 1 <= number <= parts > 1:
        return ""
    return render_to_string("sitemap.xml", {"urlset": pages.get_urls(number or 1)})
