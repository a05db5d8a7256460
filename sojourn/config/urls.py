"""Every address of the site, by interface."""

from __future__ import annotations

from allauth import urls as accounts
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from sojourn.common.urls import API_PREFIX
from sojourn.common.view_marks import RateLimit, marked, private_page
from sojourn.config.source import source
from sojourn.people.sso_views import callback
from sojourn.portal.catalogue import sitemap
from sojourn.portal.catalogue.views import root
from sojourn.portal.shared import errors

admin_routes = marked(
    admin.site.get_urls(), private_page, RateLimit.NONE, {"login": RateLimit.FORMS}
)
account_routes = marked(accounts.urlpatterns, private_page, RateLimit.FORMS)
# One address without a language: it is registered with the provider by hand.
sso_routes = marked(
    [path("account/sso/<slug:provider_id>/callback/", callback, name="openid_connect_callback")],
    private_page,
    RateLimit.FORMS,
)

urlpatterns: list[URLPattern | URLResolver] = [
    # `/healthz` and `/readyz` are answered before any of this (sojourn.config.health).
    path("", root.root, name="root"),
    path("language/<str:code>/", root.switch_language, name="switch-language"),
    path("admin/", (admin_routes, "admin", admin.site.name)),
    path(API_PREFIX.removeprefix("/"), include("sojourn.api.urls")),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.sitemap, name="sitemap-part"),
    path("robots.txt", sitemap.robots, name="robots"),
    path(".well-known/security.txt", sitemap.security_txt, name="security"),
    path("source/", source, name="source"),
    *sso_routes,
    *i18n_patterns(
        path("account/", include("sojourn.portal.account.urls")),
        path("account/", include(account_routes)),
        path("plan/", include("sojourn.portal.plan.urls")),
        path("apply/", include("sojourn.portal.results.urls")),
        path("apply/", include("sojourn.portal.apply.urls")),
        path("advice/", include("sojourn.portal.appointments.urls")),
        path("own-places/", include("sojourn.portal.self_arranged.urls")),
        path("questions/", include("sojourn.portal.questions.urls")),
        path("experiences/", include("sojourn.portal.experiences.urls")),
        path("stays/", include("sojourn.portal.stays.urls")),
        path("sign/", include("sojourn.portal.signing.urls")),
        path("office/", include("sojourn.office.urls")),
        path("", include("sojourn.exchange.urls")),
        path("", include("sojourn.portal.catalogue.urls")),
    ),
]

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler500 = errors.server_error
