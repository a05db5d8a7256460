"""Addresses of the API."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from sojourn.api.api import api, not_found, openapi_json
from sojourn.api.reference import reference
from sojourn.common.view_marks import RateLimit, marked, public_view

# No name of this module may be `app_name`: including it would then make a namespace of that name.
_endpoints, _name, _namespace = api.urls
_endpoints = marked(
    _endpoints,
    public_view,
    RateLimit.NONE,
    dict.fromkeys(("list_opportunities", "list_courses"), RateLimit.SEARCH),
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/openapi.json", openapi_json, name="api-openapi"),
    path("v1/docs", reference, name="api-reference"),
    path("v1/", (_endpoints, _name, _namespace)),
    re_path(r"^", not_found),
]
