"""Every address of the site, by interface."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from sojourn.portal import sitemap

from sojourn.portal.views import errors, root

urlpatterns: list[URLPattern | URLResolver] = [
    path("", root.root, name="root"),
    path("language/<str:code>/", root.switch_language, name="switch-language"),
    path("api/", include("sojourn.api.urls")),
    path("robots.txt", sitemap.robots),
    path("sitemap.xml", sitemap.sitemap),
    path("sitemap-<int:number>.xml", sitemap.sitemap),
    path(".well-known/security.txt", sitemap.security_txt),
    path("admin/", admin.site.urls),
    *i18n_patterns(
        path("account/", include("allauth.urls")),
        path("plan/", include("sojourn.portal.plan_urls")),
        path("", include("sojourn.exchange.urls")),
        path("", include("sojourn.portal.urls")),
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.broken
